//go:build amd64 && !purego

package kernel

// lanes4 and lanes8 hold, for each mask of 4 or 8 elements, which 32-bit lane
// VPERMD takes for each lane of its result, a byte a lane.
var lanes4, lanes8 = packLanes(4), packLanes(8)

func packLanes(elements int) (lanes [256]uint64) {
	width := 8 / elements // lanes an element
	for mask := range 1 << elements {
		at := 0
		for e := range elements {
			for w := 0; mask>>e&1 != 0 && w < width; w++ {
				lanes[mask] |= uint64(e*width+w) << (8 * at)
				at++
			}
		}
	}
	return lanes
}

// For 64 and 32 bits VPCOMPRESS of AVX-512 gains nothing over these (Xeon,
// Sapphire Rapids); for 16 and 8, where AVX2 has no way, it gains 15 times.

//go:noescape
func pack64AVX2(dst, src, mask *uint64, words int, lanes *uint64) int

//go:noescape
func pack32AVX2(dst, src *uint32, mask *uint64, words int, lanes *uint64) int

//go:noescape
func pack16AVX512(dst, src *uint16, mask *uint64, words int) int

//go:noescape
func pack8AVX512(dst, src *uint8, mask *uint64, words int) int

//go:noescape
func fillNaNAVX2(dst, src *float64, valid *uint64, words int)

func pack64(dst, src, mask []uint64) int {
	words, n := 0, 0
	if useAVX2 && len(src) >= 64 {
		words = len(src) / 64
		n = pack64AVX2(&dst[0], &src[0], &mask[0], words, &lanes4[0])
	}
	return n + packGo(dst[n:], src[words*64:], mask[words:])
}

func pack32(dst, src []uint32, mask []uint64) int {
	words, n := 0, 0
	if useAVX2 && len(src) >= 64 {
		words = len(src) / 64
		n = pack32AVX2(&dst[0], &src[0], &mask[0], words, &lanes8[0])
	}
	return n + packGo(dst[n:], src[words*64:], mask[words:])
}

func pack16(dst, src []uint16, mask []uint64) int {
	words, n := 0, 0
	if useAVX512 && len(src) >= 64 {
		words = len(src) / 64
		n = pack16AVX512(&dst[0], &src[0], &mask[0], words)
	}
	return n + packGo(dst[n:], src[words*64:], mask[words:])
}

func pack8(dst, src []uint8, mask []uint64) int {
	words, n := 0, 0
	if useAVX512 && len(src) >= 64 {
		words = len(src) / 64
		n = pack8AVX512(&dst[0], &src[0], &mask[0], words)
	}
	return n + packGo(dst[n:], src[words*64:], mask[words:])
}

func fillNaN(dst, src []float64, valid []uint64) {
	words := 0
	if useAVX2 && len(src) >= 64 {
		words = len(src) / 64
		fillNaNAVX2(&dst[0], &src[0], &valid[0], words)
	}
	fillNaNGo(dst[words*64:], src[words*64:], valid[words:])
}
