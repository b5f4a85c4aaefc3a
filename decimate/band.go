package decimate

import (
	"math"
	"runtime"
	"slices"
	"sync/atomic"
)

// A band is a part of the rows of a canvas, in which one goroutine decides the markers
// that are centred there. Those that may touch what one of another band touches are held
// until the bands beside have decided all of higher rows, and so are those after them that
// touch what is held. All others are decided at once. So each marker finds the light that
// it would find if all were decided one after the other, and few wait.
type band struct {
	turn turn
	c    *Canvas
	pen  *pen

	top, bottom int // its rows, and all beyond the canvas of the first and the last band
	first, last int // the same of the watched cells
	reach       grain
	beside      []*band
	left        *atomic.Int64 // how many rows more all bands may keep, about
	stacks      stacks
	failed      int // rows that did not show, since bury

	kept    []uint32 // rows that show, the topmost first
	held    []mark   // markers, in their order
	settled int      // how many of these are decided
	above   []int    // in blocks of columns, the first row below what is held at the top
	below   []int    // and the first row of what is held at the bottom
	shared  []disc   // of those kept, the ones of which the bands beside must hear
	heard   []int    // how many of those of each band beside
}

// bands are those of a canvas, the topmost first.
type bands []*band

// A mark is a marker of a row.
type mark struct {
	disc
	row uint32
}

const (
	// bandMarkers is how many markers a band must be high at least: else most are held.
	bandMarkers = 8
	// mostHeld is how many a band holds until it waits.
	mostHeld = 1024
	// blockColumns is how many columns share one row of above and below, as a shift.
	blockColumns = 5
	// beyond is a row that nothing reaches.
	beyond = math.MaxInt32
	// keptAtOnce is after how many rows kept a band tells the others.
	keptAtOnce = 256
)

// bandsOf divides the canvas into a band for each core, in the memory of others. stack
// is Markers.Stack, and left how many rows may be kept.
func (c *Canvas) bandsOf(pen *pen, stack int, left *atomic.Int64, memory bands) bands {
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
	bands := resized(memory, number)
	for k, b := range bands {
		if b == nil {
			b = new(band)
			bands[k] = b
		}
		b.c, b.pen, b.reach, b.left = c, pen, reach, left
		b.top, b.bottom = share(k, c.rows, number), share(k+1, c.rows, number)
		b.first, b.last = b.top+c.pad, b.bottom+c.pad-1
		blocks := c.columns>>blockColumns + 1
		b.above, b.below = slices.Grow(b.above[:0], blocks)[:blocks], slices.Grow(b.below[:0], blocks)[:blocks]
		b.stacks = b.stacks.emptied(stack)
	}
	for k, b := range bands {
		b.beside = slices.Concat(bands[max(k-1, 0):k], bands[k+1:min(k+2, number)])
		b.heard = make([]int, len(b.beside))
	}
	bands[0].top, bands[0].first = -beyond, 0
	bands[number-1].bottom, bands[number-1].last = beyond, c.alive.rows-1
	return bands
}

// free forgets all but the memory.
func (all bands) free() {
	for _, b := range all {
		b.c, b.pen, b.beside, b.left, b.failed = nil, nil, nil, nil, 0
		b.stacks = b.stacks.emptied(0)
		b.kept, b.shared = b.kept[:0], b.shared[:0]
	}
}

// walk decides the markers of batches that are centred in the band, the last one first.
func (b *band) walk(batches []batch) {
	defer b.turn.end()
	b.letGo()
	c := b.c
	top, bottom := float64(b.top), float64(b.bottom)
	for k := len(batches) - 1; k >= 0; k-- {
		r := &batches[k]
		for i := len(r.x) - 1; i >= 0; i-- {
			py := c.p.py(r.y[i]) + c.margin
			if !(py >= top && py < bottom) {
				continue
			}
			px := c.p.px(r.x[i]) + c.margin
			column, line, known := c.cell(px, py)
			if known && !c.alive.has(column, line) {
				continue
			}
			if d := b.pen.disc(i, px, py); !c.misses(&d) && d.opacity > 0 {
				if b.meet(&d, r.row(i)); b.left.Load() < 0 {
					return
				}
			}
		}
	}
	b.wait(0)
}

// meet decides the next marker, or holds it.
func (b *band) meet(d *disc, row uint32) {
	f := b.footprint(d)
	above, below := b.touchesHeld(f)
	upper, lower := b.borders(d)
	switch {
	case upper || lower:
		b.hold(d, row)
		b.flood(f, above || upper, below || lower)
	case !b.c.shows(d):
		b.fail()
	case above || below:
		b.hold(d, row)
		b.flood(f, above, below)
	default:
		b.keep(d, row)
	}
	if b.turn.told++; b.settle() || b.turn.told >= tellEvery {
		b.tell(row)
	}
}

// tell tells how far the band has come: to a row, but for those that are held.
func (b *band) tell(row uint32) {
	if b.settled < len(b.held) {
		row = b.held[b.settled].row
	}
	b.turn.tell(int64(row))
}

// settle decides those that are held, as long as the bands beside have come so far, and
// reports whether it has decided any.
func (b *band) settle() bool {
	if len(b.held) == 0 {
		return false
	}
	before := b.settled
	for ; b.settled < len(b.held); b.settled++ {
		m := &b.held[b.settled]
		for _, other := range b.beside {
			if other.turn.row.Load() > int64(m.row) {
				return b.settled > before
			}
		}
		b.decide(m)
	}
	b.letGo()
	return true
}

// decide decides one that was held.
func (b *band) decide(m *mark) {
	b.hear()
	if !b.c.shows(&m.disc) {
		b.fail()
		return
	}
	if b.keep(&m.disc, m.row) {
		b.shared = append(b.shared, m.disc)
	}
}

// keep keeps a marker that shows, unless its stack is full.
func (b *band) keep(d *disc, row uint32) bool {
	if b.stacks.full(d) {
		return false
	}
	b.c.cover(d)
	b.stacks.add(d)
	if b.kept = append(b.kept, row); len(b.kept)%keptAtOnce == 0 {
		b.left.Add(-keptAtOnce)
	}
	return true
}

// wait waits until at most so many are held.
func (b *band) wait(most int) {
	for others := (idler{}); len(b.held)-b.settled > most; {
		if b.tell(0); b.settle() {
			others = idler{}
		}
		others.rest()
	}
}

// hear tells the stacks what the bands beside have kept.
func (b *band) hear() {
	for k, other := range b.beside {
		if b.stacks.tall.any() {
			for i := range other.shared[b.heard[k]:] {
				b.stacks.tall.cross(&other.shared[b.heard[k]+i])
			}
		}
		b.heard[k] = len(other.shared)
	}
}

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

// hold holds a marker, and waits if too many are.
func (b *band) hold(d *disc, row uint32) {
	b.wait(mostHeld)
	b.held = append(b.held, mark{*d, row})
}

// touchesHeld reports whether a footprint touches what is held, at the top and at the
// bottom of the band.
func (b *band) touchesHeld(f footprint) (above, below bool) {
	if len(b.held) == 0 {
		return false, false
	}
	for k := f.left; k <= f.right; k++ {
		above = above || f.top < b.above[k]
		below = below || f.bottom >= b.below[k]
	}
	return above, below
}

// flood adds a footprint to what is held there.
func (b *band) flood(f footprint, above, below bool) {
	for k := f.left; k <= f.right && above; k++ {
		b.above[k] = max(b.above[k], f.bottom+1)
	}
	for k := f.left; k <= f.right && below; k++ {
		b.below[k] = min(b.below[k], f.top)
	}
}

// borders reports whether the marker may touch what one touches that the band above or
// below decides.
func (b *band) borders(d *disc) (upper, lower bool) {
	return d.y-2*b.reach.high < float64(b.top), d.y+2*b.reach.high >= float64(b.bottom)
}

// letGo forgets what was held.
func (b *band) letGo() {
	b.held, b.settled = b.held[:0], 0
	for k := range b.above {
		b.above[k], b.below[k] = b.top, b.bottom
	}
}

// fail counts a row that did not show, as [Canvas.fail] does. It buries the cells that no
// other band looks at, and around which none changes the light.
func (b *band) fail() {
	c, reach := b.c, b.pen.reach
	if b.failed++; b.failed < (b.last-b.first+1)*c.alive.stride*len(reach)/64+1 {
		return
	}
	b.failed = 0
	far := int(math.Ceil(b.reach.high)) + len(reach)/2
	first, last := b.first, b.last
	if b.top != -beyond {
		first += far
	}
	if b.bottom != beyond {
		last -= far
	}
	c.spreadWithin(first, last+1, reach)
}
