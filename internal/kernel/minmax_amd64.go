//go:build amd64 && !purego

package kernel

// minMaxBlock is how many values ArgMinMax takes at once: they stay in L1
// until the block is searched again for the value it turned out to hold.
const minMaxBlock = 2048

// minMaxFloat64AVX2 takes 16 values a group, skips NaN, and returns +Inf,
// −Inf if there is nothing else.
//
//go:noescape
func minMaxFloat64AVX2(x *float64, groups int) (lo, hi float64)

// indexFloat64AVX2 is the index of the first value equal to v, or 16*groups.
//
//go:noescape
func indexFloat64AVX2(x *float64, groups int, v float64) int

func minMaxFloat64(x []float64) (lo, hi float64) {
	groups := len(x) / 16
	if !useAVX2 || groups == 0 {
		return minMaxGo(x)
	}
	lo, hi = minMaxFloat64AVX2(&x[0], groups)
	tailLo, tailHi := minMaxGo(x[groups*16:])
	return min(lo, tailLo), max(hi, tailHi)
}

func argMinMaxFloat64(x []float64) (argmin, argmax int) {
	if !useAVX2 || len(x) < 16 {
		return argMinMaxGo(x)
	}
	argmin, argmax = -1, -1 // first of their blocks, at first
	lo, hi := highest[float64](), lowest[float64]()
	for start := 0; start < len(x); start += minMaxBlock {
		low, high := minMaxFloat64(x[start:min(start+minMaxBlock, len(x))])
		if low > high {
			continue // nothing but NaN
		}
		if low < lo || argmin < 0 {
			lo, argmin = low, start
		}
		if high > hi || argmax < 0 {
			hi, argmax = high, start
		}
	}
	if argmin < 0 {
		return -1, -1
	}
	return argmin + indexFloat64(x[argmin:], lo), argmax + indexFloat64(x[argmax:], hi)
}

// indexFloat64 is the index of the first value equal to v, which is in x.
func indexFloat64(x []float64, v float64) int {
	i := 0
	if groups := len(x) / 16; groups > 0 {
		if i = indexFloat64AVX2(&x[0], groups, v); i < groups*16 {
			return i
		}
	}
	for x[i] != v {
		i++
	}
	return i
}
