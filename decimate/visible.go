package decimate

import (
	"math"
	"slices"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// Visible appends to dst the rows of m that can be seen, and the lowest row of
// each extreme of x and of y, visible or not, and returns the extended slice
// with a record. Rows ascend. The picture is the same as that of all rows as
// long as the area, the sizes and the opacities are those given; a larger
// page, a smaller marker or another range shows what is missing.
//
// Visible panics if the slices of m differ in length.
//
//   - Ties: of rows at the same place and of the same look the topmost is kept.
//   - Cost: 3 to 4 ns for a row whose cell is hidden, which is nearly all of a
//     million opaque rows; else O(area of the marker / 64).
func (c *Canvas) Visible(dst []uint32, m Markers) ([]uint32, Reduction) {
	dst, record, _ := c.VisibleUpTo(dst, m, math.MaxInt)
	return dst, record
}

// VisibleUpTo is [Canvas.Visible] as long as no more rows than limit show, besides
// the extremes. Else it stops at the first row that is too many and returns dst
// as it was, and false: the markers are so small or so transparent that another
// picture, such as that of [Bins], tells more.
//
//   - Cost: that of Visible until it stops.
func (c *Canvas) VisibleUpTo(dst []uint32, m Markers, limit int) ([]uint32, Reduction, bool) {
	m.check()
	pen := c.pen(&m)
	c.quicken(pen.reach, pen.wide)
	if m.Cloud != nil {
		return c.visibleOf(dst, &m, &pen, limit)
	}
	from := len(dst)
	stacks := stacks{limit: m.Stack}
	dst, ends := c.front(dst, &m, &pen, &stacks, limit)
	if len(dst)-from > limit {
		return dst[:from], Reduction{}, false
	}
	slices.Reverse(dst[from:])
	for _, i := range [...]int{ends.x.low, ends.x.high, ends.y.low, ends.y.high} {
		dst = insert(dst, from, i)
	}
	return dst, c.reduction(len(m.X), ends.inView, len(dst)-from, stacks.cut), true
}

// ends is what a walk over all rows finds besides those that show.
type ends struct {
	x, y   extent
	inView int
}

// front appends the rows that show, the topmost first, and stops once there are
// more than limit.
func (c *Canvas) front(dst []uint32, m *Markers, pen *pen, stacks *stacks, limit int) ([]uint32, ends) {
	from := len(dst)
	ex, ey := newExtent(), newExtent()
	inView := 0
	for i := len(m.X) - 1; i >= 0; i-- {
		x, y := m.X[i], m.Y[i]
		ex.add(i, x)
		ey.add(i, y)
		px, py := c.p.px(x), c.p.py(y)
		if px >= 0 && px <= c.p.width && py >= 0 && py <= c.p.height {
			inView++
		}
		px, py = px+c.margin, py+c.margin
		column, row, known := c.cell(px, py)
		if known && !c.alive.has(column, row) {
			continue
		}
		d := pen.disc(i, px, py)
		switch {
		case c.misses(&d):
		case d.opacity > 0 && c.shows(&d):
			if stacks.full(&d) {
				continue
			}
			c.cover(&d)
			stacks.add(&d)
			if dst = append(dst, uint32(i)); len(dst)-from > limit {
				return dst, ends{}
			}
		default:
			c.fail(pen.reach)
		}
	}
	return dst, ends{ex, ey, inView}
}

// reduction is the record of a walk; cut says that a stack was full.
func (c *Canvas) reduction(in, inView, out int, cut bool) Reduction {
	red := Reduction{
		Method: MethodVisible, RowsIn: in, RowsInView: inView, RowsOut: out,
		Bound: c.limits.light, BoundKind: BoundChannel,
	}
	if cut || c.shader {
		red.BoundKind = BoundInner
	}
	if out == in {
		red.Method, red.Bound = MethodNone, 0
	}
	return red
}

// A disc is a marker on the canvas, in cells.
type disc struct {
	x, y float64
	*shape
}

// A shape is what discs of one size and opacity have in common, in cells.
type shape struct {
	touched float64 // a cell of which a part is nearer than this may change
	covered float64 // a cell that is nearer than this as a whole is all inside
	part    grain
	whole   grain
	opacity float64

	shaded bool       // the rim is known
	reach  float64    // farther from the centre, in either direction, it hides nothing
	rim    kernel.Rim // what it hides
}

// A pen makes the discs of a trace.
type pen struct {
	m      *Markers
	canvas *Canvas
	symbol Symbol
	same   shape // of all rows, if they are equal
	other  shape // of the last row, if they are not
	fades  fadesAt
	reach  []int // of the largest marker: see reachOf
	wide   bool  // it is so large that only a part of its reach is told
}

// fadesAt remembers what pen.seen found.
type fadesAt struct {
	rim           *kernel.Rim
	opacity, seen float64
}

func (c *Canvas) pen(m *Markers) pen {
	p := pen{m: m, canvas: c, symbol: m.Symbol}
	if p.symbol == (Symbol{}) {
		p.symbol = Circle
	}
	largest, firmest := m.Size, m.Opacity
	for _, s := range m.Sizes {
		largest = max(largest, positive(s))
	}
	for _, o := range m.Opacities {
		if o > firmest { // NaN is not
			firmest = o
		}
	}
	p.same = p.shape(m.Size, m.Opacity)
	// No farther than the canvas, whatever the size.
	touched, far := p.shape(largest, firmest).touched, float64(c.columns+c.rows)
	p.reach, p.wide = reachOf(min(touched, far), p.same.part), touched > far
	return p
}

// miterLimit is how far the outline of a corner may stand out, in half widths
// of the outline: the default of SVG.
const miterLimit = 4

// shape returns that of a marker with this diameter and opacity.
func (p *pen) shape(size, opacity float64) shape {
	if p.canvas.shader && p.symbol == Circle {
		return p.shaded(size, opacity)
	}
	r := positive(size) / 2
	k := p.canvas.perPixel
	stroke := positive(p.m.Outline) / 2
	if p.symbol != Circle {
		stroke *= miterLimit
	}
	return shape{
		touched: (r*p.symbol.Outer+stroke)*k + p.canvas.rim, part: p.canvas.part,
		covered: r*p.symbol.Inner*k - p.canvas.rim, whole: p.canvas.whole,
		opacity: opacity,
	}
}

func (p *pen) disc(i int, x, y float64) disc {
	if p.m.Sizes == nil && p.m.Opacities == nil {
		return disc{x, y, &p.same}
	}
	size, opacity := p.m.Size, p.m.Opacity
	if p.m.Sizes != nil {
		size = p.m.Sizes[i]
	}
	if p.m.Opacities != nil {
		opacity = p.m.Opacities[i]
	}
	p.other = p.shape(size, opacity)
	return disc{x, y, &p.other}
}

// positive returns v, or 0 if it is negative or not finite.
func positive(v float64) float64 {
	if v > 0 && finite(v) {
		return v
	}
	return 0
}

// An extent finds the lowest row of both extremes in a scan from the end.
type extent struct {
	min, max  float64
	low, high int // −1 if there is none
}

func newExtent() extent {
	return extent{min: math.Inf(1), max: math.Inf(-1), low: -1, high: -1}
}

func (e *extent) add(i int, v float64) {
	if v > e.min && v < e.max {
		return
	}
	e.widen(i, v)
}

// widen is apart so that add can be inlined.
func (e *extent) widen(i int, v float64) {
	if !finite(v) {
		return
	}
	if v <= e.min {
		e.min, e.low = v, i
	}
	if v >= e.max {
		e.max, e.high = v, i
	}
}

// insert puts row i in its place in the ascending dst[from:], unless it is
// there or is −1.
func insert(dst []uint32, from, i int) []uint32 {
	if i < 0 {
		return dst
	}
	at, found := slices.BinarySearch(dst[from:], uint32(i))
	if found {
		return dst
	}
	return slices.Insert(dst, from+at, uint32(i))
}
