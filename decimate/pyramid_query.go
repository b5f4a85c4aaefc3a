package decimate

import "math"

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
	c := shortlist{p: p, y: y}
	c.window(x, lo, hi, v, buckets)
	from := len(dst)
	dst = newScan(c.x, c.values(), v, buckets, ends).serial(dst)
	for i, k := range dst[from:] {
		dst[from+i] = c.dst[k]
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

// A shortlist is rows among which are all that a scan of the line keeps.
type shortlist struct {
	p *Pyramid
	y Series
	picks
	x []float64 // of each, or of another row in its bucket

	// The run behind the last row seen, within its bucket.
	open          bool
	low, high     float64
	lowAt, highAt place
	buffer        [blockRows]float64
}

// A place is a row, or a block of rows in which it is the first extreme.
type place struct{ row, rows int }

// window collects the rows of all buckets, and the neighbours of the view.
func (c *shortlist) window(x Series, lo, hi int, v View[float64], buckets int) {
	c.dst = make([]uint32, 0, min(4*buckets+2, hi-lo+2))
	if lo > 0 {
		c.keep(lo - 1)
		c.fill(math.Inf(-1))
	}
	for b, row := 0, lo; row < hi; b++ {
		end := hi
		if b+1 < buckets {
			end = min(c.p.seek(x, row, v.edge(b+1, buckets)), hi)
		}
		if end > row {
			c.bucket(row, end)
			c.fill(v.edge(b, buckets))
		}
		row = end
	}
	if hi < c.p.rows {
		c.keep(hi)
		c.fill(math.Inf(1))
	}
}

// fill gives the rows that have none yet an x.
func (c *shortlist) fill(x float64) {
	for len(c.x) < len(c.dst) {
		c.x = append(c.x, x)
	}
}

// values reads y.
func (c *shortlist) values() []float64 {
	y := make([]float64, len(c.dst))
	for i, row := range c.dst {
		y[i] = c.y.At(int(row))
	}
	return y
}

// bucket collects the first and the last row, those of each run, its extremes,
// and the first row of each gap.
func (c *shortlist) bucket(row, end int) {
	c.keep(row)
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
	c.keep(end - 1)
}

// largest returns the summary of the largest part of the pyramid that begins
// at the row, ends by end and is not mixed, and the number of its rows; 0 if
// there is none.
func (c *shortlist) largest(row, end int) (summary, int) {
	if row%blockRows != 0 {
		return summary{}, 0
	}
	if row%segmentRows == 0 {
		if n := min(segmentRows, c.p.rows-row); row+n <= end {
			if s := c.p.segments[row/segmentRows].summary; s != mixed {
				return s, n
			}
		}
	}
	if row%nodeRows == 0 {
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
		c.keep(row)
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
		c.keep(row)
	}
}

// close ends the open run, if any, before row end.
func (c *shortlist) close(end int) {
	if !c.open {
		return
	}
	c.open = false
	low := c.locate(c.lowAt, func(s summary) bool { return s.low == c.low }, func(at spot) uint8 { return at.low })
	high := c.locate(c.highAt, func(s summary) bool { return s.high == c.high }, func(at spot) uint8 { return at.high })
	c.keep(min(low, high))
	c.keep(max(low, high))
	c.keep(end - 1)
}

// locate returns the first row of a place that has the extreme.
func (c *shortlist) locate(at place, has func(summary) bool, in func(spot) uint8) int {
	if at.rows == 1 {
		return at.row
	}
	k := at.row / blockRows
	if end := at.row + at.rows; at.rows > blockRows {
		for k+fanOut <= end/blockRows && !has(c.p.node(k/fanOut).summary) {
			k += fanOut
		}
	}
	for {
		if has(c.p.block(k)) {
			return k*blockRows + int(in(c.p.spot(k)))
		}
		k++
	}
}
