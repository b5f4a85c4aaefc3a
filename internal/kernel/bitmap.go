package kernel

import (
	"encoding/binary"
	"math/bits"
)

// Words is the number of words in a bitmap of n rows.
func Words(n int) int { return (n + 63) / 64 }

// And sets dst to a AND b. All three have len(dst) words and may be the same.
func And(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] & b[i]
	}
}

// Or sets dst to a OR b. All three have len(dst) words and may be the same.
func Or(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]
	}
}

// AndNot sets dst to a AND NOT b. All three have len(dst) words and may be
// the same.
func AndNot(dst, a, b []uint64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] &^ b[i]
	}
}

// Not inverts the n rows of a into dst, which may be a.
func Not(dst, a []uint64, n int) {
	dst = dst[:Words(n)]
	a = a[:len(dst)]
	for i := range dst {
		dst[i] = ^a[i]
	}
	clearTail(dst, n)
}

// Ones sets the first n rows of dst.
func Ones(dst []uint64, n int) {
	dst = dst[:Words(n)]
	for i := range dst {
		dst[i] = ^uint64(0)
	}
	clearTail(dst, n)
}

// clearTail clears the bits beyond row n of the last word.
func clearTail(dst []uint64, n int) {
	if tail := n % 64; tail != 0 {
		dst[len(dst)-1] &= 1<<tail - 1
	}
}

// Count is the number of set bits.
func Count(words []uint64) int {
	n := 0
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	return n
}

// LoadBits copies n bits of an Arrow bitmap (least significant bit first),
// from bit offset on, to the start of dst. It never reads a byte of bitmap
// that holds none of them, and panics if bitmap is too short.
func LoadBits(dst []uint64, bitmap []byte, offset, n int) {
	dst = dst[:Words(n)]
	if n == 0 {
		return
	}
	defer clearTail(dst, n)
	shift := offset % 8
	src := bitmap[offset/8 : (offset+n+7)/8]
	for len(src) > 8 { // a word, and the byte after it, which ends the word if shifted
		dst[0] = binary.LittleEndian.Uint64(src)>>shift | uint64(src[8])<<(64-shift)
		dst, src = dst[1:], src[8:]
		if len(dst) == 0 {
			return // that byte held the last bits
		}
	}
	var last [8]byte
	copy(last[:], src)
	dst[0] = binary.LittleEndian.Uint64(last[:]) >> shift
}
