package disk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

var background = context.Background()

func openTest(t testing.TB, o Options) *Store {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.MinFree == 0 {
		o.MinFree = 1
	}
	s, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

func firstInt(f *frame.Frame) int64 { return f.Columns()[0].Chunk(0).(*array.Int64).Value(0) }

func put(t testing.TB, s *Store, key, rows int, v int64, o cache.PutOptions) {
	t.Helper()
	f := cachetest.Ints(t, memory.DefaultAllocator, rows, v)
	defer f.Release()
	require.NoError(t, s.Put(background, cachetest.Key(key), f, o))
}

func lacks(t testing.TB, s *Store, key int, cause error) *cache.Miss {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(key))
	require.Nil(t, f)
	require.ErrorIs(t, err, cause)
	var miss *cache.Miss
	require.ErrorAs(t, err, &miss)
	return miss
}

func has(t testing.TB, s *Store, key int, v int64) {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(key))
	require.NoError(t, err)
	assert.True(t, cachetest.IsInts(f, v))
	f.Release()
}

// Each bit of a file is flipped, and the file cut at each byte.
func TestDamagedFilesAreCorrupt(t *testing.T) {
	s := openTest(t, Options{})
	path := s.path(cachetest.Key(1))
	f := cachetest.Ints(t, memory.DefaultAllocator, 3, 7)
	defer f.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{TTL: time.Hour}))
	good, err := os.ReadFile(path)
	require.NoError(t, err)

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	damaged := 0
	check := func(b []byte, what string, at int) {
		damaged++
		require.NoError(t, os.WriteFile(path, b, 0o600))
		got, _, err := s.Get(background, cachetest.Key(1))
		require.Nil(t, got, "%s %d", what, at)
		require.ErrorIs(t, err, cache.ErrCorrupt, "%s %d", what, at)
		require.NoFileExists(t, path)
	}
	for i := range 8 * len(good) {
		b := append([]byte(nil), good...)
		b[i/8] ^= 1 << (i % 8)
		check(b, "bit", i)
	}
	for n := range good {
		check(good[:n], "cut at", n)
	}
	check(append(good, 0), "grown to", len(good)+1)
	runtime.ReadMemStats(&after)
	// Each check writes the file, and reads its header.
	assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/uint64(damaged), uint64(400<<10))
	assert.EqualValues(t, damaged, s.Stats().Misses.Corrupt)

	require.NoError(t, os.WriteFile(path, good, 0o600))
	got, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, f.Version(), got.Version())
	got.Release()
}

// To refuse a damaged file takes no memory to speak of, however large it is.
func TestDamageTakesNoMemory(t *testing.T) {
	s := openTest(t, Options{})
	path := s.path(cachetest.Key(1))
	put(t, s, 1, 1_000_000, 7, cache.PutOptions{})
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	const flips = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range flips {
		at := i * (len(good) - 1) / (flips - 1)
		good[at] ^= 1
		require.NoError(t, os.WriteFile(path, good, 0o600))
		lacks(t, s, 1, cache.ErrCorrupt)
		good[at] ^= 1
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, flips*uint64(len(good))/4)
}

func TestCorruptIsExplainedOnceMore(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	require.NoError(t, os.Truncate(s.path(cachetest.Key(1)), 50))
	assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "only 50 bytes")
	lacks(t, s, 1, cache.ErrCorrupt) // the file is gone, the reason is not
	assert.Zero(t, s.Stats().Entries)
	put(t, s, 1, 100, 2, cache.PutOptions{})
	has(t, s, 1, 2)
}

func TestFileOfAnotherKeyIsCorrupt(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	require.NoError(t, os.Rename(s.path(cachetest.Key(1)), s.path(cachetest.Key(2))))
	assert.ErrorContains(t, lacks(t, s, 2, cache.ErrCorrupt), "it holds entry "+cachetest.Key(1).String())
	lacks(t, s, 1, cache.ErrNotFound)
}

// Whoever can write to the directory can make the checksums right, but not the
// signature.
func TestForgedFilesAreCorrupt(t *testing.T) {
	secret := []byte("0123456789abcdef")
	for name, forge := range map[string]func(b []byte){
		"payload": func(b []byte) {
			n := int64(binary.LittleEndian.Uint32(b[atHeader:]))
			b[len(b)-1] ^= 1
			binary.LittleEndian.PutUint32(b[fixedBytes:], crc32.Checksum(b[n:], castagnoli))
		},
		"expiry":    func(b []byte) { b[atExpires] ^= 1 },
		"no secret": func(b []byte) { b[atFlags] = 0 },
		"another secret": func(b []byte) {
			h, err := parseHeader(b[:int64(binary.LittleEndian.Uint32(b[atHeader:]))])
			if err != nil {
				panic(err)
			}
			mac := hmac.New(sha256.New, []byte("another secret, as long"))
			mac.Write(b[h.length():])
			copy(b[atMAC:], h.sum(mac))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{Secret: secret})
			put(t, s, 1, 100, 1, cache.PutOptions{TTL: time.Hour})
			has(t, s, 1, 1)
			b, err := os.ReadFile(s.path(cachetest.Key(1)))
			require.NoError(t, err)
			forge(b)
			n := int64(binary.LittleEndian.Uint32(b[atHeader:]))
			clear(b[atCRC : atCRC+4])
			binary.LittleEndian.PutUint32(b[atCRC:], crc32.Checksum(b[:n], castagnoli))
			require.NoError(t, os.WriteFile(s.path(cachetest.Key(1)), b, 0o600))
			assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "sign")
		})
	}
}

func TestSymbolicLinksAreNotFollowed(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "precious")
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	path := s.path(cachetest.Key(1))
	require.NoError(t, os.Rename(path, elsewhere))
	require.NoError(t, os.Symlink(elsewhere, path))
	lacks(t, s, 1, cache.ErrCorrupt)
	assert.NoFileExists(t, path)
	assert.FileExists(t, elsewhere)

	require.NoError(t, os.Symlink(elsewhere, path))
	precious, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	put(t, s, 1, 100, 2, cache.PutOptions{})
	has(t, s, 1, 2)
	after, err := os.ReadFile(elsewhere)
	require.NoError(t, err)
	assert.Equal(t, precious, after)
	requireCounted(t, s)
}

func TestPlantedFiles(t *testing.T) {
	s := openTest(t, Options{MaxEntries: 2})
	require.NoError(t, os.Mkdir(s.path(cachetest.Key(1)), 0o700))
	require.NoError(t, os.WriteFile(s.path(cachetest.Key(2)), make([]byte, 5000), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.o.Dir, "letter"), nil, 0o600))
	lacks(t, s, 1, cache.ErrCorrupt)
	lacks(t, s, 2, cache.ErrCorrupt)
	for i := range 5 {
		put(t, s, 3+i, 100, 1, cache.PutOptions{})
	}
	assert.FileExists(t, filepath.Join(s.o.Dir, "letter"))
	assert.Equal(t, 2, s.Stats().Entries)
	requireCounted(t, s)
}

func TestFileModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := openTest(t, Options{Dir: dir})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	lacks(t, s, 2, cache.ErrNotFound)
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode(), e.Name())
		assert.Regexp(t, `^([0-9a-f]{32}\.frame|lock|usage|graves|counts)$`, e.Name())
	}
}

// A stored file is an Arrow file behind its header.
func TestPayloadIsAnArrowFile(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 1, cache.PutOptions{})
	b, err := os.ReadFile(s.path(cachetest.Key(1)))
	require.NoError(t, err)
	n := binary.LittleEndian.Uint32(b[atHeader:])
	assert.Zero(t, n%64)
	f, err := frame.OpenIPC(b[n:], frame.IPCOptions{})
	require.NoError(t, err)
	assert.True(t, cachetest.IsInts(f, 1))
	f.Release()
}

// A file without statistics, as older ones are, is as good as any.
func TestFileWithoutStatistics(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100, 7, cache.PutOptions{})
	b, err := os.ReadFile(s.path(cachetest.Key(1)))
	require.NoError(t, err)
	n := binary.LittleEndian.Uint32(b[atHeader:])
	h, err := parseHeader(b[:n])
	require.NoError(t, err)
	require.NotEmpty(t, h.stats)
	h.stats = nil
	require.NoError(t, os.WriteFile(s.path(cachetest.Key(1)), append(h.bytes(), b[n:]...), 0o600))
	has(t, s, 1, 7)
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	assert.EqualValues(t, 7, f.Columns()[0].Stats().Min.Int)
}
