package cache_test

import (
	"context"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func TestNullKeepsNothing(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer alloc.AssertSize(t, 0)
	ctx, key := context.Background(), cachetest.Key(1)
	f := cachetest.Ints(t, alloc, 1000, 1)
	defer f.Release()
	n := new(cache.Null)

	assert.ErrorIs(t, n.Put(ctx, key, f, cache.PutOptions{TTL: time.Hour}), cache.ErrTooLarge)
	assert.ErrorContains(t, n.Put(ctx, key, f, cache.PutOptions{TTL: -1}), "negative")
	got, _, err := n.Get(ctx, key)
	assert.Nil(t, got)
	var miss *cache.Miss
	require.ErrorAs(t, err, &miss)
	assert.Equal(t, cache.Miss{Key: key, Cause: cache.ErrNotFound}, *miss)
	assert.NoError(t, n.Delete(ctx, key))
	assert.Equal(t, cache.Stats{Misses: cache.Misses{NotFound: 1}}, n.Stats())

	require.NoError(t, n.Close())
	assert.ErrorIs(t, n.Put(ctx, key, f, cache.PutOptions{}), cache.ErrDown)
	_, _, err = n.Get(ctx, key)
	assert.ErrorIs(t, err, cache.ErrDown)

	ctx, cancel := context.WithCancel(ctx)
	cancel()
	assert.ErrorIs(t, n.Put(ctx, key, f, cache.PutOptions{}), context.Canceled)
	_, _, err = n.Get(ctx, key)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorIs(t, n.Delete(ctx, key), context.Canceled)
}
