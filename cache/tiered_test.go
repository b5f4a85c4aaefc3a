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
	"github.com/pointillist-go/pointillist/frame"
)

func newMemory(t *testing.T, o cache.MemoryOptions) *cache.Memory {
	t.Helper()
	m, err := cache.NewMemory(o)
	require.NoError(t, err)
	return m
}

func newTiered(t *testing.T, last cache.Leaser, faster ...cache.Store) *cache.Tiered {
	t.Helper()
	s, err := cache.NewTiered(cache.TieredOptions{Faster: faster, Last: last})
	require.NoError(t, err)
	return s
}

func TestTiered(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		last := newMemory(t, cache.MemoryOptions{MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MaxOwnerBytes: l.MaxOwnerBytes, Lease: l.Lease, Now: l.Now})
		return newTiered(t, last, newMemory(t, cache.MemoryOptions{MaxEntries: 2, Now: l.Now}), newMemory(t, cache.MemoryOptions{Now: l.Now}))
	})
}

func TestTieredOptions(t *testing.T) {
	_, err := cache.NewTiered(cache.TieredOptions{})
	assert.ErrorContains(t, err, "Last must be set")
	_, err = cache.NewTiered(cache.TieredOptions{Last: newMemory(t, cache.MemoryOptions{}), MaxCopyBytes: -1})
	assert.ErrorContains(t, err, "negative")
}

func putInts(t *testing.T, s cache.Store, key int, v int64) {
	t.Helper()
	f := cachetest.Ints(t, memory.DefaultAllocator, 1000, v)
	defer f.Release()
	require.NoError(t, s.Put(context.Background(), cachetest.Key(key), f, cache.PutOptions{}))
}

func hasInts(t *testing.T, s cache.Store, key int, v int64) {
	t.Helper()
	f, _, err := s.Get(context.Background(), cachetest.Key(key))
	require.NoError(t, err)
	defer f.Release()
	assert.True(t, cachetest.IsInts(f, v))
}

// What is hot in the fast tier is not the first to go from the slow ones.
func TestTieredUsesReachTheLast(t *testing.T) {
	clock := cachetest.NewClock()
	last := newMemory(t, cache.MemoryOptions{MaxEntries: 3, Now: clock.Now})
	middle := newMemory(t, cache.MemoryOptions{MaxEntries: 3, Now: clock.Now})
	fast := newMemory(t, cache.MemoryOptions{Now: clock.Now})
	s := newTiered(t, last, fast, middle)
	for i := range 10 {
		putInts(t, s, i, int64(i))
		clock.Advance(time.Second)
		hasInts(t, s, 0, 0)
	}
	hasInts(t, last, 0, 0)
	hasInts(t, middle, 0, 0)
	assert.EqualValues(t, 10, fast.Stats().Hits, "a copy was returned each time")
	assert.Zero(t, middle.Stats().Misses)
}

// Another process changes what the last tier holds.
func TestTieredCopiesAreNeverStale(t *testing.T) {
	last, fast := newMemory(t, cache.MemoryOptions{}), newMemory(t, cache.MemoryOptions{})
	s := newTiered(t, last, fast)
	putInts(t, s, 1, 1)
	putInts(t, last, 1, 2)
	hasInts(t, s, 1, 2)
	hasInts(t, fast, 1, 2)

	require.NoError(t, last.Delete(context.Background(), cachetest.Key(1)))
	_, _, err := s.Get(context.Background(), cachetest.Key(1))
	assert.ErrorIs(t, err, cache.ErrNotFound)
	assert.Zero(t, fast.Stats().Entries)
}

func TestTieredPromotesCopies(t *testing.T) {
	last, fast := newMemory(t, cache.MemoryOptions{}), newMemory(t, cache.MemoryOptions{})
	s := newTiered(t, last, fast)
	putInts(t, last, 1, 1)
	hasInts(t, s, 1, 1)
	hasInts(t, fast, 1, 1)
	a, _, err := last.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	defer a.Release()
	b, _, err := fast.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	defer b.Release()
	assert.NotSame(t, a.Columns()[0].Chunk(0), b.Columns()[0].Chunk(0))

	small, err := cache.NewTiered(cache.TieredOptions{Last: last, Faster: []cache.Store{fast}, MaxCopyBytes: 100})
	require.NoError(t, err)
	putInts(t, last, 2, 2)
	hasInts(t, small, 2, 2)
	assert.Equal(t, 1, fast.Stats().Entries)
}

// A downStore is a last tier that may not be reached.
type downStore struct {
	*cache.Memory
	down bool
}

func (s *downStore) Lease(ctx context.Context, key cache.Key) (*cache.Lease, error) {
	if s.down {
		return nil, &cache.Miss{Key: key, Cause: cache.ErrDown}
	}
	return s.Memory.Lease(ctx, key)
}

func (s *downStore) Put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	if s.down {
		return &cache.Miss{Key: key, Cause: cache.ErrDown}
	}
	return s.Memory.Put(ctx, key, f, o)
}

func TestTieredServesCopiesWhileTheLastIsDown(t *testing.T) {
	last := &downStore{Memory: newMemory(t, cache.MemoryOptions{})}
	s := newTiered(t, last, newMemory(t, cache.MemoryOptions{}))
	putInts(t, s, 1, 1)
	last.down = true
	hasInts(t, s, 1, 1)
	_, _, err := s.Get(context.Background(), cachetest.Key(2))
	assert.ErrorIs(t, err, cache.ErrDown)

	f := cachetest.Ints(t, memory.DefaultAllocator, 1000, 2)
	defer f.Release()
	assert.ErrorIs(t, s.Put(context.Background(), cachetest.Key(1), f, cache.PutOptions{}), cache.ErrDown)
	hasInts(t, s, 1, 1)
}

// An askedStore is a last tier that calls a function when it is asked for a frame.
type askedStore struct {
	*cache.Memory
	asked func()
}

func (s *askedStore) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	f, info, err := s.Memory.Get(ctx, key)
	s.asked()
	return f, info, err
}

// plainStore hides that a store appends.
type plainStore struct{ cache.Store }

// appendInts appends ten rows to entry 1.
func appendInts(t *testing.T, s cache.Appender) {
	t.Helper()
	f, _, err := s.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	more := cachetest.Ints(t, memory.DefaultAllocator, 10, 1)
	defer more.Release()
	_, err = s.Append(context.Background(), cachetest.Key(1), f.Version(), more, 0)
	require.NoError(t, err)
}

// What was acknowledged is what is served while the last tier is down: a copy
// that was appended to, or none.
func TestTieredAppend(t *testing.T) {
	last := &downStore{Memory: newMemory(t, cache.MemoryOptions{})}
	fast, plain := newMemory(t, cache.MemoryOptions{}), newMemory(t, cache.MemoryOptions{})
	s := newTiered(t, last, fast, plainStore{plain})
	putInts(t, s, 1, 1)
	appendInts(t, s)
	assert.Equal(t, 1, fast.Stats().Entries)
	assert.Zero(t, plain.Stats().Entries, "it cannot be appended to")
	last.down = true
	f, _, err := s.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, 1010, f.Rows())
	f.Release()

	last.down = false
	appendInts(t, last) // another process: the copy is old now
	appendInts(t, s)
	assert.Equal(t, 1, fast.Stats().Entries)
	last.down = true
	f, _, err = s.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, 1030, f.Rows())
	f.Release()
}

// What was read before an append, and is copied after it, does not stay.
func TestTieredCopiesNothingOld(t *testing.T) {
	last := &askedStore{Memory: newMemory(t, cache.MemoryOptions{}), asked: func() {}}
	fast := newMemory(t, cache.MemoryOptions{})
	s := newTiered(t, last, fast)
	putInts(t, last, 1, 1)
	last.asked = func() {
		last.asked = func() {}
		appendInts(t, s)
	}
	f, _, err := s.Get(context.Background(), cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, 1000, f.Rows(), "it was asked before")
	f.Release()
	assert.Zero(t, fast.Stats().Entries)
}
