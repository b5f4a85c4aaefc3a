package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
)

// A Key names an entry. Make one with [NewKey], or take any 128 bits that
// nobody else uses, such as a frame's content version.
type Key [16]byte

// String returns the key in hexadecimal.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// A KeyBuilder makes a Key from typed parts. Each part is written with its
// type and, where it varies, its length, so that no two different sequences of
// parts are the same bytes: Text("ab").Text("c") and Text("a").Text("bc")
// differ, as do Int(1), Uint(1), Float(1), Bool(true) and Text("1"). The
// key is the SHA-256 of the bytes, cut to 128 bits: the same in every process,
// on every machine and in every version of Go. A map has no order, so its
// owner writes it sorted, after List(2·len).
//
// Cost: one allocation for keys of up to 480 bytes.
type KeyBuilder struct {
	buf []byte
}

// The types of the parts. They are part of every key: never renumber them.
const (
	partNone  = 0
	partText  = 1
	partBytes = 2
	partInt   = 3
	partUint  = 4
	partFloat = 5
	partBool  = 6
	partList  = 7
)

// NewKey starts a key of the given kind, such as "figure". The version changes
// when what is kept under such keys does: then no old entry is found.
func NewKey(kind string, version int) *KeyBuilder {
	b := &KeyBuilder{buf: make([]byte, 0, 512)}
	return b.Text(kind).Int(int64(version))
}

// None adds the absence of a part, which differs from an empty one.
func (b *KeyBuilder) None() *KeyBuilder {
	b.buf = append(b.buf, partNone)
	return b
}

// Text adds a string.
func (b *KeyBuilder) Text(s string) *KeyBuilder {
	b.fixed(partText, uint64(len(s)))
	b.buf = append(b.buf, s...)
	return b
}

// Bytes adds a copy of p.
func (b *KeyBuilder) Bytes(p []byte) *KeyBuilder {
	b.fixed(partBytes, uint64(len(p)))
	b.buf = append(b.buf, p...)
	return b
}

// Int adds a signed number.
func (b *KeyBuilder) Int(v int64) *KeyBuilder { return b.fixed(partInt, uint64(v)) }

// Uint adds an unsigned number.
func (b *KeyBuilder) Uint(v uint64) *KeyBuilder { return b.fixed(partUint, v) }

// Float adds a number by its bits: 0 and −0 differ; all NaNs are one.
func (b *KeyBuilder) Float(v float64) *KeyBuilder {
	if v != v {
		v = math.NaN()
	}
	return b.fixed(partFloat, math.Float64bits(v))
}

// Bool adds a truth value.
func (b *KeyBuilder) Bool(v bool) *KeyBuilder {
	if v {
		return b.fixed(partBool, 1)
	}
	return b.fixed(partBool, 0)
}

// List says that the next n parts, lists among them, belong together.
func (b *KeyBuilder) List(n int) *KeyBuilder { return b.fixed(partList, uint64(n)) }

// Key returns the key of the parts so far.
func (b *KeyBuilder) Key() Key {
	sum := sha256.Sum256(b.buf)
	return Key(sum[:16])
}

func (b *KeyBuilder) fixed(part byte, v uint64) *KeyBuilder {
	b.buf = append(b.buf, part)
	b.buf = binary.LittleEndian.AppendUint64(b.buf, v)
	return b
}
