package decimate

import "math"

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

// shaded returns the disc that the shader draws: its point has the side
// 2·(size + outline), and within half a pixel of its edge it fades.
func (p *pen) shaded(size float64) disc {
	outline := glSize(p.m.Outline)
	radius := glSize(size) + outline
	fade := fadesOnce
	switch {
	case p.canvas.flat:
		radius, fade = (positive(size)+positive(p.m.Outline))/2*p.canvas.perPixel, fadesFlat
	case outline == 0:
		fade = fadesTwice
	}
	blur := 0.5 + p.canvas.jitter
	return disc{radius: radius, fade: fade, touched: radius + blur, covered: radius - blur}
}

// A fade is how the rim of a disc with a known one ends.
type fade uint8

const (
	fadesOnce  fade = iota // scattergl, with an outline
	fadesTwice             // scattergl, without
	fadesFlat              // SVG: by the share of the pixel that is covered
)

// alpha returns what share of the cell at (dx, dy) from its centre the disc
// covers, if it is off away from it by jitter: at least, or else towards it: at
// most. It is the fragment shader of regl-scatter2d's circles: without an outline
// the rim fades twice, by its colour and by its shape. A point is a square, which
// cuts the rim on some GPUs and, seen in Chromium, not on others.
func (c *Canvas) alpha(d *disc, dx, dy float64, least bool) float64 {
	shift := c.jitter
	if least {
		shift = -c.jitter
		if reach := d.radius + shift; math.Abs(dx) > reach || math.Abs(dy) > reach {
			return 0
		}
	}
	// smoothstep(1−δ, 1+δ, r/radius) with δ = 1/(2·radius)
	t := max(0, min(1, math.Sqrt(dx*dx+dy*dy)-shift-d.radius+0.5))
	if d.fade == fadesFlat {
		return 1 - t
	}
	alpha := 1 - t*t*(3-2*t)
	if d.fade == fadesTwice {
		return alpha * alpha
	}
	return alpha
}

// showsRim reports whether a cell of the rim in row j, from lo to hi but for the
// covered ones between, would change.
func (c *Canvas) showsRim(d *disc, j, lo, hi int) bool {
	dy := float64(j) + 0.5 - d.y
	inner, last := c.chord(d.x, d.y, d.covered, d.whole, j)
	for k := lo; k <= hi; k++ {
		if inner <= last && k == inner {
			k = last
			continue
		}
		if !c.lit.has(k, j) {
			continue
		}
		if c.through != nil {
			if t := c.through[j*c.columns+k]; t != 0 && float64(t) < c.limits.rim {
				continue
			}
		}
		if d.opacity*c.alpha(d, float64(k)+0.5-d.x, dy, false) >= c.limits.faint {
			return true
		}
	}
	return false
}

// coverRim takes from the light in row j, from lo to hi, what the rim holds back,
// and returns the columns between that are covered.
func (c *Canvas) coverRim(d *disc, j, lo, hi int) (inner, last int) {
	inner, last = c.chord(d.x, d.y, d.covered, d.whole, j)
	if inner > last {
		c.dimRim(d, j, lo, hi)
		return inner, last
	}
	c.dimRim(d, j, lo, inner-1)
	c.dimRim(d, j, last+1, hi)
	return inner, last
}

// dimRim takes from the light in the columns lo to hi of row j, all of the rim.
func (c *Canvas) dimRim(d *disc, j, lo, hi int) {
	dy := float64(j) + 0.5 - d.y
	row := c.lit.words[j*c.lit.stride:][:c.lit.stride]
	for k := lo; k <= hi; k++ {
		if row[k>>6]>>(k&63)&1 == 0 {
			continue
		}
		if alpha := d.opacity * c.alpha(d, float64(k)+0.5-d.x, dy, true); alpha >= c.limits.hiding {
			c.dimCell(k, j, float32(1-alpha))
		}
	}
}
