package redis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// The layout of a manifest: see the package's documentation.
const (
	atFormat    = 4
	atID        = 8
	atKey       = 40
	atVersion   = 56
	atPayload   = 72
	atCreated   = 80
	atExpires   = 88
	atIdle      = 96
	fixedBytes  = 104
	magic       = "PNTR"
	format      = 1
	idBytes     = 26 // of rand.Text
	chunkBytes  = 4 << 20
	maxPayload  = 1 << 40 // bounds what a manifest may claim
	checksumLen = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A manifest describes the chunks of an entry. It is written after them, and
// in one step: a reader finds all of an entry or nothing of it.
type manifest struct {
	id      string // of this value: no two Puts have the same
	key     cache.Key
	version frame.Version
	payload int64 // bytes of all chunks: each has chunkBytes, the last may have fewer
	created time.Time
	expires time.Time // zero is never
	idle    time.Duration
	sums    []uint32 // CRC-32C of each chunk
}

func chunks(payload int64) int { return int((payload + chunkBytes - 1) / chunkBytes) }

// size returns the length of chunk i.
func (m *manifest) size(i int) int64 { return min(chunkBytes, m.payload-int64(i)*chunkBytes) }

func (m *manifest) info() cache.Info {
	return cache.Info{Bytes: m.payload, Created: m.created, Expires: m.expires, Idle: m.idle}
}

func (m *manifest) bytes() []byte {
	b := make([]byte, fixedBytes, fixedBytes+4*len(m.sums)+checksumLen)
	le := binary.LittleEndian
	copy(b, magic)
	le.PutUint32(b[atFormat:], format)
	copy(b[atID:], m.id)
	copy(b[atKey:], m.key[:])
	copy(b[atVersion:], m.version[:])
	le.PutUint64(b[atPayload:], uint64(m.payload))
	le.PutUint64(b[atCreated:], uint64(m.created.UnixNano()))
	if !m.expires.IsZero() {
		le.PutUint64(b[atExpires:], uint64(m.expires.UnixNano()))
	}
	le.PutUint64(b[atIdle:], uint64(m.idle))
	for _, sum := range m.sums {
		b = le.AppendUint32(b, sum)
	}
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// parseManifest verifies and reads the manifest that is kept for key.
func parseManifest(b []byte, key cache.Key) (*manifest, error) {
	le := binary.LittleEndian
	if len(b) < fixedBytes+checksumLen || string(b[:len(magic)]) != magic {
		return nil, errors.New("it has no manifest but something else")
	}
	if v := le.Uint32(b[atFormat:]); v != format {
		return nil, fmt.Errorf("manifest of format %d, this version reads %d", v, format)
	}
	end := len(b) - checksumLen
	if crc32.Checksum(b[:end], castagnoli) != le.Uint32(b[end:]) {
		return nil, errors.New("checksum of the manifest")
	}
	m := &manifest{
		id:      string(b[atID : atID+idBytes]),
		key:     cache.Key(b[atKey:]),
		version: frame.Version(b[atVersion:]),
		payload: int64(le.Uint64(b[atPayload:])),
		created: time.Unix(0, int64(le.Uint64(b[atCreated:]))),
		idle:    time.Duration(le.Uint64(b[atIdle:])),
	}
	if ns := int64(le.Uint64(b[atExpires:])); ns != 0 {
		m.expires = time.Unix(0, ns)
	}
	for b := b[fixedBytes:end]; len(b) >= 4; b = b[4:] {
		m.sums = append(m.sums, le.Uint32(b))
	}
	switch {
	case m.key != key:
		return nil, fmt.Errorf("it holds entry %s", m.key)
	case m.payload < 0 || m.payload > maxPayload || len(m.sums) != chunks(m.payload) || end != fixedBytes+4*len(m.sums):
		return nil, fmt.Errorf("a payload of %d bytes with %d checksums", m.payload, len(m.sums))
	}
	return m, nil
}
