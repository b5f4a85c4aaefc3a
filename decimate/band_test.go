package decimate

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBandsShowTheSame: on any number of cores, those that stand on each other at the
// borders of bands too. With more than there are, goroutines wait for each other long.
func TestBandsShowTheSame(t *testing.T) {
	t.Run("few", func(t *testing.T) { bandsShowTheSame(t, 20_000, 1, 2) })
	t.Run("many", func(t *testing.T) { bandsShowTheSame(t, 1000, 3, 7) })
}

func bandsShowTheSame(t *testing.T, n int, cores ...int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, shape := range clouds[:3] {
		r := rand.New(rand.NewPCG(41, 42))
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = shape.place(r, i)
		}
		cloud := &Cloud{NewTiles(Floats(x), Floats(y)), Floats(x), Floats(y)}
		for _, opacity := range []float64{1, 0.4} {
			for _, renderer := range []Renderer{GL, SVG} {
				c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 150, Height: 400, PixelRatio: 2}, renderer)
				require.NoError(t, err)
				m := Markers{X: x, Y: y, Size: 6, Opacity: opacity, Stack: 5}
				want, record := c.Visible(nil, m)
				m.X, m.Y, m.Cloud = nil, nil, cloud
				for _, cores := range cores {
					runtime.GOMAXPROCS(cores)
					at := fmt.Sprintf("%s, opacity %v, renderer %v, %d cores", shape.name, opacity, renderer, cores)
					pen := c.pen(&m)
					require.Len(t, c.bandsOf(&pen, 0, nil, nil), min(cores, 6), at)
					c.Reset()
					got, gotRecord := c.Visible(nil, m)
					require.Equal(t, want, got, at)
					require.Equal(t, record, gotRecord, at)
				}
			}
		}
	}
}

// TestStacksCrossBands: a stack at a border is full since the last disc of the other
// band that touches it.
func TestStacksCrossBands(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const n, rows = 30_000, 800
	for _, opacity := range []float64{0.05, 0.3, 1} {
		for _, apart := range []float64{3, 9, 11, 13} {
			r := rand.New(rand.NewPCG(43, 44))
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				at := float64(rows/2+rows/6*(i%3)) - 1
				if r.IntN(40) == 0 {
					at += apart
				}
				x[i], y[i] = 0.2+float64(r.IntN(3))/4, 1-at/rows
			}
			m := Markers{X: x, Y: y, Size: 6, Opacity: opacity, Stack: 20}
			c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 150, Height: rows / 2, PixelRatio: 2}, GL)
			require.NoError(t, err)
			want, record := c.Visible(nil, m)
			m.X, m.Y, m.Cloud = nil, nil, &Cloud{NewTiles(Floats(x), Floats(y)), Floats(x), Floats(y)}
			for _, cores := range []int{1, 2, 3} {
				runtime.GOMAXPROCS(cores)
				c.Reset()
				got, gotRecord := c.Visible(nil, m)
				at := fmt.Sprintf("opacity %v, %v apart, %d cores", opacity, apart, cores)
				require.Equal(t, want, got, at)
				require.Equal(t, record, gotRecord, at)
			}
		}
	}
}
