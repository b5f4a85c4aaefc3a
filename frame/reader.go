package frame

import (
	"sort"
	"sync"

	"github.com/apache/arrow/go/v15/arrow/array"
)

// A FloatReader reads values of some rows of a column as float64, as
// [Column.AppendFloats] does, a few at a time and in any order: of what is
// indexed most values need never be read. It is safe for concurrent use, and
// valid while the frame is.
type FloatReader struct {
	rows   *Rows
	chunks []func(i int) float64
	plain  [][]float64 // of chunks of float64 without a null; else nil
}

// scratches are for reads of a few rows, which would take longer to clear one.
var scratches = sync.Pool{New: func() any { return new(Scratch) }}

// FloatReader returns a reader of the given rows, or the error of AppendFloats.
func (c *Column) FloatReader(rows *Rows) (*FloatReader, error) {
	if c.kind == Text || c.kind == Unsupported {
		return nil, typeError(c, "a column of numbers, dates or times")
	}
	r := &FloatReader{rows: rows, chunks: make([]func(int) float64, len(c.chunks)), plain: make([][]float64, len(c.chunks))}
	for i, chunk := range c.chunks {
		r.chunks[i] = floatsOf(chunk)
		if a, ok := chunk.(*array.Float64); ok && a.NullN() == 0 {
			r.plain[i] = a.Float64Values()
		}
	}
	return r, nil
}

// Len returns the number of rows.
func (r *FloatReader) Len() int { return r.rows.count }

// At returns the value of the row of a rank.
//
// Cost: O(log chunks), and O(log rows) where the rows are a bitmap.
func (r *FloatReader) At(rank int) float64 {
	row, chunk := r.rows.Row(rank), 0
	if len(r.chunks) > 1 {
		chunk = chunkOf(r.rows.starts, row)
	}
	if plain := r.plain[chunk]; plain != nil {
		return plain[row-r.rows.starts[chunk]]
	}
	return r.chunks[chunk](row - r.rows.starts[chunk])
}

// Read fills dst with the values of the ranks from, from+1, …
func (r *FloatReader) Read(dst []float64, from int) {
	if direct, ok := r.Slice(from, from+len(dst)); ok {
		copy(dst, direct)
		return
	}
	scratch := scratches.Get().(*Scratch)
	defer scratches.Put(scratch)
	r.rows.Spans(from, from+len(dst), scratch, func(s Span) bool {
		part := dst[:s.Len]
		dst = dst[s.Len:]
		if plain := r.plain[s.Chunk]; plain != nil && s.Mask == nil && s.Index == nil {
			copy(part, plain[s.First:])
			return true
		}
		at, k := r.chunks[s.Chunk], 0
		s.Each(func(i int) {
			part[k] = at(i)
			k++
		})
		return true
	})
}

// Slice returns the values of the ranks from ≤ rank < to, which must not be
// written to, and false if they do not lie side by side in memory.
func (r *FloatReader) Slice(from, to int) ([]float64, bool) {
	if r.rows.form != formAll || from >= to {
		return nil, false
	}
	chunk := 0
	if len(r.chunks) > 1 {
		chunk = chunkOf(r.rows.starts, from)
	}
	if r.plain[chunk] == nil || to > r.rows.starts[chunk+1] {
		return nil, false
	}
	start := r.rows.starts[chunk]
	return r.plain[chunk][from-start : to-start], true
}

// Row returns the number of the row of a rank. It panics if the rank is not
// less than Len().
//
// Cost: O(log rows) for a bitmap, else O(1).
func (r *Rows) Row(rank int) int {
	if uint(rank) >= uint(r.count) {
		panic("frame: rank out of range")
	}
	switch r.form {
	case formAll:
		return rank
	case formIndex:
		return int(r.index[rank])
	}
	span := sort.SearchInts(r.ranks, rank+1) - 1
	rank -= r.ranks[span]
	chunk := 0
	for n := spansIn(r.words[chunk]); span >= n; n = spansIn(r.words[chunk]) {
		span -= n
		chunk++
	}
	words := r.words[chunk][span*spanWords:]
	word, within := wordOf(words, rank)
	return r.starts[chunk] + span*SpanRows + word*64 + bitOf(words[word], within)
}
