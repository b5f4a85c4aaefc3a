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
	for _, d := range decimators[float64, float64]() {
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

// BenchmarkVisible culls clusters with some scattered rows, as real data has.
func BenchmarkVisible(b *testing.B) {
	const n = 1_000_000
	r := rand.New(rand.NewPCG(2, 2))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
		if i%100 != 0 {
			k := float64(i % 12)
			x[i], y[i] = 0.1+k/15+r.NormFloat64()*0.03, 0.1+float64(i%5)/6+r.NormFloat64()*0.03
		}
	}
	c, err := NewCanvas(Area{Left: 0, Right: 1, Bottom: 0, Top: 1, Width: 1000, Height: 600}, SVG)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("copy/n=1e6/dtype=float64", func(b *testing.B) {
		dst := make([]float64, 2*n)
		b.SetBytes(16 * n)
		for b.Loop() {
			copy(dst, x)
			copy(dst[n:], y)
		}
	})
	for _, bc := range []struct {
		name string
		m    Markers
	}{
		{"opacity=1/size=6", Markers{X: x, Y: y, Size: 6, Opacity: 1}},
		{"opacity=0.5/size=6", Markers{X: x, Y: y, Size: 6, Opacity: 0.5}},
		{"opacity=1/size=3", Markers{X: x, Y: y, Size: 3, Opacity: 1}},
	} {
		b.Run(bc.name+"/n=1e6/dtype=float64", func(b *testing.B) {
			var rows []uint32
			b.SetBytes(16 * n)
			b.ReportAllocs()
			for b.Loop() {
				c.Reset()
				rows, _ = c.Visible(rows[:0], bc.m)
			}
			b.ReportMetric(float64(len(rows)), "rows")
		})
	}
}

// BenchmarkPyramid has a scan of the rows in view as its ceiling.
func BenchmarkPyramid(b *testing.B) {
	const n, buckets = 10_000_000, 8000
	x, y := walk(n)
	v := View[float64]{x[n/8], x[n-n/8]}
	var rows []uint32
	b.Run("scan/n=1e7/buckets=8000", func(b *testing.B) {
		for b.Loop() {
			rows = MinMax(rows[:0], x, y, v, buckets)
		}
	})
	p := NewPyramid(Floats(x), Floats(y))
	b.Run("query/n=1e7/buckets=8000", func(b *testing.B) {
		for b.Loop() {
			rows = p.MinMax(rows[:0], Floats(x), Floats(y), v, buckets)
		}
	})
	b.Run("build/n=1e7", func(b *testing.B) {
		b.SetBytes(16 * n)
		for b.Loop() {
			NewPyramid(Floats(x), Floats(y))
		}
	})
	b.Run("extend/n=1e7/rows=1000", func(b *testing.B) {
		p := NewPyramid(Floats(x[:n-1000]), Floats(y[:n-1000]))
		for b.Loop() {
			p.Extend(Floats(x), Floats(y))
		}
	})
}
