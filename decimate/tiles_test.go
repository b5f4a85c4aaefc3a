package decimate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type cloudShape struct {
	name  string
	place func(r *rand.Rand, i int) (x, y float64)
}

// clouds are the shapes that tiles are tried on, in [0, 1]² but for some.
var clouds = []cloudShape{
	{"even", func(r *rand.Rand, _ int) (x, y float64) { return r.Float64(), r.Float64() }},
	{"clusters", func(r *rand.Rand, i int) (x, y float64) {
		if i%50 == 0 {
			return r.Float64(), r.Float64()
		}
		k := float64(i % 5)
		return 0.2 + k/8 + r.NormFloat64()*0.02, 0.2 + float64(i%3)/4 + r.NormFloat64()*0.03
	}},
	{"duplicates", func(r *rand.Rand, _ int) (x, y float64) { return float64(r.IntN(9)) / 8, float64(r.IntN(400)) / 400 }},
	{"a diagonal in layers", func(_ *rand.Rand, i int) (x, y float64) { return float64(i%1000) / 1000, float64(i%1000) / 1000 }},
	{"drifting", func(r *rand.Rand, i int) (x, y float64) { return float64(i) / 60_000, r.NormFloat64() / 9 }},
	{"a long tail", func(r *rand.Rand, _ int) (x, y float64) { return math.Exp(4 * r.NormFloat64()), r.ExpFloat64() }},
	{"missing and infinite", func(r *rand.Rand, i int) (x, y float64) {
		odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0.5}
		if i%7 == 0 {
			return odd[r.IntN(4)], odd[r.IntN(4)]
		}
		return r.Float64(), r.Float64()
	}},
	{"one place", func(*rand.Rand, int) (x, y float64) { return 0.5, 0.25 }},
	{"no place", func(*rand.Rand, int) (x, y float64) { return math.NaN(), 1 }},
}

// TestCloudShowsTheSame: the rows and the record of Visible, whole or up to a limit,
// for random views, stretched as they come, and all sorts of markers.
func TestCloudShowsTheSame(t *testing.T) {
	for _, shape := range clouds {
		t.Run(shape.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 9))
			for _, n := range []int{0, 1, 3000, 60_000} {
				x, y := make([]float64, n), make([]float64, n)
				for i := range x {
					x[i], y[i] = shape.place(r, i)
				}
				tiles := NewTiles(Floats(x), Floats(y))
				for range 12 {
					m := Markers{
						X: x, Y: y, Size: []float64{0, 1, 4, 9, 60, 1500}[r.IntN(6)], Opacity: []float64{1, 0.5, 0.9, 0}[r.IntN(4)],
						Outline: float64(r.IntN(2)), Symbol: []Symbol{Circle, Square, X}[r.IntN(3)], Stack: r.IntN(3) * 4,
					}
					a := randomArea(r)
					c := randomCanvas(t, r, a)
					want, record := c.Visible([]uint32{7}, m)

					m.X, m.Y, m.Cloud = nil, nil, &Cloud{tiles, Floats(x), Floats(y)}
					at := fmt.Sprintf("%d rows, %+v, %+v", n, a, m)
					c.Reset()
					got, gotRecord := c.Visible([]uint32{7}, m)
					require.Equal(t, record, gotRecord, at)
					require.Equal(t, want, got, at)
					c.Reset()
					seen := len(want) - 1
					limit := r.IntN(seen + 2)
					got, gotRecord, all := c.VisibleUpTo([]uint32{7}, m, limit)
					if all {
						require.Equal(t, record, gotRecord, at)
						require.Equal(t, want, got, at)
					} else {
						require.Equal(t, []uint32{7}, got, at)
					}
					require.True(t, all || limit < seen, at)
					require.True(t, !all || limit+4 >= seen, at) // the extremes come for nothing
				}
			}
		})
	}
}

func randomArea(r *rand.Rand) Area {
	span, size := math.Exp(-3*r.Float64()), math.Exp(-3*r.Float64())
	a := Area{
		Left: r.Float64()*1.2 - 0.1, Bottom: r.Float64()*1.2 - 0.1, Width: 50 + 100*r.Float64(), Height: 40 + 50*r.Float64(),
		PixelRatio: float64(1 + r.IntN(2)), Unaligned: r.IntN(3) == 0,
	}
	if r.IntN(2) == 0 {
		a.Left, a.Bottom, span, size = -0.05, -0.05, 1.1, 1.1
	}
	a.Right, a.Top = a.Left+span, a.Bottom+size
	if r.IntN(4) == 0 {
		a.Left, a.Right = a.Right, a.Left
	}
	return a
}

func randomCanvas(t *testing.T, r *rand.Rand, a Area) *Canvas {
	t.Helper()
	kind := NewCanvas
	if r.IntN(4) == 0 {
		kind = NewDraft
	}
	c, err := kind(a, []Renderer{SVG, GL}[r.IntN(2)])
	require.NoError(t, err)
	return c
}

func TestTilesHoldEachRowOnce(t *testing.T) {
	for i, shape := range clouds {
		r := rand.New(rand.NewPCG(4, 4))
		n := 100_000
		if i == 1 {
			n = 2_200_000 // more than one goroutine deals them out
		}
		x, y := make([]float64, n), make([]float64, n)
		placed := 0
		for i := range x {
			if x[i], y[i] = shape.place(r, i); finite(x[i]) && finite(y[i]) {
				placed++
			}
		}
		tiles := NewTiles(Floats(x), Floats(y))
		seen := make([]bool, n)
		for _, tile := range tiles.tiles {
			for k, row := range tiles.order[tile.start:tile.end] {
				if k > 0 && row <= tiles.order[int(tile.start)+k-1] || seen[row] ||
					x[row] < tile.x.low || x[row] > tile.x.high || y[row] < tile.y.low || y[row] > tile.y.high {
					require.FailNow(t, "a row out of place", "%s: row %d of a tile", shape.name, k)
				}
				seen[row] = true
			}
		}
		assert.Len(t, tiles.order, placed, shape.name)
		low, high := tiles.ExtentX()
		first, last, any := 0, 0, false
		for i, v := range x {
			switch {
			case !finite(v):
			case !any:
				first, last, any = i, i, true
			case v < x[first]:
				first = i
			case v > x[last]:
				last = i
			}
		}
		if any {
			assert.Equal(t, [2]float64{x[first], x[last]}, [2]float64{low, high}, shape.name)
			assert.Equal(t, [2]int{first, last}, [2]int{tiles.ex.low, tiles.ex.high}, shape.name)
		}
	}
}

func TestCloudMisusePanics(t *testing.T) {
	one, two := Floats{1}, Floats{1, 2}
	c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 10, Height: 10}, SVG)
	require.NoError(t, err)
	assert.PanicsWithValue(t, badLength, func() { NewTiles(one, two) })
	tiles := NewTiles(one, one)
	assert.PanicsWithValue(t, badCloud, func() { c.Visible(nil, Markers{Cloud: &Cloud{tiles, two, two}}) })
	assert.PanicsWithValue(t, badCloud, func() { c.Visible(nil, Markers{X: one, Y: one, Cloud: &Cloud{tiles, one, one}}) })
	assert.PanicsWithValue(t, badMarkers, func() { c.Visible(nil, Markers{Sizes: one, Cloud: &Cloud{tiles, one, one}}) })
}
