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
	fixedBytes = 152

	magic      = "PNTR"
	format     = 1
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
	id      string // of this value: no two Puts have the same
	key     cache.Key
	version frame.Version
	rows    int64
	info    cache.Info
	ends    []int64 // of the stream of each column; the last is where the payload ends
	schema  []byte  // an IPC stream of no rows
	digests []byte  // of each chunk, one after the other
}

func chunks(payload int64) int { return int((payload + chunkBytes - 1) / chunkBytes) }

// chunks returns their number. Each has chunkBytes, the last may have fewer.
func (m *manifest) chunks() int { return chunks(m.info.Bytes) }

// size returns the length of chunk i.
func (m *manifest) size(i int) int64 { return min(chunkBytes, m.info.Bytes-int64(i)*chunkBytes) }

// digest returns that of chunk i.
func (m *manifest) digest(i int, s sealer) []byte {
	return m.digests[i*s.digestBytes():][:s.digestBytes()]
}

// column returns where in the payload the stream of column i is.
func (m *manifest) column(i int) (from, to int64) {
	if i > 0 {
		from = m.ends[i-1]
	}
	return from, m.ends[i]
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
	b := make([]byte, fixedBytes, fixedBytes+8*len(m.ends)+len(m.schema)+len(m.digests)+sha256.Size)
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
	le.PutUint64(b[atCreated:], uint64(m.info.Created.UnixNano()))
	if !m.info.Expires.IsZero() {
		le.PutUint64(b[atExpires:], uint64(m.info.Expires.UnixNano()))
	}
	le.PutUint64(b[atIdle:], uint64(m.info.Idle))
	le.PutUint64(b[atStale:], uint64(m.info.Stale))
	le.PutUint32(b[atColumns:], uint32(len(m.ends)))
	le.PutUint32(b[atSchema:], uint32(len(m.schema)))
	for _, end := range m.ends {
		b = le.AppendUint64(b, uint64(end))
	}
	b = append(append(b, m.schema...), m.digests...)
	return s.seal(b, b)
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
			Created: time.Unix(0, int64(le.Uint64(b[atCreated:]))),
			Idle:    time.Duration(le.Uint64(b[atIdle:])),
			Stale:   time.Duration(le.Uint64(b[atStale:])),
		},
	}
	if ns := int64(le.Uint64(b[atExpires:])); ns != 0 {
		m.info.Expires = time.Unix(0, ns)
	}
	if m.key != key {
		return nil, fmt.Errorf("it holds entry %s", m.key)
	}
	return m, m.readTables(b[fixedBytes:end], int64(le.Uint32(b[atColumns:])), int64(le.Uint32(b[atSchema:])), s)
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

// readTables reads the columns' ends, the schema and the digests.
func (m *manifest) readTables(b []byte, columns, schema int64, s sealer) error {
	if left := int64(len(b)) - 8*columns - schema; left < 0 || columns == 0 {
		return fmt.Errorf("a manifest of %d columns and a schema of %d bytes in %d", columns, schema, len(b))
	}
	for i := range columns {
		from, to := m.info.Bytes, int64(binary.LittleEndian.Uint64(b[8*i:]))
		if to < from || to > maxPayload {
			return fmt.Errorf("column %d from byte %d to %d", i, from, to)
		}
		m.ends = append(m.ends, to)
		m.info.Bytes = to
	}
	b = b[8*columns:]
	m.schema, m.digests = b[:schema:schema], b[schema:]
	if len(m.digests) != m.chunks()*s.digestBytes() {
		return fmt.Errorf("a payload of %d bytes with %d bytes of digests", m.info.Bytes, len(m.digests))
	}
	return nil
}
