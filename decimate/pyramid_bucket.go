package decimate

import (
	"math"
	"slices"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A bucket is the rows row <= i < end, and what is known of them. It is made of nodes,
// if it has a whole one, or else of blocks. Those at its ends of which it has but a
// piece are looked into only if something in them is lower or higher than in the others.
type bucket struct {
	edge, next float64 // its lowest x, and that of the bucket behind
	row, end   int
	extremes
	gaps       bool // or it has no whole block
	head, tail piece
}

// A piece is the rows from <= i < to of a part.
type piece struct {
	from, to int
	fine     bool    // the part is a block, or else a node
	part     summary // of all of the part
	wanted   bool
}

// survey looks at the parts of which the bucket has all rows, and decides whether the
// pieces at its ends must be looked into.
func (b *bucket) survey(p *Pyramid) {
	if b.row == b.end {
		return
	}
	b.extremes = none
	size := nodeRows
	first, last := b.whole(nodeRows, p.rows)
	if first >= last {
		size = blockRows
		first, last = b.whole(blockRows, p.rows)
	}
	switch {
	case first >= last:
		b.gaps = true
	case size == nodeRows:
		b.gaps = !b.nodes(p, first, last)
	default:
		b.gaps = !b.blocks(p, first, last)
	}
	if b.gaps {
		return
	}
	b.head = p.piece(b.row, first, size)
	b.tail = p.piece(last, b.end, size)
	if b.gaps = b.head.gaps() || b.tail.gaps(); b.gaps {
		return
	}
	b.tail.wanted, b.head.wanted = b.follows(b.tail), b.precedes(b.head)
}

// nodes takes in the nodes whose rows are from <= i < to, and returns false if there are
// gaps in them.
func (b *bucket) nodes(p *Pyramid, from, to int) bool {
	for row := from; row < to; {
		s := p.segments[row/segmentRows]
		if next := row + min(segmentRows, p.rows-row); row%segmentRows == 0 && next <= to {
			if !finite(s.low) {
				return false
			}
			b.join(s.summary, place{row: row + int(s.at.low)}, place{row: row + int(s.at.high)})
			row = next
			continue
		}
		first := row % segmentRows / nodeRows
		for k := range s.nodes[first:min(first+(to-row+nodeRows-1)/nodeRows, len(s.nodes))] {
			n := &s.nodes[first+k]
			if !finite(n.low) {
				return false
			}
			if n.low < b.low {
				b.low, b.lowAt = n.low, place{row: row + int(n.at.low)}
			}
			if n.high > b.high {
				b.high, b.highAt = n.high, place{row: row + int(n.at.high)}
			}
			row += nodeRows
		}
	}
	return true
}

// blocks is nodes for blocks.
func (b *bucket) blocks(p *Pyramid, from, to int) bool {
	low, high, lowAt, highAt := b.low, b.high, from, from
	for row := from; row < to; {
		s := p.segments[row/segmentRows]
		first := row % segmentRows / blockRows
		for _, block := range s.blocks[first:min(first+(to-row+blockRows-1)/blockRows, len(s.blocks))] {
			if !finite(block.low) {
				return false
			}
			if block.low < low {
				low, lowAt = block.low, row
			}
			if block.high > high {
				high, highAt = block.high, row
			}
			row += blockRows
		}
	}
	b.extremes = extremes{summary{low, high}, place{lowAt, true}, place{highAt, true}}
	return true
}

// whole returns between which rows there are whole parts only.
func (b *bucket) whole(size, rows int) (first, last int) {
	first, last = (b.row+size-1)/size*size, b.end/size*size
	if b.end == rows {
		last = rows
	}
	return first, last
}

// piece returns the rows from <= i < to of a part of the given size.
func (p *Pyramid) piece(from, to, size int) piece {
	if from == to {
		return piece{}
	}
	if size == nodeRows {
		return piece{from: from, to: to, part: p.node(from / nodeRows).summary}
	}
	return piece{from: from, to: to, fine: true, part: p.block(from / blockRows)}
}

func (p *piece) gaps() bool { return !finite(p.part.low) }

// narrow takes in the blocks of which the wanted pieces have all rows, and makes
// the pieces those of the blocks that are left.
func (b *bucket) narrow(p *Pyramid) {
	if b.tail.wanted && !b.tail.fine {
		b.narrowTail(p)
	}
	if b.head.wanted && !b.head.fine {
		b.narrowHead(p)
	}
}

func (b *bucket) narrowTail(p *Pyramid) {
	from, end := b.tail.from, b.tail.to/blockRows*blockRows
	for k, part := range p.blocks(from, end) {
		at := place{from + k*blockRows, true}
		b.join(part, at, at)
	}
	b.tail = p.piece(end, b.tail.to, blockRows)
	b.tail.wanted = b.follows(b.tail)
}

func (b *bucket) narrowHead(p *Pyramid) {
	first, to := (b.head.from+blockRows-1)/blockRows*blockRows, b.head.to
	for k, part := range slices.Backward(p.blocks(first, to)) {
		at := place{first + k*blockRows, true}
		b.precede(part, at, at)
	}
	b.head = p.piece(b.head.from, first, blockRows)
	b.head.wanted = b.precedes(b.head)
}

// follows and precedes report whether a piece behind the others, and one before
// them, may have an extreme of the bucket.
func (b *bucket) follows(p piece) bool {
	return p.from < p.to && (p.part.low < b.low || p.part.high > b.high)
}

func (b *bucket) precedes(p piece) bool {
	return p.from < p.to && (p.part.low <= b.low || p.part.high >= b.high)
}

// blocks returns the blocks whose rows are from <= i < to, all of one segment.
func (p *Pyramid) blocks(from, to int) []summary {
	first := from % segmentRows / blockRows
	return p.segments[from/segmentRows].blocks[first : first+(to-from)/blockRows]
}

// settle reads the pieces that it must.
func (s *shortlist) settle(b *bucket) {
	if t := &b.tail; t.wanted {
		part, low, high, _ := extremesOf(s.y.rows(s.buffer[:], t.from, t.to))
		b.join(part, place{row: t.from + low}, place{row: t.from + high})
	}
	if h := &b.head; h.wanted {
		part, low, high, _ := extremesOf(s.y.rows(s.buffer[:], h.from, h.to))
		b.precede(part, place{row: h.from + low}, place{row: h.from + high})
	}
}

// extremes are the lowest and the highest y of a run, and the first rows that have
// them.
type extremes struct {
	summary
	lowAt, highAt place
}

var none = extremes{summary: summary{math.Inf(1), math.Inf(-1)}}

// A place is a row, or that of the first extreme in the block that begins there.
type place struct {
	row   int
	block bool
}

// join takes in rows behind the others.
func (e *extremes) join(part summary, lowAt, highAt place) {
	if part.low < e.low {
		e.low, e.lowAt = part.low, lowAt
	}
	if part.high > e.high {
		e.high, e.highAt = part.high, highAt
	}
}

// precede takes in rows before the others.
func (e *extremes) precede(part summary, lowAt, highAt place) {
	if part.low <= e.low {
		e.low, e.lowAt = part.low, lowAt
	}
	if part.high >= e.high {
		e.high, e.highAt = part.high, highAt
	}
}

// locate finds the rows of places that are blocks.
func (e *extremes) locate(p *Pyramid) {
	if e.lowAt.block {
		e.lowAt = place{row: e.lowAt.row + int(p.spot(e.lowAt.row/blockRows).low)}
	}
	if e.highAt.block {
		e.highAt = place{row: e.highAt.row + int(p.spot(e.highAt.row/blockRows).high)}
	}
}

// extremesOf returns the extremes of the rows up to the first gap, and how many
// they are.
func extremesOf(y []float64) (part summary, low, high, n int) {
	if low, high, n = kernel.Extremes(y); n == 0 {
		return part, 0, 0, 0
	}
	return summary{y[low], y[high]}, low, high, n
}
