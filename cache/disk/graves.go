package disk

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// The file "graves" remembers why the last maxGraves entries went, for every
// process that is asked for one. It is a ring: grave i is at i mod maxGraves.
//
//	offset  size
//	     0    16  key
//	    16     8  number i of the grave: of several for a key the highest counts
//	    24     8  when, ns since the Unix epoch
//	    32     1  cause: 0 forgotten, else the place in causes
//	    33     1  limit
//	    34     2  0
//	    36     4  CRC-32C of the bytes before
const (
	graveBytes = 40
	maxGraves  = 4096
)

// causes by their number in a file: never renumber them.
var causes = []error{nil, cache.ErrExpired, cache.ErrEvicted, cache.ErrSuperseded, cache.ErrCorrupt}

// dig records a death; the lock is held.
func dig(graves *os.File, u *usage, m *cache.Miss) error {
	b := make([]byte, 0, graveBytes)
	le := binary.LittleEndian
	b = append(b, m.Key[:]...)
	b = le.AppendUint64(b, u.graves)
	b = le.AppendUint64(b, uint64(m.When.UnixNano()))
	cause := byte(0)
	for i, c := range causes {
		if errors.Is(m.Cause, c) {
			cause = byte(i)
		}
	}
	b = append(b, cause, byte(m.Limit), 0, 0)
	b = le.AppendUint32(b, crc32.Checksum(b, castagnoli))
	_, err := graves.WriteAt(b, int64(u.graves%maxGraves)*graveBytes)
	u.graves++
	return err
}

// exhume returns why key is not kept, and the number of graves ever dug. It
// needs no lock: a grave that is being dug has a wrong checksum.
func exhume(graves *os.File, key cache.Key) (m *cache.Miss, dug uint64) {
	m = &cache.Miss{Key: key, Cause: cache.ErrNotFound}
	b := make([]byte, maxGraves*graveBytes)
	n, _ := graves.ReadAt(b, 0) // what cannot be read is not known
	le := binary.LittleEndian
	newest := uint64(0)
	for b = b[:n]; len(b) >= graveBytes; b = b[graveBytes:] {
		number, cause, limit := le.Uint64(b[16:]), int(b[32]), cache.Limit(b[33])
		if crc32.Checksum(b[:36], castagnoli) != le.Uint32(b[36:]) || cause >= len(causes) || limit > cache.LimitOwner {
			continue
		}
		dug = max(dug, number+1)
		if cache.Key(b) != key || number < newest {
			continue
		}
		newest = number
		m = &cache.Miss{Key: key, Cause: cache.ErrNotFound}
		if cause != 0 {
			m.Cause, m.Limit, m.When = causes[cause], limit, time.Unix(0, int64(le.Uint64(b[24:])))
		}
	}
	return m, dug
}
