package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
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
	gotMin, gotMax := ArgMinMax(x)
	require.Equal(t, []int{argmin, argmax}, []int{gotMin, gotMax}, "%v", x)
	lo, hi, ok := MinMax(x)
	require.Equal(t, argmin >= 0, ok)
	if ok {
		require.Equal(t, []T{x[argmin], x[argmax]}, []T{lo, hi}, "%v", x)
		require.False(t, lo == 0 && math.Signbit(float64(lo)), "−0")
		require.False(t, hi == 0 && math.Signbit(float64(hi)), "−0")
	}
}

func TestMinMaxEdges(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, test := range []struct {
		name     string
		fill     float64
		set      map[int]float64
		min, max int
	}{
		{"all NaN", nan, nil, -1, -1},
		{"all +Inf", inf, nil, 0, 0},
		{"all −Inf", -inf, nil, 0, 0},
		{"one number", nan, map[int]float64{4097: 3}, 4097, 4097},
		{"ties", 1, map[int]float64{77: 0, 3000: 0, 99: 2, 2500: 2}, 77, 99},
		{"−0 ties with 0", 0, map[int]float64{17: zero}, 0, 0},
		{"first and last", 1, map[int]float64{0: 0, 4999: 2}, 0, 4999},
		{"Inf after NaN", nan, map[int]float64{2100: inf, 2200: -inf}, 2200, 2100},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachVariant(t, func(t *testing.T) {
				x := make([]float64, 5000)
				for i := range x {
					x[i] = test.fill
				}
				for i, v := range test.set {
					x[i] = v
				}
				gotMin, gotMax := ArgMinMax(x)
				assert.Equal(t, []int{test.min, test.max}, []int{gotMin, gotMax})
				checkMinMax(t, x)
			})
		})
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
