//go:build amd64 && !purego

package kernel

// minMaxFloat64AVX2 takes 16 values a group, skips NaN, and returns +Inf,
// −Inf if there is nothing else.
//
//go:noescape
func minMaxFloat64AVX2(x *float64, groups int) (lo, hi float64)

func minMaxFloat64(x []float64) (lo, hi float64) {
	groups := len(x) / 16
	if !useAVX2 || groups == 0 {
		return minMaxGo(x)
	}
	lo, hi = minMaxFloat64AVX2(&x[0], groups)
	tailLo, tailHi := minMaxGo(x[groups*16:])
	return min(lo, tailLo), max(hi, tailHi)
}
