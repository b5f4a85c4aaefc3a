package frame

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// A Version identifies the content of a frame: frames with equal schemas and
// equal values have equal versions, whatever their chunks, and different
// content has a different version (SHA-256, cut to 128 bits).
type Version [16]byte

func (v Version) String() string { return hex.EncodeToString(v[:]) }

// Version returns the content version. It is computed at the first call, in
// one pass over all columns, and kept.
func (f *Frame) Version() Version { return f.version() }

func hashFrame(f *Frame) Version {
	h := sha256.New()
	writeText(h, f.schema.String())
	for _, c := range f.columns {
		for _, chunk := range c.chunks {
			for i := range chunk.Len() {
				writeText(h, chunk.ValueStr(i))
			}
		}
	}
	return Version(h.Sum(nil)[:16])
}

func writeText(h hash.Hash, s string) {
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}
