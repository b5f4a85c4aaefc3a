package decimate

import (
	"runtime"
	"sort"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// MinMax appends to dst the rows with the lowest and the highest y of each of
// the given number of buckets of equal width, and returns the extended slice.
// Row i is in bucket
//
//	b(i) = ⌊buckets·(x[i]−Lo)/(Hi−Lo)⌋    a row at Hi is in the last
//
// computed exactly for int64 and by rounded bucket edges for float64.
//
// Beside an empty bucket, and at the ends of the view, the first or last row
// of the bucket is kept too. Then the line drawn through the rows kept is
// nowhere farther than two bucket widths from the line through all rows, and
// the other way round (the Hausdorff distance): within two neighbouring
// buckets both lines are continuous and pass through the same range of y, and
// a segment across an empty bucket is the same in both.
//
// MinMax panics if the lengths differ, if buckets < 1 or if v.Lo > v.Hi. x must
// not decrease. An input, or a view, of at most 2·buckets rows is kept whole.
//
//   - Shapes: len(x) == len(y); at most 2·buckets+6 rows are appended, and up
//     to 5 more for each gap in the view.
//   - Units: x and v share one; for an error of e pixels on a plot w device
//     pixels wide, take ⌈2w/e⌉ buckets.
//   - Gaps and ties: see the package documentation. A bucket never spans a gap.
//   - Cost: O(rows in view + buckets·log(rows in view)), on all cores above two
//     million rows in view; below that no allocation if dst has room.
func MinMax[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], buckets int) []uint32 {
	check(x, y, v, buckets)
	if rows, ok := whole(dst, x, v, 2*buckets); ok {
		return rows
	}
	return newScan(x, y, v, buckets, false).all(dst)
}

// whole appends every row if the input, or every row of the window if the
// view, has no more than limit of them.
func whole[X Coord](dst []uint32, x []X, v View[X], limit int) ([]uint32, bool) {
	if len(x) <= limit {
		return appendRows(dst, 0, len(x)), true
	}
	if lo, hi := v.Rows(x); hi-lo <= limit {
		lo, hi = v.window(x)
		return appendRows(dst, lo, hi), true
	}
	return dst, false
}

// A scan walks the buckets of a view. MinMax and M4 differ in ends alone:
// whether every bucket keeps its first and last row.
type scan[X Coord, Y Value] struct {
	x       []X
	y       []Y
	v       View[X]
	buckets int
	ends    bool
	lo, hi  int // rows in view
}

func newScan[X Coord, Y Value](x []X, y []Y, v View[X], buckets int, ends bool) *scan[X, Y] {
	s := &scan[X, Y]{x: x, y: y, v: v, buckets: buckets, ends: ends}
	s.lo, s.hi = v.Rows(x)
	return s
}

// all appends the rows of the neighbour on the left, of every bucket, and of
// the neighbour on the right.
func (s *scan[X, Y]) all(dst []uint32) []uint32 {
	if cores := min(runtime.GOMAXPROCS(0), (s.hi-s.lo)/rowsPerCore); cores > 1 {
		return s.parallel(dst, cores*scanParts)
	}
	return s.serial(dst)
}

// scanParts is how many parts there are for a core, since the others begin a tenth of a
// millisecond after the first.
const scanParts = 8

// rowsPerCore is the least work, about half a millisecond, for a goroutine.
const rowsPerCore = 1 << 20

func (s *scan[X, Y]) serial(dst []uint32) []uint32 {
	l := tracer[Y]{picks: picksTo(dst), y: s.y, gap: -1}
	s.begin(&l)
	s.part(&l, 0, s.buckets)
	s.finish(&l)
	return l.dst
}

// parallel is serial on several cores. Every part finds the state in which
// serial would come to it, so that the rows are the same.
func (s *scan[X, Y]) parallel(dst []uint32, parts int) []uint32 {
	tracers := make([]tracer[Y], parts)
	atOnce(parts, func(k int) {
		from, to := s.cut(k, parts), s.cut(k+1, parts)
		l := &tracers[k]
		*l = tracer[Y]{picks: picksTo(make([]uint32, 0, 2*(to-from)+6)), y: s.y, gap: -1}
		if k == 0 {
			s.begin(l)
		} else {
			s.resume(l, from)
		}
		s.part(l, from, to)
		if k == parts-1 {
			s.finish(l)
		}
	})
	all := picksTo(dst)
	for _, l := range tracers {
		all.append(l.dst)
	}
	return all.dst
}

// cut returns the first bucket of part k: where its share of the rows begins.
func (s *scan[X, Y]) cut(k, parts int) int {
	switch k {
	case 0:
		return 0
	case parts:
		return s.buckets
	}
	x := s.x[s.lo+share(k, s.hi-s.lo, parts)]
	return sort.Search(s.buckets-1, func(b int) bool { return s.v.edge(b+1, s.buckets) > x })
}

// resume brings a new tracer into the state before the first row of bucket b.
func (s *scan[X, Y]) resume(l *tracer[Y], b int) {
	first, row := max(s.lo-1, 0), s.start(s.lo, s.lo, b)
	if row == first {
		return
	}
	gap := row
	for gap > first && !finite(s.y[gap-1]) {
		gap--
	}
	l.open = gap == row
	if !l.open && gap > first {
		l.gap = gap
	}
}

// begin traces the row before the view.
func (s *scan[X, Y]) begin(l *tracer[Y]) {
	if s.lo > 0 {
		l.rows(s.lo-1, s.lo)
	}
}

// finish closes the line at the right end of the view.
func (s *scan[X, Y]) finish(l *tracer[Y]) {
	if s.hi < len(s.y) {
		l.join(s.hi)
		l.rows(s.hi, s.hi+1)
	}
	if l.open {
		l.keep(min(s.hi, len(s.y)-1))
	}
}

// start returns the first row of bucket b, or the end of the view. It is not
// before from, and most likely about at guess.
func (s *scan[X, Y]) start(from, guess, b int) int {
	if b >= s.buckets {
		return s.hi
	}
	edge := s.v.edge(b, s.buckets)
	return gallop(from, s.hi, guess, func(row int) bool { return s.x[row] < edge })
}

// part traces the buckets from <= b < to.
func (s *scan[X, Y]) part(l *tracer[Y], from, to int) {
	row := s.start(s.lo, s.lo, from)
	// The left end of the view counts as a hole: its first row is kept.
	hole := from == 0 || s.start(s.lo, s.lo, from-1) == row
	width := (s.hi - s.lo) / s.buckets // in rows; most lines are sampled at even distances
	for b := from; b < to && row < s.hi; b++ {
		end := s.start(row, row+width, b+1)
		width = end - row
		if end == row {
			hole = true
			continue
		}
		if s.ends || hole {
			l.join(row)
		}
		l.rows(row, end)
		row, hole = end, false
	}
}

// A tracer follows a line from left to right and appends the rows to keep.
type tracer[Y Value] struct {
	picks
	y    []Y
	open bool // the row before the next one belongs to a run
	gap  int  // the first row of the gap behind the last run, or −1
}

// join keeps both ends of the segment from row i−1 to row i. If one of them is
// a gap there is no segment, and rows keeps what is needed.
func (l *tracer[Y]) join(i int) {
	if l.open && finite(l.y[i]) {
		l.keep(i - 1)
		l.keep(i)
	}
}

// rows keeps the extremes of each run within the rows lo <= i < hi of one
// bucket, and the ends of the runs that begin or end there.
func (l *tracer[Y]) rows(lo, hi int) {
	for lo < hi {
		if !finite(l.y[lo]) {
			l.leave(lo)
			lo++
			continue
		}
		l.enter(lo)
		low, high, n := kernel.Extremes(l.y[lo:hi])
		l.keep(lo + min(low, high))
		l.keep(lo + max(low, high))
		lo += n
	}
}

// enter begins a run at row i, if none is open.
func (l *tracer[Y]) enter(i int) {
	if l.open {
		return
	}
	if l.gap >= 0 {
		l.keep(l.gap)
	}
	l.keep(i)
	l.open, l.gap = true, -1
}

// leave ends the open run, if any, at the gap row i.
func (l *tracer[Y]) leave(i int) {
	if l.open {
		l.keep(i - 1)
		l.open, l.gap = false, i
	}
}
