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
		rows := x[i*64 : min(i*64+64, len(x))]
		var word uint64
		for j, v := range rows {
			// Two flags and an AND: with && the compiler branches.
			word |= (bit(v >= lo) & bit(v <= hi)) << (j & 63)
		}
		dst[i] = word
	}
}

// withinGo is the reference of the integer loops: x[i]-lo <= span.
func withinGo[T ~uint8 | ~uint16 | ~uint32 | ~uint64](dst []uint64, x []T, lo, span T) {
	for i := range dst {
		rows := x[i*64 : min(i*64+64, len(x))]
		var word uint64
		for j, v := range rows {
			word |= bit(v-lo <= span) << (j & 63)
		}
		dst[i] = word
	}
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

// within8Go compares eight bytes at a time in a general register, several times as fast as
// withinGo, which does the tail.
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

// InSet sets bit i of dst where bit codes[i] of the bitmap set is set: a
// filter on dictionary codes, once the filter has run over the dictionary. A
// code outside the set, a negative one included, is not in it.
func InSet[T Integer](dst []uint64, codes []T, set []uint64) {
	dst = dst[:Words(len(codes))]
	if words := uint64(highest[T]())/64 + 1; uint64(len(set)) > words {
		set = set[:words] // a negative code, read as unsigned, lies beyond
	}
	switch sizeOf[T]() {
	case 8:
		inSetGo(dst, as[uint64](codes), set)
	case 4:
		inSetGo(dst, as[uint32](codes), set)
	case 2:
		inSetGo(dst, as[uint16](codes), set)
	default:
		inSetGo(dst, as[uint8](codes), set)
	}
}

func inSetGo[T ~uint8 | ~uint16 | ~uint32 | ~uint64](dst []uint64, codes []T, set []uint64) {
	for i := range dst {
		rows := codes[i*64 : min(i*64+64, len(codes))]
		var word uint64
		for j, c := range rows {
			if at := uint64(c) / 64; at < uint64(len(set)) {
				word |= (set[at] >> (c % 64) & 1) << (j & 63)
			}
		}
		dst[i] = word
	}
}
