package encode

import (
	"math/big"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
)

// maxPow10 is the largest power of ten that a float64 holds exactly.
const maxPow10 = 22

// decimal returns a function that gives the float64 nearest to n/10^scale.
// Arrow's own ToFloat64 multiplies by an inexact power, and makes 0.57 of 57
// hundredths one unit too large.
func decimal[T decimal128.Num | decimal256.Num](value func(i int) T, scale int32) func(i int) float64 {
	pow := 1.0
	for range min(max(scale, 0), maxPow10) {
		pow *= 10
	}
	return func(i int) float64 {
		n := value(i)
		if small, ok := smallDecimal(n); ok && 0 <= scale && scale <= maxPow10 {
			return float64(small) / pow // exact / exact, rounded once
		}
		text := bigDecimal(n).String() + "e" + strconv.Itoa(-int(scale))
		v, _ := strconv.ParseFloat(text, 64) // out of range is ±Inf
		return v
	}
}

// smallDecimal returns n if a float64 holds it exactly.
func smallDecimal(n any) (int64, bool) {
	var v, sign int64
	switch n := n.(type) {
	case decimal128.Num:
		v, sign = int64(n.LowBits()), n.HighBits()
	case decimal256.Num:
		words := n.Array() // lowest first
		v, sign = int64(words[0]), int64(words[1])
		if words[1] != words[2] || words[1] != words[3] {
			return 0, false
		}
	}
	return v, sign == v>>63 && -maxExact8 <= v && v <= maxExact8
}

func bigDecimal(n any) *big.Int {
	if n, ok := n.(decimal128.Num); ok {
		return n.BigInt()
	}
	return n.(decimal256.Num).BigInt()
}
