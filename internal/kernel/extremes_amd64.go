//go:build amd64 && !purego

package kernel

// The assembly looks for the extreme values of a block, and again for the
// places of those of the whole. There is no variant for AVX-512: from 1,000
// values on both wait for memory.

const (
	turnBytes  = 256 // that span takes a turn
	groupBytes = 128 // that index does

	// blockTurns make 32 KiB: longer, blocks no longer lie in L1 when they are
	// searched, shorter, their quarters are soon at an end.
	blockTurns = 128
)

// spanFloat64AVX2 returns the extreme values of turns of 32, and whether there
// is no NaN among them. Zeros may have either sign.
//
//go:noescape
func spanFloat64AVX2(x *float64, turns int) (lo, hi float64, ok bool)

// spanFloat32AVX2 takes turns of 64.
//
//go:noescape
func spanFloat32AVX2(x *float32, turns int) (lo, hi float32, ok bool)

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
	turn := turnBytes / int(sizeOf[T]())
	turns := len(x) / turn
	if !useAVX2 || turns == 0 {
		return extremesGo(x)
	}
	e := extremeValues[T]{lo: highest[T](), hi: lowest[T](), low: -1, high: -1}
	lowBlock, highBlock := 0, 0
	for turns > 0 {
		block := min(turns, blockTurns)
		lo, hi, ok := span(&x[n], block)
		if !ok || lo == lowest[T]() || hi == highest[T]() {
			break
		}
		if lo < e.lo {
			e.lo, lowBlock = lo, n
		}
		if hi > e.hi {
			e.hi, highBlock = hi, n
		}
		n += block * turn
		turns -= block
	}
	if n == 0 {
		return extremesGo(x)
	}
	groups := n * int(sizeOf[T]()) / groupBytes
	// The plain loop takes the rest, or what comes before the gap.
	n = e.scan(x, n)
	if e.low < 0 {
		e.low = lowBlock + index(&x[lowBlock], groups, e.lo)
	}
	if e.high < 0 {
		e.high = highBlock + index(&x[highBlock], groups, e.hi)
	}
	return e.low, e.high, n
}
