package decimate

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkCloud is zooming: views of an index, as large as those that are asked for a
// plot of 740 × 460 pixels.
func BenchmarkCloud(b *testing.B) {
	const n = 5_000_000
	r := rand.New(rand.NewPCG(12, 1))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
		if k := r.IntN(12); i%100 != 0 {
			x[i], y[i] = 0.125+0.25*float64(k%4)+r.NormFloat64()*0.04, 1.0/6+float64(k/4)/3+r.NormFloat64()*0.04
		}
	}
	cloud := &Cloud{NewTiles(Floats(x), Floats(y)), Floats(x), Floats(y)}
	a := Area{Right: 1, Top: 1, Width: 925, Height: 575, PixelRatio: glRatio}
	for _, bc := range []struct {
		name     string
		renderer Renderer
		opacity  float64
	}{
		{"gl/opacity=1", GL, 1}, {"gl/opacity=0.5", GL, 0.5}, {"svg/opacity=1", SVG, 1},
	} {
		b.Run(bc.name+"/size=6/n=5e6", func(b *testing.B) {
			var rows []uint32
			b.ReportAllocs()
			for b.Loop() {
				c, err := NewCanvas(a, bc.renderer)
				if err != nil {
					b.Fatal(err)
				}
				rows, _ = c.Visible(rows[:0], Markers{Cloud: cloud, Size: 6, Opacity: bc.opacity, Stack: 256})
				c.Free()
			}
			b.ReportMetric(float64(len(rows)), "rows")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/row")
		})
	}
}
