package disk

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// Whatever stands in the place of an entry is the entry or a miss. All
// checksums are put right where there is room for them, so that the fuzzer
// reaches what lies behind: Arrow's bytes, and a header that lies.
func FuzzFile(f *testing.F) {
	s := openTest(f, Options{})
	path := s.path(cachetest.Key(1))
	put(f, s, 1, 3, 7, cache.PutOptions{})
	good, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(good, true)
	f.Add(good, false)
	f.Add(good[:fixedBytes], true)
	f.Add(append(bytes.Clone(good), 0), true)
	f.Fuzz(func(t *testing.T, b []byte, repair bool) {
		if repair {
			b = repaired(b)
		}
		require.NoError(t, os.WriteFile(path, b, 0o600))
		got, _, err := s.Get(background, cachetest.Key(1))
		if err == nil {
			for _, c := range got.Columns() {
				c.Stats()
			}
			got.Release()
			return
		}
		require.Nil(t, got)
		var miss *cache.Miss
		require.ErrorAs(t, err, &miss)
		require.Contains(t, []error{cache.ErrCorrupt, cache.ErrExpired}, miss.Cause)
		require.NotEqual(t, good, b)
	})
}

func repaired(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) < fixedBytes {
		return b
	}
	n, err := headerLength(b, int64(len(b)))
	if err != nil {
		return b
	}
	for i := range blocks(int64(len(b) - n)) {
		block := b[n+int(i)*blockBytes:]
		sum := crc32.Checksum(block[:min(len(block), blockBytes)], castagnoli)
		binary.LittleEndian.PutUint32(b[fixedBytes+4*i:], sum)
	}
	clear(b[atCRC : atCRC+4])
	binary.LittleEndian.PutUint32(b[atCRC:], crc32.Checksum(b[:n], castagnoli))
	return b
}
