package load

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// find asks the store, for as long as it may take.
func (l *Loader[A]) find(ctx context.Context, key cache.Key) (*Result, error) {
	return l.within(ctx, func(ctx context.Context) (*Result, error) {
		f, info, err := l.o.Store.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		return &Result{Frame: f, Key: key, Info: info}, nil
	})
}

// lastGood returns an entry that has expired, if it is kept; else nil.
func (l *Loader[A]) lastGood(ctx context.Context, key cache.Key) *Result {
	store, ok := l.o.Store.(cache.StaleStore)
	if !ok || l.o.Stale == 0 {
		return nil
	}
	r, _ := l.within(ctx, func(ctx context.Context) (*Result, error) { // without it, Load's error says enough
		f, info, err := store.GetStale(ctx, key)
		if err != nil {
			return nil, err
		}
		return &Result{Frame: f, Key: key, Info: info}, nil
	})
	return r
}

func (l *Loader[A]) put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	f.Retain() // for a store that does not come back
	_, err := l.within(ctx, func(ctx context.Context) (*Result, error) {
		defer f.Release()
		return nil, l.o.Store.Put(ctx, key, f, o)
	})
	return err
}

// within gives a call to the store its time, also one that ignores its context:
// what such a call returns too late is released.
func (l *Loader[A]) within(ctx context.Context, call func(context.Context) (*Result, error)) (*Result, error) {
	slow := fmt.Errorf("%w: no answer within %v", cache.ErrDown, l.o.StoreTimeout)
	limited, cancel := context.WithTimeoutCause(ctx, l.o.StoreTimeout, slow)
	defer cancel()
	type answer struct {
		r   *Result
		err error
	}
	answers := make(chan answer)
	go func() {
		r, err := call(limited)
		select {
		case answers <- answer{r, err}:
		case <-limited.Done():
			if r != nil {
				r.Release()
			}
		}
	}()
	select {
	case a := <-answers:
		if a.err != nil && limited.Err() != nil {
			a.err = context.Cause(limited)
		}
		return a.r, a.err
	case <-limited.Done():
		return nil, context.Cause(limited)
	}
}

// isDown reports whether an error of find is none that explains a miss.
func isDown(err error) bool {
	if err == nil {
		return false
	}
	miss, ok := errors.AsType[*cache.Miss](err)
	return !ok || errors.Is(miss.Cause, cache.ErrDown)
}

func guarded(load func() (*frame.Frame, error)) (f *frame.Frame, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &cache.PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return load()
}
