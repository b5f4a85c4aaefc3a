package cachetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// countTests check a [cache.Counter].
var countTests = map[string]func(*suite){
	"Count":          (*suite).count,
	"CountLifetimes": (*suite).countLifetimes,
	"CountAtOnce":    (*suite).countAtOnce,
	"CountOverflow":  (*suite).countOverflow,
}

// counts reports whether a store can, which a tiered one knows of its last tier.
func counts(store cache.Store) bool {
	c, ok := store.(cache.Counter)
	if !ok {
		return false
	}
	_, err := c.Add(background, Key(0), 0, cache.CountOptions{})
	return !errors.Is(err, errors.ErrUnsupported)
}

// adds adds to the number of key 1, and checks what it is then.
func (s *suite) adds(delta int64, o cache.CountOptions, want int64) {
	s.Helper()
	n, err := s.store.(cache.Counter).Add(background, Key(1), delta, o)
	require.NoError(s, err)
	assert.Equal(s, want, n)
}

func (s *suite) count() {
	s.start(Limits{})
	c := s.store.(cache.Counter)
	s.adds(0, cache.CountOptions{}, 0)
	s.adds(5, cache.CountOptions{}, 5)
	s.adds(-7, cache.CountOptions{}, -2)
	s.adds(0, cache.CountOptions{}, -2)
	n, err := c.Add(background, Key(2), 1, cache.CountOptions{})
	require.NoError(s, err)
	assert.EqualValues(s, 1, n)

	// Frames are apart, and so are the limits on them.
	s.lacks(1, cache.ErrNotFound)
	s.put(1, 1, cache.PutOptions{})
	require.NoError(s, s.store.Delete(background, Key(1)))
	s.adds(0, cache.CountOptions{}, -2)
	assert.Zero(s, s.store.Stats().Entries)

	require.NoError(s, c.ResetCount(background, Key(1)))
	require.NoError(s, c.ResetCount(background, Key(1)), "there is none")
	s.adds(1, cache.CountOptions{}, 1)

	_, err = c.Add(background, Key(1), 1, cache.CountOptions{TTL: -1})
	assert.Error(s, err)
	_, err = c.Add(background, Key(1), 1, cache.CountOptions{Idle: -1})
	assert.Error(s, err)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = c.Add(ctx, Key(1), 1, cache.CountOptions{})
	require.ErrorIs(s, err, context.Canceled)
	require.ErrorIs(s, c.ResetCount(ctx, Key(1)), context.Canceled)
	s.adds(0, cache.CountOptions{}, 1)
	require.NoError(s, s.store.Close())
	_, err = c.Add(background, Key(1), 1, cache.CountOptions{})
	require.ErrorIs(s, err, cache.ErrDown)
}

func (s *suite) countLifetimes() {
	s.start(Limits{})
	minute, idle := cache.CountOptions{TTL: time.Minute}, cache.CountOptions{Idle: time.Minute}
	s.adds(1, minute, 1)
	s.clock.Advance(40 * time.Second)
	s.adds(1, cache.CountOptions{TTL: time.Hour}, 2) // the window is that of the first
	s.clock.Advance(20 * time.Second)
	s.adds(0, minute, 0)
	s.clock.Advance(time.Hour) // to read has begun nothing
	s.adds(1, idle, 1)
	for n := range int64(3) {
		s.clock.Advance(40 * time.Second)
		s.adds(1, idle, n+2)
	}
	s.clock.Advance(time.Minute)
	s.adds(3, cache.CountOptions{TTL: time.Minute, Idle: time.Hour}, 3)
	s.clock.Advance(time.Minute)
	s.adds(4, cache.CountOptions{}, 4)
	s.clock.Advance(1000 * time.Hour)
	s.adds(1, minute, 5)
}

// countAtOnce has each of many see a number of its own.
func (s *suite) countAtOnce() {
	s.start(Limits{})
	const goroutines, each = 8, 50
	seen := make([][]int64, goroutines)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for range each {
				n, err := s.store.(cache.Counter).Add(background, Key(1), 1, cache.CountOptions{})
				assert.NoError(s, err)
				seen[g] = append(seen[g], n)
			}
		})
	}
	wg.Wait()
	all := slices.Concat(seen...)
	slices.Sort(all)
	for i, n := range all {
		require.EqualValues(s, i+1, n)
	}
}

func (s *suite) countOverflow() {
	s.start(Limits{})
	for _, most := range []int64{math.MaxInt64, math.MinInt64} {
		require.NoError(s, s.store.(cache.Counter).ResetCount(background, Key(1)))
		s.adds(most, cache.CountOptions{}, most)
		further := int64(1)
		if most < 0 {
			further = -1
		}
		_, err := s.store.(cache.Counter).Add(background, Key(1), further, cache.CountOptions{})
		require.ErrorIs(s, err, cache.ErrOverflow)
		s.adds(-further, cache.CountOptions{}, most-further)
	}
}
