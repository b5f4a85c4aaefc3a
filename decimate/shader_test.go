package decimate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shade draws rows as scattergl does, in real numbers: on white, at the canvas's
// two pixels a CSS pixel, each point off by up to 1/32 of one. It uses no code of
// the canvas.
func shade(a Area, l layer, rows []uint32) picture {
	p := a.projection(2)
	pic := picture{w: int(p.width), h: int(p.height), pixels: make([]color, int(p.width)*int(p.height))}
	for i := range pic.pixels {
		pic.pixels[i] = color{1, 1, 1}
	}
	quantized := math.Round(l.Size*2.55) / 2.55
	for _, i := range rows {
		if !finite(l.X[i]) || !finite(l.Y[i]) {
			continue
		}
		x, y := math.Round(p.px(l.X[i])*16)/16, math.Round(p.py(l.Y[i])*16)/16
		for n := range pic.pixels {
			dx, dy := float64(n%pic.w)+0.5-x, float64(n/pic.w)+0.5-y
			t := max(0, min(1, math.Hypot(dx, dy)-quantized+0.5))
			s := t * t * (3 - 2*t)
			alpha := l.Opacity * (1 - s) * (1 - s)
			if alpha < 0.5/255 {
				continue // 8 bits
			}
			for k := range 3 {
				pic.pixels[n][k] += alpha * (l.colors[i][k] - pic.pixels[n][k])
			}
		}
	}
	return pic
}

func TestShadedPictureIsTheSame(t *testing.T) {
	a := sceneArea
	a.PixelRatio = 2
	for _, opacity := range []float64{1, 0.5, 0.2} {
		r := rand.New(rand.NewPCG(21, 22))
		l := scene(r, 1500)
		l.Opacity = opacity
		c, err := NewCanvas(a, GL)
		require.NoError(t, err)
		rows, red := c.Visible(nil, l.Markers)
		worst := difference(shade(a, l, appendRows(nil, 0, len(l.X))), shade(a, l, rows))
		assert.LessOrEqual(t, worst, 2.5/255, "opacity %v", opacity)
		assert.Equal(t, BoundInner, red.BoundKind)
		if opacity == 1 {
			assert.Less(t, red.RowsOut, red.RowsIn*2/3)
		}
	}
}

// TestRimsHide: a cloud so narrow that all of it is rim.
func TestRimsHide(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	m := Markers{Size: 6, Opacity: 1}
	for range 100_000 {
		m.X, m.Y = append(m.X, 24+r.Float64()), append(m.Y, 16+r.Float64())
	}
	a := sceneArea
	a.PixelRatio = 2
	c, err := NewCanvas(a, GL)
	require.NoError(t, err)
	_, red := c.Visible(nil, m)
	assert.Less(t, red.RowsOut, 20_000)
	a.Unaligned = true
	c, err = NewCanvas(a, GL)
	require.NoError(t, err)
	_, unknown := c.Visible(nil, m)
	assert.Greater(t, unknown.RowsOut, 2*red.RowsOut, "what is not known to hide is kept")
}

// shaderAlpha is the fragment shader of scattergl's circles, in real numbers, r from the
// centre.
func shaderAlpha(r, radius float64, outlined bool) float64 {
	t := max(0, min(1, r-radius+0.5))
	alpha := 1 - t*t*(3-2*t)
	if !outlined {
		return alpha * alpha
	}
	return alpha
}

// TestRimsAreTheShaders: wherever a disc is put within the jitter, it hides what its
// rim says, at least, and does not change a cell that it does not touch.
func TestRimsAreTheShaders(t *testing.T) {
	a := sceneArea
	a.PixelRatio = glRatio
	c, err := NewCanvas(a, GL)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(29, 30))
	for range 20_000 {
		m := Markers{Size: r.ExpFloat64() * 8, Opacity: 1 - 0.95*r.Float64(), Outline: float64(r.IntN(2)) * 1.5}
		pen := c.pen(&m)
		radius := glSize(m.Size) + glSize(m.Outline)
		d := pen.disc(0, 50+r.Float64(), 30+r.Float64())
		require.True(t, d.shaded)

		angle, off := 2*math.Pi*r.Float64(), jitter*math.Sqrt(r.Float64())
		dx, dy := math.Round((2*r.Float64()-1)*(radius+2))+0.3, (2*r.Float64()-1)*(radius+2)
		real := m.Opacity * shaderAlpha(math.Hypot(dx+off*math.Cos(angle), dy+off*math.Sin(angle)), radius, m.Outline > 0)
		at := fmt.Sprintf("%+v at (%v, %v), off by %v", m, dx, dy, off)
		if max(math.Abs(dx), math.Abs(dy)) <= d.reach {
			require.LessOrEqual(t, float64(slowHides(&d, float32(dx), float32(dy))), real+1e-5, at)
		}
		if math.Hypot(dx, dy) > d.touched {
			require.Less(t, real, faint+1e-9, at)
		}
	}
}
