package decimate

import (
	"math"
	"math/bits"
	"slices"
	"sync"
)

// A Cloud is the places of markers with an index of them, for Markers.Cloud.
//
// [Canvas.Visible] keeps the same rows of a cloud as of X and Y. It takes them in
// slabs from the topmost down, and of each slab the tiles where something may
// show. A tile is left out once every cell in it is dead: lit through by no disc
// that is centred there. Light only ever decreases, so that no row further down
// in it would have been kept; and a row that is not kept takes no light, so that
// nothing else depends on whether it was looked at. That holds for every size,
// symbol, opacity and range of the axes, however much either is stretched.
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
	rows                     []uint32 // ascending
	inside                   bool     // so are all of them, and centred in the cells
	left, right, top, bottom int      // of these
}

// visibleOf is VisibleUpTo for a cloud.
func (c *Canvas) visibleOf(dst []uint32, m *Markers, pen *pen, limit int) ([]uint32, Reduction, bool) {
	cloud := m.Cloud
	from, t := len(dst), cloud.Tiles
	s := slab{c: c, cloud: cloud, marks: *m, pen: pen, stacks: stacks{limit: m.Stack}}
	s.marks.Cloud = nil
	patches, inView := c.patches(cloud, pen)
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
		left += len(p.rows)
	}
	r := max(pen.same.covered, 1)
	enough := layers * float64(c.columns*c.rows) / (math.Pi * r * r)
	if float64(left) <= 2*enough {
		return max(rows, 1)
	}
	return int(float64(rows)*enough/float64(left)) + 1
}

// patches returns the tiles of which something may show, and the number of rows
// in view.
func (c *Canvas) patches(cloud *Cloud, pen *pen) (list []patch, inView int) {
	t := cloud.Tiles
	reach := pen.same.touched + pen.same.part.high
	for i := range t.tiles {
		tile := &t.tiles[i]
		x := ordered(c.p.px(tile.x.low), c.p.px(tile.x.high))
		y := ordered(c.p.py(tile.y.low), c.p.py(tile.y.high))
		rows := t.order[tile.start:tile.end:tile.end]
		inX, inY := x.low >= 0 && x.high <= c.p.width, y.low >= 0 && y.high <= c.p.height
		switch {
		case x.high < 0 || x.low > c.p.width || y.high < 0 || y.low > c.p.height:
		case inX && inY:
			inView += len(rows)
		default:
			inView += c.countInView(cloud, rows, inX, inY)
		}
		x.low, x.high, y.low, y.high = x.low+c.margin, x.high+c.margin, y.low+c.margin, y.high+c.margin
		columns, height := float64(c.columns), float64(c.rows)
		if !(x.high > -reach && x.low < columns+reach && y.high > -reach && y.low < height+reach) {
			continue
		}
		p := patch{rows: rows, inside: inX && inY && x.high < columns && y.high < height}
		if p.inside {
			p.left, p.right, p.top, p.bottom = int(x.low), int(x.high), int(y.low), int(y.high)
		}
		list = append(list, p)
	}
	return list, inView
}

func ordered(a, b float64) summary {
	if b < a {
		return summary{b, a}
	}
	return summary{a, b}
}

// countInView counts the rows in view of a tile at its edge, which is known to
// be in view along one axis.
func (c *Canvas) countInView(cloud *Cloud, rows []uint32, inX, inY bool) (n int) {
	for _, i := range rows {
		if !inX {
			if px := c.p.px(cloud.X.At(int(i))); !(px >= 0 && px <= c.p.width) {
				continue
			}
		}
		if !inY {
			if py := c.p.py(cloud.Y.At(int(i))); !(py >= 0 && py <= c.p.height) {
				continue
			}
		}
		n++
	}
	return n
}

// living leaves out the patches of which nothing can show any more.
func (c *Canvas) living(patches []patch, pen *pen) []patch {
	return slices.DeleteFunc(patches, func(p patch) bool { return len(p.rows) == 0 || p.inside && c.buries(&p, pen) })
}

// buries reports whether all cells of a patch are dead.
func (c *Canvas) buries(p *patch, pen *pen) bool {
	for row := p.top; row <= p.bottom; row++ {
		for column := p.left; column <= p.right; column++ {
			if c.isDead(column, row) {
				continue
			}
			if !c.hides(pen.reach, column, row) {
				return false
			}
			c.kill(column, row)
		}
	}
	return true
}

// A slab is the rows first <= i < last of some patches, sorted by marking them
// in a bitmap.
type slab struct {
	c      *Canvas
	cloud  *Cloud
	marks  Markers
	pen    *pen
	stacks stacks
	bitmap []uint64
	rows   []uint32
	kept   []uint32
}

// add appends those rows of a slab that show, the topmost first, until there are
// more than limit, and takes the slab's rows from the patches.
func (s *slab) add(dst []uint32, patches []patch, first, last, limit int) []uint32 {
	s.mark(patches, first, last)
	s.gather()
	s.kept, _ = s.c.front(s.kept[:0], &s.marks, s.pen, &s.stacks, limit)
	for _, k := range s.kept {
		dst = append(dst, s.rows[k])
	}
	return dst
}

func (s *slab) mark(patches []patch, first, last int) {
	words := (last - first + 63) / 64
	if words > cap(s.bitmap) {
		s.bitmap = make([]uint64, words)
	}
	s.bitmap = s.bitmap[:words]
	clear(s.bitmap)
	n := 0
	for k := range patches {
		rows := patches[k].rows
		end := len(rows)
		for end > 0 && int(rows[end-1]) >= first {
			end--
			i := int(rows[end]) - first
			s.bitmap[i>>6] |= 1 << (i & 63)
			n++
		}
		patches[k].rows = rows[:end]
	}
	s.rows = slices.Grow(s.rows[:0], n)
	for w, word := range s.bitmap {
		for ; word != 0; word &= word - 1 {
			s.rows = append(s.rows, uint32(first+w*64+bits.TrailingZeros64(word)))
		}
	}
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
