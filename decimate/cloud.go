package decimate

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// A Cloud is the places of markers with an index of them, for Markers.Cloud.
//
// [Canvas.Visible] keeps the same rows of a cloud as of X and Y. It takes them in
// slabs from the topmost down, and of each slab the rows where something may
// show, by their codes, and leaves a tile out once every cell in it is dead: lit
// through by no disc that is centred there. Light only ever decreases, so that no
// row further down in it would have been kept; and a row that is not kept takes
// no light, so that nothing else depends on whether it was looked at. That holds
// for every size, symbol, opacity and range of the axes, however much either is
// stretched.
type Cloud struct {
	Tiles *Tiles
	X, Y  Series // that the tiles were made of
}

// rows returns the number of rows.
func (m *Markers) rows() int {
	if m.Cloud != nil {
		return m.Cloud.Tiles.rows
	}
	return len(m.X)
}

// A patch is what is left of a tile, on the canvas.
type patch struct {
	start, end               uint32 // of the tiles' rows, ascending, and codes
	left, right, top, bottom int32  // the watched cells that they are in
	x, y                     scale
}

// A scale takes the code of a row to where it is on the canvas: between low and
// low+size.
type scale struct{ base, step, size float64 }

func (s scale) low(code uint8) float64 { return s.base + s.step*float64(code) }

// scaleOf returns the scale of a tile whose ends are the cells from and to. It is
// wider by a sixteenth of a code than what a code stands for, and by what rounding
// can do to the place of a row.
func scaleOf(tile summary, from, to float64) scale {
	const slack = 1.0 / 16
	s := scale{base: from, step: (to - from) / codes}
	if s.step < 0 {
		s.base += s.step
	}
	width := math.Abs(s.step)
	s.base -= slack * width
	s.size = (1 + 2*slack) * width
	error := 1e-12*(math.Abs(from)+math.Abs(to)) + 1e-9
	s.base, s.size = s.base-error, s.size+2*error
	if _, ok := codesPer(tile); !ok {
		s.size = math.Inf(1)
	}
	return s
}

// visibleOf is VisibleUpTo for a cloud.
func (c *Canvas) visibleOf(dst []uint32, m *Markers, pen *pen, limit int) ([]uint32, Reduction, bool) {
	cloud := m.Cloud
	from, t := len(dst), cloud.Tiles
	s := slabs.Get().(*slab)
	defer s.free()
	s.c, s.cloud, s.marks, s.pen, s.stacks = c, cloud, *m, pen, stacks{limit: m.Stack}
	s.marks.Cloud, s.marks.X, s.marks.Y = nil, s.x, s.y
	patches, inView := s.allPatches()
	patches = c.living(patches, pen)
	last, step := t.rows, c.firstSlab(patches, pen, t.rows)
	for len(patches) > 0 {
		first := max(last-step, 0)
		if dst = s.add(dst, patches, first, last, limit-(len(dst)-from)); len(dst)-from > limit {
			return dst[:from], Reduction{}, false
		}
		if last, step = first, 2*step; last == 0 {
			break
		}
		c.bury(pen.reach)
		patches = c.living(patches, pen)
	}
	slices.Reverse(dst[from:])
	for _, i := range [...]int{t.ex.low, t.ex.high, t.ey.low, t.ey.high} {
		dst = insert(dst, from, i)
	}
	return dst, c.reduction(t.rows, inView, len(dst)-from, &s.stacks), true
}

// layers is how often the rows of the first slab cover the plot.
const layers = 4

// firstSlab returns how many rows to take first: all if they are few, else so
// many that those in view cover each cell a few times.
func (c *Canvas) firstSlab(patches []patch, pen *pen, rows int) int {
	left := 0
	for _, p := range patches {
		left += int(p.end - p.start)
	}
	r := max(pen.same.covered, 1)
	enough := layers * float64(c.columns*c.rows) / (math.Pi * r * r)
	if float64(left) <= 2*enough {
		return max(rows, 1)
	}
	return int(float64(rows)*enough/float64(left)) + 1
}

// tilesPerCore is the least work for a goroutine.
const tilesPerCore = 4096

// allPatches returns the tiles of which something may show, and the number of rows
// in view.
func (s *slab) allPatches() (list []patch, inView int) {
	tiles := s.cloud.Tiles.tiles
	parts := max(min(runtime.GOMAXPROCS(0), len(tiles)/tilesPerCore), 1)
	s.patches = slices.Grow(s.patches[:0], len(tiles))
	type part struct {
		list   []patch
		inView int
	}
	found := make([]part, parts)
	together(parts, func(k int) {
		from, to := share(k, len(tiles), parts), share(k+1, len(tiles), parts)
		found[k].list, found[k].inView = s.c.patches(s.patches[from:from:to], s.cloud, tiles[from:to], s.pen)
	})
	list = s.patches[:0]
	for _, p := range found {
		list, inView = append(list, p.list...), inView+p.inView
	}
	return list, inView
}

// patches appends the patches of some tiles, and returns the number of rows in view.
func (c *Canvas) patches(list []patch, cloud *Cloud, tiles []tile, pen *pen) (_ []patch, inView int) {
	reach := pen.same.touched + pen.same.part.high
	columns, height := float64(c.columns)+reach, float64(c.rows)+reach
	for i := range tiles {
		tile := &tiles[i]
		left, right := c.p.px(tile.x.low), c.p.px(tile.x.high)
		top, bottom := c.p.py(tile.y.low), c.p.py(tile.y.high)
		x, y := ordered(left, right), ordered(top, bottom)
		if !(x.high+c.margin > -reach && x.low+c.margin < columns && y.high+c.margin > -reach && y.low+c.margin < height) {
			continue // beside the view, which lies within
		}
		p := patch{start: tile.start, end: tile.end, x: scaleOf(tile.x, left, right), y: scaleOf(tile.y, top, bottom)}
		switch {
		case x.high < 0 || x.low > c.p.width || y.high < 0 || y.low > c.p.height:
		case x.low >= 0 && x.high <= c.p.width && y.low >= 0 && y.high <= c.p.height:
			inView += int(p.end - p.start)
		default:
			inView += c.countInView(cloud, &p)
		}
		x.low, x.high, y.low, y.high = x.low+c.margin, x.high+c.margin, y.low+c.margin, y.high+c.margin
		p.x.base, p.y.base = p.x.base+c.margin, p.y.base+c.margin
		p.left, p.right = cellsWithin(x, c.pad, c.alive.columns)
		p.top, p.bottom = cellsWithin(y, c.pad, c.alive.rows)
		list = append(list, p)
	}
	return list, inView
}

// cellsWithin returns the first and the last of n cells, the first of which is at
// −pad, that an interval has a part of.
func cellsWithin(s summary, pad, n int) (first, last int32) {
	first, last = 0, int32(n-1)
	if from := s.low + float64(pad); from > 0 {
		first = int32(min(from, float64(n)))
	}
	switch to := s.high + float64(pad); {
	case to < 0:
		last = -1
	case to < float64(n):
		last = int32(to)
	}
	return first, last
}

func ordered(a, b float64) summary {
	if b < a {
		return summary{b, a}
	}
	return summary{a, b}
}

// countInView counts the rows in view of a tile at its edge.
func (c *Canvas) countInView(cloud *Cloud, p *patch) (n int) {
	t := cloud.Tiles
	for k, code := range t.codes[p.start:p.end] {
		x, y := p.x.low(code.x), p.y.low(code.y)
		switch {
		case x+p.x.size < 0 || x > c.p.width || y+p.y.size < 0 || y > c.p.height:
		case x >= 0 && x+p.x.size <= c.p.width && y >= 0 && y+p.y.size <= c.p.height:
			n++
		default:
			row := int(t.order[int(p.start)+k])
			px, py := c.p.px(cloud.X.At(row)), c.p.py(cloud.Y.At(row))
			if px >= 0 && px <= c.p.width && py >= 0 && py <= c.p.height {
				n++
			}
		}
	}
	return n
}

// living leaves out the patches of which nothing can show any more.
func (c *Canvas) living(patches []patch, pen *pen) []patch {
	return slices.DeleteFunc(patches, func(p patch) bool {
		return p.start == p.end || !pen.wide && !c.lives(p.left, p.right, p.top, p.bottom)
	})
}

// lives reports whether any of the watched cells from left to right and top to
// bottom is alive.
func (c *Canvas) lives(left, right, top, bottom int32) bool {
	for row := top; row <= bottom; row++ {
		if c.alive.any(int(row), int(left), int(right)) {
			return true
		}
	}
	return false
}

// largestCode is how many cells a code may stand for to be of any use.
const largestCode = 8

// mayShow reports whether a row with this code may show.
func (c *Canvas) mayShow(p *patch, code code) bool {
	if !(p.x.size <= largestCode && p.y.size <= largestCode) {
		return true
	}
	x, y := p.x.low(code.x), p.y.low(code.y)
	left, right := cellsWithin(summary{x, x + p.x.size}, c.pad, c.alive.columns)
	top, bottom := cellsWithin(summary{y, y + p.y.size}, c.pad, c.alive.rows)
	return c.lives(left, right, top, bottom)
}

// A slab is the rows first <= i < last of some patches.
type slab struct {
	c      *Canvas
	cloud  *Cloud
	marks  Markers
	pen    *pen
	stacks stacks

	// The memory of all that slabs need, some MB, is used again.
	patches []patch
	found   [][]uint32 // rows that may show, of each goroutine
	rows    []uint32   // all of these, sorted
	spare   []uint32   // to sort them
	kept    []uint32
	x, y    []float64 // of marks
}

var slabs = sync.Pool{New: func() any { return new(slab) }}

// free keeps the memory for the next view, and nothing else.
func (s *slab) free() {
	slabs.Put(&slab{
		patches: s.patches, found: s.found, rows: s.rows, spare: s.spare,
		kept: s.kept, x: s.marks.X, y: s.marks.Y,
	})
}

// add appends those rows of a slab that show, the topmost first, until there are
// more than limit, and takes the slab's rows from the patches.
func (s *slab) add(dst []uint32, patches []patch, first, last, limit int) []uint32 {
	s.find(patches, first, last)
	s.gather()
	s.kept, _ = s.c.front(s.kept[:0], &s.marks, s.pen, &s.stacks, limit)
	for _, k := range s.kept {
		dst = append(dst, s.rows[k])
	}
	return dst
}

// patchesPerCore is the least work for a goroutine: hundreds of rows each.
const patchesPerCore = 32

// find finds the rows of a slab that may show, in their order.
func (s *slab) find(patches []patch, first, last int) {
	parts := max(min(runtime.GOMAXPROCS(0), len(patches)/patchesPerCore), 1)
	s.found = slices.Grow(s.found[:0], parts)[:parts]
	together(parts, func(k int) {
		rows := s.found[k][:0]
		for i := share(k, len(patches), parts); i < share(k+1, len(patches), parts); i++ {
			rows = s.take(rows, &patches[i], first)
		}
		s.found[k] = rows
	})
	s.rows = s.rows[:0]
	for _, rows := range s.found {
		s.rows = append(s.rows, rows...)
	}
	s.rows, s.spare = sortRows(s.rows, s.spare, first, last)
}

// take takes the rows from first on from a patch, and appends those that may show.
func (s *slab) take(rows []uint32, p *patch, first int) []uint32 {
	t := s.cloud.Tiles
	for ; p.end > p.start && int(t.order[p.end-1]) >= first; p.end-- {
		if s.pen.wide || s.c.mayShow(p, t.codes[p.end-1]) {
			rows = append(rows, t.order[p.end-1])
		}
	}
	return rows
}

// gather reads the places of the rows, x and y at the same time.
func (s *slab) gather() {
	var wg sync.WaitGroup
	wg.Go(func() { s.marks.X = gather(s.marks.X[:0], s.cloud.X, s.rows) })
	s.marks.Y = gather(s.marks.Y[:0], s.cloud.Y, s.rows)
	wg.Wait()
}

func gather(dst []float64, series Series, rows []uint32) []float64 {
	dst = slices.Grow(dst, len(rows))
	if all, ok := directly(series, 0, series.Len()); ok {
		for _, i := range rows {
			dst = append(dst, all[i])
		}
		return dst
	}
	for _, i := range rows {
		dst = append(dst, series.At(int(i)))
	}
	return dst
}
