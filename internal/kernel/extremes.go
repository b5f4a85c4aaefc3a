package kernel

// Extremes returns the indices of the first lowest and of the first highest of
// the values before the first that is NaN or infinite, and how many those are;
// −0 and +0 are equal. Without any, all three are 0.
func Extremes[T Float](x []T) (low, high, n int) {
	if sizeOf[T]() == 8 {
		return extremesFloat64(as[float64](x))
	}
	return extremesFloat32(as[float32](x))
}

func extremesGo[T Float](x []T) (low, high, n int) {
	if len(x) == 0 || x[0]-x[0] != 0 {
		return 0, 0, 0
	}
	e := extremeValues[T]{lo: x[0], hi: x[0]}
	n = e.scan(x, 0)
	return e.low, e.high, n
}

// extremeValues are the lowest and the highest value so far, and where.
type extremeValues[T Float] struct {
	lo, hi    T
	low, high int
}

// scan goes on from x[i] and returns where it came to a gap, or the end.
func (e *extremeValues[T]) scan(x []T, i int) int {
	lo, hi := e.lo, e.hi
	for ; i < len(x); i++ {
		v := x[i]
		// Nearly every value stops here, and what does not compare, a NaN, or
		// exceeds every number, an infinity, never does: gaps cost nothing.
		if v >= lo && v <= hi {
			continue
		}
		if v-v != 0 {
			break
		}
		if v < lo {
			lo, e.low = v, i
		} else {
			hi, e.high = v, i
		}
	}
	e.lo, e.hi = lo, hi
	return i
}
