//go:build amd64 && !purego

package kernel

import "slices"

// The assembly finds the turn that an extreme value is of, plain Go its place
// there. There is no variant for AVX-512: from 1,000 values on both wait for
// memory.

const (
	turnBytes = 256 // that span takes a turn

	// blockTurns make 32 KiB: no more than that is read twice before a gap.
	blockTurns = 128
)

// spanFloat64AVX2 returns the extreme values of turns of 32, the first turns
// that have them, and whether there is no NaN among them. Zeros may have either
// sign.
//
//go:noescape
func spanFloat64AVX2(x *float64, turns int) (lo, hi float64, low, high uint32, ok bool)

// spanFloat32AVX2 takes turns of 64.
//
//go:noescape
func spanFloat32AVX2(x *float32, turns int) (lo, hi float32, low, high uint32, ok bool)

func extremesFloat64(x []float64) (low, high, n int) {
	return extremes(x, spanFloat64AVX2)
}

func extremesFloat32(x []float32) (low, high, n int) {
	return extremes(x, spanFloat32AVX2)
}

func extremes[T Float](x []T, span func(*T, int) (T, T, uint32, uint32, bool)) (low, high, n int) {
	turn := turnBytes / int(sizeOf[T]())
	turns := len(x) / turn
	if !useAVX2 || turns == 0 {
		return extremesGo(x)
	}
	e := extremeValues[T]{lo: highest[T](), hi: lowest[T](), low: -1, high: -1}
	lowTurn, highTurn := 0, 0 // where they begin
	for turns > 0 {
		block := min(turns, blockTurns)
		lo, hi, low, high, ok := span(&x[n], block)
		if !ok || lo == lowest[T]() || hi == highest[T]() {
			break
		}
		if lo < e.lo {
			e.lo, lowTurn = lo, n+int(low)*turn
		}
		if hi > e.hi {
			e.hi, highTurn = hi, n+int(high)*turn
		}
		n += block * turn
		turns -= block
	}
	if n == 0 {
		return extremesGo(x)
	}
	// The plain loop takes the rest, or what comes before the gap.
	n = e.scan(x, n)
	if e.low < 0 {
		e.low = lowTurn + slices.Index(x[lowTurn:], e.lo)
	}
	if e.high < 0 {
		e.high = highTurn + slices.Index(x[highTurn:], e.hi)
	}
	return e.low, e.high, n
}
