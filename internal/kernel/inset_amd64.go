//go:build amd64 && !purego

package kernel

// smallSet is how many words of a set fit one register: 256 codes, more than
// most columns have categories. Larger sets stay in plain Go.
const smallSet = 4

//go:noescape
func inSet8AVX2(dst *uint64, codes *uint8, words int, set *uint64)

//go:noescape
func inSet16AVX2(dst *uint64, codes *uint16, words int, set *uint64)

//go:noescape
func inSet32AVX2(dst *uint64, codes *uint32, words int, set *uint64)

func inSet8(dst []uint64, codes []uint8, set []uint64) {
	words := 0
	if useAVX2 && len(set) <= smallSet && len(codes) >= 64 {
		var small [smallSet]uint64
		copy(small[:], set)
		words = len(codes) / 64
		inSet8AVX2(&dst[0], &codes[0], words, &small[0])
	}
	inSetGo(dst[words:], codes[words*64:], set)
}

func inSet16(dst []uint64, codes []uint16, set []uint64) {
	words := 0
	if useAVX2 && len(set) <= smallSet && len(codes) >= 64 {
		var small [smallSet]uint64
		copy(small[:], set)
		words = len(codes) / 64
		inSet16AVX2(&dst[0], &codes[0], words, &small[0])
	}
	inSetGo(dst[words:], codes[words*64:], set)
}

func inSet32(dst []uint64, codes []uint32, set []uint64) {
	words := 0
	if useAVX2 && len(set) <= smallSet && len(codes) >= 64 {
		var small [smallSet]uint64
		copy(small[:], set)
		words = len(codes) / 64
		inSet32AVX2(&dst[0], &codes[0], words, &small[0])
	}
	inSetGo(dst[words:], codes[words*64:], set)
}
