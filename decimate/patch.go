package decimate

import (
	"math"
	"slices"
)

// A patch is what is left of a tile, on the canvas.
type patch struct {
	start, end               uint32 // of the tiles' rows, ascending, and codes
	left, right, top, bottom int32  // the watched cells that they are in
	x, y                     scale  // to watched cells
	vague                    bool   // codes stand for too many of them
	sharp                    bool   // or for 2 × 2 at most, all of which are watched
}

// A scale takes the code of a row to where it is on the canvas: between low and
// low+size.
type scale struct{ base, step, size float64 }

func (s scale) low(code uint8) float64 { return s.base + s.step*float64(code) }

// within reports whether each code stands for at most two of n cells, and for nothing
// beside them.
func (s scale) within(n int) bool {
	first, last := s.low(0), s.low(codes-1)
	return s.size <= 1 && min(first, last) >= 0 && max(first, last)+s.size < float64(n)
}

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

// A neighborhood is the tiles that reach the canvas.
type neighborhood struct {
	tiles  []uint32 // their numbers
	rows   int      // in them
	inView int      // of these
}

// tilesPerPart is the least work for a goroutine.
const tilesPerPart = 4096

// neighborhood finds the tiles of which something may show.
func (v *cull) neighborhood() (all neighborhood) {
	n := len(v.cloud.Tiles.tiles)
	parts := v.crew.shares(n, tilesPerPart)
	v.near = slices.Grow(v.near[:0], n)
	found := make([]neighborhood, parts)
	v.crew.together(parts, func(k int) {
		from, to := share(k, n, parts), share(k+1, n, parts)
		found[k].tiles = v.near[from:from:to]
		v.c.meet(&found[k], v.cloud, from, to, v.pen)
	})
	all.tiles = v.near[:0]
	for _, part := range found {
		all.tiles = append(all.tiles, part.tiles...)
		all.rows, all.inView = all.rows+part.rows, all.inView+part.inView
	}
	return all
}

// meet adds those of the tiles from <= i < to that reach the canvas.
func (c *Canvas) meet(n *neighborhood, cloud *Cloud, from, to int, pen *pen) {
	reach := pen.same.touched + pen.same.part.high
	columns, height := float64(c.columns)+reach, float64(c.rows)+reach
	for i := from; i < to; i++ {
		tile := &cloud.Tiles.tiles[i]
		x, y := c.sides(tile)
		if !(x.high+c.margin > -reach && x.low+c.margin < columns && y.high+c.margin > -reach && y.low+c.margin < height) {
			continue // beside the view, which lies within
		}
		n.tiles = append(n.tiles, uint32(i))
		n.rows += int(tile.end - tile.start)
		switch {
		case x.high < 0 || x.low > c.p.width || y.high < 0 || y.low > c.p.height:
		case x.low >= 0 && x.high <= c.p.width && y.low >= 0 && y.high <= c.p.height:
			n.inView += int(tile.end - tile.start)
		default:
			n.inView += c.countInView(cloud, tile)
		}
	}
}

// sides returns where a tile is, in cells of the area.
func (c *Canvas) sides(t *tile) (x, y summary) {
	return ordered(c.p.px(t.x.low), c.p.px(t.x.high)), ordered(c.p.py(t.y.low), c.p.py(t.y.high))
}

// scales returns what takes the codes of a tile to the cells of the area.
func (c *Canvas) scales(t *tile) (x, y scale) {
	return scaleOf(t.x, c.p.px(t.x.low), c.p.px(t.x.high)), scaleOf(t.y, c.p.py(t.y.low), c.p.py(t.y.high))
}

// countInView counts the rows in view of a tile at its edge.
func (c *Canvas) countInView(cloud *Cloud, tile *tile) (n int) {
	t := cloud.Tiles
	xs, ys := c.scales(tile)
	x, y := xs.between(c.p.width), ys.between(c.p.height)
	for k, code := range t.codes[tile.start:tile.end] {
		where := x[code.x] & y[code.y]
		n += int(where >> 1)
		if where == perhaps {
			row := int(t.order[int(tile.start)+k])
			px, py := c.p.px(cloud.X.At(row)), c.p.py(cloud.Y.At(row))
			if px >= 0 && px <= c.p.width && py >= 0 && py <= c.p.height {
				n++
			}
		}
	}
	return n
}

// Where what has a code is: both of two are the bits that they share.
const (
	beside  = 0b00
	perhaps = 0b01
	inside  = 0b11
)

// between says of each code whether what has it lies between 0 and limit.
func (s scale) between(limit float64) (where [codes]uint8) {
	for code := range where {
		low := s.low(uint8(code))
		switch {
		case low+s.size < 0 || low > limit:
			where[code] = beside
		case low >= 0 && low+s.size <= limit:
			where[code] = inside
		default:
			where[code] = perhaps
		}
	}
	return where
}

// patch returns all of a tile.
func (c *Canvas) patch(tile *tile) patch {
	p := patch{start: tile.start, end: tile.end}
	p.x, p.y = c.scales(tile)
	p.x.base, p.y.base = p.x.base+c.margin+float64(c.pad), p.y.base+c.margin+float64(c.pad)
	p.vague = !(p.x.size <= largestCode && p.y.size <= largestCode)
	p.sharp = p.x.within(c.alive.columns) && p.y.within(c.alive.rows)
	x, y := c.sides(tile)
	p.left, p.right = cellsWithin(summary{x.low + c.margin, x.high + c.margin}, c.pad, c.alive.columns)
	p.top, p.bottom = cellsWithin(summary{y.low + c.margin, y.high + c.margin}, c.pad, c.alive.rows)
	return p
}

// before returns where the rows from start on end that are before last. Most often few
// are not, and it looks at the end first.
func (t *Tiles) before(start, end uint32, last int) uint32 {
	if last >= t.rows {
		return end
	}
	rows := t.order[start:end]
	from := len(rows)
	for step := 1; from > 0 && int(rows[from-1]) >= last; step *= 2 {
		from = max(from-step, 0)
	}
	n, _ := slices.BinarySearch(rows[from:], uint32(last))
	return start + uint32(from+n)
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

// patchLives reports whether anything of a patch can still show.
func (c *Canvas) patchLives(p *patch, pen *pen) bool {
	return p.start < p.end && (pen.wide || c.lives(p.left, p.right, p.top, p.bottom))
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
	if p.sharp { // most often, and without a branch that no processor foresees
		x, y := p.x.low(code.x), p.y.low(code.y)
		left, right := int(x), int(x+p.x.size)
		upper, lower := c.alive.words[int(y)*c.alive.stride:], c.alive.words[int(y+p.y.size)*c.alive.stride:]
		return ((upper[left>>6]|lower[left>>6])>>(left&63)|(upper[right>>6]|lower[right>>6])>>(right&63))&1 != 0
	}
	if p.vague {
		return true
	}
	x, y := p.x.low(code.x), p.y.low(code.y)
	left, right := max(int(x), 0), min(int(x+p.x.size), c.alive.columns-1)
	top, bottom := max(int(y), 0), min(int(y+p.y.size), c.alive.rows-1)
	return c.lives(int32(left), int32(right), int32(top), int32(bottom))
}
