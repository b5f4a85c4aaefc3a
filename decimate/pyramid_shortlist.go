package decimate

import (
	"slices"
	"sync"
)

// batchSize is how many buckets are worked at side by side. What is read for each of them
// lies somewhere else in memory, for which the processor waits; it waits for
// many at once where a short loop reads them.
const batchSize = 64

// lineBytes is what a processor reads of memory at once.
const lineBytes = 64

// A shortlist lists the rows among which are all that a scan keeps, bucket after
// bucket.
type shortlist struct {
	list
	*query
	x, y   reader
	batch  [batchSize]bucket
	read   float64 // what was read to be at hand: no compiler leaves that out
	buffer [blockRows]float64
}

// keptRoom is the rows of the lists that are kept for the next query, 5 MB of memory.
const keptRoom = 1 << 18

// shortlists are used again: pages of memory that were never used cost the query of
// a wide view an eighth of its time.
var shortlists = sync.Pool{New: func() any { return new(shortlist) }}

func newShortlist(q *query, room int) *shortlist {
	s := shortlists.Get().(*shortlist)
	s.query, s.x, s.y = q, reader{Series: q.x}, reader{Series: q.y}
	s.list = list{rows: slices.Grow(s.rows[:0], room), xs: slices.Grow(s.xs[:0], room), ys: slices.Grow(s.ys[:0], room)}
	return s
}

// release gives s back, unless it is large for a query of an ordinary figure.
func (s *shortlist) release() {
	if cap(s.rows) <= keptRoom {
		s.query, s.x, s.y = nil, reader{}, reader{}
		shortlists.Put(s)
	}
}

// next lists the rows of the buckets from <= b < to, at most batchSize, the first of
// which begins at the given row, and returns where the one behind them begins.
func (s *shortlist) next(row, from, to int) int {
	batch := s.batch[:to-from]
	s.bounds(batch, row, from)
	end := batch[len(batch)-1].end
	s.y.aim(row, end)
	for i := range batch {
		batch[i].survey(s.p)
	}
	s.touchBlocks(batch)
	for i := range batch {
		batch[i].narrow(s.p)
	}
	s.touchRows(batch)
	for i := range batch {
		s.settle(&batch[i])
	}
	for i := range batch {
		batch[i].locate(s.p)
	}
	hole := true // as far as is known
	for i := range batch {
		b := &batch[i]
		before := hole
		if hole = b.row == b.end; hole {
			continue
		}
		behind := i+1 == len(batch) || batch[i+1].end == b.end
		s.add(b, before, behind)
	}
	return end
}

// bounds finds the edges and the rows of the buckets of a batch.
func (s *shortlist) bounds(batch []bucket, row, first int) {
	var nears [batchSize + 1]near
	nears[0] = near{node: row / nodeRows, first: row}
	nodes := 1
	for i := range batch {
		batch[i] = bucket{edge: s.v.edge(first+i, s.buckets), next: s.v.edge(first+i+1, s.buckets)}
		nears[i+1] = s.p.near(nears[i].first, nodes, batch[i].next)
		nodes = max(nears[i+1].node-nears[i].node, 1)
	}
	ends := nears[1 : len(batch)+1]
	s.x.aim(row, ends[len(ends)-1].last)
	sum := 0.0
	for _, n := range ends {
		if n.guess < n.last {
			sum += s.x.At(n.guess)
		}
	}
	s.read = sum
	for i := range batch {
		b := &batch[i]
		b.row = row
		if row = s.hi; first+i+1 < s.buckets { // both ends of the view are in it
			row = min(ends[i].seek(&s.x, b.row, b.next), s.hi)
		}
		b.end = row
	}
}

// touchBlocks reads a number of each line of memory that narrow will read.
func (s *shortlist) touchBlocks(batch []bucket) {
	sum := 0.0
	for i := range batch {
		for _, p := range [...]*piece{&batch[i].head, &batch[i].tail} {
			if p.wanted && !p.fine {
				blocks := s.p.blocks(p.from/blockRows*blockRows, (p.to+blockRows-1)/blockRows*blockRows)
				for k := 0; k < len(blocks); k += lineBytes / 16 {
					sum += blocks[k].low
				}
			}
		}
	}
	s.read = sum
}

// touchRows is touchBlocks for settle and add.
func (s *shortlist) touchRows(batch []bucket) {
	sum := 0.0
	for i := range batch {
		b := &batch[i]
		for _, p := range [...]*piece{&b.head, &b.tail} {
			if p.wanted {
				sum += s.y.touch(p.from, p.to)
			}
		}
		if s.joints && b.row < b.end {
			sum += s.y.At(b.row)
		}
	}
	s.read = sum
}

// add lists the rows of a bucket: if there is a hole before or behind it, its first or
// its last row too.
func (s *shortlist) add(b *bucket, before, behind bool) {
	s.edge = b.edge
	if before || s.joints {
		s.keep(b.row, s.y.At(b.row))
	}
	if b.gaps {
		w := walker{shortlist: s}
		w.walk(b.row, b.end)
	} else {
		s.extremes(&b.extremes)
	}
	if behind || s.joints {
		s.keep(b.end-1, s.y.At(b.end-1))
	}
}

// extremes lists the lowest and the highest row of a run, which have been located.
func (s *shortlist) extremes(e *extremes) {
	if low, high := e.lowAt.row, e.highAt.row; low < high {
		s.keep(low, e.low)
		s.keep(high, e.high)
	} else {
		s.keep(high, e.high)
		s.keep(low, e.low)
	}
}

// A list is rows in their order, each with its y and with the edge of its bucket
// in the place of its x.
type list struct {
	rows   []uint32
	xs, ys []float64
	edge   float64 // of the bucket
}

// keep lists a row unless it, or a later one, is listed.
func (l *list) keep(row int, y float64) {
	if n := len(l.rows); n > 0 && l.rows[n-1] >= uint32(row) {
		return
	}
	l.rows, l.xs, l.ys = append(l.rows, uint32(row)), append(l.xs, l.edge), append(l.ys, y)
}

// append lists the rows of a list behind l.
func (l *list) append(m *list) {
	l.rows, l.xs, l.ys = append(l.rows, m.rows...), append(l.xs, m.xs...), append(l.ys, m.ys...)
}
