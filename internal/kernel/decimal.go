package kernel

import (
	"math"
	"slices"
)

// MaxScale is the largest number of decimals that [DecimalScale] looks for.
const MaxScale = 8

const (
	// Two decimals of at most 15 digits never round to the same float64. So
	// if n/10^scale, n < maxScaled, gives back x, no shorter decimal does.
	maxScaled = 1e15

	// decimalBlock values are scaled, checked and then written together.
	decimalBlock = 64

	// maxFloatText bounds the text of one value and its comma:
	// -0.0000012345678901234567 is 25 bytes. Stores of 8 bytes overrun it.
	maxFloatText = 40
)

var pow10 = [MaxScale + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// DecimalScale returns the least scale ≤ MaxScale for which every finite
// value of x is n/10^scale with |n| < 10^15, so that its shortest text has at
// most scale decimals. ok is false if there is none; that is mostly known
// after a few values. It takes about 2 ns a value.
func DecimalScale(x []float64) (scale int, ok bool) {
	largest := 0.0
	for _, v := range x {
		a := math.Abs(v)
		if !(a <= math.MaxFloat64) {
			continue
		}
		largest = max(largest, a)
		for !isScaled(a, pow10[scale]) {
			if scale++; scale > MaxScale {
				return 0, false
			}
		}
	}
	return scale, largest*pow10[scale] < maxScaled
}

func isScaled(a, pow float64) bool {
	n, ok := scaled(a, pow)
	return ok && n < maxScaled
}

// scaled rounds a*pow, a >= 0, to n and reports whether n/pow is a again. The
// division rounds correctly, so for n < maxScaled that makes n/pow, without
// trailing zeros, the shortest decimal of a. n is anything if a is NaN.
func scaled(a, pow float64) (n uint64, ok bool) {
	n = uint64(int64(a*pow + 0.5))
	return n, float64(int64(n))/pow == a
}

// AppendDecimals appends the values of x as JSON numbers, separated by
// commas, and returns the extended slice. Each has the text that [AppendFloat]
// gives it. scale, 0 to MaxScale, is a hint from [DecimalScale]: values that
// are n/10^scale are fast, in blocks where all are so faster still.
func AppendDecimals(dst []byte, x []float64, scale int) []byte {
	if len(x) == 0 {
		return dst
	}
	var block [decimalBlock]uint64
	for len(x) > 0 {
		rows := x[:min(decimalBlock, len(x))]
		x = x[len(rows):]
		dst = slices.Grow(dst, decimalBlock*maxFloatText)
		bound, exact := scaleBlock(&block, rows, scale)
		switch {
		case exact && bound < shortBound[scale]:
			dst = appendShortBlock(dst, block[:len(rows)], rows, scale)
		case exact && bound < longBound[scale]:
			dst = appendLongBlock(dst, block[:len(rows)], rows, scale)
		default:
			dst = appendMixedBlock(dst, rows, scale)
		}
	}
	return dst[:len(dst)-1] // the last comma
}

// The writers of decimal_text.go take n below these.
var (
	shortBound = [MaxScale + 1]uint64{1e4, 1e5, 1e6, 1e7, 1e8} // none from scale 5 on
	longBound  = [MaxScale + 1]uint64{1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e15}
)

// scaleBlock is the first pass: the magnitudes of x scaled, the largest,
// and whether all are exact and have no exponent.
func scaleBlock(block *[decimalBlock]uint64, x []float64, scale int) (bound uint64, exact bool) {
	pow := pow10[scale]
	var bad uint64
	for i, v := range x {
		n, ok := scaled(math.Abs(v), pow)
		block[i&(decimalBlock-1)] = n
		bound = max(bound, n)
		bad |= bit(!ok) | bit(n-1 < exponents[scale])
	}
	return bound, bad == 0
}

// n-1 < exponents[scale] if n/10^scale is not zero but below 1e-6, where
// AppendFloat begins to write an exponent.
var exponents = [MaxScale + 1]uint64{7: 9, 8: 99}

// appendMixedBlock writes value by value, for large, ragged or absent ones.
func appendMixedBlock(dst []byte, x []float64, scale int) []byte {
	var one [decimalBlock]uint64
	for i := range x {
		bound, exact := scaleBlock(&one, x[i:i+1], scale)
		if exact && bound < longBound[scale] {
			dst = appendLongBlock(dst, one[:1], x[i:i+1], scale)
		} else {
			dst = append(AppendFloat(dst, x[i]), ',')
		}
	}
	return dst
}
