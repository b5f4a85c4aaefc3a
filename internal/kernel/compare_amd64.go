//go:build amd64 && !purego

package kernel

// The assembly compares whole words of 64 rows, and the plain loop the rest.
// It adds bias, which makes x-lo <= span, unsigned, the signed x+bias <=
// limit, for AVX2 compares only signed integers.

const (
	sign8  = uint8(1) << 7
	sign16 = uint16(1) << 15
	sign32 = uint32(1) << 31
	sign64 = uint64(1) << 63
)

//go:noescape
func within8AVX2(dst *uint64, x *uint8, words int, bias, limit uint8)

//go:noescape
func within16AVX2(dst *uint64, x *uint16, words int, bias, limit uint16)

//go:noescape
func within32AVX2(dst *uint64, x *uint32, words int, bias, limit uint32)

//go:noescape
func within64AVX2(dst *uint64, x *uint64, words int, bias, limit uint64)

//go:noescape
func betweenFloat32AVX2(dst *uint64, x *float32, words int, lo, hi float32)

//go:noescape
func betweenFloat64AVX2(dst *uint64, x *float64, words int, lo, hi float64)

func within8(dst []uint64, x []uint8, lo, span uint8) {
	if !useAVX2 {
		within8Go(dst, x, lo, span)
		return
	}
	words := len(x) / 64
	if words > 0 {
		within8AVX2(&dst[0], &x[0], words, sign8-lo, span^sign8)
	}
	withinGo(dst[words:], x[words*64:], lo, span)
}

func within16(dst []uint64, x []uint16, lo, span uint16) {
	words := 0
	if useAVX2 && len(x) >= 64 {
		words = len(x) / 64
		within16AVX2(&dst[0], &x[0], words, sign16-lo, span^sign16)
	}
	withinGo(dst[words:], x[words*64:], lo, span)
}

func within32(dst []uint64, x []uint32, lo, span uint32) {
	words := 0
	if useAVX2 && len(x) >= 64 {
		words = len(x) / 64
		within32AVX2(&dst[0], &x[0], words, sign32-lo, span^sign32)
	}
	withinGo(dst[words:], x[words*64:], lo, span)
}

func within64(dst, x []uint64, lo, span uint64) {
	words := 0
	if useAVX2 && len(x) >= 64 {
		words = len(x) / 64
		within64AVX2(&dst[0], &x[0], words, sign64-lo, span^sign64)
	}
	withinGo(dst[words:], x[words*64:], lo, span)
}

func betweenFloat32(dst []uint64, x []float32, lo, hi float32) {
	words := 0
	if useAVX2 && len(x) >= 64 {
		words = len(x) / 64
		betweenFloat32AVX2(&dst[0], &x[0], words, lo, hi)
	}
	betweenGo(dst[words:], x[words*64:], lo, hi)
}

func betweenFloat64(dst []uint64, x []float64, lo, hi float64) {
	words := 0
	if useAVX2 && len(x) >= 64 {
		words = len(x) / 64
		betweenFloat64AVX2(&dst[0], &x[0], words, lo, hi)
	}
	betweenGo(dst[words:], x[words*64:], lo, hi)
}
