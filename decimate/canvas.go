package decimate

import (
	"math"
	"slices"
	"sync"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// transparent is the transmittance below which what lies behind a pixel cannot
// change it: half a level of 255.
const transparent = 0.5 / 255

// limits are the shares of a pixel below which a canvas takes light, or a
// marker, for nothing.
type limits struct {
	light  float64 // that a pixel lets through
	rim    float64 // the same, where only the rim of a marker would show
	faint  float64 // that a rim covers: it does not show
	hiding float64 // that a rim covers: it hides nothing
}

var (
	exactLimits = limits{light: transparent, rim: dimmed, faint: faint, hiding: firm}
	// draftLimits are eight levels of 255, which neither an eye nor pixelmatch
	// at its threshold of 0.05 sees, measured in Chromium.
	draftLimits = limits{light: 8.0 / 255, rim: 8.0 / 255, faint: 8.0 / 255, hiding: 1.0 / 255}
)

// A Canvas knows how much of what lies behind each pixel of a plot still shows
// through. Ask it for the visible rows of the topmost trace first.
//
// Whatever the colours, sizes and opacities, the picture of the rows that it
// keeps differs from the picture of all rows by less than 0.5/255 in every
// channel of every pixel, if Markers.Stack is 0. For let T be the share of a
// pixel's background that the rows kept so far let through, counting only those
// that cover the pixel entirely. A row is dropped only if T < 0.5/255 at every
// pixel it touches; every row behind it there, dropped or not, then contributes
// less than that to the pixel, all together, and every row in front was kept. A
// renderer that rounds to 8 bits at each step may add 1/opacity levels of its
// own.
//
// The grid has one cell per device pixel. A cell is covered if all of it is
// inside the marker, touched if any of it may be: rims, which blend, hide
// nothing.
//
// Circles of [GL] on an aligned area at PixelRatio 2, which is that of
// scattergl's canvas on any screen, are better known: the share that each cell
// has is what the shader computes. There rims hide what they cover. For cells
// that a row covers in part the bound is 2/255, and less than half a level of
// 255, which a framebuffer rounds away, counts as nothing.
//
// A Canvas is not safe for concurrent use. Its memory is a quarter of a byte a
// cell, and four bytes more once a marker is seen that is translucent or whose rim is
// known; [Canvas.Free] gives it to the next one.
type Canvas struct {
	p             projection
	margin        float64 // cells around the area, on each side
	columns, rows int
	lit           grid      // the cells that still let light through
	through       []float32 // of each cell of lit.words; empty as long as none is lit in part
	alive         grid      // the cells where a centre may be visible, pad more on each side: see bury
	pad           int
	failed        int     // rows in them that did not show, since bury
	perPixel      float64 // cells per CSS pixel
	rim           float64 // how far a marker's picture differs from it, in cells
	part, whole   grain   // of cells that are touched in part, and covered as a whole
	shader        bool    // discs are drawn as shader.go says
	flat          bool    // and their rims fade as SVG's
	jitter        float64 // how far from its place a shaded disc may be, in cells
	limits        limits
}

// NewCanvas returns an empty canvas, or the error of [Area.Validate]. It panics
// if r is none of the renderers.
func NewCanvas(a Area, r Renderer) (*Canvas, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	c := canvases.Get().(*Canvas)
	*c = Canvas{
		p: a.projection(a.ratio()), perPixel: a.ratio(), shader: r.shades(a), jitter: jitter, limits: exactLimits,
		lit: c.lit, through: c.through[:0], alive: c.alive,
	}
	if !a.aligned() {
		c.margin = 1 // device pixels on the edge reach beyond it
	}
	c.columns = int(math.Ceil(c.p.width + 2*c.margin))
	c.rows = int(math.Ceil(c.p.height + 2*c.margin))
	c.lit = c.lit.sized(c.columns+kernel.StripSlack, c.rows)

	c.rim = r.rim(c.perPixel)
	c.part, c.whole = grain{0.5 + r.sliver(), 0.5 + r.snap()}, grain{-0.5, -0.5 - r.snap()}
	if !a.aligned() {
		// A device pixel that overlaps a covered cell must be covered too.
		c.whole.wide, c.whole.high = c.whole.wide-1, c.whole.high-1
	}
	c.Reset()
	return c, nil
}

// NewDraft is NewCanvas for a picture that the reader may see for a moment,
// until the exact one is there: that of a page larger than was thought, say. Its
// pixels may be off by what no eye sees, some 8 levels of 255, and more where
// many faint differences meet. Rims hide what they cover, in SVG too, so that
// it keeps fewer rows than a canvas.
func NewDraft(a Area, r Renderer) (*Canvas, error) {
	c, err := NewCanvas(a, r)
	if err != nil {
		return nil, err
	}
	c.shader = r == SVG || a.ratio() == glRatio
	c.flat, c.jitter, c.limits = r == SVG, 0, draftLimits
	return c, nil
}

// canvases are those that were freed. A system takes up to 25 ms to find the 9 MB of
// a canvas of 2 million cells, twice what a view of most of a cloud takes otherwise.
var canvases = sync.Pool{New: func() any { return new(Canvas) }}

// Free gives the memory of the canvas to one that is made later. It must not be
// used any more. A canvas that is not freed is garbage like any other.
func (c *Canvas) Free() { canvases.Put(c) }

// Reset empties the canvas. Call it between traces that the reader may hide
// one by one; without it a trace hides those asked for later.
func (c *Canvas) Reset() {
	c.lit.fill()
	c.relight()
}

// misses reports whether d lies beside the canvas, or nowhere: it is true if
// the position is NaN or infinite.
func (c *Canvas) misses(d *disc) bool {
	wide, high := d.touched+d.part.wide, d.touched+d.part.high
	return !(d.x > -wide && d.x < float64(c.columns)+wide && d.y > -high && d.y < float64(c.rows)+high)
}

// A grain is how far a cell reaches from its centre: its nearest point counts. If it is
// negative, the farthest does.
type grain struct{ wide, high float64 }

// chord returns the columns of grid row j with cells within r of (x, y); there are
// none if lo > hi.
func (c *Canvas) chord(x, y, r float64, of grain, j int) (lo, hi int) {
	dy := max(math.Abs(float64(j)+0.5-y)-of.high, 0)
	h := r*r - dy*dy
	if h < 0 {
		return 1, 0
	}
	h = math.Sqrt(h) + of.wide
	return within(x-h-0.5, x+h-0.5, c.columns)
}

// span returns the rows of the grid that have cells within r of y.
func (c *Canvas) span(y, r float64, of grain) (lo, hi int) {
	r += of.high
	return within(y-r-0.5, y+r-0.5, c.rows)
}

// width returns the columns that any chord has.
func (c *Canvas) width(x, r float64, of grain) (lo, hi int) {
	r += of.wide
	return within(x-r-0.5, x+r-0.5, c.columns)
}

// within returns the first and the last of the integers 0 … n−1 in [from, to].
// Plain comparisons take half the time of min and max, which care for NaN; and
// nothing that an int cannot hold is converted.
func within(from, to float64, n int) (lo, hi int) {
	if !(from < float64(n) && to >= 0) {
		return 1, 0
	}
	if from > 0 {
		lo = int(math.Ceil(from))
	}
	hi = n - 1
	if to < float64(hi) {
		hi = int(to)
	}
	return lo, hi
}

// shows reports whether light falls through any cell that d touches.
func (c *Canvas) shows(d *disc) bool {
	top, bottom := c.span(d.y, d.touched, d.part)
	left, right := c.width(d.x, d.touched, d.part)
	for j := top; j <= bottom; j++ {
		if !c.lit.any(j, left, right) {
			continue // most often, and without a root
		}
		lo, hi := c.chord(d.x, d.y, d.touched, d.part, j)
		if !c.lit.any(j, lo, hi) {
			continue
		}
		if !d.shaded || len(c.through) == 0 {
			return true
		}
		inner, last := c.chord(d.x, d.y, d.covered, d.whole, j)
		if c.lit.any(j, inner, last) || c.showsRim(j, lo, hi) {
			return true
		}
	}
	return false
}

// cover takes from the light what d holds back. Where there is none left it has
// nothing to do.
func (c *Canvas) cover(d *disc) {
	if d.shaded {
		c.shade(d)
		return
	}
	if d.covered <= 0 {
		return
	}
	top, bottom := c.span(d.y, d.covered, d.whole)
	left, right := c.width(d.x, d.covered, d.whole)
	for j := top; j <= bottom; j++ {
		if !c.lit.any(j, left, right) {
			continue
		}
		lo, hi := c.chord(d.x, d.y, d.covered, d.whole, j)
		if d.opacity >= 1 {
			c.lit.remove(j, lo, hi)
		} else {
			c.dim(j, lo, hi, float32(1-d.opacity))
		}
	}
}

// dim lets the share t of the light through the columns lo to hi of row j.
func (c *Canvas) dim(j, lo, hi int, t float32) {
	c.lighten()
	through := c.through[j*c.lit.stride*64:]
	for k := lo; k <= hi; k++ {
		through[k] *= t
		if float64(through[k]) < c.limits.light {
			c.lit.drop(k, j)
		}
	}
}

// lighten lets all light through the cells of a canvas that has not been asked before.
func (c *Canvas) lighten() {
	if len(c.through) > 0 {
		return
	}
	n := len(c.lit.words) * 64
	c.through = slices.Grow(c.through, n)[:n]
	c.relight()
}

func (c *Canvas) relight() {
	if len(c.through) == 0 {
		return
	}
	c.through[0] = 1
	for n := 1; n < len(c.through); n *= 2 {
		copy(c.through[n:], c.through[:n])
	}
}
