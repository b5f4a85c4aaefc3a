package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExtremes(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[float32](t, testExtremes[float32])
		forType[float64](t, testExtremes[float64])
		forType[ratio](t, testExtremes[ratio])
	})
}

type ratio float32

func testExtremes[T Float](t *testing.T) {
	r := newRand()
	for _, n := range append(lengths, 4095, 4096, 4097, 9000) {
		for _, oneIn := range []int{1, 20, 5000} {
			x := random[T](r, n)
			for i := range x { // so that extremes, and gaps, are not always there
				if r.IntN(oneIn) > 0 || x[i]-x[i] != 0 && r.IntN(4) > 0 {
					x[i] = T(r.IntN(3))
				}
			}
			checkExtremes(t, x)
		}
	}
}

// checkExtremes compares with the rule spelled out.
func checkExtremes[T Float](t *testing.T, x []T) {
	t.Helper()
	n := 0
	for n < len(x) && !math.IsNaN(float64(x[n])) && !math.IsInf(float64(x[n]), 0) {
		n++
	}
	low, high := 0, 0
	for i, v := range x[:n] {
		if v < x[low] {
			low = i
		}
		if v > x[high] {
			high = i
		}
	}
	gotLow, gotHigh, gotN := Extremes(x)
	require.Equal(t, []int{low, high, n}, []int{gotLow, gotHigh, gotN}, "%v", x)
}

func TestExtremesEdges(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	for _, test := range []struct {
		name         string
		fill         float64
		set          map[int]float64
		low, high, n int
	}{
		{"all NaN", nan, nil, 0, 0, 0},
		{"all +Inf", inf, nil, 0, 0, 0},
		{"NaN first", 1, map[int]float64{0: nan, 7: 9}, 0, 0, 0},
		{"ties", 1, map[int]float64{77: 0, 3000: 0, 99: 2, 8500: 2}, 77, 99, 9000},
		{"−0 ties with 0", 0, map[int]float64{17: zero}, 0, 0, 9000},
		{"0 ties with −0", zero, map[int]float64{17: 0}, 0, 0, 9000},
		{"first and last", 1, map[int]float64{0: 0, 8999: 2}, 0, 8999, 9000},
		{"last of the last group", 1, map[int]float64{8991: 2, 8976: 0}, 8976, 8991, 9000},
		{"nothing behind a NaN", 1, map[int]float64{40: 2, 4100: nan, 4101: 9, 4099: -1}, 4099, 40, 4100},
		{"nothing behind +Inf", 1, map[int]float64{4100: inf, 4101: -9}, 0, 0, 4100},
		{"nothing behind −Inf", 1, map[int]float64{5: 3, 8998: -inf, 8999: 9}, 0, 5, 8998},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachVariant(t, func(t *testing.T) {
				wide, narrow := make([]float64, 9000), make([]float32, 9000)
				for i := range wide {
					v, ok := test.set[i]
					if !ok {
						v = test.fill
					}
					wide[i], narrow[i] = v, float32(v)
				}
				want := []int{test.low, test.high, test.n}
				low, high, n := Extremes(wide)
				require.Equal(t, want, []int{low, high, n})
				low, high, n = Extremes(narrow)
				require.Equal(t, want, []int{low, high, n})
			})
		})
	}
}

func FuzzExtremes(f *testing.F) {
	f.Add([]byte("eight bytes make one float64, and sixteen of those make a group of the fast loop: 128 bytes, of which there must be some, so this is far longer than that, and goes on: eight bytes make one float64, and sixteen of those make a group."))
	f.Fuzz(func(t *testing.T, data []byte) {
		variants(func(string) {
			checkExtremes(t, reread[float64](data[:len(data)/8*8]))
			checkExtremes(t, reread[float32](data[:len(data)/4*4]))
		})
	})
}
