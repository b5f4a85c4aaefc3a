package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Load implements [cache.LoadStore]. Whoever waited takes over at once
// if the loader fails, and after Options.LoadLease if it does not return or its
// process ended: then what it returns after all is not kept, and its own
// callers have what took its place.
//
// Errors are not kept. A panic is a *[cache.PanicError]. A frame that cannot
// be put, or while the server cannot be reached, is returned all the same.
func (s *Store) Load(ctx context.Context, key cache.Key, load cache.Loader) (*frame.Frame, cache.Info, error) {
	f, info, err := s.Get(ctx, key)
	if err == nil || ctx.Err() != nil {
		return f, info, err
	}
	l, _, err := s.fills.Do(ctx, key, func(ctx context.Context) (*loaded, error) { return s.fill(ctx, key, load) })
	if err != nil {
		return nil, cache.Info{}, err
	}
	return l.frame, l.info, nil
}

// A loaded is what Load returns, to each of its callers.
type loaded struct {
	frame *frame.Frame
	info  cache.Info
}

func (l *loaded) retain()  { l.frame.Retain() }
func (l *loaded) release() { l.frame.Release() }

var errFenced = errors.New("another process has taken over the load")

// fill waits until there is an entry, or until it is this process that makes
// it.
func (s *Store) fill(ctx context.Context, key cache.Key, load cache.Loader) (*loaded, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		l, err := s.kept(ctx, key)
		if l != nil || ctx.Err() != nil {
			return l, err
		}
		token, mine := rand.Text(), false
		if !errors.Is(err, cache.ErrDown) {
			mine, err = s.claim(ctx, key, token)
		}
		switch {
		case err != nil: // nobody can be waited for
			return s.unkept(load(ctx))
		case mine:
			if l, err = s.runClaimed(ctx, key, token, load); !errors.Is(err, errFenced) {
				return l, err
			}
			continue
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// kept is Get for who has been counted already.
func (s *Store) kept(ctx context.Context, key cache.Key) (*loaded, error) {
	var f *frame.Frame
	l, info, err := s.look(ctx, key, false, func(ctx context.Context, l *loan) (err error) {
		f, err = s.read(ctx, l, nil)
		return err
	})
	if err != nil {
		return nil, s.explain(ctx, key, err)
	}
	f.OnFree(l.release)
	return &loaded{f, info}, nil
}

// unkept is a frame that is only returned.
func (s *Store) unkept(f *frame.Frame, o cache.PutOptions, err error) (*loaded, error) {
	if err != nil {
		return nil, err
	}
	return &loaded{f, cache.NewInfo(o, f.Bytes(), s.o.Now())}, nil
}

// claim asks for the right to make an entry, until the lease ends. A claim that
// has lasted too long is another's: who had it sees that when he commits.
func (s *Store) claim(ctx context.Context, key cache.Key, token string) (bool, error) {
	r, err := s.run(ctx, claim, key.String(), token, micros(s.o.Now().Add(s.o.LoadLease)))
	if err != nil {
		return false, s.explain(ctx, key, err)
	}
	return r.status == "ok", nil
}

// yield ends a claim. If the server cannot be told, it ends by itself.
func (s *Store) yield(key cache.Key, token string) {
	_, _ = s.run(context.Background(), claim, key.String(), token, "0")
}

// runClaimed runs the loader, unless another has finished just before.
func (s *Store) runClaimed(ctx context.Context, key cache.Key, token string, load cache.Loader) (*loaded, error) {
	defer s.yield(key, token)
	if l, err := s.kept(ctx, key); err == nil {
		return l, nil
	}
	f, o, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if err = s.putClaimed(ctx, key, f, o, token); errors.Is(err, errFenced) {
		f.Release()
		return nil, err
	}
	// An entry that is gone already, or was never kept, is returned as it was made.
	if l, err := s.kept(ctx, key); err == nil {
		f.Release()
		return l, nil
	}
	return s.unkept(f, o, nil)
}
