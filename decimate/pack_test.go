package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// indexed returns a line with gaps and the two indexes of its places.
func indexed(n int) (*Pyramid, *Tiles) {
	r := rand.New(rand.NewPCG(8, 8))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = float64(i), r.NormFloat64()
		if i/500%7 == 3 || i%501 == 0 {
			y[i] = math.NaN()
		}
	}
	return NewPyramid(Floats(x), Floats(y)), NewTiles(Floats(x), Floats(y))
}

func TestIndexesAreReadAgain(t *testing.T) {
	for _, n := range []int{0, 1, 64, 5000, segmentRows, 200_001} {
		p, tiles := indexed(n)
		q, err := ReadPyramid(p.AppendBinary(nil))
		require.NoError(t, err)
		assert.Len(t, q.segments, len(p.segments))
		assert.Equal(t, p.AppendBinary(nil), q.AppendBinary(nil))
		assert.Equal(t, p.finite, q.finite)
		assert.Equal(t, p.extent, q.extent)

		read, err := ReadTiles(tiles.AppendBinary(nil))
		require.NoError(t, err)
		assert.Equal(t, tiles.AppendBinary(nil), read.AppendBinary(nil))
		assert.Equal(t, tiles.tiles, read.tiles)
	}
}

// FuzzReadIndex: any bytes are an error or an index that can be asked.
func FuzzReadIndex(f *testing.F) {
	for _, n := range []int{0, 3, 70, 3000} {
		p, tiles := indexed(n)
		f.Add(p.AppendBinary(nil), 0, byte(0))
		f.Add(tiles.AppendBinary(nil), 9, byte(1))
		f.Add(p.AppendBinary(nil)[:8], 3, byte(255))
	}
	f.Fuzz(func(t *testing.T, b []byte, at int, flip byte) {
		if len(b) > 0 {
			b = append([]byte{}, b...)
			b[uint(at)%uint(len(b))] ^= flip
		}
		if p, err := ReadPyramid(b); err == nil && p.rows < 1<<20 {
			x, y := make(Floats, p.rows), make(Floats, p.rows)
			for i := range x {
				x[i] = float64(i)
			}
			p.M4(nil, x, y, View[float64]{0.5, float64(p.rows) + 1}, 7)
		}
		if tiles, err := ReadTiles(b); err == nil && tiles.rows < 1<<20 {
			c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 30, Height: 20}, SVG)
			require.NoError(t, err)
			places := make(Floats, tiles.rows)
			c.Visible(nil, Markers{Size: 6, Opacity: 1, Cloud: &Cloud{tiles, places, places}})
		}
	})
}
