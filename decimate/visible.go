package decimate

import (
	"math"
	"slices"
)

// transparent is the transmittance below which what lies behind a pixel cannot
// change it: half a level of 255.
const transparent = 0.5 / 255

const (
	badMarkers  = "decimate: Markers.X, Y, Sizes and Opacities differ in length"
	badRenderer = "decimate: not a Renderer"
)

// Markers is one trace to draw. A later row lies on top of an earlier one.
type Markers struct {
	X, Y []float64 // axis coordinates; a row with NaN or ±Inf is not drawn

	// Size is the diameter in CSS pixels, Opacity that of the marker times the
	// alpha of its colour, from 0 to 1. Sizes and Opacities, one a row, replace
	// them if not nil. A size that is negative or not finite is 0.
	Size, Opacity    float64
	Sizes, Opacities []float64

	Outline float64 // width of the outline in CSS pixels
	Symbol  Symbol  // the zero Symbol is Circle

	// Stack is the most rows to keep with the same place, size and opacity; 0
	// keeps all that show. The rim of a marker hides nothing for certain, so
	// that without it each of a thousand rows on a lonely spot is visible, and
	// a thousand rims do look harder than one. With it, a pixel of which a
	// marker covers the share f changes by at most (1−f·opacity)^Stack. At 256
	// a lonely stack of one colour is unchanged on a screen of 8 bits.
	Stack int
}

func (m *Markers) check() {
	n := len(m.X)
	if len(m.Y) != n || m.Sizes != nil && len(m.Sizes) != n || m.Opacities != nil && len(m.Opacities) != n {
		panic(badMarkers)
	}
	if uint64(n) > math.MaxUint32 {
		panic(badRows)
	}
}

// A Symbol gives the extent of a marker's shape as a multiple of half its
// size: it covers the disc of radius Inner around its position and stays
// within that of radius Outer. An open symbol covers nothing: Inner is 0.
type Symbol struct{ Inner, Outer float64 }

// The symbols of plotly.express, in its order, as Plotly's SVG draws them.
var (
	Circle  = Symbol{1, 1}
	Diamond = Symbol{1.3 / math.Sqrt2, 1.3}
	Square  = Symbol{1, math.Sqrt2}
	X       = Symbol{0.4 * math.Sqrt2, 1.265}
	Cross   = X
)

// A Renderer says how exactly discs are drawn.
type Renderer int

const (
	// SVG covers each pixel by the share of it that lies in the marker.
	SVG Renderer = iota
	// GL is scattergl at its default plotGlPixelRatio of 2: rims are blurred
	// over half a CSS pixel and diameters rounded to multiples of 1/2.55.
	GL
)

// slack is what a renderer may put wrong, in CSS pixels: Plotly rounds a
// radius to 0.01, a browser approximates a circle.
const slack = 0.043

// rim returns how far the picture of a disc differs from the disc, in CSS px.
func (r Renderer) rim() float64 {
	switch r {
	case SVG:
		return slack
	case GL:
		const blur, rounding = 0.25, 0.5 / 2.55
		return slack + blur + rounding // of size and of outline, half of each
	default:
		panic(badRenderer)
	}
}

// A Canvas knows how much of what lies behind each pixel of a plot still shows
// through. Ask it for the visible rows of the topmost trace first.
//
// Whatever the colours, sizes and opacities, and unless Markers.Stack says
// otherwise, the picture of the rows that it
// keeps differs from the picture of all rows by less than 0.5/255 in every
// channel of every pixel. For let T be the share of a pixel's background that
// the rows kept so far let through, counting only those that cover the pixel
// entirely. A row is dropped only if T < 0.5/255 at every pixel it touches;
// every row behind it there, dropped or not, then contributes less than that
// to the pixel, all together, and every row in front was kept. A renderer that
// rounds to 8 bits at each step may add 1/opacity levels of its own.
//
// The grid has one cell per device pixel. A cell is covered if all of it is
// inside the marker, touched if any of it may be: rims, which blend, hide
// nothing.
//
// A Canvas is not safe for concurrent use. Its memory is a quarter of a byte a
// cell, and four bytes more once a translucent marker is seen.
type Canvas struct {
	p             projection
	margin        float64 // cells around the area, on each side
	columns, rows int
	stride        int       // words per row of the grids of bits
	clear         []uint64  // a bit for each cell that still lets light through
	through       []float32 // of each cell; nil as long as all are 0 or 1
	dead          []uint64  // a bit for each cell where no centre can be visible
	perPixel      float64   // cells per CSS pixel
	inset, outset float64   // from a marker's radius to that of covered and touched centres
}

// NewCanvas returns an empty canvas, or the error of [Area.Validate].
func NewCanvas(a Area, r Renderer) (*Canvas, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	c := &Canvas{p: a.projection(a.ratio()), perPixel: a.ratio()}
	if !a.aligned() {
		c.margin = 1 // device pixels on the edge reach beyond it
	}
	c.columns = int(math.Ceil(c.p.width + 2*c.margin))
	c.rows = int(math.Ceil(c.p.height + 2*c.margin))
	c.stride = (c.columns + 63) / 64
	c.clear = make([]uint64, c.stride*c.rows)
	c.dead = make([]uint64, c.stride*c.rows)

	const halfDiagonal = math.Sqrt2 / 2
	c.outset = halfDiagonal + r.rim()*c.perPixel
	c.inset = c.outset
	if !a.aligned() {
		// A device pixel that overlaps a covered cell must be covered too.
		c.inset += 2 * halfDiagonal
	}
	c.Reset()
	return c, nil
}

// Reset empties the canvas. Call it between traces that the reader may hide
// one by one; without it a trace hides those asked for later.
func (c *Canvas) Reset() {
	for i := range c.clear {
		c.clear[i] = ^uint64(0)
	}
	for i := range c.through {
		c.through[i] = 1
	}
}

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
	m.check()
	clear(c.dead)
	pen := c.pen(&m)
	return c.visible(dst, &m, &pen)
}

// visible is Visible on a canvas where some cells may be dead already.
func (c *Canvas) visible(dst []uint32, m *Markers, pen *pen) ([]uint32, Reduction) {
	from := len(dst)
	stacks := stacks{limit: m.Stack}
	ex, ey := newExtent(), newExtent()
	inView := 0
	for i := len(m.X) - 1; i >= 0; i-- {
		x, y := m.X[i], m.Y[i]
		ex.add(i, x)
		ey.add(i, y)
		px, py := c.p.px(x), c.p.py(y)
		inside := px >= 0 && px <= c.p.width && py >= 0 && py <= c.p.height
		if inside {
			inView++
		}
		px, py = px+c.margin, py+c.margin
		// A row on the right or lower edge itself may have no cell.
		inside = inside && px < float64(c.columns) && py < float64(c.rows)
		if inside && c.isDead(int(px), int(py)) {
			continue
		}
		d := pen.disc(i, px, py)
		switch {
		case c.misses(d) || stacks.full(d):
		case d.opacity > 0 && c.shows(d):
			c.cover(d)
			stacks.add(d)
			dst = append(dst, uint32(i))
		case inside && c.hides(pen.reach, int(px), int(py)):
			c.kill(int(px), int(py))
		}
	}
	slices.Reverse(dst[from:])
	for _, i := range [...]int{ex.low, ex.high, ey.low, ey.high} {
		dst = insert(dst, from, i)
	}
	red := Reduction{
		Method: MethodVisible, RowsIn: len(m.X), RowsInView: inView, RowsOut: len(dst) - from,
		Bound: transparent, BoundKind: BoundChannel,
	}
	if stacks.cut {
		red.BoundKind = BoundInner
	}
	if red.RowsOut == red.RowsIn {
		red.Method, red.Bound = MethodNone, 0
	}
	return dst, red
}

// A disc is a marker on the canvas, in cells.
type disc struct {
	x, y    float64
	touched float64 // a cell nearer than this may change
	covered float64 // a cell nearer than this is all inside
	opacity float64
}

// stacks counts the rows kept with equal discs.
type stacks struct {
	limit  int
	height map[disc]int
	cut    bool // a row was dropped for it
}

func (s *stacks) full(d disc) bool {
	full := s.limit > 0 && s.height[d] >= s.limit
	s.cut = s.cut || full
	return full
}

func (s *stacks) add(d disc) {
	if s.limit <= 0 {
		return
	}
	if s.height == nil {
		s.height = make(map[disc]int)
	}
	s.height[d]++
}

// A pen makes the discs of a trace.
type pen struct {
	m      *Markers
	canvas *Canvas
	symbol Symbol
	same   disc // the radii and opacity of all rows, if they are equal
	// largest is the touched radius of the largest marker, in cells.
	largest float64
	reach   []int // see Canvas.reach
}

func (c *Canvas) pen(m *Markers) pen {
	p := pen{m: m, canvas: c, symbol: m.Symbol}
	if p.symbol == (Symbol{}) {
		p.symbol = Circle
	}
	largest := m.Size
	for _, s := range m.Sizes {
		largest = max(largest, positive(s))
	}
	p.same = p.sized(m.Size)
	p.same.opacity = m.Opacity
	// No farther than the canvas, whatever the size.
	p.largest = min(p.sized(largest).touched, float64(c.columns+c.rows))
	p.reach = c.reach(p.largest)
	return p
}

// sized returns the radii of a marker with this diameter.
func (p *pen) sized(size float64) disc {
	r := positive(size) / 2
	k := p.canvas.perPixel
	return disc{
		touched: (r*p.symbol.Outer+positive(p.m.Outline)/2)*k + p.canvas.outset,
		covered: r*p.symbol.Inner*k - p.canvas.inset,
	}
}

func (p *pen) disc(i int, x, y float64) disc {
	d := p.same
	if p.m.Sizes != nil {
		d = p.sized(p.m.Sizes[i])
		d.opacity = p.m.Opacity
	}
	if p.m.Opacities != nil {
		d.opacity = p.m.Opacities[i]
	}
	d.x, d.y = x, y
	return d
}

// positive returns v, or 0 if it is negative or not finite.
func positive(v float64) float64 {
	if v > 0 && finite(v) {
		return v
	}
	return 0
}

// misses reports whether d lies beside the canvas, or nowhere: it is true if
// the position is NaN or infinite.
func (c *Canvas) misses(d disc) bool {
	return !(d.x > -d.touched && d.x < float64(c.columns)+d.touched &&
		d.y > -d.touched && d.y < float64(c.rows)+d.touched)
}

// chord returns the columns of grid row j with cell centres within r of (x, y);
// there are none if lo > hi.
func (c *Canvas) chord(x, y, r float64, j int) (lo, hi int) {
	dy := float64(j) + 0.5 - y
	h := r*r - dy*dy
	if h < 0 {
		return 1, 0
	}
	h = math.Sqrt(h)
	return within(x-h-0.5, x+h-0.5, c.columns)
}

// span returns the rows of the grid that have cell centres within r of y.
func (c *Canvas) span(y, r float64) (lo, hi int) {
	return within(y-r-0.5, y+r-0.5, c.rows)
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
func (c *Canvas) shows(d disc) bool {
	top, bottom := c.span(d.y, d.touched)
	for j := top; j <= bottom; j++ {
		lo, hi := c.chord(d.x, d.y, d.touched, j)
		if c.anyClear(j, lo, hi) {
			return true
		}
	}
	return false
}

// cover takes from the light what d holds back.
func (c *Canvas) cover(d disc) {
	if d.covered <= 0 {
		return
	}
	top, bottom := c.span(d.y, d.covered)
	for j := top; j <= bottom; j++ {
		lo, hi := c.chord(d.x, d.y, d.covered, j)
		if d.opacity >= 1 {
			c.darken(j, lo, hi)
		} else {
			c.dim(j, lo, hi, float32(1-d.opacity))
		}
	}
}

// anyClear reports whether a bit of the columns lo to hi of row j is set.
func (c *Canvas) anyClear(j, lo, hi int) bool {
	if lo > hi {
		return false
	}
	row := c.clear[j*c.stride:][:c.stride]
	first, last := lo>>6, hi>>6
	head, tail := ^uint64(0)<<(lo&63), ^uint64(0)>>(63-hi&63)
	if first == last {
		return row[first]&head&tail != 0
	}
	some := row[first]&head | row[last]&tail
	for _, w := range row[first+1 : last] {
		some |= w
	}
	return some != 0
}

// darken clears the bits of the columns lo to hi of row j.
func (c *Canvas) darken(j, lo, hi int) {
	if lo > hi {
		return
	}
	row := c.clear[j*c.stride:][:c.stride]
	first, last := lo>>6, hi>>6
	head, tail := ^uint64(0)<<(lo&63), ^uint64(0)>>(63-hi&63)
	if first == last {
		row[first] &^= head & tail
		return
	}
	row[first] &^= head
	clear(row[first+1 : last])
	row[last] &^= tail
}

// dim lets the share t of the light through the columns lo to hi of row j.
func (c *Canvas) dim(j, lo, hi int, t float32) {
	if c.through == nil {
		c.through = make([]float32, c.columns*c.rows)
		for i := range c.through {
			c.through[i] = 1
		}
	}
	for k := lo; k <= hi; k++ {
		cell := &c.through[j*c.columns+k]
		*cell *= t
		if *cell < transparent {
			c.clear[j*c.stride+k>>6] &^= 1 << (k & 63)
		}
	}
}

// reach returns how many columns to each side, in each of the rows from the
// topmost to the lowest, a disc of radius r touches when it is centred
// anywhere within one cell.
func (c *Canvas) reach(r float64) []int {
	n := int(math.Floor(r + 0.5))
	columns := make([]int, 2*n+1)
	for j := range columns {
		dy := max(math.Abs(float64(j-n))-0.5, 0)
		columns[j] = int(math.Sqrt(max(r*r-dy*dy, 0)) + 0.5)
	}
	return columns
}

// hides reports whether no disc with this reach, centred anywhere in the cell,
// can be seen.
func (c *Canvas) hides(reach []int, column, row int) bool {
	n := len(reach) / 2
	for j, w := range reach {
		j += row - n
		if j >= 0 && j < c.rows && c.anyClear(j, max(column-w, 0), min(column+w, c.columns-1)) {
			return false
		}
	}
	return true
}

func (c *Canvas) isDead(column, row int) bool {
	return c.dead[row*c.stride+column>>6]>>(column&63)&1 != 0
}

func (c *Canvas) kill(column, row int) {
	c.dead[row*c.stride+column>>6] |= 1 << (column & 63)
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
