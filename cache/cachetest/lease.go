package cachetest

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// lease checks a [cache.Leaser].
func (s *suite) lease() {
	s.start(Limits{MaxEntries: 2})
	store := s.store.(cache.Leaser)
	_, err := store.Lease(background, Key(0))
	assert.ErrorIs(s, err, cache.ErrNotFound)
	for i := range 2 {
		s.put(i, int64(i), cache.PutOptions{Idle: time.Minute})
		s.clock.Advance(time.Second)
	}
	want := Ints(s, s.alloc, rows, 0)
	defer want.Release()
	held, err := store.Lease(background, Key(0))
	require.NoError(s, err)
	assert.Equal(s, want.Version(), held.Version)
	assert.Equal(s, time.Minute, held.Info.Idle)
	s.clock.Advance(time.Second)
	s.has(1, 1) // was used last
	s.put(2, 2, cache.PutOptions{})
	s.has(0, 0)
	s.lacks(1, cache.ErrEvicted)
	held.Release()

	s.clock.Advance(50 * time.Second)
	again, err := store.Lease(background, Key(0))
	require.NoError(s, err)
	again.Release()
	s.clock.Advance(50 * time.Second)
	s.has(0, 0) // a lease is a use
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = store.Lease(ctx, Key(0))
	assert.ErrorIs(s, err, context.Canceled)
}
