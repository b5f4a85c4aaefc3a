package decimate

import (
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

func TestPredict(t *testing.T) {
	c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 400, Height: 300}, SVG)
	require.NoError(t, err)
	for _, tc := range []struct {
		name string
		m    Markers
	}{
		{"few rows", cloud(1000, 0.05)},
		{"clusters", cloud(400_000, 0.03)},
		{"wide clusters", cloud(400_000, 0.2)},
		{"uniform", cloud(400_000, 0)},
		{"translucent", func() Markers { m := cloud(200_000, 0.05); m.Opacity = 0.3; return m }()},
		{"bubbles", func() Markers {
			m := cloud(200_000, 0.05)
			m.Sizes = make([]float64, len(m.X))
			for i := range m.Sizes {
				m.Sizes[i] = float64(2 + i%9)
			}
			return m
		}()},
		{"tiny", func() Markers { m := cloud(200_000, 0.05); m.Size = 1; return m }()},
	} {
		c.Reset()
		_, red := c.Visible(nil, tc.m)
		got := c.Predict(tc.m)
		t.Logf("%s: predicted %d, kept %d", tc.name, got, red.RowsOut)
		assert.InDelta(t, 1, float64(got)/float64(red.RowsOut), 0.3, "%s: predicted %d, kept %d", tc.name, got, red.RowsOut)
	}
}

func TestPlan(t *testing.T) {
	c, err := NewCanvas(Area{Right: 1, Top: 1, Width: 400, Height: 300}, SVG)
	require.NoError(t, err)
	opaque, faint := cloud(100_000, 0.05), cloud(100_000, 0.05)
	faint.Opacity = 0.02
	for _, tc := range []struct {
		name   string
		m      Markers
		budget int
		want   Method
	}{
		{"fits", opaque, 100_000, MethodNone},
		{"opaque", opaque, 40_000, MethodVisible},
		{"faint", faint, 40_000, MethodDensity},
	} {
		got, rows := c.Plan(tc.m, tc.budget)
		assert.Equal(t, tc.want, got, "%s, %d rows", tc.name, rows)
	}
}
