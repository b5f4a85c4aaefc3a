package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/frame"
)

// A Remote is a Store across a network, whose client sends together what is asked
// at the same time: many calls at once take about the time of one.
type Remote interface {
	Store

	// AtOnce is how many calls are best made at a time.
	AtOnce() int
}

// A Result is what Get has for one of many keys.
type Result struct {
	Frame *frame.Frame // nil if there is an Err
	Info  Info
	Err   error // a *Miss that says why there is no frame, or the context's
}

// Results are those of GetMany, in the order of the keys.
type Results []Result

// Err returns nil if each key has its frame, and else the errors of all that have
// none: for who can do nothing with a part.
func (r Results) Err() error {
	errs := make([]error, len(r))
	for i := range r {
		errs[i] = r[i].Err
	}
	return errors.Join(errs...)
}

// Release releases all frames. It must be called once.
func (r Results) Release() {
	for _, one := range r {
		if one.Frame != nil {
			one.Frame.Release()
		}
	}
}

// GetMany is Get for each of the keys, each with its own result. From a Remote
// they are had side by side. The caller releases the results.
func GetMany(ctx context.Context, s Store, keys []Key) Results {
	r := make(Results, len(keys))
	each(s, len(keys), func(i int) { r[i].Frame, r[i].Info, r[i].Err = s.Get(ctx, keys[i]) })
	return r
}

// An Item is one of many to be put.
type Item struct {
	Key     Key
	Frame   *frame.Frame
	Options PutOptions
}

// PutMany is Put for each of the items, and returns the error of each, nil where it
// is kept; errors.Join of them is nil if all are. Of two items for one key, or
// for one slot, either may be what is kept then.
func PutMany(ctx context.Context, s Store, items []Item) []error {
	errs := make([]error, len(items))
	each(s, len(items), func(i int) { errs[i] = s.Put(ctx, items[i].Key, items[i].Frame, items[i].Options) })
	return errs
}

// DeleteMany is Delete for each of the keys, and returns the error of each.
func DeleteMany(ctx context.Context, s Store, keys []Key) []error {
	errs := make([]error, len(keys))
	each(s, len(keys), func(i int) { errs[i] = s.Delete(ctx, keys[i]) })
	return errs
}

// each calls do with the numbers below n: one after the other, for a store
// that answers at once, and else as many at a time as the store likes.
func each(s Store, n int, do func(i int)) {
	atOnce := 1
	if r, ok := s.(Remote); ok {
		atOnce = min(r.AtOnce(), n)
	}
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			do(int(i))
		}
	}
	var wg sync.WaitGroup
	for range atOnce - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// AtOnce implements Remote: it is that of the tier which likes most.
func (t *Tiered) AtOnce() int {
	atOnce := 1
	for _, s := range append([]Store{t.o.Last}, t.o.Faster...) {
		if r, ok := s.(Remote); ok {
			atOnce = max(atOnce, r.AtOnce())
		}
	}
	return atOnce
}
