package disk

import (
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// The seed's frame has 630,918 rows of three columns of 8 bytes: 15.1 MB.
const seedRows = 3 * 630_918

func BenchmarkGet(b *testing.B) {
	for _, held := range []bool{false, true} {
		b.Run(fmt.Sprintf("held=%t", held), func(b *testing.B) {
			s := openTest(b, Options{})
			put(b, s, 1, seedRows, 1, cache.PutOptions{})
			f, _, err := s.Get(background, cachetest.Key(1))
			require.NoError(b, err)
			if held {
				defer f.Release()
			} else {
				f.Release()
			}
			b.ReportAllocs()
			for b.Loop() {
				f, _, err := s.Get(background, cachetest.Key(1))
				if err != nil {
					b.Fatal(err)
				}
				f.Release()
			}
		})
	}
}

// What a tier in memory saves while nobody reads the entry: it is leased all the same.
func BenchmarkTieredGet(b *testing.B) {
	fast, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(b, err)
	s, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{fast}, Last: openTest(b, Options{})})
	require.NoError(b, err)
	f := cachetest.Ints(b, memory.DefaultAllocator, seedRows, 1)
	defer f.Release()
	require.NoError(b, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	b.ReportAllocs()
	for b.Loop() {
		f, _, err := s.Get(background, cachetest.Key(1))
		if err != nil {
			b.Fatal(err)
		}
		f.Release()
	}
}

// The first Get of a process verifies all; what it verifies is the ceiling.
func BenchmarkFirstGet(b *testing.B) {
	s := openTest(b, Options{})
	put(b, s, 1, seedRows, 1, cache.PutOptions{})
	b.Run("get", func(b *testing.B) {
		b.SetBytes(8 * seedRows)
		for b.Loop() {
			s.forget(cachetest.Key(1))
			f, _, err := s.Get(background, cachetest.Key(1))
			if err != nil {
				b.Fatal(err)
			}
			f.Release()
		}
	})
	b.Run("crc32c", func(b *testing.B) {
		p := make([]byte, 8*seedRows)
		b.SetBytes(int64(len(p)))
		for b.Loop() {
			crc32.Checksum(p, castagnoli)
		}
	})
}

func BenchmarkPut(b *testing.B) {
	for _, sync := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t", sync), func(b *testing.B) {
			s := openTest(b, Options{Sync: sync})
			f := cachetest.Ints(b, memory.DefaultAllocator, seedRows, 1)
			defer f.Release()
			f.Version() // known to whoever has a handle for it
			b.SetBytes(8 * seedRows)
			for b.Loop() {
				if err := s.Put(background, cachetest.Key(1), f, cache.PutOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A Put that evicts must not cost twice one that does not.
func BenchmarkPutSmall(b *testing.B) {
	const entries = 5000
	for _, limit := range []int{0, entries} {
		b.Run(fmt.Sprintf("entries=%d/limit=%d", entries, limit), func(b *testing.B) {
			s := openTest(b, Options{MaxEntries: limit})
			f := cachetest.Ints(b, memory.DefaultAllocator, 1000, 1)
			defer f.Release()
			next := 0
			put := func() {
				if err := s.Put(background, cachetest.Key(next), f, cache.PutOptions{}); err != nil {
					b.Fatal(err)
				}
				next++
			}
			for next < entries {
				put()
			}
			b.ResetTimer()
			for b.Loop() {
				put()
			}
		})
	}
}
