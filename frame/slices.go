package frame

import (
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// An Element is a Go type that a column can be made of:
//
//	bool                          bool
//	int8 … int64, uint8 … uint64  the same; int is int64
//	float32, float64              the same; NaN is not null
//	string                        utf8
//	time.Time                     timestamp[us, tz=UTC]; finer parts are cut off
type Element interface {
	bool | int | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64 | string | time.Time
}

// A Series is a named column to make a frame of.
type Series struct {
	name   string
	values arrow.Array // of Slice: in garbage-collected memory
	whole  bool        // of Array
	err    error
}

// Slice returns a series of the values. Numbers (int apart, on 32-bit
// machines) are not copied: the slice must not be modified while it is in use.
func Slice[T Element](name string, values []T) Series {
	switch v := any(values).(type) {
	case []bool:
		return seriesOf(name, arrow.FixedWidthTypes.Boolean, len(v), bitmapOf(v))
	case []int:
		if math.MaxInt < math.MaxInt64 {
			return numbers(name, arrow.PrimitiveTypes.Int64, widened(v))
		}
		return numbers(name, arrow.PrimitiveTypes.Int64, v)
	case []int8:
		return numbers(name, arrow.PrimitiveTypes.Int8, v)
	case []int16:
		return numbers(name, arrow.PrimitiveTypes.Int16, v)
	case []int32:
		return numbers(name, arrow.PrimitiveTypes.Int32, v)
	case []int64:
		return numbers(name, arrow.PrimitiveTypes.Int64, v)
	case []uint8:
		return numbers(name, arrow.PrimitiveTypes.Uint8, v)
	case []uint16:
		return numbers(name, arrow.PrimitiveTypes.Uint16, v)
	case []uint32:
		return numbers(name, arrow.PrimitiveTypes.Uint32, v)
	case []uint64:
		return numbers(name, arrow.PrimitiveTypes.Uint64, v)
	case []float32:
		return numbers(name, arrow.PrimitiveTypes.Float32, v)
	case []float64:
		return numbers(name, arrow.PrimitiveTypes.Float64, v)
	case []string:
		return texts(name, v)
	case []time.Time:
		return numbers(name, arrow.FixedWidthTypes.Timestamp_us, microseconds(v))
	}
	panic("frame: an Element that Slice does not know")
}

// Array returns a series of an Arrow array, for the types that no Go type
// stands for. It brings its own nulls: Valid is not for it. The caller releases
// values after FromSlices.
func Array(name string, values arrow.Array) Series {
	return Series{name: name, values: values, whole: true}
}

// Valid returns the series with nulls where valid is false. It copies no value.
// FromSlices reports a slice of the wrong length.
func (s Series) Valid(valid []bool) Series {
	switch {
	case s.err != nil:
		return s
	case s.whole:
		s.err = fmt.Errorf("an Arrow array has its own nulls")
		return s
	case len(valid) != s.values.Len():
		s.err = fmt.Errorf("%d values, but %d of whether they are valid", s.values.Len(), len(valid))
		return s
	}
	old := s.values.Data()
	buffers := append([]*memory.Buffer{bitmapOf(valid)}, old.Buffers()[1:]...)
	s.values = array.MakeFromData(array.NewData(old.DataType(), old.Len(), buffers, nil, array.UnknownNullCount, 0))
	return s
}

// FromSlices returns a frame of the series, which must be equally long. An
// error names the column.
//
//	f, err := frame.FromSlices(
//		frame.Slice("x", []float64{1, 2, 3}),
//		frame.Slice("name", []string{"a", "b", ""}).Valid([]bool{true, true, false}),
//	)
func FromSlices(columns ...Series) (*Frame, error) {
	fields := make([]arrow.Field, len(columns))
	chunks := make([]arrow.Array, len(columns))
	for i, c := range columns {
		if c.err == nil && c.values.Len() != columns[0].values.Len() {
			c.err = fmt.Errorf("%d values, but column %q has %d", c.values.Len(), columns[0].name, columns[0].values.Len())
		}
		if c.err != nil {
			return nil, &SourceError{Row: -1, Column: c.name, Err: c.err}
		}
		fields[i] = arrow.Field{Name: c.name, Type: c.values.DataType(), Nullable: true}
		chunks[i] = c.values
	}
	schema := arrow.NewSchema(fields, nil)
	if err := checkSchema(schema); err != nil {
		return nil, err
	}
	batch := array.NewRecord(schema, chunks, int64(chunks[0].Len()))
	defer batch.Release()
	return New(schema, []arrow.Record{batch})
}

func numbers[T any](name string, t arrow.DataType, values []T) Series {
	size := len(values) * int(unsafe.Sizeof(*new(T)))
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), size)
	return seriesOf(name, t, len(values), memory.NewBufferBytes(bytes))
}

func texts(name string, values []string) Series {
	size := 0
	for _, v := range values {
		size += len(v)
	}
	if size > math.MaxInt32 {
		return Series{name: name, err: fmt.Errorf("%d bytes of text, at most %d fit a utf8 array", size, math.MaxInt32)}
	}
	offsets, bytes := make([]int32, 0, len(values)+1), make([]byte, 0, size)
	for _, v := range values {
		offsets, bytes = append(offsets, int32(len(bytes))), append(bytes, v...)
	}
	offsets = append(offsets, int32(size))
	return seriesOf(name, arrow.BinaryTypes.String, len(values),
		memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(bytes))
}

// seriesOf makes a series without nulls of the buffers behind the validity.
func seriesOf(name string, t arrow.DataType, n int, buffers ...*memory.Buffer) Series {
	data := array.NewData(t, n, append([]*memory.Buffer{nil}, buffers...), nil, 0, 0)
	return Series{name: name, values: array.MakeFromData(data)}
}

func bitmapOf(values []bool) *memory.Buffer {
	bitmap := make([]byte, bitutil.BytesForBits(int64(len(values))))
	for i, v := range values {
		if v {
			bitutil.SetBit(bitmap, i)
		}
	}
	return memory.NewBufferBytes(bitmap)
}

func widened(values []int) []int64 {
	wide := make([]int64, len(values))
	for i, v := range values {
		wide[i] = int64(v)
	}
	return wide
}

func microseconds(values []time.Time) []int64 {
	us := make([]int64, len(values))
	for i, v := range values {
		us[i] = v.UnixMicro()
	}
	return us
}
