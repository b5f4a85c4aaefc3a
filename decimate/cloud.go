package decimate

import (
	"math"
	"slices"
)

// A Cloud is the places of markers with an index of them, for Markers.Cloud.
//
// [Canvas.Visible] keeps the same rows of a cloud as of X and Y. It takes them in
// slabs from the topmost down, and of each slab the rows where something may
// show, by their codes, or all rows of the first where many tiles are in view. It leaves a tile out once every cell in it is dead: lit
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

// visibleOf is VisibleUpTo for a cloud.
func (c *Canvas) visibleOf(dst []uint32, m *Markers, pen *pen, limit int) ([]uint32, Reduction, bool) {
	cloud := m.Cloud
	from, t := len(dst), cloud.Tiles
	s := slabs.Get().(*slab)
	defer s.free()
	s.c, s.cloud, s.marks, s.pen, s.bands = c, cloud, *m, pen, c.bandsOf(pen, m.Stack, s.bands)
	s.marks.Cloud = nil
	near := s.neighborhood()
	last, step := t.rows, c.firstSlab(&near, pen, t.rows)
	if step <= rowsPerTile*len(near.tiles) {
		last, step = last-step, 2*step
		dst = s.scan(dst, last, t.rows, limit)
		c.bury(pen.reach)
	}
	patches := s.living(near.tiles, last)
	for len(patches) > 0 && len(dst)-from <= limit {
		first := max(last-step, 0)
		dst = s.add(dst, patches, first, last, limit-(len(dst)-from))
		if last, step = first, 2*step; last == 0 {
			break
		}
		c.bury(pen.reach)
		patches = slices.DeleteFunc(patches, func(p patch) bool { return !c.patchLives(&p, pen) })
	}
	if len(dst)-from > limit {
		return dst[:from], Reduction{}, false
	}
	slices.Reverse(dst[from:])
	for _, i := range [...]int{t.ex.low, t.ex.high, t.ey.low, t.ey.high} {
		dst = insert(dst, from, i)
	}
	return dst, c.reduction(t.rows, near.inView, len(dst)-from, s.cut()), true
}

// layers is how often the rows of the first slab cover the plot.
const layers = 4

// rowsPerTile is how many rows of the first slab are read in the time that it takes
// to find one of a tile: that waits for memory, and twice.
const rowsPerTile = 16

// firstSlab returns how many rows to take first: all if they are few, else so
// many that those in view cover each cell a few times.
func (c *Canvas) firstSlab(near *neighborhood, pen *pen, rows int) int {
	r := max(pen.same.covered, 1)
	enough := layers * float64(c.columns*c.rows) / (math.Pi * r * r)
	if float64(near.rows) <= 2*enough {
		return max(rows, 1)
	}
	return int(float64(rows)*enough/float64(near.rows)) + 1
}
