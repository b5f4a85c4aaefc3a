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
	add(f, s, 3, 7)
	add(f, s, 3, 7)
	appended, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(appended, true)
	f.Add(appended, false)
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
		require.NotEqual(t, appended, b)
	})
}

func repaired(b []byte) []byte {
	b = bytes.Clone(b)
	le := binary.LittleEndian
	var sum chain
	for at := 0; len(b)-at >= fixedBytes; { // each part
		part := b[at:]
		n, err := headerLength(part, int64(len(part)))
		if err != nil {
			return b
		}
		payload := part[n : n+int(le.Uint64(part[atPayload:]))]
		for i := range blocks(int64(len(payload))) {
			block := payload[i*blockBytes:]
			le.PutUint32(part[fixedBytes+4*i:], crc32.Checksum(block[:min(len(block), blockBytes)], castagnoli))
		}
		head := bytes.Clone(part[:n])
		clear(head[atCRC : atCRC+4])
		clear(head[atSlots:fixedBytes])
		le.PutUint32(part[atCRC:], crc32.Checksum(head, castagnoli))
		sum = sum.with(partOf(part[:n]))
		at = int(aligned(int64(at + n + len(payload))))
	}
	for i := range 2 { // the newer one is of all parts
		if len(b) < fixedBytes {
			break
		}
		slot := b[atSlots+i*slotBytes:][:slotBytes]
		if slot[0] == 0 {
			continue
		}
		if le.Uint64(slot[8:]) == uint64(len(b)) {
			copy(slot[76:], sum[:])
		}
		clear(slot[atSlotCRC : atSlotCRC+4])
		le.PutUint32(slot[atSlotCRC:], crc32.Checksum(slot, castagnoli))
	}
	return b
}

// partOf returns the part of a header whose checksum is right.
func partOf(head []byte) part {
	h, err := parseHeader(head)
	if err != nil {
		panic(err)
	}
	return part{header: h, sum: headerSum(head)}
}
