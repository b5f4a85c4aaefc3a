package cache_test

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

func TestMemory(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		m, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: l.MaxBytes, MaxEntries: l.MaxEntries, MaxEntryBytes: l.MaxEntryBytes, MaxOwnerBytes: l.MaxOwnerBytes, Lease: l.Lease, Now: l.Now})
		require.NoError(t, err)
		return m
	})
}

func TestMemoryChargesWhatIsGoneButStillRead(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer alloc.AssertSize(t, 0)
	m, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	ctx := context.Background()
	f := cachetest.Ints(t, alloc, 1000, 1)
	bytes := f.Bytes()
	require.NoError(t, m.Put(ctx, cachetest.Key(1), f, cache.PutOptions{}))
	f.Release()

	r, info, err := m.Get(ctx, cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, bytes, info.Bytes)
	require.NoError(t, m.Delete(ctx, cachetest.Key(1)))
	assert.Equal(t, bytes, m.Stats().Bytes)
	r.Release()
	assert.Zero(t, m.Stats().Bytes)
}

// An entry that is appended to is charged as it is, also while its readers have
// what it was, and copies no rows but those of short chunks.
func TestMemoryAppend(t *testing.T) {
	m, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	ctx := context.Background()
	f := cachetest.Ints(t, memory.DefaultAllocator, 100_000, 1)
	defer f.Release()
	require.NoError(t, m.Put(ctx, cachetest.Key(1), f, cache.PutOptions{}))
	reader, _, err := m.Get(ctx, cachetest.Key(1))
	require.NoError(t, err)
	defer reader.Release()
	more := cachetest.Ints(t, memory.DefaultAllocator, 1000, 1)
	defer more.Release()
	version, want := f.Version(), f.Bytes()
	for range 3 {
		version, err = m.Append(ctx, cachetest.Key(1), version, more, 0)
		require.NoError(t, err)
	}
	want += more.Bytes() // thrice the same
	assert.Equal(t, want, m.Stats().Bytes)
	got, info, err := m.Get(ctx, cachetest.Key(1))
	require.NoError(t, err)
	defer got.Release()
	assert.Equal(t, want, info.Bytes)
	assert.Equal(t, 103_000, got.Rows())
	assert.Equal(t, 100_000, reader.Rows())
	same := func(c *frame.Column) *int64 { return &c.Chunk(0).(*array.Int64).Int64Values()[0] }
	assert.Same(t, same(f.Columns()[0]), same(got.Columns()[0]))
}

func TestMemoryRemembersOnlySoManyDeaths(t *testing.T) {
	m, err := cache.NewMemory(cache.MemoryOptions{MaxEntries: 1})
	require.NoError(t, err)
	ctx := context.Background()
	f := cachetest.Ints(t, memory.DefaultAllocator, 1, 1)
	defer f.Release()
	for i := range 5000 {
		require.NoError(t, m.Put(ctx, cachetest.Key(i), f, cache.PutOptions{}))
	}
	_, _, err = m.Get(ctx, cachetest.Key(4000))
	assert.ErrorIs(t, err, cache.ErrEvicted)
	_, _, err = m.Get(ctx, cachetest.Key(10))
	assert.ErrorIs(t, err, cache.ErrNotFound)
	require.NoError(t, m.Close())
}

func TestMemoryOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]cache.MemoryOptions{
		"bytes":       {MaxBytes: -1},
		"entries":     {MaxEntries: -1},
		"entry bytes": {MaxEntryBytes: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cache.NewMemory(o)
			assert.Error(t, err)
		})
	}
}
