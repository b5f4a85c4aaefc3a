package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
)

// complete fills in what is left out, and checks the rest.
func (o *Options) complete() error {
	var wrong []error
	fill(&wrong, "MaxBody", &o.MaxBody, 1<<30)
	fill(&wrong, "MaxRows", &o.MaxRows, 100_000_000)
	fill(&wrong, "FrameTTL", &o.FrameTTL, time.Hour)
	fill(&wrong, "MaxUploads", &o.MaxUploads, 16)
	fill(&wrong, "MaxFigures", &o.MaxFigures, 4*runtime.GOMAXPROCS(0))
	fill(&wrong, "MaxWaiting", &o.MaxWaiting, 256)
	fill(&wrong, "Patience", &o.Patience, 15*time.Second)
	fill(&wrong, "Timeout", &o.Timeout, time.Minute)
	if o.Codings == nil {
		o.Codings = []Coding{Zstd, Gzip, Brotli}
	}
	for _, c := range o.Codings {
		if c != Zstd && c != Gzip && c != Brotli {
			wrong = append(wrong, errors.New("serve: Options.Codings has "+string(c)+": want Zstd, Gzip or Brotli"))
		}
	}
	if o.AdminToken != "" && len(o.AdminToken) < minToken {
		wrong = append(wrong, fmt.Errorf("serve: Options.AdminToken has %d bytes, want at least %d", len(o.AdminToken), minToken))
	}
	return errors.Join(append(wrong, o.makeParts())...)
}

// fill gives a field that is left out its default.
func fill[T int | int64 | time.Duration](wrong *[]error, name string, field *T, standard T) {
	switch {
	case *field < 0:
		*wrong = append(*wrong, errors.New("serve: Options."+name+" is negative"))
	case *field == 0:
		*field = standard
	}
}

// lasting returns the store if what it holds outlives this process, and else nil.
func (o *Options) lasting() cache.Store {
	if _, alone := o.Store.(*cache.Memory); alone || o.Store == nil {
		return nil
	}
	return o.Store
}

// makeParts makes the parts that are left out.
func (o *Options) makeParts() (err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Engine == nil {
		o.Engine = pointillist.New(pointillist.Options{IndexStore: o.lasting()})
	}
	if o.Store == nil {
		if o.Store, err = cache.NewMemory(cache.MemoryOptions{}); err != nil {
			return err
		}
	}
	if o.lasting() != nil && (o.Keys == nil || o.Keys.Alone()) {
		return errors.New("serve: Options.Keys must have a secret that lasts: the frames of Options.Store outlive this process, " +
			"and other processes that share them could not open its handles")
	}
	if o.Keys == nil {
		o.Keys, err = handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}, Store: "serve"})
	}
	return err
}
