package redis

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// BenchmarkStore puts and gets over loopback; "copy" is the same bytes copied in
// this process. The 1 GB is too much for every run of the tests:
//
//	go test -run '^$' -bench Store -benchtime 3x
func BenchmarkStore(b *testing.B) {
	server := startServer(b)
	for _, size := range []int{15 << 20, 100 << 20, 1 << 30} {
		s := openTest(b, Options{Prefix: fmt.Sprint(size), Timeout: patient, MaxBytes: 2 * int64(size)}, server)
		f := cachetest.Ints(b, memory.DefaultAllocator, size/8, 1)
		require.NoError(b, s.Put(background, cachetest.Key(1), f, cache.PutOptions{})) // computes the version, once a frame
		b.Run(fmt.Sprintf("op=put/bytes=%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				require.NoError(b, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
			}
		})
		b.Run(fmt.Sprintf("op=get/bytes=%d", size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				got, _, err := s.Get(background, cachetest.Key(1))
				require.NoError(b, err)
				require.Equal(b, f.Rows(), got.Rows())
				got.Release()
			}
		})
		b.Run(fmt.Sprintf("op=share/bytes=%d", size), func(b *testing.B) {
			held, _, err := s.Get(background, cachetest.Key(1))
			require.NoError(b, err)
			defer held.Release()
			for b.Loop() {
				got, _, err := s.Get(background, cachetest.Key(1))
				require.NoError(b, err)
				got.Release()
			}
		})
		b.Run(fmt.Sprintf("op=copy/bytes=%d", size), func(b *testing.B) {
			src, dst := make([]byte, size), make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				copy(dst, src)
			}
		})
		require.NoError(b, s.Delete(background, cachetest.Key(1)))
		f.Release()
	}
}

// BenchmarkAppend appends a thousand rows of three columns behind ten million,
// and gets the entry then as who has the one before. "put" is what it took
// without.
//
//	go test -run '^$' -bench Append -benchtime 300x
func BenchmarkAppend(b *testing.B) {
	server := startServer(b)
	s := openTest(b, Options{Prefix: "append", Timeout: patient}, server)
	f, more := wide(b, 3, 10_000_000), wide(b, 3, 1000)
	defer f.Release()
	defer more.Release()
	require.NoError(b, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	b.Run("op=put", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
		}
	})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(b, err)
	version := f.Version()
	grow := func(b *testing.B) {
		version, err = s.Append(background, cachetest.Key(1), version, more, 0)
		require.NoError(b, err)
	}
	get := func(b *testing.B) {
		next, _, err := s.Get(background, cachetest.Key(1))
		require.NoError(b, err)
		held.Release()
		held = next
	}
	b.Run("op=append", func(b *testing.B) {
		for b.Loop() {
			grow(b)
		}
	})
	get(b)
	b.Run("op=append and get", func(b *testing.B) {
		for b.Loop() {
			grow(b)
			get(b)
		}
	})
	held.Release()
}
