package encode

import (
	"math"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// plainSource is a column without missing values.
type plainSource[T kernel.Number] struct {
	chunks [][]T
}

func (p *plainSource[T]) take(s frame.Span, m *scratch) []T {
	x := p.chunks[s.Chunk]
	switch {
	case s.Index != nil:
		packed := view[T](m.packed[:])
		for k, i := range s.Index {
			packed[k] = x[i]
		}
		return packed[:len(s.Index)]
	case s.Mask == nil:
		return x[s.First : s.First+s.N]
	}
	packed := view[T](m.packed[:])
	return packed[:kernel.Pack(packed, x[s.First:s.First+s.N], s.Mask)]
}

// wideSource is a column as float64, NaN where a value is missing.
type wideSource[T kernel.Number] struct {
	chunks [][]T
	arrays []arrow.Array
}

func (w *wideSource[T]) take(s frame.Span, m *scratch) []float64 {
	packed := view[float64](m.packed[:])
	if s.Index != nil {
		w.gather(packed, s)
		return packed[:len(s.Index)]
	}
	x := w.widen(s, m)
	if s.Mask == nil {
		return x
	}
	return packed[:kernel.Pack(packed, x, s.Mask)]
}

func (w *wideSource[T]) gather(dst []float64, s frame.Span) {
	x, chunk := w.chunks[s.Chunk], w.arrays[s.Chunk]
	for k, i := range s.Index {
		dst[k] = float64(x[i])
	}
	if chunk.NullN() == 0 {
		return
	}
	for k, i := range s.Index {
		if chunk.IsNull(int(i)) {
			dst[k] = math.NaN()
		}
	}
}

// widen returns all rows that s covers, taken or not.
func (w *wideSource[T]) widen(s frame.Span, m *scratch) []float64 {
	x := w.chunks[s.Chunk][s.First : s.First+s.N]
	v, isFloat64 := any(x).([]float64)
	if !isFloat64 {
		v = m.wide[:len(x)]
		for i := range x {
			v[i] = float64(x[i])
		}
	}
	chunk := w.arrays[s.Chunk]
	if chunk.NullN() == 0 {
		return v
	}
	valid := m.valid[:kernel.Words(s.N)]
	kernel.LoadBits(valid, chunk.NullBitmapBytes(), chunk.Data().Offset()+s.First, s.N)
	kernel.FillNaN(m.wide[:], v, valid)
	return m.wide[:len(x)]
}

// valueSource is a column of a type that has no plain slice: float16, decimal.
type valueSource struct {
	chunks []func(i int) float64 // NaN where a value is missing
}

func (v *valueSource) take(s frame.Span, m *scratch) []float64 {
	places := m.placesOf(s)
	value := v.chunks[s.Chunk]
	for k, i := range places {
		m.wide[k] = value(int(i))
	}
	return m.wide[:len(places)]
}

// slicesOf returns the chunks of a column whose arrays are of type A.
func slicesOf[A arrow.Array, T kernel.Number](c *frame.Column, values func(A) []T) [][]T {
	chunks := make([][]T, c.Chunks())
	for i := range chunks {
		chunks[i] = values(c.Chunk(i).(A))
	}
	return chunks
}

func arraysOf(c *frame.Column) []arrow.Array {
	arrays := make([]arrow.Array, c.Chunks())
	for i := range arrays {
		arrays[i] = c.Chunk(i)
	}
	return arrays
}

// numberStream returns the values of a column of numbers: of the given type,
// or as text if d is list. It returns nil if the values of the column can only
// be written one by one.
func numberStream(c *frame.Column, rows *frame.Rows, d dtype) stream {
	switch c.Type().ID() {
	case arrow.INT8:
		return integers(c, rows, d, slicesOf(c, (*array.Int8).Int8Values))
	case arrow.INT16:
		return integers(c, rows, d, slicesOf(c, (*array.Int16).Int16Values))
	case arrow.INT32:
		return integers(c, rows, d, slicesOf(c, (*array.Int32).Int32Values))
	case arrow.INT64:
		return integers(c, rows, d, slicesOf(c, (*array.Int64).Int64Values))
	case arrow.UINT8:
		return integers(c, rows, d, slicesOf(c, (*array.Uint8).Uint8Values))
	case arrow.UINT16:
		return integers(c, rows, d, slicesOf(c, (*array.Uint16).Uint16Values))
	case arrow.UINT32:
		return integers(c, rows, d, slicesOf(c, (*array.Uint32).Uint32Values))
	case arrow.UINT64:
		return integers(c, rows, d, slicesOf(c, (*array.Uint64).Uint64Values))
	case arrow.FLOAT32:
		return floating(c, rows, d, slicesOf(c, (*array.Float32).Float32Values))
	case arrow.FLOAT64:
		return floating(c, rows, d, slicesOf(c, (*array.Float64).Float64Values))
	case arrow.FLOAT16, arrow.DECIMAL128, arrow.DECIMAL256:
		return wide(rows, &valueSource{floatsOf(c)}, d, scaleOf(c))
	}
	return nil
}

func integers[T kernel.Integer](c *frame.Column, rows *frame.Rows, d dtype, chunks [][]T) stream {
	switch {
	case c.Nulls() == 0 && d == asList:
		return &numbers[T]{rows, &plainSource[T]{chunks}, kernel.AppendInts[T]}
	case c.Nulls() == 0 && d.integer():
		return narrowed(rows, d, chunks)
	case d == asList && !boundsOf(c).integral:
		return nil
	}
	return wide(rows, &wideSource[T]{chunks, arraysOf(c)}, d, 0)
}

func floating[T kernel.Float](c *frame.Column, rows *frame.Rows, d dtype, chunks [][]T) stream {
	if c.Nulls() == 0 && d != asList {
		return &typed[T]{rows, &plainSource[T]{chunks}, converter[T](d)}
	}
	return wide(rows, &wideSource[T]{chunks, arraysOf(c)}, d, scaleOf(c))
}

func wide(rows *frame.Rows, source source[float64], d dtype, scale int) stream {
	if d == asList {
		return &numbers[float64]{rows, source, func(dst []byte, x []float64) []byte { return appendFloats(dst, x, scale) }}
	}
	return &typed[float64]{rows, source, converter[float64](d)}
}

// narrowed writes integers in an integer type of at most their width. Of the
// two's complement that takes the low bytes, so signs do not matter.
func narrowed[T kernel.Integer](rows *frame.Rows, d dtype, chunks [][]T) stream {
	switch unsafe.Sizeof(T(0)) {
	case 1:
		return truncated[uint8](rows, d, recast[uint8](chunks))
	case 2:
		return truncated[uint16](rows, d, recast[uint16](chunks))
	case 4:
		return truncated[uint32](rows, d, recast[uint32](chunks))
	}
	return truncated[uint64](rows, d, recast[uint64](chunks))
}
