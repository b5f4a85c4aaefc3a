package kernel

import "encoding/binary"

// Every comparison is one range check: x < v is lowest <= x <= below(v). So
// there is one loop a width to write, to make fast and to test, and integers
// need no signed variant: lo <= x <= hi is x-lo <= hi-lo, unsigned.

// Equal sets bit i of dst where x[i] == v. It panics if dst has fewer than
// Words(len(x)) words, as all comparisons do. They take O(len(x)) time.
func Equal[T Number](dst []uint64, x []T, v T) { Between(dst, x, v, v) }

// Less sets bit i of dst where x[i] < v.
func Less[T Number](dst []uint64, x []T, v T) {
	if v == lowest[T]() {
		clear(dst[:Words(len(x))])
		return
	}
	Between(dst, x, lowest[T](), below(v))
}

// LessEqual sets bit i of dst where x[i] <= v.
func LessEqual[T Number](dst []uint64, x []T, v T) { Between(dst, x, lowest[T](), v) }

// Greater sets bit i of dst where x[i] > v.
func Greater[T Number](dst []uint64, x []T, v T) {
	if v == highest[T]() {
		clear(dst[:Words(len(x))])
		return
	}
	Between(dst, x, above(v), highest[T]())
}

// GreaterEqual sets bit i of dst where x[i] >= v.
func GreaterEqual[T Number](dst []uint64, x []T, v T) { Between(dst, x, v, highest[T]()) }

// NotNaN sets bit i of dst where x[i] is a number.
func NotNaN[T Float](dst []uint64, x []T) { Between(dst, x, lowest[T](), highest[T]()) }

// IsNaN sets bit i of dst where x[i] is NaN.
func IsNaN[T Float](dst []uint64, x []T) {
	NotNaN(dst, x)
	Not(dst, dst, len(x))
}

// Between sets bit i of dst where lo <= x[i] <= hi, in one pass. No bit is
// set if lo > hi or if either is NaN.
func Between[T Number](dst []uint64, x []T, lo, hi T) {
	dst = dst[:Words(len(x))]
	if !(lo <= hi) {
		clear(dst)
		return
	}
	switch size := sizeOf[T](); {
	case isFloat[T]() && size == 8:
		betweenFloat64(dst, as[float64](x), float64(lo), float64(hi))
	case isFloat[T]():
		betweenFloat32(dst, as[float32](x), float32(lo), float32(hi))
	case size == 8:
		within64(dst, as[uint64](x), uint64(lo), uint64(hi-lo))
	case size == 4:
		within32(dst, as[uint32](x), uint32(lo), uint32(hi-lo))
	case size == 2:
		within16(dst, as[uint16](x), uint16(lo), uint16(hi-lo))
	default:
		within8(dst, as[uint8](x), uint8(lo), uint8(hi-lo))
	}
}

// betweenGo is the reference of the float loops.
func betweenGo[T Float](dst []uint64, x []T, lo, hi T) {
	for i := range dst {
		dst[i] = betweenWord(x[i*64:min(i*64+64, len(x))], lo, hi)
	}
}

// betweenWord takes two flags and an AND, for && would branch, and four rows a
// turn. Not inlined, it has registers enough: half the time.
//
//go:noinline
func betweenWord[T Float](rows []T, lo, hi T) (word uint64) {
	unused := -len(rows) & 63
	for len(rows) >= 4 {
		word = word>>4 |
			(bit(rows[0] >= lo)&bit(rows[0] <= hi))<<60 |
			(bit(rows[1] >= lo)&bit(rows[1] <= hi))<<61 |
			(bit(rows[2] >= lo)&bit(rows[2] <= hi))<<62 |
			(bit(rows[3] >= lo)&bit(rows[3] <= hi))<<63
		rows = rows[4:]
	}
	for _, v := range rows {
		word = word>>1 | (bit(v >= lo)&bit(v <= hi))<<63
	}
	return word >> unused
}

// withinGo is the reference of the integer loops: x[i]-lo <= span.
func withinGo[T ~uint8 | ~uint16 | ~uint32 | ~uint64](dst []uint64, x []T, lo, span T) {
	for i := range dst {
		dst[i] = withinWord(x[i*64:min(i*64+64, len(x))], lo, span)
	}
}

//go:noinline
func withinWord[T ~uint8 | ~uint16 | ~uint32 | ~uint64](rows []T, lo, span T) (word uint64) {
	unused := -len(rows) & 63
	for len(rows) >= 4 {
		word = word>>4 |
			bit(rows[0]-lo <= span)<<60 |
			bit(rows[1]-lo <= span)<<61 |
			bit(rows[2]-lo <= span)<<62 |
			bit(rows[3]-lo <= span)<<63
		rows = rows[4:]
	}
	for _, v := range rows {
		word = word>>1 | bit(v-lo <= span)<<63
	}
	return word >> unused
}

// bit is 1 for true; the compiler makes a SETcc of it.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

const (
	lowBytes  = 0x0101010101010101
	highBits  = 0x8080808080808080
	gatherMSB = 0x0002040810204081 // times the high bits of 8 bytes: their byte, at the top
)

// within8Go compares eight bytes at a time in a general register, twice as fast
// as withinGo, which does the tail.
func within8Go(dst []uint64, x []uint8, lo, span uint8) {
	lo8, span8 := uint64(lo)*lowBytes, uint64(span)*lowBytes
	for len(x) >= 64 {
		var word uint64
		for j := 0; j < 64; j += 8 {
			v := binary.LittleEndian.Uint64(x[j:])
			d := subBytes(v, lo8)
			// The carry out of each byte of span-d says d > span.
			over := (^span8 & d) | (^(span8 ^ d) & subBytes(span8, d))
			word |= (^over & highBits) * gatherMSB >> 56 << j
		}
		dst[0] = word
		dst, x = dst[1:], x[64:]
	}
	withinGo(dst, x, lo, span)
}

// subBytes subtracts each byte of b from that of a.
func subBytes(a, b uint64) uint64 {
	return ((a | highBits) - (b &^ highBits)) ^ (^(a ^ b) & highBits)
}
