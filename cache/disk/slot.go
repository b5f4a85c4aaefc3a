package disk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A slot is one of two places in the first header to which Append writes in
// turn, at last: until then, what was there before is the entry. See the
// package's documentation. It says all that the next append needs to know.
type slot struct {
	number    uint64 // of the append; 0: there was none
	end, part int64
	rows      int64
	version   frame.Version
	created   time.Time
	expires   time.Time // zero is never
	dead      int64     // bytes that are read no more
	small     uint32    // how many of the last parts are
	chain     chain
	dropped   int64 // rows in front that are read no more
	mac       [sha256.Size]byte
}

const (
	slotBytes = 160
	atSlotCRC = 124
	atSlotMAC = 128
)

// A chain is a hash of the headers of all parts, in their order.
type chain [sha256.Size]byte

func (c chain) with(p part) chain {
	b := binary.LittleEndian.AppendUint32(c[:], p.sum)
	return sha256.Sum256(append(b, p.header.mac[:]...))
}

// unappended is the slot that an entry has before the first append.
func unappended(first part) slot {
	h := first.header
	return slot{
		end: first.end(), rows: h.rows, version: h.version, created: h.created, expires: h.expires,
		chain: chain{}.with(first),
	}
}

func (s *slot) bytes() []byte {
	le := binary.LittleEndian
	b := le.AppendUint64(make([]byte, 0, slotBytes), s.number)
	b = le.AppendUint64(b, uint64(s.end))
	b = le.AppendUint64(b, uint64(s.part))
	b = le.AppendUint64(b, uint64(s.rows))
	b = append(b, s.version[:]...)
	b = le.AppendUint64(b, uint64(s.created.UnixNano()))
	if s.expires.IsZero() {
		b = le.AppendUint64(b, 0)
	} else {
		b = le.AppendUint64(b, uint64(s.expires.UnixNano()))
	}
	b = le.AppendUint64(b, uint64(s.dead))
	b = le.AppendUint32(b, s.small)
	b = append(b, s.chain[:]...)
	b = le.AppendUint64(b, uint64(s.dropped))
	b = b[:slotBytes]
	copy(b[atSlotMAC:], s.mac[:])
	le.PutUint32(b[atSlotCRC:], crc32.Checksum(b, castagnoli))
	return b
}

func parseSlot(b []byte) (s slot, err error) {
	le := binary.LittleEndian
	if !slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) {
		return s, nil
	}
	s = slot{
		number:  le.Uint64(b),
		end:     int64(le.Uint64(b[8:])),
		part:    int64(le.Uint64(b[16:])),
		rows:    int64(le.Uint64(b[24:])),
		version: frame.Version(b[32:]),
		created: time.Unix(0, int64(le.Uint64(b[48:]))),
		dead:    int64(le.Uint64(b[64:])),
		small:   le.Uint32(b[72:]),
		chain:   chain(b[76:]),
		dropped: int64(le.Uint64(b[108:])),
		mac:     [sha256.Size]byte(b[atSlotMAC:]),
	}
	if ns := int64(le.Uint64(b[56:])); ns != 0 {
		s.expires = time.Unix(0, ns)
	}
	if s.number == 0 || string(s.bytes()) != string(b) {
		return slot{}, errors.New("checksum of an append")
	}
	return s, nil
}

// parseSlots returns the newer of both. Neither may be missing: what is lost
// would be taken for what was before.
func parseSlots(b []byte) (slot, error) {
	even, err := parseSlot(b[:slotBytes])
	odd, oerr := parseSlot(b[slotBytes:])
	if err = errors.Join(err, oerr); err != nil {
		return slot{}, err
	}
	older, newer := even, odd
	if even.number > odd.number {
		older, newer = odd, even
	}
	if even.number%2 != 0 || odd.number%2 == 0 && odd.number != 0 || newer.number != 0 && older.number != newer.number-1 {
		return slot{}, fmt.Errorf("appends %d and %d", even.number, odd.number)
	}
	return newer, nil
}

// sign returns the slot's MAC. It is one of all parts by the chain.
func (s slot) sign(secret []byte) []byte {
	s.mac = [sha256.Size]byte{}
	b := s.bytes()
	clear(b[atSlotCRC : atSlotCRC+4])
	mac := hmac.New(sha256.New, secret)
	mac.Write(b)
	return mac.Sum(nil)
}
