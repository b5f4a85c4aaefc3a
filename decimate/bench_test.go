package decimate

import (
	"math/rand/v2"
	"testing"
)

// walk is a random walk with n rows at even distances.
func walk(n int) (x, y []float64) {
	r := rand.New(rand.NewPCG(1, 1))
	x, y = make([]float64, n), make([]float64, n)
	level := 0.0
	for i := range x {
		level += r.NormFloat64()
		x[i], y[i] = float64(i), level+3*r.NormFloat64()
	}
	return x, y
}

// BenchmarkLines has a copy of y as its ceiling: a line decimator cannot be
// faster than to read what it decides about.
func BenchmarkLines(b *testing.B) {
	const n, size = 1_000_000, 4000
	x, y := walk(n)
	v := View[float64]{x[0], x[n-1]}
	b.Run("copy/n=1e6/dtype=float64", func(b *testing.B) {
		dst := make([]float64, n)
		b.SetBytes(8 * n)
		for b.Loop() {
			copy(dst, y)
		}
	})
	for _, d := range decimators[float64]() {
		b.Run(d.name+"/n=1e6/size=4000/dtype=float64", func(b *testing.B) {
			dst := make([]uint32, 0, 4*size+6)
			b.SetBytes(8 * n)
			b.ReportAllocs()
			for b.Loop() {
				dst = d.run(dst[:0], x, y, v, size)
			}
		})
	}
}
