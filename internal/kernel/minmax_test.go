package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMinMax(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[int8](t, testMinMax[int8])
		forType[uint8](t, testMinMax[uint8])
		forType[int32](t, testMinMax[int32])
		forType[int64](t, testMinMax[int64])
		forType[uint64](t, testMinMax[uint64])
		forType[float32](t, testMinMax[float32])
		forType[float64](t, testMinMax[float64])
		forType[day](t, testMinMax[day])
	})
}

func testMinMax[T Number](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		for range 4 {
			x := random[T](r, n)
			for i := range x { // so that extremes are not always there
				if r.IntN(4) > 0 {
					x[i] = x[0]
				}
			}
			checkMinMax(t, x)
		}
	}
}

// checkMinMax compares with the rule spelled out.
func checkMinMax[T Number](t *testing.T, x []T) {
	t.Helper()
	argmin, argmax := -1, -1
	for i, v := range x {
		if v != v {
			continue
		}
		if argmin < 0 || v < x[argmin] {
			argmin = i
		}
		if argmax < 0 || v > x[argmax] {
			argmax = i
		}
	}
	lo, hi, ok := MinMax(x)
	require.Equal(t, argmin >= 0, ok)
	if ok {
		require.Equal(t, []T{x[argmin], x[argmax]}, []T{lo, hi}, "%v", x)
		require.False(t, lo == 0 && math.Signbit(float64(lo)), "−0")
		require.False(t, hi == 0 && math.Signbit(float64(hi)), "−0")
	}
}

func FuzzMinMax(f *testing.F) {
	f.Add([]byte("eight bytes make one float64, and sixteen of those make the first group of the fast loop: 128 bytes, which this is longer than, so."))
	f.Fuzz(func(t *testing.T, data []byte) {
		variants(func(string) {
			checkMinMax(t, reread[float64](data[:len(data)/8*8]))
			checkMinMax(t, reread[int64](data[:len(data)/8*8]))
			checkMinMax(t, reread[float32](data[:len(data)/4*4]))
		})
	})
}
