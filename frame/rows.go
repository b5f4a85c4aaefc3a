package frame

import (
	"math/bits"
	"sort"
)

// SpanRows is the most rows that a Span covers: few enough that what is
// gathered from a span of 8-byte values stays in the first-level cache.
const SpanRows = 4096

const spanWords = SpanRows / 64

// Rows are some of a frame's rows in the order in which they are drawn. They
// are held in one of three forms: all rows, a bitmap per chunk (ascending
// order, what a filter gives), or a list of row numbers (any order, what
// grouping and decimation give).
//
// Rows are immutable and safe for concurrent use. They do not hold a reference
// to the frame.
type Rows struct {
	starts []int
	count  int
	words  [][]uint64 // per chunk, bit i of word i/64 = row i of the chunk
	ranks  []int      // of bitmaps: ranks[s] rows are selected before span s
	index  []uint32
	form   form
}

type form uint8

const (
	formAll form = iota
	formBitmap
	formIndex
)

// AllRows returns every row of f.
func AllRows(f *Frame) *Rows {
	return &Rows{starts: f.starts, count: f.Rows()}
}

// BitmapRows returns the rows whose bit is set: bit i of words[c][i/64] stands
// for row i of chunk c. The bitmap of a chunk has ⌈rows/64⌉ words, and its bits
// beyond the chunk's rows are zero. Rows keeps words.
//
// It panics if the number of chunks or of words does not fit f.
func BitmapRows(f *Frame, words [][]uint64) *Rows {
	if len(words) != f.Chunks() {
		panic("frame: one bitmap a chunk is needed")
	}
	r := &Rows{starts: f.starts, words: words, form: formBitmap}
	for c, chunk := range words {
		if len(chunk) != (f.ChunkRows(c)+63)/64 {
			panic("frame: a chunk's bitmap has the wrong length")
		}
		for s := 0; s < len(chunk); s += spanWords {
			r.ranks = append(r.ranks, r.count)
			r.count += count(chunk[s:min(s+spanWords, len(chunk))])
		}
	}
	r.ranks = append(r.ranks, r.count)
	return r
}

// IndexRows returns the rows with the given numbers, in that order. It keeps
// index. Each number must be less than f.Rows(), which is checked when the
// row is used.
func IndexRows(f *Frame, index []uint32) *Rows {
	return &Rows{starts: f.starts, index: index, count: len(index), form: formIndex}
}

// Len returns how many rows there are.
func (r *Rows) Len() int { return r.count }

// All reports whether r is every row of its frame, in the frame's order.
func (r *Rows) All() bool { return r.form == formAll }

// Words returns the bitmap of chunk c, and false if r is not held as bitmaps.
func (r *Rows) Words(c int) ([]uint64, bool) {
	if r.form != formBitmap {
		return nil, false
	}
	return r.words[c], true
}

// Bytes returns the memory that r holds beside the frame.
func (r *Rows) Bytes() int64 {
	n := int64(len(r.index))*4 + int64(len(r.ranks))*8
	for _, w := range r.words {
		n += int64(len(w)) * 8
	}
	return n
}

// A Span is a run of at most SpanRows rows within one chunk.
type Span struct {
	Chunk int
	First int // of the rows, in the chunk
	N     int // rows covered: First ≤ row < First+N

	// Mask has a bit for each row covered: bit i of word i/64 for row First+i.
	// Nil means that all N rows are taken.
	Mask []uint64
	// Index, if not nil, holds the rows taken instead, as places in the chunk
	// in drawing order; First and N are then unused, Mask is nil.
	Index []uint32
	// Len is the number of rows taken.
	Len int
}

// Scratch is what a walk over spans needs besides the rows. It may be reused
// for one walk after the other, not for two at a time.
type Scratch struct {
	mask  [spanWords]uint64
	index [SpanRows]uint32
}

// Spans calls yield for the spans that together take the rows of ranks
// from ≤ rank < to (the rank of the first row is 0), in order, until it returns
// false. A span without a taken row is left out. What a span points to is
// valid during the call only.
//
// Cost: O(log spans) to find the first, then O(rows covered / 64).
// It panics if the bounds are not 0 ≤ from ≤ to ≤ Len().
func (r *Rows) Spans(from, to int, scratch *Scratch, yield func(Span) bool) {
	if from < 0 || to < from || to > r.count {
		panic("frame: rank out of range")
	}
	if from == to {
		return
	}
	switch r.form {
	case formAll:
		r.allSpans(from, to, yield)
	case formBitmap:
		r.bitmapSpans(from, to, scratch, yield)
	case formIndex:
		r.indexSpans(from, to, scratch, yield)
	}
}

func (r *Rows) allSpans(from, to int, yield func(Span) bool) {
	for c := chunkOf(r.starts, from); from < to; c++ {
		for end := min(to, r.starts[c+1]); from < end; {
			n := min(SpanRows, end-from)
			if !yield(Span{Chunk: c, First: from - r.starts[c], N: n, Len: n}) {
				return
			}
			from += n
		}
	}
}

func (r *Rows) bitmapSpans(from, to int, scratch *Scratch, yield func(Span) bool) {
	// The last span that starts at or before rank from; empty ones before it
	// have the same rank, so it holds the row.
	span := sort.SearchInts(r.ranks, from+1) - 1
	chunk, first := 0, span
	for n := spansIn(r.words[chunk]); first >= n; n = spansIn(r.words[chunk]) {
		first -= n
		chunk++
	}
	for ; r.ranks[span] < to; span++ {
		for first >= spansIn(r.words[chunk]) {
			chunk, first = chunk+1, 0
		}
		words := r.words[chunk]
		mask := words[first*spanWords : min((first+1)*spanWords, len(words))]
		lo, hi := max(from-r.ranks[span], 0), min(to, r.ranks[span+1])-r.ranks[span]
		if lo < hi {
			n := min(SpanRows, r.starts[chunk+1]-r.starts[chunk]-first*SpanRows)
			s := Span{Chunk: chunk, First: first * SpanRows, N: n, Mask: mask, Len: hi - lo}
			switch taken := r.ranks[span+1] - r.ranks[span]; {
			case s.Len == n:
				s.Mask = nil
			case s.Len < taken:
				s = s.cut(scratch, lo, hi)
			}
			if !yield(s) {
				return
			}
		}
		first++
	}
}

func (r *Rows) indexSpans(from, to int, scratch *Scratch, yield func(Span) bool) {
	if len(r.starts) == 2 { // rows of the one chunk are places in it
		for last := uint32(r.starts[1]); from < to; from += SpanRows {
			places := r.index[from:min(from+SpanRows, to)]
			if largest(places) >= last {
				panic("frame: row out of range")
			}
			if !yield(Span{Index: places, Len: len(places)}) {
				return
			}
		}
		return
	}
	for from < to {
		c := chunkOf(r.starts, int(r.index[from]))
		lo, hi := uint32(r.starts[c]), uint32(r.starts[c+1])
		places := scratch.index[:0]
		for from < to && len(places) < SpanRows && r.index[from] >= lo && r.index[from] < hi {
			places = append(places, r.index[from]-lo)
			from++
		}
		if !yield(Span{Chunk: c, Index: places, Len: len(places)}) {
			return
		}
	}
}

// largest returns the largest of rows: four at a time, for each waits for the
// one before it.
func largest(rows []uint32) uint32 {
	var a, b, c, d uint32
	for len(rows) >= 4 {
		a, b, c, d = max(a, rows[0]), max(b, rows[1]), max(c, rows[2]), max(d, rows[3])
		rows = rows[4:]
	}
	for _, row := range rows {
		a = max(a, row)
	}
	return max(a, b, c, d)
}

// Each calls yield with the number of each row in the frame, in drawing order,
// until it returns false.
func (r *Rows) Each(yield func(row int) bool) {
	if r.form == formIndex {
		for _, row := range r.index {
			if !yield(int(row)) {
				return
			}
		}
		return
	}
	var scratch Scratch
	r.Spans(0, r.count, &scratch, func(s Span) bool {
		base := r.starts[s.Chunk] + s.First
		if s.Mask == nil {
			for i := range s.N {
				if !yield(base + i) {
					return false
				}
			}
			return true
		}
		return eachBit(s.Mask, func(i int) bool { return yield(base + i) })
	})
}

// eachBit calls yield with the number of each set bit, ascending, and reports
// whether yield never returned false.
func eachBit(words []uint64, yield func(i int) bool) bool {
	for w, word := range words {
		for ; word != 0; word &= word - 1 {
			if !yield(w*64 + bits.TrailingZeros64(word)) {
				return false
			}
		}
	}
	return true
}

// AppendIndex appends the row numbers in drawing order.
func (r *Rows) AppendIndex(dst []uint32) []uint32 {
	if r.form == formIndex {
		return append(dst, r.index...)
	}
	r.Each(func(row int) bool {
		dst = append(dst, uint32(row))
		return true
	})
	return dst
}

// rowsPerSearch is how many rows of a bitmap are listed in the time that one is
// searched for.
const rowsPerSearch = 32

// Pick returns the rows of the given ranks, in that order: the rows of r that a
// decimator kept. It panics if a rank is not less than Len().
//
// Cost: that of Row for each of a few ranks, else O(rows).
func (r *Rows) Pick(ranks []uint32) *Rows {
	picked := make([]uint32, len(ranks))
	if r.form == formBitmap && len(ranks) > r.count/rowsPerSearch {
		index := r.AppendIndex(make([]uint32, 0, r.count))
		for i, rank := range ranks {
			picked[i] = index[rank]
		}
	} else {
		for i, rank := range ranks {
			picked[i] = uint32(r.Row(int(rank)))
		}
	}
	return &Rows{starts: r.starts, index: picked, count: len(picked), form: formIndex}
}

func chunkOf(starts []int, row int) int { return sort.SearchInts(starts, row+1) - 1 }

func spansIn(words []uint64) int { return (len(words) + spanWords - 1) / spanWords }

// cut narrows s to the rows of ranks lo ≤ rank < hi within it, lo < hi, and
// to the words of its mask that they lie in.
func (s Span) cut(scratch *Scratch, lo, hi int) Span {
	first, skip := wordOf(s.Mask, lo)
	last, keep := wordOf(s.Mask, hi-1)
	from, to := bitOf(s.Mask[first], skip), bitOf(s.Mask[last], keep)
	s.Mask = append(scratch.mask[:0], s.Mask[first:last+1]...)
	s.Mask[0] &= ^uint64(0) << from
	s.Mask[last-first] &= ^uint64(0) >> (63 - to)
	s.First += first * 64
	s.N = min(s.N-first*64, len(s.Mask)*64)
	return s
}

// wordOf returns the word of mask that holds the set bit of that rank, and its
// rank within the word.
func wordOf(mask []uint64, rank int) (word, within int) {
	for n := bits.OnesCount64(mask[word]); rank >= n; n = bits.OnesCount64(mask[word]) {
		rank -= n
		word++
	}
	return word, rank
}

// bitOf returns the place of the set bit of that rank, by halving.
func bitOf(word uint64, rank int) int {
	at := 0
	for half := 32; half > 0; half /= 2 {
		if n := bits.OnesCount64(word & (1<<half - 1)); rank >= n {
			rank -= n
			word >>= half
			at += half
		}
	}
	return at
}

func count(words []uint64) int {
	n := 0
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	return n
}
