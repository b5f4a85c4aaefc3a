package decimate

import (
	"math"
	"math/bits"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

const (
	// glRatio is the pixels of scattergl's canvas per CSS pixel.
	glRatio = 2
	// glQuantum is the resolution of scattergl's sizes, glLargest the largest.
	glQuantum = 1 / 2.55
	glLargest = 100.0

	// jitter is how far from its place scattergl may put a marker, in its
	// pixels: GPUs snap points to 1/16 of one, and windows of a view are told to
	// 1/64 of a CSS pixel.
	jitter = 0.07

	// faint is the share of a cell below which a marker changes nothing: a
	// framebuffer of 8 bits rounds it away, each time.
	faint = 0.5 / 255
	// firm is the share from which a rim hides what is behind it: the rounding
	// that makes faint ones nothing stalls any number of them, 0.5/firm levels
	// away from their colour.
	firm = 0.06
	// dimmed is the light below which a rim does not show. All that is dropped
	// behind it changes a cell by less than this, together.
	dimmed = 2.0 / 255
)

// shades reports whether the discs of a grid over a are drawn by scattergl's
// shader, whose value at each cell is known.
func (r Renderer) shades(a Area) bool { return r == GL && a.aligned() && a.ratio() == glRatio }

// glSize returns a size as scattergl's vertices have it.
func glSize(v float64) float64 {
	return min(math.Round(positive(v)/glQuantum)*glQuantum, glLargest)
}

// largestRim is the radius of a draft's disc, in cells, from which on its rim is not
// known: a float32 would not tell where it is.
const largestRim = 1 << 14

// shaded returns the shape that the shader draws: its point has the side
// 2·(size + outline), and within half a pixel of its edge it fades.
func (p *pen) shaded(size, opacity float64) shape {
	c := p.canvas
	outline := glSize(p.m.Outline)
	radius, rim := glSize(size)+outline, &fadesOnce
	switch {
	case c.flat:
		radius, rim = (positive(size)+positive(p.m.Outline))/2*c.perPixel, &fadesFlat
	case outline == 0:
		rim = &fadesTwice
	}
	edge := 0.5 + c.jitter
	s := shape{touched: radius + edge, covered: max(radius-edge, 0), opacity: opacity}
	if radius > largestRim {
		return s
	}
	s.shaded = true
	s.touched = max(radius-0.5+c.jitter+p.seen(rim, opacity), 0)
	// A point is a square, which cuts the rim on some GPUs and, seen in Chromium, not
	// on others.
	s.reach = radius - c.jitter
	s.rim = *rim
	s.rim.Inside = float32(radius - edge)
	s.rim.Opacity = float32(min(opacity, 1))
	s.rim.Least, s.rim.Dark = float32(c.limits.hiding), float32(c.limits.light)
	return s
}

// The rims of discs, by how they fade over a pixel, are the fragment shader of
// regl-scatter2d's circles, smoothstep(1−δ, 1+δ, r/radius) with δ = 1/(2·radius):
// without an outline they fade twice, by colour and by shape. Those of SVG fade by the
// share of a pixel that is covered.
var (
	fadesOnce  = kernel.Rim{B: 3, C: -2, Floor: 1}
	fadesTwice = kernel.Rim{B: 3, C: -2}
	fadesFlat  = kernel.Rim{A: 1, Floor: 1}
)

// seen returns how far from where it begins to fade a rim still shows: to where it
// covers the share of a pixel that is faint.
func (p *pen) seen(rim *kernel.Rim, opacity float64) float64 {
	if p.fades.rim == rim && p.fades.opacity == opacity {
		return p.fades.seen
	}
	from, to := 0.0, 1.0
	for range 30 {
		middle := (from + to) / 2
		if opacity*alpha(rim, middle) >= p.canvas.limits.faint {
			from = middle
		} else {
			to = middle
		}
	}
	p.fades = fadesAt{rim, opacity, to}
	return to
}

// alpha returns the share of a pixel that a rim covers, t from where it begins to fade.
func alpha(rim *kernel.Rim, t float64) float64 {
	q := 1 - t*(float64(rim.A)+t*(float64(rim.B)+t*float64(rim.C)))
	return q * max(q, float64(rim.Floor))
}

// showsRim reports whether any of the cells of the rim in row j, lo to hi, would change.
func (c *Canvas) showsRim(j, lo, hi int) bool {
	row := c.lit.words[j*c.lit.stride:][:c.lit.stride]
	through := c.through[j*c.lit.stride*64:][:c.lit.stride*64]
	for w := lo >> 6; w <= hi>>6; w++ {
		lit := row[w] & between(w, lo, hi)
		for ; lit != 0; lit &= lit - 1 {
			if float64(through[w*64+bits.TrailingZeros64(lit)]) >= c.limits.rim {
				return true
			}
		}
	}
	return false
}

// shade takes from the light what a disc with a known rim holds back, at least.
func (c *Canvas) shade(d *disc) {
	c.lighten()
	top, bottom := c.span(d.y, d.reach, grain{})
	left, right := c.width(d.x, d.reach, grain{})
	s := kernel.Strip{Row: top, Rows: bottom - top + 1, Y: float32(float64(top) + 0.5 - d.y)}
	for ; left <= right; left += kernel.StripColumns {
		s.Column, s.Columns = left, min(right-left+1, kernel.StripColumns)
		s.X = float32(float64(left) + 0.5 - d.x)
		kernel.Shade(c.through, c.lit.words, c.lit.stride, &s, &d.rim)
	}
}
