package kernel

// MinMax returns the smallest and the largest value of x. NaN is skipped; ok
// is false if nothing is left. Zero is returned as +0, whatever its sign.
func MinMax[T Number](x []T) (lo, hi T, ok bool) {
	if isFloat[T]() && sizeOf[T]() == 8 {
		a, b := minMaxFloat64(as[float64](x))
		lo, hi = T(a), T(b)
	} else {
		lo, hi = minMaxGo(x)
	}
	if lo > hi {
		return 0, 0, false
	}
	return lo + 0, hi + 0, true // −0 + 0 = +0
}

// minMaxGo is the reference. It returns highest, lowest if x has no number.
func minMaxGo[T Number](x []T) (lo, hi T) {
	lo, hi = highest[T](), lowest[T]()
	for _, v := range x {
		if v < lo { // false for NaN, unlike the built-in min
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	return lo, hi
}

// ArgMinMax returns the indices of the smallest and the largest value of x.
// NaN is skipped, and of equal values (−0 and +0 are equal) the lowest index
// wins. Both are −1 if nothing is left.
func ArgMinMax[T Number](x []T) (argmin, argmax int) {
	if isFloat[T]() && sizeOf[T]() == 8 {
		return argMinMaxFloat64(as[float64](x))
	}
	return argMinMaxGo(x)
}

func argMinMaxGo[T Number](x []T) (argmin, argmax int) {
	start := 0
	for start < len(x) && x[start] != x[start] {
		start++
	}
	if start == len(x) {
		return -1, -1
	}
	argmin, argmax = start, start
	lo, hi := x[start], x[start]
	for i := start + 1; i < len(x); i++ {
		if v := x[i]; v < lo {
			lo, argmin = v, i
		} else if v > hi {
			hi, argmax = v, i
		}
	}
	return argmin, argmax
}
