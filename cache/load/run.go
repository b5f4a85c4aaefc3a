package load

import (
	"context"
	"errors"
	"fmt"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

func (l *Loader[A]) get(ctx context.Context, who Caller, args A, forced bool) (*Result, error) {
	key, err := l.Key(who, args)
	if err != nil {
		return nil, err
	}
	do := func(ctx context.Context) (*Result, error) {
		if forced {
			return l.make(ctx, who, args, key)
		}
		return l.memo(ctx, who, args, key)
	}
	as := run{key: key, forced: forced}
	if l.o.Mode == Store {
		as.number = l.number.Add(1) // each call is a new value
	}
	return l.share(ctx, as, who, args, do)
}

// share runs do once for all who ask for the same at the same time.
func (l *Loader[A]) share(ctx context.Context, as run, who Caller, args A, do func(context.Context) (*Result, error)) (*Result, error) {
	r, _, err := l.runs.Do(ctx, as, do)
	if err != nil {
		return nil, err
	}
	own := *r // others have the same one, and may have asked otherwise
	own.asked = &asked[A]{l, who, args}
	return &own, nil
}

// memo returns what there is, and else what is made.
func (l *Loader[A]) memo(ctx context.Context, who Caller, args A, key cache.Key) (*Result, error) {
	before, missing := l.find(ctx, key)
	switch {
	case missing != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case missing == nil && (l.o.IsStale == nil || !l.o.IsStale(args, before.Info)):
		return before, nil
	}
	made, err := l.makeFor(ctx, who, args, key, missing)
	if err != nil {
		return l.instead(ctx, before, key, err)
	}
	if before != nil {
		before.Release()
	}
	return made, nil
}

// instead returns the last good value where Load has failed.
func (l *Loader[A]) instead(ctx context.Context, before *Result, key cache.Key, err error) (*Result, error) {
	if before == nil {
		before = l.lastGood(ctx, key)
	}
	if before == nil {
		return nil, err
	}
	before.Err = err
	return before, nil
}

// makeFor makes what find did not find, for the reason that it gave; nil if it
// is too old.
func (l *Loader[A]) makeFor(ctx context.Context, who Caller, args A, key cache.Key, missing error) (*Result, error) {
	if err := l.failed.get(key, l.o.Now()); err != nil {
		return nil, err
	}
	store, shared := l.o.Store.(cache.LoadStore)
	switch {
	case isDown(missing):
		l.o.OnStoreError(missing)
		f, err := l.load(ctx, args, key)
		if err != nil {
			return nil, err
		}
		return l.unkept(f, key, missing), nil
	case missing != nil && shared && l.o.Keep == nil:
		return l.makeOnce(ctx, store, who, args, key)
	}
	return l.make(ctx, who, args, key)
}

// makeOnce has one of all processes make the frame.
func (l *Loader[A]) makeOnce(ctx context.Context, store cache.LoadStore, who Caller, args A, key cache.Key) (*Result, error) {
	ran := false
	f, info, err := store.Load(ctx, key, func(ctx context.Context) (*frame.Frame, cache.PutOptions, error) {
		ran = true
		f, err := l.load(ctx, args, key)
		return f, l.putOptions(who), err
	})
	if err != nil {
		return nil, err
	}
	return &Result{Frame: f, Key: key, Info: info, Loaded: ran}, nil
}

// make makes the frame and puts it.
func (l *Loader[A]) make(ctx context.Context, who Caller, args A, key cache.Key) (*Result, error) {
	f, err := l.load(ctx, args, key)
	if err != nil {
		return nil, err
	}
	if l.o.Mode == Store {
		b, err := l.builder(who, args)
		if err != nil {
			return nil, err
		}
		version := f.Version()
		key = b.Bytes(version[:]).Key()
	}
	if l.o.Keep != nil && !l.o.Keep(f) {
		return l.unkept(f, key, errNotWorth), nil
	}
	o := l.putOptions(who)
	if err := l.put(ctx, key, f, o); err != nil {
		if ctx.Err() == nil {
			l.o.OnStoreError(err)
		}
		return l.unkept(f, key, err), nil
	}
	return &Result{Frame: f, Key: key, Info: cache.NewInfo(o, f.Bytes(), l.o.Now()), Loaded: true}, nil
}

var errNotWorth = errors.New("cache/load: Options.Keep said no")

func (l *Loader[A]) unkept(f *frame.Frame, key cache.Key, why error) *Result {
	return &Result{Frame: f, Key: key, Info: cache.Info{Bytes: f.Bytes(), Created: l.o.Now()}, Loaded: true, Unkept: why}
}

// load calls Load, and remembers that it failed.
func (l *Loader[A]) load(ctx context.Context, args A, key cache.Key) (*frame.Frame, error) {
	f, err := guarded(func() (*frame.Frame, error) { return l.o.Load(ctx, args) })
	if err == nil && f == nil {
		err = errors.New("neither a frame nor an error was returned")
	}
	if err == nil {
		l.failed.forget(key)
		return f, nil
	}
	err = fmt.Errorf("cache/load: %s: %w", l.o.Name, err)
	if l.o.NegativeTTL > 0 && ctx.Err() == nil {
		l.failed.note(key, err, l.o.Now().Add(l.o.NegativeTTL))
	}
	return nil, err
}

func (l *Loader[A]) putOptions(who Caller) cache.PutOptions {
	owner, _ := l.owner(who) // it was asked for the key already
	o := cache.PutOptions{TTL: l.o.TTL, Idle: l.o.Idle, Stale: l.o.Stale, Owner: owner}
	if l.o.Mode == Store && owner != (cache.Key{}) {
		o.Slot = cache.NewKey("load slot", 1).Text(l.o.Name).Key()
	}
	return o
}
