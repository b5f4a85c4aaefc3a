package cachetest

import (
	"bytes"
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// adminTests check a [cache.Admin].
var adminTests = map[string]func(*suite){
	"List":     (*suite).list,
	"GC":       (*suite).gc,
	"DeleteIf": (*suite).deleteIf,
}

func (s *suite) list() {
	s.start(Limits{})
	store := s.store.(cache.Admin)
	none, err := store.List(background)
	require.NoError(s, err)
	assert.Empty(s, none)
	for i := range 5 {
		s.put(i, int64(i), cache.PutOptions{TTL: time.Minute, Idle: 30 * time.Second, Owner: owner(i), Slot: Key(100), Stale: time.Hour})
		s.clock.Advance(time.Second)
	}
	entries, err := store.List(background)
	require.NoError(s, err)
	require.Len(s, entries, 5)
	var total int64
	for i, e := range entries {
		total += e.Bytes
		if i > 0 {
			assert.Negative(s, bytes.Compare(entries[i-1].Key[:], e.Key[:]))
		}
	}
	assert.Equal(s, s.store.Stats().Bytes, total)

	want := Ints(s, s.alloc, rows, 3)
	defer want.Release()
	got, err := store.Inspect(background, Key(3))
	require.NoError(s, err)
	assert.Contains(s, entries, got)
	assert.Equal(s, Key(3), got.Key)
	assert.Equal(s, want.Version(), got.Version)
	assert.Equal(s, rows, got.Rows)
	assert.Equal(s, s.clock.Now().Add(-2*time.Second), got.Used.UTC())
	assert.Equal(s, owner(3), got.Owner)
	assert.Equal(s, Key(100), got.Slot)
	assert.Equal(s, got.Created.Add(time.Minute), got.Expires)

	s.clock.Advance(40 * time.Second) // looking is no use
	s.lacks(3, cache.ErrExpired)
	got, err = store.Inspect(background, Key(3))
	require.NoError(s, err)
	assert.True(s, got.Expired)
	_, err = store.Inspect(background, Key(9))
	assert.ErrorIs(s, err, cache.ErrNotFound)
}

func (s *suite) gc() {
	one := s.cost()
	s.start(Limits{})
	for i := range 4 {
		s.put(i, int64(i), cache.PutOptions{TTL: time.Duration(i) * time.Minute})
	}
	s.clock.Advance(2 * time.Minute)
	freed, err := s.store.(cache.Admin).GC(background)
	require.NoError(s, err)
	assert.Equal(s, cache.Freed{Entries: 2, Bytes: 2 * one}, freed)
	s.lacks(2, cache.ErrExpired)
	s.has(0, 0)
	s.has(3, 3)
}

// deleteIf clears a store of what is old, and then of all.
func (s *suite) deleteIf() {
	s.start(Limits{})
	store := s.store.(cache.Admin)
	for i := range 6 {
		s.put(i, int64(i), cache.PutOptions{Owner: owner(i % 2)})
		s.clock.Advance(time.Minute)
	}
	limit := s.clock.Now().Add(-3 * time.Minute)
	n, err := cache.DeleteIf(background, store, func(e cache.Entry) bool { return e.Created.Before(limit) })
	require.NoError(s, err)
	assert.Equal(s, 3, n)
	s.lacks(2, cache.ErrNotFound)
	s.has(3, 3)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = cache.DeleteIf(ctx, store, nil)
	assert.ErrorIs(s, err, context.Canceled)
	s.has(5, 5)
	n, err = cache.DeleteIf(background, store, nil)
	require.NoError(s, err)
	assert.Equal(s, 3, n)
	assert.Zero(s, s.store.Stats().Entries)
	assert.Zero(s, s.store.Stats().Bytes)
}
