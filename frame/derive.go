package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// RankColumn returns a column beside those of f that counts the given rows:
// int64, 0 for the first of rows, 1 for the next. Rows of f that are not among
// them are 0, and so is a row that stands there twice but for its last rank.
//
// Its values are in garbage-collected memory. Cost: O(rows of f), 8 bytes a row.
func RankColumn(f *Frame, name string, rows *Rows) *Column {
	ranks := make([]int64, f.Rows())
	next := int64(0)
	rows.Each(func(row int) bool {
		ranks[row] = next
		next++
		return true
	})
	return int64Column(name, ranks, f.starts)
}

// int64Column cuts values at the given chunk boundaries.
func int64Column(name string, values []int64, starts []int) *Column {
	buffer := memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(values))
	whole := array.NewData(arrow.PrimitiveTypes.Int64, len(values), []*memory.Buffer{nil, buffer}, nil, 0, 0)
	chunks := make([]arrow.Array, len(starts)-1)
	for i := range chunks {
		chunks[i] = array.MakeFromData(array.NewSliceData(whole, int64(starts[i]), int64(starts[i+1])))
	}
	return newColumn(arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int64}, chunks, starts)
}

// Index returns rows of the same frame as r by their numbers in the frame, as
// IndexRows does.
func (r *Rows) Index(index []uint32) *Rows {
	return &Rows{starts: r.starts, index: index, count: len(index), form: formIndex}
}
