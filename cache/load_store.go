package cache

import (
	"context"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A Loader makes the frame of an entry, and says how long it lives.
type Loader func(ctx context.Context) (*frame.Frame, PutOptions, error)

// A LoadStore is a Store that runs a loader in one of all the processes that
// share it.
type LoadStore interface {
	Store

	// Load is Get, and where there is no entry it puts what load returns. Of
	// all who call it for a key at the same time, in all processes, one runs
	// its loader and the others wait for the result. A frame that cannot be
	// put is returned all the same.
	Load(ctx context.Context, key Key, load Loader) (*frame.Frame, Info, error)
}

// Load implements LoadStore. Where the last tier is none, each process loads
// for itself.
func (t *Tiered) Load(ctx context.Context, key Key, load Loader) (*frame.Frame, Info, error) {
	changes := t.changes[key[0]].Load()
	f, info, err := t.Get(ctx, key)
	if err == nil || ctx.Err() != nil {
		return f, info, err
	}
	if last, ok := t.o.Last.(LoadStore); ok {
		if f, info, err = last.Load(ctx, key, load); err == nil {
			t.promote(ctx, key, f, info, t.o.Faster, changes)
		}
		return f, info, err
	}
	f, o, err := load(ctx)
	if err != nil {
		return nil, Info{}, err
	}
	_ = t.Put(ctx, key, f, o) // it is returned all the same
	return f, NewInfo(o, f.Bytes(), time.Now()), nil
}
