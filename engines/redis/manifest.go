package redis

import (
	"crypto/hmac"
	"crypto/sha256"
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
	atFormat   = 4
	atID       = 8
	atFlags    = 36
	atKey      = 40
	atVersion  = 56
	atOwner    = 72
	atSlot     = 88
	atRows     = 104
	atCreated  = 112
	atExpires  = 120
	atIdle     = 128
	atStale    = 136
	atColumns  = 144
	atSchema   = 148
	atParts    = 152
	fixedBytes = 160

	magic      = "PNTR"
	format     = 2
	signed     = 1       // a flag
	idBytes    = 26      // of rand.Text
	maxPayload = 1 << 40 // bounds what a manifest may claim
)

// chunkBytes is how much of a payload lies under one key of the server.
const chunkBytes = 4 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A manifest describes the chunks of an entry. It is written after them, and
// in one step: a reader finds all of an entry or nothing of it.
type manifest struct {
	id      string // of this value: no two have the same
	key     cache.Key
	version frame.Version
	rows    int64 // the last ones of the parts
	info    cache.Info
	schema  []byte // an IPC stream of no rows
	parts   []part // of which the last has this id
}

// own returns the part that was written with the manifest.
func (m *manifest) own() *part { return &m.parts[len(m.parts)-1] }

// chunks returns the number of chunks of all parts.
func (m *manifest) chunks() (n int) {
	for _, p := range m.parts {
		n += p.chunks()
	}
	return n
}

// beginnings returns the entries that this one was appended to, as far as its
// parts tell, the newest first.
func (m *manifest) beginnings() (all []frame.Beginning) {
	rows := m.rows
	for i := len(m.parts) - 2; i >= 0; i-- {
		rows -= m.parts[i+1].rows
		if p := m.parts[i]; p.version != (frame.Version{}) {
			all = append(all, frame.Beginning{Version: p.version, Rows: int(rows)})
		}
	}
	return all
}

// A sealer makes what chunks and manifests are verified by: checksums or, if
// there is a secret, what nobody can make who does not know it.
type sealer struct{ secret []byte }

func (s sealer) digestBytes() int {
	if s.secret == nil {
		return crc32.Size
	}
	return sha256.Size
}

// digest appends that of a chunk: the manifest that holds it is sealed.
func (s sealer) digest(dst, chunk []byte) []byte {
	if s.secret == nil {
		return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(chunk, castagnoli))
	}
	sum := sha256.Sum256(chunk)
	return append(dst, sum[:]...)
}

// seal appends that of a manifest.
func (s sealer) seal(dst, b []byte) []byte {
	if s.secret == nil {
		return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(b, castagnoli))
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(b)
	return mac.Sum(dst)
}

func (s sealer) flags() uint32 {
	if s.secret == nil {
		return 0
	}
	return signed
}

func (m *manifest) bytes(s sealer) []byte {
	b := make([]byte, fixedBytes, fixedBytes+len(m.schema)+sha256.Size)
	le := binary.LittleEndian
	copy(b, magic)
	le.PutUint32(b[atFormat:], format)
	copy(b[atID:], m.id)
	le.PutUint32(b[atFlags:], s.flags())
	copy(b[atKey:], m.key[:])
	copy(b[atVersion:], m.version[:])
	copy(b[atOwner:], m.info.Owner[:])
	copy(b[atSlot:], m.info.Slot[:])
	le.PutUint64(b[atRows:], uint64(m.rows))
	le.PutUint64(b[atCreated:], nanos(m.info.Created))
	le.PutUint64(b[atExpires:], nanos(m.info.Expires))
	le.PutUint64(b[atIdle:], uint64(m.info.Idle))
	le.PutUint64(b[atStale:], uint64(m.info.Stale))
	le.PutUint32(b[atColumns:], uint32(len(m.own().ends)))
	le.PutUint32(b[atSchema:], uint32(len(m.schema)))
	le.PutUint32(b[atParts:], uint32(len(m.parts)))
	b = append(b, m.schema...)
	for _, p := range m.parts {
		b = p.append(b)
	}
	return s.seal(b, b)
}

// nanos is a time in a manifest; the zero time, for never, is 0.
func nanos(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixNano())
}

func parseNanos(b []byte) time.Time {
	ns := binary.LittleEndian.Uint64(b)
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(ns))
}

// parseManifest verifies the manifest that is kept for key, and then reads it.
func parseManifest(b []byte, key cache.Key, s sealer) (*manifest, error) {
	end := len(b) - s.digestBytes()
	if err := verifyManifest(b, end, s); err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	m := &manifest{
		id:      string(b[atID : atID+idBytes]),
		key:     cache.Key(b[atKey:]),
		version: frame.Version(b[atVersion:]),
		rows:    int64(le.Uint64(b[atRows:])),
		info: cache.Info{
			Owner:   cache.Key(b[atOwner:]),
			Slot:    cache.Key(b[atSlot:]),
			Created: parseNanos(b[atCreated:]),
			Expires: parseNanos(b[atExpires:]),
			Idle:    time.Duration(le.Uint64(b[atIdle:])),
			Stale:   time.Duration(le.Uint64(b[atStale:])),
		},
	}
	if m.key != key {
		return nil, fmt.Errorf("it holds entry %s", m.key)
	}
	columns, schema, parts := int64(le.Uint32(b[atColumns:])), int64(le.Uint32(b[atSchema:])), int64(le.Uint32(b[atParts:]))
	b = b[fixedBytes:end]
	if schema > int64(len(b)) || columns == 0 || parts == 0 || parts > int64(len(b))/(partBytes+8*columns) {
		return nil, fmt.Errorf("a manifest of %d parts of %d columns and a schema of %d bytes in %d", parts, columns, schema, len(b))
	}
	m.schema = b[:schema:schema]
	return m, m.readParts(b[schema:], int(parts), int(columns), s)
}

// verifyManifest says what is wrong with a manifest whose seal starts at end.
func verifyManifest(b []byte, end int, s sealer) error {
	le := binary.LittleEndian
	if end < fixedBytes || string(b[:len(magic)]) != magic {
		return errors.New("it has no manifest but something else")
	}
	if v := le.Uint32(b[atFormat:]); v != format {
		return fmt.Errorf("manifest of format %d, this version reads %d", v, format)
	}
	switch flags := le.Uint32(b[atFlags:]); {
	case flags == s.flags():
	case flags == signed:
		return errors.New("the manifest is signed, and this store has no secret")
	default:
		return errors.New("the manifest is not signed")
	}
	switch {
	case hmac.Equal(s.seal(nil, b[:end]), b[end:]):
		return nil
	case s.secret != nil:
		return errors.New("signature of the manifest: it was altered, or signed with another secret")
	}
	return errors.New("checksum of the manifest")
}

// readParts reads the parts, and checks that they are all there is.
func (m *manifest) readParts(b []byte, parts, columns int, s sealer) (err error) {
	m.parts = make([]part, parts)
	there := int64(0)
	for i := range m.parts {
		p := &m.parts[i]
		if b, err = p.read(b, columns, s); err != nil {
			return fmt.Errorf("part %d of %d: %w", i+1, parts, err)
		}
		m.info.Bytes += p.bytes()
		there += p.rows
	}
	if len(b) > 0 || m.info.Bytes > maxPayload || m.rows < 0 || there < m.rows || m.own().id != m.id {
		return fmt.Errorf("%d rows of %d bytes in %d parts, of which the last is %s, and %d bytes more", there, m.info.Bytes, parts, m.own().id, len(b))
	}
	return nil
}
