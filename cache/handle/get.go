package handle

import (
	"context"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Get opens a handle and returns the frame that it was signed for, which the
// caller releases. The error is that of Open, upon which the store was not
// asked, or that of the store's Get. Where the entry has another content by
// now, it is a *cache.Miss with the cause ErrSuperseded.
func (r *Ring) Get(ctx context.Context, store cache.Store, handle, session string) (*frame.Frame, cache.Info, error) {
	claims, err := r.Open(handle, session)
	if err != nil {
		return nil, cache.Info{}, err
	}
	f, info, err := store.Get(ctx, claims.Key)
	if err != nil {
		return nil, info, err
	}
	if f.Version() != claims.Version {
		f.Release()
		return nil, cache.Info{}, &cache.Miss{Key: claims.Key, Cause: cache.ErrSuperseded, When: info.Created}
	}
	return f, info, nil
}
