package decimate

import (
	"math"
	"runtime"
	"slices"
)

// A band is a part of the rows of a canvas, in which one goroutine decides which
// markers show. It decides those that touch no other band, in their order. Those that
// do, and then those that touch what one of these touches, it holds: they are decided
// after those of all bands, in their order.
//
// So each marker finds the light that it would find if all were decided one after the
// other. For of two that touch the same cells the later one is decided later: if the
// earlier one is held, so is it. Those that do not show are not held: they would
// find less light, not more.
type band struct {
	c           *Canvas
	pen         *pen
	top, bottom int // its rows, and all beyond the canvas of the first and the last band
	reach       grain
	above       []int // in blocks of columns, the first row below what is held at the top
	below       []int // and the first row of what is held at the bottom
	stacks      stacks

	kept, held []uint32 // of the markers that were walked last, in their order
	failed     int
}

const (
	// blockColumns is how many columns share one row of above and below, as a shift.
	blockColumns = 5
	// bandMarkers is how many markers a band must be high at least: else most touch
	// another band, or one that does.
	bandMarkers = 8
	// beyond is a row that nothing reaches.
	beyond = math.MaxInt32
)

// bandsOf divides the canvas into a band for each core, in the memory of others. stack is
// Markers.Stack.
func (c *Canvas) bandsOf(pen *pen, stack int, memory []band) []band {
	d := &pen.same
	reach := grain{
		wide: max(d.touched+d.part.wide, d.covered+d.whole.wide, d.reach) + 1,
		high: max(d.touched+d.part.high, d.covered+d.whole.high, d.reach) + 1,
	}
	if d.shaded || d.opacity < 1 {
		c.lighten() // once, and not by each
	}
	most := min(float64(c.rows)/(bandMarkers*2*reach.high), float64(runtime.GOMAXPROCS(0)))
	number := max(int(most), 1)
	bands := slices.Grow(memory[:0], number)[:number]
	for k := range bands {
		b := &bands[k]
		*b = band{c: c, pen: pen, reach: reach, stacks: b.stacks.emptied(stack), kept: b.kept, held: b.held}
		b.top, b.bottom = share(k, c.rows, len(bands)), share(k+1, c.rows, len(bands))
		blocks := c.columns>>blockColumns + 1
		b.above, b.below = make([]int, blocks), make([]int, blocks)
	}
	bands[0].top, bands[len(bands)-1].bottom = -beyond, beyond
	return bands
}

// walk decides or holds the markers from <= i < to that touch the band.
func (b *band) walk(m *Markers, from, to int) {
	b.kept, b.held, b.failed = b.kept[:0], b.held[:0], 0
	for k := range b.above {
		b.above[k], b.below[k] = b.top, b.bottom
	}
	c := b.c
	low, high := float64(b.top)-b.reach.high, float64(b.bottom)+b.reach.high
	for i := to - 1; i >= from; i-- {
		px, py := c.p.px(m.X[i])+c.margin, c.p.py(m.Y[i])+c.margin
		if !(py > low && py < high) {
			continue
		}
		column, row, known := c.cell(px, py)
		if known && !c.alive.has(column, row) {
			continue
		}
		if d := b.pen.disc(i, px, py); !c.misses(&d) && d.opacity > 0 {
			b.decide(&d, i)
		}
	}
}

func (b *band) decide(d *disc, i int) {
	f := b.footprint(d)
	switch {
	case b.alone():
		if !b.c.shows(d) {
			b.failed++
			return
		}
		b.keep(d, i)
	case f.top < b.top || f.bottom >= b.bottom:
		b.flood(f)
		if b.owns(d) {
			b.held = append(b.held, uint32(i))
		}
	case !b.c.shows(d):
		b.failed++
	case b.flood(f):
		b.held = append(b.held, uint32(i))
	default:
		b.keep(d, i)
	}
}

// free forgets all but the memory.
func (b *band) free() { *b = band{stacks: b.stacks.emptied(0), kept: b.kept, held: b.held} }

// alone reports whether there is no other band.
func (b *band) alone() bool { return b.top == -beyond && b.bottom == beyond }

// keep keeps a marker that shows, unless its stack is full.
func (b *band) keep(d *disc, i int) bool {
	if b.stacks.full(d) {
		return false
	}
	b.c.cover(d)
	b.stacks.add(d)
	b.kept = append(b.kept, uint32(i))
	return true
}

// borders reports whether the marker may touch one that another band owns.
func (b *band) borders(d *disc) bool {
	return d.y-2*b.reach.high < float64(b.top) || d.y+2*b.reach.high >= float64(b.bottom)
}

// owns reports whether the marker is decided by this band, if by any.
func (b *band) owns(d *disc) bool { return d.y >= float64(b.top) && d.y < float64(b.bottom) }

// A footprint is the rows, and the blocks of columns, outside of which a marker
// neither asks for light nor takes any.
type footprint struct{ top, bottom, left, right int }

func (b *band) footprint(d *disc) footprint {
	last := len(b.above) - 1
	return footprint{
		top: int(math.Floor(d.y - b.reach.high)), bottom: int(math.Ceil(d.y + b.reach.high)),
		left:  max(int(d.x-b.reach.wide), 0) >> blockColumns,
		right: min(int(max(d.x+b.reach.wide, 0))>>blockColumns, last),
	}
}

// flood reports whether the footprint touches what is held, and then holds it too.
func (b *band) flood(f footprint) bool {
	above, below := false, false
	for k := f.left; k <= f.right; k++ {
		above = above || f.top < b.above[k]
		below = below || f.bottom >= b.below[k]
	}
	for k := f.left; k <= f.right && above; k++ {
		b.above[k] = max(b.above[k], f.bottom+1)
	}
	for k := f.left; k <= f.right && below; k++ {
		b.below[k] = min(b.below[k], f.top)
	}
	return above || below
}
