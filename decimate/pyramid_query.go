package decimate

import (
	"math"
	"runtime"
	"sync"
)

// MinMax appends the rows that [MinMax] keeps of the whole line, and returns
// the extended slice. x and y are the series that p was made of.
//
//   - Cost: O(buckets·log rows), on all cores from some thousand buckets on. Of each
//     bucket one or two x are read, and up to 128 y where the extremes are at its ends.
func (p *Pyramid) MinMax(dst []uint32, x, y Series, v View[float64], buckets int) []uint32 {
	return p.pick(dst, x, y, v, buckets, false)
}

// M4 appends the rows that [M4] keeps of the whole line, and returns the
// extended slice; see [Pyramid.MinMax].
func (p *Pyramid) M4(dst []uint32, x, y Series, v View[float64], buckets int) []uint32 {
	return p.pick(dst, x, y, v, buckets, true)
}

// Line appends the rows that [Line] keeps of the whole line, and returns the
// extended slice with the same record; see [Pyramid.MinMax].
func (p *Pyramid) Line(dst []uint32, x, y Series, v View[float64], o LineOptions) ([]uint32, Reduction) {
	n, bound := o.buckets()
	from := len(dst)
	dst = p.MinMax(dst, x, y, v, n)
	lo, hi := p.Rows(x, v)
	red := Reduction{
		RowsIn: p.rows, RowsInView: p.CountFinite(y, lo, hi), RowsOut: len(dst) - from,
		Gaps: p.Breaks(y, dst[from:]),
	}
	return dst, red.within(bound)
}

// Breaks counts the gaps between two runs among the rows kept.
func (p *Pyramid) Breaks(y Series, rows []uint32) int {
	if p.finite[len(p.segments)] == p.rows {
		return 0
	}
	kept := make([]float64, len(rows))
	for i, row := range rows {
		kept[i] = y.At(int(row))
	}
	return breaks(kept, appendRows(nil, 0, len(rows)))
}

// pick finds, of each bucket, the few rows that a scan may keep, and lets it
// scan these. What else the bucket has cannot change what it keeps: it compares
// a row that is neither the first nor the last of its run with the extremes of
// the bucket only.
func (p *Pyramid) pick(dst []uint32, x, y Series, v View[float64], buckets int, ends bool) []uint32 {
	p.check(x, y, v, buckets)
	limit := 2 * buckets
	if ends {
		limit = 4 * buckets
	}
	if p.rows <= limit {
		return appendRows(dst, 0, p.rows)
	}
	lo, hi := p.Rows(x, v)
	if hi-lo <= limit {
		return appendRows(dst, max(lo-1, 0), min(hi+1, p.rows))
	}
	from := len(dst)
	if first, last := max(lo-1, 0), min(hi+1, p.rows); p.scans(x, y, first, last, buckets) {
		dst = newScan(slice(x, first, last), slice(y, first, last), v, buckets, ends).all(dst)
		for i := range dst[from:] {
			dst[from+i] += uint32(first)
		}
		return dst
	}
	q := query{p: p, x: x, y: y, v: v, buckets: buckets, ends: ends, lo: lo, hi: hi}
	return q.pick(dst, max(min(runtime.GOMAXPROCS(0), buckets/bucketsPerCore), 1))
}

func (p *Pyramid) check(x, y Series, v View[float64], buckets int) {
	switch {
	case x.Len() != p.rows || y.Len() != p.rows:
		panic(badSeries)
	case !(v.Lo <= v.Hi):
		panic(badView)
	case buckets < 1:
		panic(badSize)
	}
}

// A bucket of so many rows is scanned in the time that it takes to ask the
// pyramid; of fewer if they must be copied first.
const (
	scannedRows = 256
	copiedRows  = 64
)

// scans reports whether the rows from first to last are better scanned.
func (p *Pyramid) scans(x, y Series, first, last, buckets int) bool {
	_, isX := directly(x, first, last)
	_, isY := directly(y, first, last)
	if isX && isY {
		return last-first <= scannedRows*buckets
	}
	return last-first <= copiedRows*buckets
}

// A query is for the rows lo <= i < hi of a view.
type query struct {
	p       *Pyramid
	x, y    Series
	v       View[float64]
	buckets int
	ends    bool // M4
	lo, hi  int
	joints  bool // the ends of each bucket are of interest: there are gaps, or it is M4
}

// bucketsPerCore is the least work, about a millisecond, for a goroutine.
const bucketsPerCore = 2048

// pick appends the rows of the query, on so many goroutines.
func (q *query) pick(dst []uint32, parts int) []uint32 {
	q.joints = q.ends || q.p.CountFinite(q.y, q.lo, q.hi) < q.hi-q.lo
	from, lists := len(dst), q.shortlists(parts)
	all := &lists[0].list
	for _, s := range lists[1:] {
		all.append(&s.list)
	}
	dst = newScan(all.xs, all.ys, q.v, q.buckets, q.ends).parallel(dst, parts)
	for i, k := range dst[from:] {
		dst[from+i] = all.rows[k]
	}
	for _, s := range lists {
		s.release()
	}
	return dst
}

// shortlists lists the rows of all buckets, and the neighbours of the view.
func (q *query) shortlists(parts int) []*shortlist {
	lists := make([]*shortlist, parts)
	var wg sync.WaitGroup
	for k := range parts {
		from, to := share(k, q.buckets, parts), share(k+1, q.buckets, parts)
		wg.Go(func() { lists[k] = q.part(from, to) })
	}
	wg.Wait()
	return lists
}

// part lists the rows of the buckets from <= b < to, and the neighbour of the
// view beside the first and the last of all.
func (q *query) part(from, to int) *shortlist {
	s := newShortlist(q, min(4*(to-from), q.hi-q.lo)+2)
	if from == 0 && q.lo > 0 {
		s.edge = math.Inf(-1)
		s.keep(q.lo-1, q.y.At(q.lo-1))
	}
	for row := q.start(from); from < to && row < q.hi; from += batchSize {
		row = s.next(row, from, min(from+batchSize, to))
	}
	if to == q.buckets && q.hi < q.p.rows {
		s.edge = math.Inf(1)
		s.keep(q.hi, q.y.At(q.hi))
	}
	return s
}

// start returns the first row of bucket b, or the end of the view.
func (q *query) start(b int) int {
	if b == 0 {
		return q.lo
	}
	return min(q.p.seek(q.x, q.lo, q.v.edge(b, q.buckets)), q.hi)
}
