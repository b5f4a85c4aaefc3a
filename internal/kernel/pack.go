package kernel

import (
	"math"
	"math/bits"
)

// PackSlack is how many elements beyond its result [Pack] may overwrite.
const PackSlack = 64

// Pack copies to dst the elements of src whose bit is set in mask, in order,
// and returns their number. Bits of mask beyond len(src) are ignored.
//
// It panics if mask has fewer than Words(len(src)) words, or if dst has no
// room for the set bits and PackSlack more: those elements of dst are
// overwritten with anything. dst must not overlap src.
func Pack[T Number](dst, src []T, mask []uint64) int {
	mask = mask[:Words(len(src))]
	if len(mask) == 0 {
		return 0
	}
	tail := mask[len(mask)-1] & (^uint64(0) >> (-len(src) & 63))
	dst = dst[:Count(mask[:len(mask)-1])+bits.OnesCount64(tail)+PackSlack]
	switch sizeOf[T]() {
	case 8:
		return pack64(as[uint64](dst), as[uint64](src), mask)
	case 4:
		return pack32(as[uint32](dst), as[uint32](src), mask)
	case 2:
		return pack16(as[uint16](dst), as[uint16](src), mask)
	}
	return pack8(as[uint8](dst), as[uint8](src), mask)
}

// packGo is the reference. Words of all ones and all zeros are worth a branch.
func packGo[T Number](dst, src []T, mask []uint64) int {
	n := 0
	for i := range mask {
		rows := src[i*64 : min(i*64+64, len(src))]
		switch word := mask[i]; word {
		case 0:
		case math.MaxUint64:
			n += copy(dst[n:], rows)
		default:
			n += packWord((*[64]T)(dst[n:]), rows, word) // 64 elements are within PackSlack
		}
	}
	return n
}

// packWord writes every element and steps over it only if it is wanted: no
// branch to mispredict. Four a turn save 30 %. Inlined, it runs out of
// registers and takes twice the time.
//
//go:noinline
func packWord[T Number](to *[64]T, rows []T, word uint64) int {
	k := uint64(0)
	for len(rows) >= 4 {
		to[k&63] = rows[0]
		k += word & 1
		to[k&63] = rows[1]
		k += word >> 1 & 1
		to[k&63] = rows[2]
		k += word >> 2 & 1
		to[k&63] = rows[3]
		k += word >> 3 & 1
		word >>= 4
		rows = rows[4:]
	}
	for _, v := range rows {
		to[k&63] = v
		k += word & 1
		word >>= 1
	}
	return int(k)
}

// FillNaN sets dst[i] to src[i] where bit i of valid is set, else to NaN. dst
// may be src. It panics if dst is shorter than src or valid than Words(len(src)).
func FillNaN(dst, src []float64, valid []uint64) {
	dst = dst[:len(src)]
	valid = valid[:Words(len(src))]
	fillNaN(dst, src, valid)
}

// fillNaNGo selects by mask, for the compiler would branch.
func fillNaNGo(dst, src []float64, valid []uint64) {
	dst = dst[:len(src)]
	nan := math.Float64bits(math.NaN())
	for i, v := range src {
		have := -(valid[i/64] >> (i % 64) & 1) // all ones if valid
		dst[i] = math.Float64frombits(math.Float64bits(v)&have | nan&^have)
	}
}
