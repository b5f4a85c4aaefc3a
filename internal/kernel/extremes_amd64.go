//go:build amd64 && !purego

package kernel

// The assembly looks for the extreme values of a block, and again for the
// places of those of the whole. There is no variant for AVX-512: from 1,000
// values on both wait for memory.

// extremesBlock is how many bytes stay in L1 until they are searched again.
const extremesBlock = 16 << 10

// groupBytes is what the assembly takes a turn.
const groupBytes = 128

// spanFloat64AVX2 returns the extreme values of groups of 16, and whether there is
// no NaN among them. Zeros may have either sign.
//
//go:noescape
func spanFloat64AVX2(x *float64, groups int) (lo, hi float64, ok bool)

// spanFloat32AVX2 takes groups of 32.
//
//go:noescape
func spanFloat32AVX2(x *float32, groups int) (lo, hi float32, ok bool)

// indexFloat64AVX2 is the index of the first value equal to v, or 16*groups.
//
//go:noescape
func indexFloat64AVX2(x *float64, groups int, v float64) int

// indexFloat32AVX2 takes groups of 32.
//
//go:noescape
func indexFloat32AVX2(x *float32, groups int, v float32) int

func extremesFloat64(x []float64) (low, high, n int) {
	return extremes(x, spanFloat64AVX2, indexFloat64AVX2)
}

func extremesFloat32(x []float32) (low, high, n int) {
	return extremes(x, spanFloat32AVX2, indexFloat32AVX2)
}

func extremes[T Float](x []T, span func(*T, int) (T, T, bool), index func(*T, int, T) int) (low, high, n int) {
	group := groupBytes / int(sizeOf[T]())
	groups := len(x) / group
	if !useAVX2 || groups < 2 {
		return extremesGo(x)
	}
	const perBlock = extremesBlock / groupBytes
	e := extremeValues[T]{lo: highest[T](), hi: lowest[T](), low: -1, high: -1}
	lowBlock, highBlock := 0, 0
	at := 0
	for groups > 0 {
		lo, hi, ok := span(&x[at], min(groups, perBlock))
		if !ok || lo == lowest[T]() || hi == highest[T]() {
			break
		}
		if lo < e.lo {
			e.lo, lowBlock = lo, at
		}
		if hi > e.hi {
			e.hi, highBlock = hi, at
		}
		at += min(groups, perBlock) * group
		groups -= perBlock
	}
	if at == 0 {
		return extremesGo(x)
	}
	// The plain loop takes the rest, or what comes before the gap.
	n = e.scan(x, at)
	if e.low < 0 {
		e.low = lowBlock + index(&x[lowBlock], (at-lowBlock)/group, e.lo)
	}
	if e.high < 0 {
		e.high = highBlock + index(&x[highBlock], (at-highBlock)/group, e.hi)
	}
	return e.low, e.high, n
}
