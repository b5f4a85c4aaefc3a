package cachetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// staleTests check a [cache.StaleStore].
var staleTests = map[string]func(*suite){
	"Stale":             (*suite).stale,
	"StaleMakeRoom":     (*suite).staleMakeRoom,
	"StaleIsNotRevived": (*suite).staleIsNotRevived,
}

// stales reports whether GetStale returns the value, as expired.
func (s *suite) stales(key int, v int64) {
	s.Helper()
	f, info, err := s.store.(cache.StaleStore).GetStale(background, Key(key))
	require.NoError(s, err)
	defer f.Release()
	assert.True(s, info.Expired)
	assert.True(s, IsInts(f, v))
}

func (s *suite) stale() {
	s.start(Limits{})
	store := s.store.(cache.StaleStore)
	s.put(1, 1, cache.PutOptions{TTL: time.Minute, Stale: time.Hour})
	f, info, err := store.GetStale(background, Key(1))
	require.NoError(s, err)
	assert.False(s, info.Expired)
	f.Release()

	s.clock.Advance(time.Minute)
	ended := s.clock.Now()
	for range 2 {
		assert.Equal(s, ended, s.lacks(1, cache.ErrExpired).When.UTC())
		s.stales(1, 1)
		s.clock.Advance(time.Minute)
	}
	assert.Equal(s, 1, s.store.Stats().Entries)
	s.clock.Advance(58 * time.Minute)
	_, _, err = store.GetStale(background, Key(1))
	assert.ErrorIs(s, err, cache.ErrExpired)
	assert.Equal(s, ended, s.lacks(1, cache.ErrExpired).When.UTC())
	assert.Zero(s, s.store.Stats().Entries)
	assert.EqualValues(s, 1, s.store.Stats().Expired)

	s.put(2, 2, cache.PutOptions{Stale: time.Hour}) // which never expires
	s.clock.Advance(1000 * time.Hour)
	s.has(2, 2)
	s.put(1, 3, cache.PutOptions{TTL: time.Minute, Stale: time.Hour})
	s.clock.Advance(2 * time.Minute)
	s.put(1, 4, cache.PutOptions{})
	s.has(1, 4)
	assert.Error(s, s.try(1, 1, cache.PutOptions{Stale: -1}))
}

// staleMakeRoom has what has expired go before what was used longer ago, leases or not.
func (s *suite) staleMakeRoom() {
	s.start(Limits{MaxEntries: 2})
	s.put(0, 0, cache.PutOptions{TTL: time.Hour})
	s.clock.Advance(time.Second)
	s.put(1, 1, cache.PutOptions{TTL: time.Minute, Stale: time.Hour})
	s.clock.Advance(time.Minute)
	s.stales(1, 1)
	s.put(2, 2, cache.PutOptions{})
	s.has(0, 0)
	s.lacks(1, cache.ErrExpired)
	assert.Empty(s, s.store.Stats().Evicted)
}

func (s *suite) staleIsNotRevived() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{Idle: time.Minute, Stale: time.Minute})
	s.clock.Advance(30 * time.Second)
	s.has(1, 1)
	s.clock.Advance(70 * time.Second)
	s.stales(1, 1)
	s.lacks(1, cache.ErrExpired)
	s.clock.Advance(50 * time.Second)
	_, _, err := s.store.(cache.StaleStore).GetStale(background, Key(1))
	assert.ErrorIs(s, err, cache.ErrExpired)
}
