package decimate

import (
	"runtime"
	"slices"
	"sync"
)

// A slab is the rows first <= i < last of some patches.
type slab struct {
	c     *Canvas
	cloud *Cloud
	marks Markers
	pen   *pen
	bands []band

	// The memory of all that slabs need, some MB, is used again.
	near    []uint32
	patches []patch
	found   [][]uint32 // rows that may show, of each goroutine
	rows    []uint32   // all of these, sorted
	spare   []uint32   // to sort them
	held    []uint32   // marks of a chunk
	kept    []uint32   // those that show
	shown   []uint32   // of all chunks, the topmost first
	x, y    []float64  // their places
}

var slabs = sync.Pool{New: func() any { return new(slab) }}

// free keeps the memory for the next view, and nothing else.
func (s *slab) free() {
	for k := range s.bands {
		s.bands[k].free()
	}
	slabs.Put(&slab{
		bands: s.bands, near: s.near, patches: s.patches, found: s.found, rows: s.rows, spare: s.spare,
		held: s.held, kept: s.kept, shown: s.shown, x: s.x, y: s.y,
	})
}

// cut reports whether a stack was full.
func (s *slab) cut() bool {
	return slices.ContainsFunc(s.bands, func(b band) bool { return b.stacks.cut })
}

// scan appends those of the rows from first to last−1 that show, the topmost first,
// until there are more than limit. It reads all of them.
func (s *slab) scan(dst []uint32, first, last, limit int) []uint32 {
	s.marks.X, s.x = read(s.x, s.cloud.X, first, last)
	s.marks.Y, s.y = read(s.y, s.cloud.Y, first, last)
	s.show(limit, max((last-first)/scanChunks, chunkMarkers))
	for _, k := range s.shown {
		dst = append(dst, uint32(first)+k)
	}
	return dst
}

// read returns the rows from first to last−1 of a series, as they are or else in
// memory, which it returns grown.
func read(memory []float64, series Series, first, last int) (values, grown []float64) {
	if values, ok := directly(series, first, last); ok {
		return values, memory
	}
	memory = slices.Grow(memory[:0], last-first)[:last-first]
	series.Read(memory, first)
	return memory, memory
}

// add appends those rows of a slab that show, the topmost first, until there are
// more than limit, and takes the slab's rows from the patches.
func (s *slab) add(dst []uint32, patches []patch, first, last, limit int) []uint32 {
	s.find(patches, first, last)
	s.gather()
	s.show(limit, chunkMarkers)
	for _, k := range s.shown {
		dst = append(dst, s.rows[k])
	}
	return dst
}

const (
	// chunkMarkers is how many markers the bands walk until those that are held are
	// decided: with 16,384 they hold 14 of 100 that show, with this 6.
	chunkMarkers = 4096
	// fewHeld is the share of a chunk that may be held for the next to be twice as large.
	fewHeld = 64
	// scanChunks is how often they stop where many are beside the view.
	scanChunks = 24
)

// show finds the marks that show, the topmost first, until there are more than limit.
func (s *slab) show(limit, chunk int) {
	s.shown = s.shown[:0]
	for end := len(s.marks.X); end > 0 && len(s.shown) <= limit; {
		start := max(end-chunk, 0)
		together(len(s.bands), func(k int) { s.bands[k].walk(&s.marks, start, end) })
		if s.settle(start, end); len(s.held) < chunk/fewHeld {
			chunk *= 2
		}
		end = start
	}
}

// tellKept tells of the marks of a chunk that bands have kept, before those are decided
// that are held: where they touch, all of the former are the earlier ones.
func (s *slab) tellKept() {
	if !slices.ContainsFunc(s.bands, func(b band) bool { return b.stacks.tall.any() }) {
		return
	}
	for k := range s.bands {
		for _, i := range s.bands[k].kept {
			if d := s.disc(i); s.bands[k].borders(&d) {
				s.tell(k, &d)
			}
		}
	}
}

// tell tells the stacks of all bands but k of a disc that k has kept, which they may
// touch.
func (s *slab) tell(k int, d *disc) {
	for other := range s.bands {
		if other != k {
			s.bands[other].stacks.tall.cross(d)
		}
	}
}

// disc returns that of a mark.
func (s *slab) disc(i uint32) disc {
	return s.pen.disc(int(i), s.c.p.px(s.marks.X[i])+s.c.margin, s.c.p.py(s.marks.Y[i])+s.c.margin)
}

// settle decides the marks of a chunk that are held, and adds all that show.
func (s *slab) settle(start, end int) {
	s.held, s.kept = s.held[:0], s.kept[:0]
	for _, b := range s.bands {
		s.held = append(s.held, b.held...)
	}
	s.tellKept()
	slices.Sort(s.held)
	for _, i := range slices.Backward(s.held) {
		if d := s.disc(i); s.c.shows(&d) {
			k := slices.IndexFunc(s.bands, func(b band) bool { return b.owns(&d) })
			if s.bands[k].keep(&d, int(i)) {
				s.tell(k, &d)
			}
		}
	}
	for _, b := range s.bands {
		s.kept = append(s.kept, b.kept...)
		s.c.fail(b.failed, s.pen.reach)
	}
	s.kept, s.spare = sortRows(s.kept, s.spare, start, end)
	for _, i := range slices.Backward(s.kept) {
		s.shown = append(s.shown, i)
	}
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
	wg.Go(func() { s.x = gather(s.x[:0], s.cloud.X, s.rows) })
	s.y = gather(s.y[:0], s.cloud.Y, s.rows)
	wg.Wait()
	s.marks.X, s.marks.Y = s.x, s.y
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
