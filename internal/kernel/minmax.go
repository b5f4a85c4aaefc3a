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
