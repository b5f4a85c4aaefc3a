package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBuryKeepsWhatTouchesLight compares the spreading of light, 64 cells at a
// time, with its definition.
func TestBuryKeepsWhatTouchesLight(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		c, err := NewCanvas(Area{Right: 1, Top: 1, Width: float64(1 + r.IntN(200)), Height: float64(1 + r.IntN(60)), PixelRatio: 1}, SVG)
		require.NoError(t, err)
		lights := r.IntN(4)
		clear(c.lit.words)
		for range lights * lights * 5 {
			j, k := r.IntN(c.rows), r.IntN(c.columns)
			c.lit.words[j*c.lit.stride+k>>6] |= 1 << (k & 63)
		}
		radius := math.Exp(5 * r.Float64())
		reach := reachOf(radius, c.part)
		c.quicken(reach, false)
		c.bury(reach)
		for row := range c.alive.rows {
			for column := range c.alive.columns {
				want := slowlyTouchesLight(c, radius, column-c.pad, row-c.pad)
				if c.alive.has(column, row) != want {
					require.Failf(t, "a cell", "%d, %d of %d × %d, radius %v: want %v", column, row, c.columns, c.rows, radius, want)
				}
			}
		}
	}
}

// slowlyTouchesLight reports whether a lit cell's centre is within r, as columns
// are rounded, of any place in a cell.
func slowlyTouchesLight(c *Canvas, r float64, column, row int) bool {
	for j := range c.rows {
		dy := max(math.Abs(float64(j-row))-0.5-c.part.high, 0)
		if dy > r {
			continue
		}
		reach := int(math.Sqrt(max(r*r-dy*dy, 0)) + 0.5 + c.part.wide)
		for k := max(column-reach, 0); k <= min(column+reach, c.columns-1); k++ {
			if c.lit.has(k, j) {
				return true
			}
		}
	}
	return false
}

// TestCodesHoldTheirRows: where a code puts a row is where it is, from views of
// the whole to those of less than a tile.
func TestCodesHoldTheirRows(t *testing.T) {
	for _, shape := range append(clouds, cloudShape{"the widest numbers", func(r *rand.Rand, _ int) (x, y float64) {
		return (r.Float64() - 0.5) * math.MaxFloat64 * 2, float64(r.IntN(3)) * 5e-324
	}}) {
		r := rand.New(rand.NewPCG(5, 9))
		x, y := make([]float64, 20_000), make([]float64, 20_000)
		for i := range x {
			x[i], y[i] = shape.place(r, i)
		}
		tiles := NewTiles(Floats(x), Floats(y))
		for range 20 {
			a := randomArea(r)
			span := math.Exp(-20 * r.Float64())
			a.Right = a.Left + (a.Right-a.Left)*span
			p := a.projection(a.ratio())
			for _, tile := range tiles.tiles {
				sx := scaleOf(tile.x, p.px(tile.x.low), p.px(tile.x.high))
				sy := scaleOf(tile.y, p.py(tile.y.low), p.py(tile.y.high))
				for k := tile.start; k < tile.end; k++ {
					code, row := tiles.codes[k], tiles.order[k]
					px, py := p.px(x[row])-sx.low(code.x), p.py(y[row])-sy.low(code.y)
					if px < 0 || px > sx.size || py < 0 || py > sy.size {
						require.Failf(t, shape.name, "row %d at %v, %v: %v of %v, %v of %v", row, x[row], y[row], px, sx.size, py, sy.size)
					}
				}
			}
		}
	}
}
