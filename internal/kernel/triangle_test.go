package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSumFrom(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[float32](t, testSumFrom[float32])
		forType[float64](t, testSumFrom[float64])
	})
}

func testSumFrom[T Float](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		x := make([]T, n)
		for i := range x {
			x[i] = T(r.NormFloat64())
		}
		checkSumFrom(t, x, T(r.NormFloat64()))
		checkSumFrom(t, random[T](r, n), 1)
	}
}

// checkSumFrom compares bits with the order that is documented.
func checkSumFrom[T Float](t *testing.T, x []T, a T) {
	t.Helper()
	var sums [16]float64
	whole := len(x) / 16 * 16
	for i, v := range x[:whole] {
		sums[i%16] += float64(v) - float64(a)
	}
	for _, apart := range []int{8, 4, 2, 1} {
		for i := range apart {
			sums[i] += sums[i+apart]
		}
	}
	for _, v := range x[whole:] {
		sums[0] += float64(v) - float64(a)
	}
	requireSame(t, sums[0], SumFrom(x, a), "%d values", len(x))
}

// requireSame compares bits, but for those of NaN.
func requireSame(t *testing.T, want, got float64, message string, args ...any) {
	t.Helper()
	if want != want && got != got {
		return
	}
	require.Equal(t, math.Float64bits(want), math.Float64bits(got), append([]any{message}, args...)...)
}

func TestLargest(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := newRand()
		for _, n := range lengths {
			for range 4 {
				x, y := random[float64](r, n), random[float64](r, n)
				checkLargest(t, Triangle{1, 2, 3, 4}, x, y)
				checkLargest(t, Triangle{0, r.Float64(), r.NormFloat64(), -r.Float64()}, x, y)
				checkLargest(t, Triangle{0, 0, math.Inf(1), 1}, x, y)
				for i := range x { // ties
					x[i], y[i] = float64(r.IntN(3)), float64(r.IntN(3))
				}
				checkLargest(t, Triangle{1, 1, 1, 1}, x, y)
			}
		}
	})
}

// checkLargest compares with the rule spelled out, for all types.
func checkLargest(t *testing.T, triangle Triangle, x, y []float64) {
	t.Helper()
	x4, y4 := make([]float32, len(x)), make([]float32, len(x))
	for i := range x {
		x4[i], y4[i] = float32(x[i]), float32(y[i])
	}
	require.Equal(t, slowLargest(triangle, x, y), Largest(triangle, x, y))
	require.Equal(t, slowLargest(triangle, x, y4), Largest(triangle, x, y4))
	require.Equal(t, slowLargest(triangle, x4, y), Largest(triangle, x4, y))
	require.Equal(t, slowLargest(triangle, x4, y4), Largest(triangle, x4, y4))
}

func slowLargest[X, Y Float](t Triangle, x []X, y []Y) (at int) {
	largest := math.Inf(-1)
	for i := range x {
		height := float64(t.CX * (float64(y[i]) - t.Y))
		width := float64(t.CY * (float64(x[i]) - t.X))
		if area := math.Abs(height - width); area > largest {
			at, largest = i, area
		}
	}
	return at
}

func FuzzTriangle(f *testing.F) {
	f.Add([]byte("eight bytes make one float64, and sixteen of those a group of the sum; so this text, to be of use, is longer than two hundred and fifty-six bytes, which is what two columns need. It goes on for some more: eight bytes make one float64, and sixteen of those a group."), 1.0, 2.0, 3.0, 4.0)
	f.Fuzz(func(t *testing.T, data []byte, x, y, cx, cy float64) {
		half := len(data) / 16 * 8
		xs, ys := reread[float64](data[:half]), reread[float64](data[half:2*half])
		narrow := reread[float32](data[:len(data)/4*4])
		variants(func(string) {
			checkSumFrom(t, xs, x)
			checkSumFrom(t, narrow, float32(x))
			checkLargest(t, Triangle{x, y, cx, cy}, xs, ys)
		})
	})
}
