package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cloud returns rows in clusters of different width, or all over the plot.
func cloud(n int, spread float64) Markers {
	r := rand.New(rand.NewPCG(21, 22))
	m := Markers{Size: 6, Opacity: 1}
	for i := range n {
		x, y := r.Float64(), r.Float64()
		if spread > 0 && i%100 != 0 {
			x, y = float64(1+i%3)/4+r.NormFloat64()*spread, float64(1+i%2)/3+r.NormFloat64()*spread
		}
		m.X, m.Y = append(m.X, x), append(m.Y, y)
	}
	return m
}

// TestVisibleUpTo: all that show or nothing, and nothing once one is too many.
func TestVisibleUpTo(t *testing.T) {
	c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 400, Height: 300}, SVG)
	require.NoError(t, err)
	for _, tc := range []struct {
		name string
		m    Markers
	}{
		{"few rows", cloud(1000, 0.05)},
		{"clusters", cloud(400_000, 0.03)},
		{"translucent", func() Markers { m := cloud(100_000, 0.05); m.Opacity = 0.3; return m }()},
		{"bubbles", func() Markers {
			m := cloud(100_000, 0.05)
			m.Sizes = make([]float64, len(m.X))
			for i := range m.Sizes {
				m.Sizes[i] = float64(2 + i%9)
			}
			return m
		}()},
		{"tiny", func() Markers { m := cloud(100_000, 0.05); m.Size = 1; return m }()},
	} {
		c.Reset()
		want, record := c.Visible(nil, tc.m)
		for _, limit := range []int{len(want), math.MaxInt} {
			c.Reset()
			got, gotRecord, all := c.VisibleUpTo([]uint32{7}, tc.m, limit)
			assert.True(t, all, tc.name)
			assert.Equal(t, record, gotRecord, tc.name)
			assert.Equal(t, want, got[1:], tc.name)
		}
		for _, limit := range []int{0, 1, len(want) - 5} { // at most four extremes do not show
			c.Reset()
			got, _, all := c.VisibleUpTo([]uint32{7}, tc.m, limit)
			assert.False(t, all, "%s within %d", tc.name, limit)
			assert.Equal(t, []uint32{7}, got, tc.name)
		}
	}
}
