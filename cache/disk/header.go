package disk

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// The layout of a file's header: see the package's documentation.
const (
	atFormat   = 8
	atHeader   = 12
	atPayload  = 16
	atBlock    = 24
	atFlags    = 28
	atKey      = 32
	atVersion  = 48
	atCreated  = 64
	atExpires  = 72
	atIdle     = 80
	atRows     = 88
	atMAC      = 96
	atCRC      = 128
	atOwner    = 132
	atSlot     = 148
	atStale    = 164
	atStats    = 172
	atPrevious = 176
	atSchema   = 184
	atSlots    = 192
	fixedBytes = atSlots + 2*slotBytes

	magic      = "\x89PNTF\r\n\x1a"
	format     = 3
	blockBytes = 1 << 20
	flagMAC    = 1
)

// maxHeader bounds what is read before anything is verified: a payload of 4 TiB
// and its statistics. maxStats is what these may take: more are not kept.
const (
	maxHeader = fixedBytes + 4*(4<<20) + maxStats
	maxStats  = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A header is what stands before the Arrow file.
type header struct {
	payload int64 // bytes
	key     cache.Key
	version frame.Version
	rows    int64
	created time.Time
	expires time.Time // zero is never
	idle    time.Duration
	owner   cache.Key // zero is nobody's
	slot    cache.Key // zero is none
	stale   time.Duration
	sums    []uint32 // CRC-32C of each block
	stats   []byte   // of the frame's columns: frame.AppendStats
	mac     [sha256.Size]byte
	signed  bool

	previous int64  // where the part before begins; of the first part 0
	schema   uint64 // hash of the columns' names and types
}

func blocks(payload int64) int64 { return (payload + blockBytes - 1) / blockBytes }

// headerBytes returns the length of the header of a payload and statistics.
func headerBytes(payload, stats int64) int64 {
	return (fixedBytes + 4*blocks(payload) + stats + 63) &^ 63
}

// length returns how long the header is in the file.
func (h *header) length() int64 { return headerBytes(h.payload, int64(len(h.stats))) }

// bytes returns the header as it stands in the file.
func (h *header) bytes() []byte {
	b := make([]byte, h.length())
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[atFormat:], format)
	le.PutUint32(b[atHeader:], uint32(len(b)))
	le.PutUint64(b[atPayload:], uint64(h.payload))
	le.PutUint32(b[atBlock:], blockBytes)
	if h.signed {
		le.PutUint32(b[atFlags:], flagMAC)
	}
	copy(b[atKey:], h.key[:])
	copy(b[atVersion:], h.version[:])
	le.PutUint64(b[atCreated:], uint64(h.created.UnixNano()))
	if !h.expires.IsZero() {
		le.PutUint64(b[atExpires:], uint64(h.expires.UnixNano()))
	}
	le.PutUint64(b[atIdle:], uint64(h.idle))
	le.PutUint64(b[atRows:], uint64(h.rows))
	copy(b[atMAC:], h.mac[:])
	le.PutUint64(b[atStale:], uint64(h.stale))
	copy(b[atOwner:], h.owner[:])
	copy(b[atSlot:], h.slot[:])
	le.PutUint32(b[atStats:], uint32(len(h.stats)))
	le.PutUint64(b[atPrevious:], uint64(h.previous))
	le.PutUint64(b[atSchema:], h.schema)
	for i, sum := range h.sums {
		le.PutUint32(b[fixedBytes+4*i:], sum)
	}
	copy(b[fixedBytes+4*blocks(h.payload):], h.stats)
	le.PutUint32(b[atCRC:], crc32.Checksum(b, castagnoli))
	return b
}

var errMagic = errors.New("it does not start as a stored frame does")

// headerLength returns how long the header is that starts with b, which has
// fixedBytes, where size bytes are left of the file. It is all that is believed
// before the header's checksum is known to be right.
func headerLength(b []byte, size int64) (int, error) {
	le := binary.LittleEndian
	if string(b[:len(magic)]) != magic {
		return 0, errMagic
	}
	if v := le.Uint32(b[atFormat:]); v != format {
		return 0, fmt.Errorf("format %d, this version reads %d", v, format)
	}
	n, payload := int64(le.Uint32(b[atHeader:])), int64(le.Uint64(b[atPayload:]))
	stats := int64(le.Uint32(b[atStats:]))
	if n > maxHeader || payload < 0 || payload > size || n != headerBytes(payload, stats) || n > size-payload {
		return 0, fmt.Errorf("a header of %d bytes and a payload of %d bytes in a file of %d", n, payload, size)
	}
	return int(n), nil
}

// parseHeader verifies and reads a whole header, but for its slots.
func parseHeader(b []byte) (*header, error) {
	le := binary.LittleEndian
	zeroed := bytes.Clone(b)
	clear(zeroed[atCRC : atCRC+4])
	clear(zeroed[atSlots:fixedBytes])
	if crc32.Checksum(zeroed, castagnoli) != le.Uint32(b[atCRC:]) {
		return nil, errors.New("checksum of the header")
	}
	h := &header{
		payload: int64(le.Uint64(b[atPayload:])),
		key:     cache.Key(b[atKey:]),
		version: frame.Version(b[atVersion:]),
		rows:    int64(le.Uint64(b[atRows:])),
		created: time.Unix(0, int64(le.Uint64(b[atCreated:]))),
		idle:    time.Duration(le.Uint64(b[atIdle:])),
		stale:   time.Duration(le.Uint64(b[atStale:])),
		owner:   cache.Key(b[atOwner:]),
		slot:    cache.Key(b[atSlot:]),
		mac:     [sha256.Size]byte(b[atMAC:]),
		signed:  le.Uint32(b[atFlags:])&flagMAC != 0,

		previous: int64(le.Uint64(b[atPrevious:])),
		schema:   le.Uint64(b[atSchema:]),
	}
	if ns := int64(le.Uint64(b[atExpires:])); ns != 0 {
		h.expires = time.Unix(0, ns)
	}
	for i := range blocks(h.payload) {
		h.sums = append(h.sums, le.Uint32(b[fixedBytes+4*i:]))
	}
	at := fixedBytes + 4*blocks(h.payload)
	h.stats = b[at : at+int64(le.Uint32(b[atStats:]))]
	return h, nil
}

func (h *header) info() cache.Info {
	return cache.Info{
		Bytes:   h.length() + h.payload,
		Created: h.created,
		Expires: h.expires,
		Idle:    h.idle,
		Owner:   h.owner,
		Slot:    h.slot,
		Stale:   h.stale,
	}
}

// verify checks every byte of the payload, and the MAC if there is a secret.
func (h *header) verify(payload, secret []byte) error {
	for i, want := range h.sums {
		lo := i * blockBytes
		if crc32.Checksum(payload[lo:min(lo+blockBytes, len(payload))], castagnoli) != want {
			return fmt.Errorf("checksum of block %d", i)
		}
	}
	if secret == nil {
		return nil
	}
	if !h.signed {
		return errors.New("it is not signed")
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(payload)
	if !hmac.Equal(h.sum(mac), h.mac[:]) {
		return errors.New("its signature is not ours")
	}
	return nil
}

// sum ends a MAC that the payload was written to with the header, without the MAC itself.
func (h *header) sum(mac hash.Hash) []byte {
	plain := *h
	plain.mac = [sha256.Size]byte{}
	mac.Write(plain.bytes())
	return mac.Sum(nil)
}

// A summer takes the payload as it is written.
type summer struct {
	n    int64
	sums []uint32
	mac  hash.Hash // nil if there is no secret
}

func newSummer(secret []byte) *summer {
	s := new(summer)
	if secret != nil {
		s.mac = hmac.New(sha256.New, secret)
	}
	return s
}

func (s *summer) Write(p []byte) (int, error) {
	if s.mac != nil {
		s.mac.Write(p)
	}
	for rest := p; len(rest) > 0; {
		in := int(s.n % blockBytes)
		if in == 0 {
			s.sums = append(s.sums, 0)
		}
		n := min(len(rest), blockBytes-in)
		last := &s.sums[len(s.sums)-1]
		*last = crc32.Update(*last, castagnoli, rest[:n])
		s.n += int64(n)
		rest = rest[n:]
	}
	return len(p), nil
}

func headerSum(b []byte) uint32 { return binary.LittleEndian.Uint32(b[atCRC:]) }
