package redis

import (
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

func TestStoreThatCompressesAndSigns(t *testing.T) {
	server := startServer(t)
	o := Options{Compress: true, Secret: []byte("known to the owner")}
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store { return open(t, o, l, server) })
}

// noise is a frame that no one can compress.
func noise(t testing.TB, rows int) *frame.Frame {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]int64, rows)
	for i := range values {
		values[i] = int64(r.Uint64())
	}
	f, err := frame.FromSlices(frame.Slice("noise", values))
	require.NoError(t, err)
	return f
}

// What one store has compressed another reads that does not, and the other way
// round. Chunks that would not be smaller stay as they are.
func TestCompressedChunks(t *testing.T) {
	const rows = 1_500_000 // 12 MB, three chunks
	server := startServer(t)
	plain, small := openTest(t, Options{Timeout: patient, Prefix: "one"}, server), openTest(t, Options{Timeout: patient, Prefix: "one", Compress: true}, server)
	c := client(t, server)
	stored := func(s *Store) (bytes int) {
		for _, key := range chunkKeys(t, c, s) {
			bytes += len(getRaw(t, c, key))
		}
		return bytes
	}
	for name, make := range map[string]func() *frame.Frame{
		"the same again": func() *frame.Frame { return cachetest.Ints(t, memory.DefaultAllocator, rows, 7) },
		"noise":          func() *frame.Frame { return noise(t, rows) },
	} {
		f := make()
		for _, pair := range [][2]*Store{{plain, small}, {small, plain}} {
			require.NoError(t, pair[0].Put(background, cachetest.Key(1), f, cache.PutOptions{}))
			got, _, err := pair[1].Get(background, cachetest.Key(1))
			require.NoError(t, err, name)
			assert.Equal(t, recomputed(t, f), recomputed(t, got), name)
			got.Release()
			if bytes := stored(pair[0]); pair[0] == small && name != "noise" {
				t.Logf("%s: %d bytes", name, bytes)
				assert.Less(t, bytes, 8*rows/10)
			} else {
				assert.GreaterOrEqual(t, bytes, 8*rows)
			}
			require.NoError(t, plain.Delete(background, cachetest.Key(1)))
		}
		f.Release()
	}
}

// recomputed is the version of what is there, not of what is said to be.
func recomputed(t testing.TB, f *frame.Frame) frame.Version {
	t.Helper()
	column := f.Columns()[0]
	require.Equal(t, 1, column.Chunks())
	again, err := frame.FromSlices(frame.Slice(column.Name(), column.Chunk(0).(*array.Int64).Int64Values()))
	require.NoError(t, err)
	defer again.Release()
	return again.Version()
}

// A compressed chunk that is altered or cut is not decompressed.
func TestDamagedCompressedChunk(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient, Compress: true}, server)
	c := client(t, server)
	for name, damage := range map[string]func(b []byte) []byte{
		"altered": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)-1] },
		"grown":   func(b []byte) []byte { return append(b, 0) },
		"empty":   func([]byte) []byte { return nil },
	} {
		put(t, s, 1, 100_000, 7, cache.PutOptions{})
		keys := chunkKeys(t, c, s)
		require.Len(t, keys, 1)
		setRaw(t, c, keys[0], damage(getRaw(t, c, keys[0])))
		assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "checksum of chunk 1 of 1", name)
		lacks(t, s, 1, cache.ErrCorrupt) // it is deleted, the reason is not
	}
}
