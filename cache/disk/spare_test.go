//go:build linux || darwin || freebsd

package disk

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// An entry that makes room leaves its file to the one that it made room for, longer or
// shorter, unless it is read: also by who has opened it, and will see that it is gone.
func TestAnEvictedFileIsUsedAgain(t *testing.T) {
	s := openTest(t, Options{MaxEntries: 1})
	file := func(key int) os.FileInfo {
		info, err := os.Lstat(s.path(cachetest.Key(key)))
		require.NoError(t, err)
		return info
	}
	put(t, s, 0, 10, 0, cache.PutOptions{})
	for i, rows := range []int{300_000, 10, 1000, 200_000} {
		has(t, s, i, int64(i))
		before := file(i)
		put(t, s, i+1, rows, int64(i+1), cache.PutOptions{})
		assert.True(t, os.SameFile(before, file(i+1)))
		lacks(t, s, i, cache.ErrEvicted)
		has(t, s, i+1, int64(i+1))
	}
	bad, err := s.Verify(background)
	require.NoError(t, err)
	assert.Empty(t, bad)
	assert.Equal(t, 1, s.Stats().Entries)
	assert.Equal(t, file(4).Size(), s.Stats().Bytes)

	// Locked by who has opened it a moment ago, when it still was an entry.
	late, err := openEntry(s.path(cachetest.Key(4)))
	require.NoError(t, err)
	before := file(4)
	evicted, err := s.spareFile(&usage{}, s.path(cachetest.Key(4)))
	require.NoError(t, err)
	_, err = tryLock(late, false)
	require.NoError(t, err)
	temp, err := s.newTemp(evicted)
	require.NoError(t, err)
	after, err := temp.Stat()
	require.NoError(t, err)
	assert.False(t, os.SameFile(before, after))
	require.NoError(t, late.Close())
	require.NoError(t, temp.Close())
	require.NoError(t, s.change(background, s.rescan))
	files, err := os.ReadDir(s.o.Dir)
	require.NoError(t, err)
	for _, f := range files {
		assert.False(t, counts(f.Name()), f.Name())
	}
}
