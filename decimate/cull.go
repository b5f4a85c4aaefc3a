package decimate

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A cull finds the rows of a cloud that show.
type cull struct {
	c     *Canvas
	cloud *Cloud
	pen   *pen
	crew  *crew
	left  atomic.Int64 // how many rows may show, until it stops

	// The memory of all that culls need, some MB, is used again.
	bands   bands
	near    []uint32
	parts   []*part
	batches []batch
	x, y    []float64 // of a slab that is read as it is
	rows    []uint32  // that show
	spare   []uint32  // to sort them
}

var culls = sync.Pool{New: func() any { return new(cull) }}

// fewest is how many look for tiles and rows however small the canvas is.
const fewest = 4

// newCull returns a cull of m, which stops once more rows than limit show.
func newCull(c *Canvas, m *Markers, pen *pen, limit int) *cull {
	v := culls.Get().(*cull)
	v.c, v.cloud, v.pen = c, m.Cloud, pen
	v.left.Store(int64(limit))
	v.bands = c.bandsOf(pen, m.Stack, &v.left, v.bands)
	v.crew = newCrew(max(len(v.bands), min(runtime.GOMAXPROCS(0), fewest)))
	return v
}

// free keeps the memory for the next view, and nothing else.
func (v *cull) free() {
	v.crew.dismiss()
	v.bands.free()
	v.c, v.cloud, v.pen, v.crew = nil, nil, nil, nil
	culls.Put(v)
}

// scan decides the rows from first to last−1. It reads all of them.
func (v *cull) scan(first, last int) {
	all := batch{first: first}
	all.x, v.x = read(v.x, v.cloud.X, first, last)
	all.y, v.y = read(v.y, v.cloud.Y, first, last)
	v.walk([]batch{all})
}

// walk decides the markers of batches, of which each is above the one before.
func (v *cull) walk(batches []batch) {
	for _, b := range v.bands {
		b.turn.begin()
	}
	v.crew.together(len(v.bands), func(k int) { v.bands[k].walk(batches) })
}

// show decides the rows from first to last−1 of the patches that live.
func (v *cull) show(first, last int) {
	v.crew.together(len(v.parts), func(k int) { v.parts[k].find(v, first) })
	found := 0
	for _, p := range v.parts {
		found += len(p.rows)
	}
	parts := v.crew.parts(found, rowsPerBatch)
	v.batches = resized(v.batches, parts)
	v.crew.together(parts, func(k int) {
		v.batches[k].gather(v, first+share(k, last-first, parts), first+share(k+1, last-first, parts))
	})
	v.walk(v.batches)
}

// bury is [Canvas.bury], by the crew.
func (v *cull) bury() {
	for _, b := range v.bands {
		b.failed = 0
	}
	rows, parts := v.c.alive.rows, v.crew.parts(len(v.c.alive.words), wordsPerCore)
	v.crew.together(parts, func(k int) {
		v.c.spreadWithin(share(k, rows, parts), share(k+1, rows, parts), v.pen.reach)
	})
}

// over reports whether there is nothing left that may show, or more than the limit does.
func (v *cull) over() bool {
	return v.left.Load() < 0 || !slices.ContainsFunc(v.parts, func(p *part) bool { return len(p.patches) > 0 })
}

// result returns the rows that show, ascending.
func (v *cull) result() []uint32 {
	v.rows = v.rows[:0]
	for _, b := range v.bands {
		v.rows = append(v.rows, b.kept...)
	}
	v.rows, v.spare = sortRows(v.rows, v.spare, 0, v.cloud.Tiles.rows)
	return v.rows
}

// cut reports whether a stack was full.
func (v *cull) cut() bool {
	return slices.ContainsFunc(v.bands, func(b *band) bool { return b.stacks.cut })
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

// resized returns n elements in the memory of others, and these as far as they go.
func resized[T any](of []T, n int) []T {
	of = of[:cap(of)]
	if n > len(of) {
		of = append(of, make([]T, n-len(of))...)
	}
	return of[:n]
}
