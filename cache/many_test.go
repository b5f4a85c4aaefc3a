package cache_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A crowd answers nobody before so many ask at the same time.
type crowd struct {
	*cache.Memory
	gate *sync.Cond
	size int
	here int
}

func (c *crowd) AtOnce() int { return c.size }

func (c *crowd) Lease(ctx context.Context, key cache.Key) (*cache.Lease, error) {
	c.gate.L.Lock()
	c.here++
	c.gate.Broadcast()
	for c.here < c.size {
		c.gate.Wait()
	}
	c.gate.L.Unlock()
	return c.Memory.Lease(ctx, key)
}

// Tiers above a store across a network ask it side by side, too.
func TestManyOfTiers(t *testing.T) {
	m, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	near, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	far := &crowd{m, sync.NewCond(&sync.Mutex{}), 8, 0}
	tiered, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{near}, Last: far})
	require.NoError(t, err)
	defer tiered.Close()
	f, err := frame.FromSlices(frame.Slice("x", []int64{1}))
	require.NoError(t, err)
	defer f.Release()
	items, keys := make([]cache.Item, 20), make([]cache.Key, 20)
	for i := range items {
		keys[i] = cache.NewKey("x", i).Key()
		items[i] = cache.Item{Key: keys[i], Frame: f}
	}
	require.NoError(t, errors.Join(cache.PutMany(context.Background(), tiered, items)...))
	done := make(chan cache.Results, 1)
	go func() { done <- cache.GetMany(context.Background(), tiered, keys) }()
	select {
	case all := <-done:
		require.NoError(t, all.Err())
		assert.Len(t, all, len(keys))
		all.Release()
	case <-time.After(time.Minute):
		require.Fail(t, "they were asked for one after the other")
	}
}
