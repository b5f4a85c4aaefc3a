package load

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A Loader has frames from its store, or makes them. It is safe for concurrent
// use.
type Loader[A any] struct {
	o      Options[A]
	runs   cache.Group[run, *Result]
	failed failures
	number atomic.Uint64 // of calls in mode Store
}

// A run is what callers share: a Refresh is not answered by a Get.
type run struct {
	key    cache.Key
	forced bool
	number uint64
}

// A Result is a frame, which the caller releases, and where it comes from.
type Result struct {
	Frame  *frame.Frame
	Key    cache.Key  // of its entry
	Info   cache.Info // of its entry; Created is when it was made
	Loaded bool       // Load ran for it

	Err    error // why it is an old one: of Load; nil if it is not
	Unkept error // why there is no entry; nil if there is one, and of what a cache.LoadStore loaded

	asked asking // nil before a caller has it
}

// Release says that the frame is not read any more.
func (r *Result) Release() { r.Frame.Release() }

// New returns a loader. All that is wrong with the options is found at once.
func New[A any](o Options[A]) (*Loader[A], error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	l := &Loader[A]{o: o}
	l.runs.Retain = func(r *Result) { r.Frame.Retain() }
	l.runs.Release = (*Result).Release
	return l, nil
}

// Get returns the frame for the arguments. Of all who ask for the same at the
// same time one has it looked up or made; in all processes, if the store is a
// cache.LoadStore.
//
// Cost: the store's Get and a goroutine, if there is an entry.
func (l *Loader[A]) Get(ctx context.Context, who Caller, args A) (*Result, error) {
	return l.get(ctx, who, args, l.o.Mode != Memo)
}

// Refresh is Get that makes the frame anew, whatever there is: if that fails,
// it returns the error, and what there is stays.
func (l *Loader[A]) Refresh(ctx context.Context, who Caller, args A) (*Result, error) {
	return l.get(ctx, who, args, true)
}

// Warm loads what everybody will ask for, before anybody does. It returns the
// errors of all that failed.
func (l *Loader[A]) Warm(ctx context.Context, all ...A) error {
	var errs error
	for _, args := range all {
		r, err := l.Get(ctx, Caller{}, args)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("cache/load: %s: warming up: %w", l.o.Name, err))
			continue
		}
		errs = errors.Join(errs, r.Unkept)
		r.Release()
	}
	return errs
}

// Delete frees the entry for the arguments. That there is none is not an error.
// In mode Store the entries are deleted by their Result.Key.
func (l *Loader[A]) Delete(ctx context.Context, who Caller, args A) error {
	key, err := l.Key(who, args)
	if err != nil {
		return err
	}
	l.failed.forget(key)
	return l.o.Store.Delete(ctx, key)
}

// Key returns the key for the arguments, which in mode Store is that of no
// entry. It is an error if the scope needs to know more of the caller.
func (l *Loader[A]) Key(who Caller, args A) (cache.Key, error) {
	b, err := l.builder(who, args)
	if err != nil {
		return cache.Key{}, err
	}
	return b.Key(), nil
}

func (l *Loader[A]) builder(who Caller, args A) (*cache.KeyBuilder, error) {
	b := cache.NewKey("load", 1).Text(l.o.Name).Int(int64(l.o.Version))
	owner, err := l.owner(who)
	if err != nil {
		return nil, err
	}
	b.Bytes(owner[:])
	if l.o.Key != nil {
		l.o.Key(b, args)
	}
	return b, nil
}

// owner is zero for everybody.
func (l *Loader[A]) owner(who Caller) (cache.Key, error) {
	switch {
	case l.o.Scope == User && who.User != "":
		return cache.UserOwner(who.User), nil
	case l.o.Scope == Session && who.Session != "":
		return cache.SessionOwner(who.Session), nil
	case l.o.Scope == Global:
		return cache.Key{}, nil
	}
	return cache.Key{}, fmt.Errorf("cache/load: %s is one for each %v, and Caller names none", l.o.Name, l.o.Scope)
}

func (s Scope) String() string { return [...]string{"all", "user", "session"}[s] }
