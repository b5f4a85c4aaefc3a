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
	return primitiveColumn(name, arrow.PrimitiveTypes.Int64, arrow.Int64Traits.CastToBytes(ranks), f.starts)
}

// primitiveColumn cuts values of fixed width at the given chunk boundaries.
func primitiveColumn(name string, t arrow.DataType, values []byte, starts []int) *Column {
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(values)}
	return cutColumn(name, array.MakeFromData(array.NewData(t, starts[len(starts)-1], buffers, nil, 0, 0)), starts)
}

// Index returns rows of the same frame as r by their numbers in the frame, as
// IndexRows does.
func (r *Rows) Index(index []uint32) *Rows {
	return &Rows{starts: r.starts, index: index, count: len(index), form: formIndex}
}
