package decimate

import (
	"math"
	"runtime"
	"sync"
)

// MinMax appends the rows that [MinMax] keeps of the whole line, and returns
// the extended slice. x and y are the series that p was made of.
//
//   - Cost: O(buckets·log rows), and some 200 rows a bucket are read.
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
	q := query{p: p, x: x, y: y, v: v, buckets: buckets, lo: lo, hi: hi}
	c := q.shortlist()
	dst = newScan(c.xs, c.ys, v, buckets, ends).serial(dst)
	for i, k := range dst[from:] {
		dst[from+i] = c.rows[k]
	}
	return dst
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
	lo, hi  int
}

// A shortlist is rows in their order, among which are all that a scan keeps,
// each with its y and with the edge of its bucket in the place of its x.
type shortlist struct {
	*query
	rows   []uint32
	xs, ys []float64
	edge   float64

	// The open run of the bucket.
	open          bool
	low, high     float64
	lowAt, highAt place
	buffer        [blockRows]float64
}

// A place is a row, or a part of the pyramid in which it is the first extreme.
type place struct{ row, rows int }

// bucketsPerCore is the least work, about a millisecond, for a goroutine.
const bucketsPerCore = 2048

// shortlist lists the rows of all buckets, and the neighbours of the view.
func (q *query) shortlist() *shortlist {
	parts := max(min(runtime.GOMAXPROCS(0), q.buckets/bucketsPerCore), 1)
	lists := make([]*shortlist, parts)
	var wg sync.WaitGroup
	for k := range parts {
		from, to := share(k, q.buckets, parts), share(k+1, q.buckets, parts)
		wg.Go(func() { lists[k] = q.part(from, to) })
	}
	wg.Wait()
	all := &shortlist{query: q}
	if q.lo > 0 {
		all.edge = math.Inf(-1)
		all.keep(q.lo-1, q.y.At(q.lo-1))
	}
	for _, l := range lists {
		all.rows, all.xs, all.ys = append(all.rows, l.rows...), append(all.xs, l.xs...), append(all.ys, l.ys...)
	}
	if q.hi < q.p.rows {
		all.edge = math.Inf(1)
		all.keep(q.hi, q.y.At(q.hi))
	}
	return all
}

// part lists the rows of the buckets from <= b < to.
func (q *query) part(from, to int) *shortlist {
	room := min(4*(to-from), q.hi-q.lo)
	c := &shortlist{
		query: q, rows: make([]uint32, 0, room),
		xs: make([]float64, 0, room), ys: make([]float64, 0, room),
	}
	row := q.start(q.lo, from)
	for b := from; b < to && row < q.hi; b++ {
		if end := q.start(row, b+1); end > row {
			c.edge = q.v.edge(b, q.buckets)
			c.bucket(row, end)
			row = end
		}
	}
	return c
}

// start returns the first row of bucket b, or the end of the view.
func (q *query) start(from, b int) int {
	switch b {
	case 0:
		return q.lo
	case q.buckets:
		return q.hi
	}
	return min(q.p.seek(q.x, from, q.v.edge(b, q.buckets)), q.hi)
}

// keep lists a row unless it, or a later one, is listed.
func (c *shortlist) keep(row int, y float64) {
	if n := len(c.rows); n > 0 && c.rows[n-1] >= uint32(row) {
		return
	}
	c.rows, c.xs, c.ys = append(c.rows, uint32(row)), append(c.xs, c.edge), append(c.ys, y)
}

// bucket lists the first and the last row, those of each run, its extremes,
// and the first row of each gap.
func (c *shortlist) bucket(row, end int) {
	c.keep(row, c.y.At(row))
	for row < end {
		s, n := c.largest(row, end)
		switch {
		case n == 0:
			n = min(end, (row/blockRows+1)*blockRows) - row
			c.read(row, n)
		case s.empty():
			c.gap(row)
		default:
			c.run(row, s, n)
		}
		row += n
	}
	c.close(end)
	c.keep(end-1, c.y.At(end-1))
}

// largest returns the summary of the largest part of the pyramid that begins
// at the row, ends by end and is not mixed, and the number of its rows; 0 if
// there is none.
func (c *shortlist) largest(row, end int) (summary, int) {
	switch {
	case row%blockRows != 0:
		return summary{}, 0
	case row%segmentRows == 0:
		if n := min(segmentRows, c.p.rows-row); row+n <= end {
			if s := c.p.segments[row/segmentRows].summary; s != mixed {
				return s, n
			}
		}
		fallthrough
	case row%nodeRows == 0:
		if n := min(nodeRows, c.p.rows-row); row+n <= end {
			if s := c.p.node(row / nodeRows).summary; s != mixed {
				return s, n
			}
		}
	}
	if n := min(blockRows, c.p.rows-row); row+n <= end {
		if s := c.p.block(row / blockRows); s != mixed {
			return s, n
		}
	}
	return summary{}, 0
}

// read visits n rows one by one.
func (c *shortlist) read(row, n int) {
	y := c.buffer[:n]
	c.y.Read(y, row)
	for i, v := range y {
		if c.open && v >= c.low && v <= c.high {
			continue
		}
		if finite(v) {
			c.run(row+i, summary{v, v}, 1)
		} else {
			c.gap(row + i)
		}
	}
}

// run visits rows without a gap.
func (c *shortlist) run(row int, s summary, n int) {
	if !c.open {
		c.keep(row, c.y.At(row))
		c.open, c.low, c.high = true, math.Inf(1), math.Inf(-1)
	}
	if s.low < c.low {
		c.low, c.lowAt = s.low, place{row, n}
	}
	if s.high > c.high {
		c.high, c.highAt = s.high, place{row, n}
	}
}

// gap visits rows that are all gaps, of which the given one is the first.
func (c *shortlist) gap(row int) {
	if c.open {
		c.close(row)
		c.keep(row, math.NaN())
	}
}

// close ends the open run, if any, before row end.
func (c *shortlist) close(end int) {
	if !c.open {
		return
	}
	c.open = false
	low := c.locate(c.lowAt, func(at spot) uint8 { return at.low })
	high := c.locate(c.highAt, func(at spot) uint8 { return at.high })
	if low < high {
		c.keep(low, c.low)
		c.keep(high, c.high)
	} else {
		c.keep(high, c.high)
		c.keep(low, c.low)
	}
	c.keep(end-1, c.y.At(end-1))
}

// locate returns the first row of a place that has the extreme, of which spots
// say where it is: in a block, and which block of a node.
func (c *shortlist) locate(at place, side func(spot) uint8) int {
	switch {
	case at.rows == 1:
		return at.row
	case at.rows > nodeRows:
		at.row += nodeRows * int(side(c.p.segments[at.row/segmentRows].at))
		fallthrough
	case at.rows > blockRows:
		at.row += blockRows * int(side(c.p.node(at.row/nodeRows).at))
	}
	return at.row + int(side(c.p.spot(at.row/blockRows)))
}
