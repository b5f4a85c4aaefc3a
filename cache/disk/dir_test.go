package disk

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func TestOpenRefuses(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(t.TempDir(), link))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	open := t.TempDir()
	require.NoError(t, os.Chmod(open, 0o777))
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"no directory":       {Options{}, "Options.Dir is empty"},
		"no parent":          {Options{Dir: filepath.Join(link, "a", "b")}, "no such file"},
		"a link":             {Options{Dir: link}, "not a directory"},
		"a file":             {Options{Dir: file}, "not a directory"},
		"what others write":  {Options{Dir: open}, "others may write"},
		"a short secret":     {Options{Dir: open, Secret: []byte("short")}, "has 5 bytes"},
		"a negative limit":   {Options{Dir: open, MaxBytes: -1}, "negative"},
		"a negative reserve": {Options{Dir: open, MinFree: -1}, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(test.o)
			assert.ErrorContains(t, err, test.want)
		})
	}
	openTest(t, Options{Dir: open, Secret: make([]byte, 16)})
}

// Two stores of one directory stand for two processes.
func TestStoresShare(t *testing.T) {
	clock := cachetest.NewClock()
	o := Options{Dir: t.TempDir(), MaxEntries: 3, Now: clock.Now}
	a, b := openTest(t, o), openTest(t, o)
	put(t, a, 1, 100, 1, cache.PutOptions{TTL: time.Minute})
	has(t, b, 1, 1)
	put(t, b, 1, 100, 2, cache.PutOptions{TTL: time.Minute})
	has(t, a, 1, 2)
	assert.Equal(t, 1, a.Stats().Entries)

	clock.Advance(time.Hour)
	lacks(t, b, 1, cache.ErrExpired)
	lacks(t, a, 1, cache.ErrExpired)

	for i := range 4 {
		put(t, a, 10+i, 100, 1, cache.PutOptions{})
		clock.Advance(time.Second)
	}
	assert.Equal(t, cache.LimitEntries, lacks(t, b, 10, cache.ErrEvicted).Limit, "by the other store")
	put(t, b, 20, 100, 1, cache.PutOptions{Supersedes: cachetest.Key(13)})
	lacks(t, a, 13, cache.ErrSuperseded)
	has(t, a, 20, 1)
}

func TestReaderHoldsFileInAllProcesses(t *testing.T) {
	o := Options{Dir: t.TempDir(), MaxEntries: 2}
	reader, writer := openTest(t, o), openTest(t, o)
	put(t, writer, 1, 100, 1, cache.PutOptions{})
	f, _, err := reader.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	for i := range 5 { // entry 1 is the oldest, and stays
		put(t, writer, 2+i, 100, 1, cache.PutOptions{})
	}
	has(t, writer, 1, 1)

	require.NoError(t, writer.Delete(background, cachetest.Key(1)))
	lacks(t, reader, 1, cache.ErrNotFound)
	assert.Equal(t, 2, writer.Stats().Entries, "it counts while it is read")
	assert.Len(t, strays(t, o.Dir), 1)
	assert.True(t, cachetest.IsInts(f, 1))
	f.Release()
	assert.Equal(t, 1, writer.Stats().Entries)
	assert.Empty(t, strays(t, o.Dir))
	requireCounted(t, writer)
}

func TestReopened(t *testing.T) {
	clock := cachetest.NewClock()
	o := Options{Dir: t.TempDir(), Now: clock.Now, Sync: true}
	s := openTest(t, o)
	put(t, s, 1, 100, 1, cache.PutOptions{Idle: time.Hour})
	put(t, s, 2, 100, 2, cache.PutOptions{TTL: time.Hour})
	require.NoError(t, s.Delete(background, cachetest.Key(2)))
	held := s.Stats().Bytes
	require.NoError(t, s.Close())
	clock.Advance(59 * time.Minute)

	s = openTest(t, o)
	assert.Equal(t, held, s.Stats().Bytes)
	has(t, s, 1, 1)
	clock.Advance(59 * time.Minute)
	has(t, s, 1, 1)
	clock.Advance(time.Hour)
	lacks(t, s, 1, cache.ErrExpired)
	lacks(t, s, 2, cache.ErrNotFound)
}

// A process died while it changed the usage, or somebody removed files.
func TestUsageIsCountedAnew(t *testing.T) {
	for name, harm := range map[string]func(dir string) error{
		"a change under way": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "usage"), make([]byte, usageBytes), 0o600)
		},
		"no usage":      func(dir string) error { return os.Truncate(filepath.Join(dir, "usage"), 0) },
		"half a record": func(dir string) error { return os.Truncate(filepath.Join(dir, "usage"), 10) },
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{MaxEntries: 3})
			for i := range 5 {
				put(t, s, i, 100, 1, cache.PutOptions{})
			}
			before := s.Stats()
			require.NoError(t, harm(s.o.Dir))
			assert.Equal(t, before, s.Stats())
			put(t, s, 9, 100, 1, cache.PutOptions{})
			assert.Equal(t, 3, s.Stats().Entries)
			lacks(t, s, 0, cache.ErrEvicted)
			requireCounted(t, s)
		})
	}
}

func TestGravesAreARing(t *testing.T) {
	s := openTest(t, Options{})
	require.NoError(t, s.change(background, func(u *usage) error {
		for i := range maxGraves + 10 {
			if err := dig(s.graves, u, &cache.Miss{Key: cachetest.Key(i), Cause: cache.ErrExpired}); err != nil {
				return err
			}
		}
		return nil
	}))
	lacks(t, s, 9, cache.ErrNotFound)
	lacks(t, s, 10, cache.ErrExpired)
	lacks(t, s, maxGraves+9, cache.ErrExpired)
	info, err := s.graves.Stat()
	require.NoError(t, err)
	assert.EqualValues(t, maxGraves*graveBytes, info.Size())
}

// One reader after another of one entry share one mapping.
func TestReadersShareAMapping(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	a, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	b, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Same(t, a.Columns()[0], b.Columns()[0])
	a.Release()
	assert.True(t, cachetest.IsInts(b, 1))
	b.Release()
	assert.Empty(t, s.open)
}

// Whoever reads an entry last when it is deleted may be gone before it has another name,
// and does not remove it then. Who deletes it does.
func TestDeletedWhileItsLastReaderGoes(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	reader, writer := openTest(t, o), openTest(t, o)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			default:
			}
			m := &mapping{store: reader, key: cachetest.Key(1)}
			if m.openFile(background, openEntry) != nil {
				continue
			}
			_ = m.file.Close() // as release does
			if !m.current() {
				assert.NoError(t, reader.change(background, func(u *usage) error { return reader.sweepGone(u, m.key) }))
			}
		}
	}()
	for i := range 1000 {
		put(t, writer, 1, 10, 1, cache.PutOptions{})
		if i%2 == 0 {
			require.NoError(t, writer.Delete(background, cachetest.Key(1)))
		}
	}
	close(stop)
	<-ended
	assert.Empty(t, strays(t, o.Dir))
	requireCounted(t, writer)
}
