package cachetest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// some are enough keys for several rounds of a cache.Remote.
const some = 100

func keysTo(n int) []cache.Key {
	keys := make([]cache.Key, n)
	for i := range keys {
		keys[i] = Key(i)
	}
	return keys
}

// items are n of few rows, whose values are their keys.
func (s *suite) items(n int) (items []cache.Item, release func()) {
	for i := range n {
		items = append(items, cache.Item{Key: Key(i), Frame: Ints(s, s.alloc, 10, int64(i))})
	}
	return items, func() {
		for _, item := range items {
			item.Frame.Release()
		}
	}
}

func (s *suite) getMany() {
	s.start(Limits{})
	items, release := s.items(some)
	defer release()
	require.NoError(s, errors.Join(cache.PutMany(background, s.store, items)...))
	assert.Equal(s, some, s.store.Stats().Entries)

	all := cache.GetMany(background, s.store, keysTo(some))
	require.Len(s, all, some)
	require.NoError(s, all.Err())
	for i, r := range all {
		assert.True(s, IsInts(r.Frame, int64(i)), "key %d", i)
		assert.Positive(s, r.Info.Bytes)
	}
	all.Release()

	// Of those that are gone each says so, and the others are there.
	for i, err := range cache.DeleteMany(background, s.store, keysTo(some/2)) {
		assert.NoError(s, err, "key %d", i)
	}
	part := cache.GetMany(background, s.store, append(keysTo(some), Key(some-1)))
	defer part.Release()
	require.ErrorIs(s, part.Err(), cache.ErrNotFound)
	for i, r := range part {
		var miss *cache.Miss
		switch {
		case i >= some/2:
			require.NoError(s, r.Err)
			assert.True(s, IsInts(r.Frame, int64(min(i, some-1))))
		case assert.ErrorAs(s, r.Err, &miss):
			assert.Nil(s, r.Frame)
			assert.Equal(s, Key(i), miss.Key)
			assert.Equal(s, cache.ErrNotFound, miss.Cause)
		}
	}
	assert.Empty(s, cache.GetMany(background, s.store, nil))

	ctx, cancel := context.WithCancel(background)
	cancel()
	late := cache.GetMany(ctx, s.store, keysTo(3))
	defer late.Release()
	for _, r := range late {
		assert.ErrorIs(s, r.Err, context.Canceled)
	}
}

// putMany puts what is too large among others.
func (s *suite) putMany() {
	limit := s.cost()
	s.start(Limits{MaxEntryBytes: limit})
	items, release := s.items(5)
	defer release()
	items[3].Frame.Release()
	items[3].Frame = Ints(s, s.alloc, 2*rows, 3)
	for i, err := range cache.PutMany(background, s.store, items) {
		if i == 3 {
			assert.ErrorIs(s, err, cache.ErrTooLarge)
			s.lacks(i, cache.ErrNotFound)
			continue
		}
		assert.NoError(s, err)
		s.has(i, int64(i))
	}
}
