package redis

import (
	"context"
	"crypto/rand"

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
	return s.fills.Load(ctx, key, load)
}

// A claimer is the store for those who load.
type claimer struct{ *Store }

// Find implements [cache.Claimer].
func (s claimer) Find(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	var f *frame.Frame
	l, info, err := s.look(ctx, key, false, func(ctx context.Context, l *loan) (err error) {
		f, err = s.read(ctx, l, nil)
		return err
	})
	if err != nil {
		return nil, info, s.explain(ctx, key, err)
	}
	f.OnFree(l.release)
	return f, info, nil
}

// Claim implements [cache.Claimer]. It is the caller's until the lease ends.
func (s claimer) Claim(ctx context.Context, key cache.Key) (cache.Claim, error) {
	token := rand.Text()
	r, err := s.run(ctx, claim, key.String(), token, micros(s.o.Now().Add(s.o.LoadLease)))
	switch {
	case err != nil:
		return nil, s.explain(ctx, key, err)
	case r.status != "ok":
		return nil, nil
	}
	return &claimed{s.Store, key, token}, nil
}

// claimed is a claim that the server knows by its token. One that has lasted too
// long is another's: who had it sees that when he commits.
type claimed struct {
	store *Store
	key   cache.Key
	token string
}

// Put implements [cache.Claim].
func (c *claimed) Put(ctx context.Context, f *frame.Frame, o cache.PutOptions) error {
	return c.store.putClaimed(ctx, c.key, f, o, c.token)
}

// Yield implements [cache.Claim]. If the server cannot be told, the claim ends by itself.
func (c *claimed) Yield() {
	_, _ = c.store.run(context.Background(), claim, c.key.String(), c.token, "0")
}
