package cachetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// appendTests are those of a cache.Appender.
var appendTests = map[string]func(*suite){
	"Append":             (*suite).appends,
	"AppendManyTimes":    (*suite).appendsManyTimes,
	"AppendToAWindow":    (*suite).appendsToAWindow,
	"AppendToAnother":    (*suite).appendsToAnother,
	"AppendOtherColumns": (*suite).appendsOtherColumns,
	"AppendAtTheLimits":  (*suite).appendsAtTheLimits,
	"AppendKeepsTheLife": (*suite).appendsAndLives,
	"AppendWhileRead":    (*suite).appendsWhileRead,
}

// appends reports whether a store can, which a tiered one knows of its last tier.
func appends(t *testing.T, store cache.Store) bool {
	t.Helper()
	a, ok := store.(cache.Appender)
	if !ok {
		return false
	}
	f := Ints(t, memory.DefaultAllocator, 1, 1)
	defer f.Release()
	_, err := a.Append(background, Key(0), f.Version(), f, 0)
	return !errors.Is(err, errors.ErrUnsupported)
}

// add appends n rows of v to entry 1, and returns the error.
func (s *suite) add(before frame.Version, n int, v int64) (frame.Version, error) {
	f := Ints(s, s.alloc, n, v)
	defer f.Release()
	return s.store.(cache.Appender).Append(background, Key(1), before, f, 0)
}

func (s *suite) appends() {
	s.start(Limits{})
	before := Mixed(s, s.alloc)
	defer before.Release()
	require.NoError(s, s.store.Put(background, Key(1), before, cache.PutOptions{}))
	reader, _ := s.get(1)
	defer reader.Release()

	more := before.Slice(3, 20)
	defer more.Release()
	want, err := before.Append(more, 0)
	require.NoError(s, err)
	defer want.Release()
	version, err := s.store.(cache.Appender).Append(background, Key(1), before.Version(), more, 0)
	require.NoError(s, err)
	assert.Equal(s, want.Version(), version)
	got, _ := s.get(1)
	defer got.Release()
	assert.Equal(s, version, got.Version())
	requireEqual(s, want, got)
	requireEqual(s, before, reader)
	assert.Equal(s, 1, s.store.Stats().Entries)
	assert.EqualValues(s, 2, s.store.Stats().Puts)
}

// appendsManyTimes appends by few and by many rows.
func (s *suite) appendsManyTimes() {
	s.start(Limits{})
	s.put(1, 0, cache.PutOptions{})
	want, _ := s.get(1)
	for i := range 100 {
		n := 1 + i*i*i%700
		more := Ints(s, s.alloc, n, int64(i))
		next, err := want.Append(more, 0)
		require.NoError(s, err)
		version, err := s.store.(cache.Appender).Append(background, Key(1), want.Version(), more, 0)
		more.Release()
		want.Release()
		want = next
		require.NoError(s, err)
		require.Equal(s, want.Version(), version)
		if i%10 == 9 {
			got, _ := s.get(1)
			requireSameInts(s, want, got)
			got.Release()
		}
	}
	want.Release()
}

// appendsToAWindow has the oldest rows leave, a few or more than there are.
func (s *suite) appendsToAWindow() {
	const window = rows + 50
	s.start(Limits{})
	s.put(1, 0, cache.PutOptions{})
	want, _ := s.get(1)
	reader, _ := s.get(1)
	defer reader.Release()
	for i := range 60 {
		n := 1 + i*i*i%3000
		if i == 30 {
			n = window + 7
		}
		more := Ints(s, s.alloc, n, int64(i))
		next, err := want.Append(more, window)
		require.NoError(s, err)
		version, err := s.store.(cache.Appender).Append(background, Key(1), want.Version(), more, window)
		more.Release()
		want.Release()
		want = next
		require.NoError(s, err)
		require.Equal(s, want.Version(), version)
		got, _ := s.get(1)
		requireSameInts(s, want, got)
		assert.LessOrEqual(s, got.Rows(), window)
		got.Release()
	}
	assert.True(s, IsInts(reader, 0))
	assert.Equal(s, rows, reader.Rows())
	defer want.Release()
	more := Ints(s, s.alloc, 1, 1)
	defer more.Release()
	_, err := s.store.(cache.Appender).Append(background, Key(1), want.Version(), more, -1)
	assert.ErrorContains(s, err, "a window of -1 rows")
	got, _ := s.get(1)
	defer got.Release()
	requireSameInts(s, want, got)
}

// requireSameInts compares frames whose chunks may differ.
func requireSameInts(s *suite, want, got *frame.Frame) {
	require.Equal(s, want.Version(), got.Version())
	require.Equal(s, ints(want), ints(got))
}

func ints(f *frame.Frame) (values []int64) {
	c := f.Columns()[0]
	for i := range c.Chunks() {
		values = append(values, c.Chunk(i).(*array.Int64).Int64Values()...)
	}
	return values
}

// appendsToAnother is what two writers do who do not know of each other.
func (s *suite) appendsToAnother() {
	s.start(Limits{})
	_, err := s.add(frame.Version{}, 10, 1)
	var miss *cache.Miss
	require.ErrorAs(s, err, &miss)
	require.ErrorIs(s, err, cache.ErrNotFound)

	s.put(1, 1, cache.PutOptions{})
	f, _ := s.get(1)
	version := f.Version()
	f.Release()
	_, err = s.add(version, 10, 1)
	require.NoError(s, err)
	_, err = s.add(version, 10, 1)
	require.ErrorIs(s, err, cache.ErrSuperseded)
	require.ErrorAs(s, err, &miss)
	f, _ = s.get(1)
	assert.Equal(s, rows+10, f.Rows())
	f.Release()

	ctx, cancel := context.WithCancel(background)
	cancel()
	more := Ints(s, s.alloc, 1, 1)
	defer more.Release()
	_, err = s.store.(cache.Appender).Append(ctx, Key(1), version, more, 0)
	assert.ErrorIs(s, err, context.Canceled)
}

func (s *suite) appendsOtherColumns() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{})
	f, _ := s.get(1)
	defer f.Release()
	other := Mixed(s, s.alloc)
	defer other.Release()
	_, err := s.store.(cache.Appender).Append(background, Key(1), f.Version(), other, 0)
	assert.ErrorContains(s, err, "5 columns cannot be appended to 1")
	s.has(1, 1)
}

func (s *suite) appendsAtTheLimits() {
	cost := s.cost()
	s.start(Limits{MaxBytes: 3 * cost, MaxEntryBytes: 2 * cost, MaxOwnerBytes: 3 * cost / 2})
	s.put(1, 1, cache.PutOptions{})
	s.put(2, 2, cache.PutOptions{})
	s.put(3, 3, cache.PutOptions{Owner: Key(100)})
	f, _ := s.get(1)
	defer f.Release()
	_, err := s.add(f.Version(), 11*rows/10, 1)
	assert.ErrorIs(s, err, cache.ErrTooLarge)
	s.has(3, 3)
	s.clock.Advance(time.Second)
	s.has(2, 2)
	_, err = s.add(f.Version(), rows/2, 1)
	require.NoError(s, err)
	assert.LessOrEqual(s, s.store.Stats().Bytes, 3*cost)
	s.lacks(3, cache.ErrEvicted) // it was used before 2

	s.start(Limits{MaxBytes: 10 * cost, MaxOwnerBytes: 3 * cost / 2})
	s.put(1, 1, cache.PutOptions{Owner: Key(100)})
	g, _ := s.get(1)
	defer g.Release()
	version, err := s.add(g.Version(), rows/4, 1)
	require.NoError(s, err)
	_, err = s.add(version, rows/2, 1)
	assert.ErrorIs(s, err, cache.ErrQuota)
	h, info := s.get(1)
	assert.Equal(s, rows+rows/4, h.Rows())
	assert.Equal(s, Key(100), info.Owner)
	h.Release()
}

func (s *suite) appendsAndLives() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{TTL: time.Hour, Idle: 3 * time.Hour})
	f, _ := s.get(1)
	defer f.Release()
	s.clock.Advance(40 * time.Minute)
	_, err := s.add(f.Version(), 10, 1)
	require.NoError(s, err)
	s.clock.Advance(40 * time.Minute)
	got, info := s.get(1)
	assert.Equal(s, rows+10, got.Rows())
	assert.Equal(s, s.clock.Now().Add(20*time.Minute).UTC(), info.Expires.UTC())
	version := got.Version()
	got.Release()
	s.clock.Advance(time.Hour)
	_, err = s.add(version, 10, 1)
	assert.ErrorIs(s, err, cache.ErrExpired)
}

// appendsWhileRead has readers find all rows of an append or none.
func (s *suite) appendsWhileRead() {
	const each = 64
	s.start(Limits{})
	f := Ints(s, s.alloc, each, 0)
	version := f.Version()
	require.NoError(s, s.store.Put(background, Key(1), f, cache.PutOptions{}))
	f.Release()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for last := 0; ; {
				select {
				case <-stop:
					return
				default:
				}
				f, _, err := s.store.Get(background, Key(1))
				if !assert.NoError(s, err) {
					return
				}
				assert.GreaterOrEqual(s, f.Rows(), last, "an append that was there is there no more")
				last = f.Rows()
				for i, v := range ints(f) {
					if v != int64(i/each) {
						assert.Fail(s, "mixed", "row %d of %d is %d", i, last, v)
						break
					}
				}
				f.Release()
			}
		})
	}
	for i := range 150 {
		var err error
		version, err = s.add(version, each, int64(i+1))
		require.NoError(s, err)
		got, _ := s.get(1)
		require.Equal(s, version, got.Version(), "what was acknowledged is there")
		got.Release()
	}
	close(stop)
	readers.Wait()
}
