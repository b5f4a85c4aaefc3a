//go:build linux || darwin || freebsd

package disk

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

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

// A file is used again only if nobody else can have it open, or has it by another name:
// that of who planted it, or something precious.
func TestPlantedFilesAreNotUsedAgain(t *testing.T) {
	for name, plant := range map[string]func(t *testing.T, path string){
		"a link": func(t *testing.T, path string) {
			require.NoError(t, os.Link(path, filepath.Join(t.TempDir(), "precious")))
		},
		"a file for all": func(t *testing.T, path string) { require.NoError(t, os.Chmod(path, 0o666)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{MaxEntries: 1})
			put(t, s, 1, 100, 1, cache.PutOptions{})
			plant(t, s.path(cachetest.Key(1)))
			f, err := openEntry(s.path(cachetest.Key(1)))
			require.NoError(t, err)
			defer func() { assert.NoError(t, f.Close()) }()
			planted, err := f.Stat()
			require.NoError(t, err)
			put(t, s, 2, 100, 2, cache.PutOptions{})
			info, err := os.Lstat(s.path(cachetest.Key(2)))
			require.NoError(t, err)
			assert.False(t, os.SameFile(planted, info))
			assert.EqualValues(t, 0o600, info.Mode())
			requireCounted(t, s)
		})
	}
}

// Where evicting does not make enough room, nothing of what was evicted is left, and the
// error is that there is none.
func TestASpareThatIsNotEnough(t *testing.T) {
	s := openTest(t, Options{MaxBytes: 20_000})
	put(t, s, 1, 1000, 1, cache.PutOptions{})
	put(t, s, 2, 1000, 2, cache.PutOptions{})
	f, _, err := s.Get(background, cachetest.Key(2))
	require.NoError(t, err)
	defer f.Release()
	large := ints(3)
	defer large.Release()
	twice, err := large.Append(large, 0)
	require.NoError(t, err)
	defer twice.Release()
	err = s.Put(background, cachetest.Key(3), twice, cache.PutOptions{})
	require.ErrorIs(t, err, cache.ErrFull)
	require.NotErrorIs(t, err, fs.ErrNotExist)
	assert.Empty(t, strays(t, s.o.Dir))
	requireCounted(t, s)
}

// Who has opened an entry that is evicted this moment does not wait until another entry
// is written to its file, which may take long.
func TestNobodyWaitsForASpare(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	m := &mapping{store: s, key: cachetest.Key(1)}
	ctx, cancel := context.WithTimeout(background, 10*time.Second)
	defer cancel()
	err := m.openFile(ctx, func(path string) (*os.File, error) {
		f, err := openEntry(path)
		if err != nil {
			return nil, err
		}
		evicted, err := s.spareFile(&usage{}, path)
		require.NoError(t, err)
		temp, err := s.newTemp(evicted)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, temp.Close()) })
		return f, nil
	})
	require.ErrorIs(t, err, fs.ErrNotExist)
}
