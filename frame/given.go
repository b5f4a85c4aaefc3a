package frame

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// GivenColumn returns a column beside those of f that holds the given values,
// one for each row of f. A nil is missing. The others are of one type, or whole
// numbers and floats, which become floats:
//
//	bool  bool      int, int64  int64      float64  float64      string  utf8
//
// It returns an error that wraps ErrType for values of other or mixed types, and
// one for a wrong number of values.
func GivenColumn(f *Frame, name string, values []any) (*Column, error) {
	if len(values) != f.Rows() {
		return nil, fmt.Errorf("%d values for a frame of %d rows", len(values), f.Rows())
	}
	t, err := typeOf(values)
	if err != nil {
		return nil, err
	}
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	b.Reserve(len(values))
	for _, v := range values {
		appendGiven(b, v)
	}
	return cutColumn(name, b.NewArray(), f.starts), nil
}

// ConstantColumn returns a column beside those of f that holds the same value
// in each row. The value is of a type that GivenColumn takes.
//
// Cost: one byte a row of the largest chunk.
func ConstantColumn(f *Frame, name string, value any) (*Column, error) {
	t, err := typeOf([]any{value})
	if err != nil {
		return nil, err
	}
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	appendGiven(b, value)
	return repeated(f, name, []arrow.Array{b.NewArray()}, f.starts), nil
}

// repeated makes a dictionary column of the rows of f, once for each array: all
// rows have its one value. The chunks share one buffer of zero codes.
func repeated(f *Frame, name string, values []arrow.Array, starts []int) *Column {
	t := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: values[0].DataType()}
	longest := 0
	for i := range f.Chunks() {
		longest = max(longest, f.ChunkRows(i))
	}
	zeros := memory.NewBufferBytes(make([]byte, longest))
	var chunks []arrow.Array
	for _, value := range values {
		for i := range f.Chunks() {
			codes := array.NewData(t.IndexType, f.ChunkRows(i), []*memory.Buffer{nil, zeros}, nil, 0, 0)
			chunks = append(chunks, array.NewDictionaryArray(t, array.MakeFromData(codes), value))
		}
	}
	return newColumn(arrow.Field{Name: name, Type: t, Nullable: true}, chunks, starts)
}

// cutColumn cuts an array at the given chunk boundaries.
func cutColumn(name string, whole arrow.Array, starts []int) *Column {
	chunks := make([]arrow.Array, len(starts)-1)
	for i := range chunks {
		chunks[i] = array.NewSlice(whole, int64(starts[i]), int64(starts[i+1]))
	}
	return newColumn(arrow.Field{Name: name, Type: whole.DataType(), Nullable: true}, chunks, starts)
}

// typeOf returns the type that holds all values.
func typeOf(values []any) (arrow.DataType, error) {
	var t arrow.DataType = arrow.Null
	for i, v := range values {
		var own arrow.DataType
		switch v.(type) {
		case nil:
			continue
		case bool:
			own = arrow.FixedWidthTypes.Boolean
		case int, int64:
			own = arrow.PrimitiveTypes.Int64
		case float64:
			own = arrow.PrimitiveTypes.Float64
		case string:
			own = arrow.BinaryTypes.String
		default:
			return nil, fmt.Errorf("value %d is a %T, want bool, int, float64 or string: %w", i, v, ErrType)
		}
		switch {
		case t == arrow.Null || t == own:
			t = own
		case isNumber(t) && isNumber(own):
			t = arrow.PrimitiveTypes.Float64
		default:
			return nil, fmt.Errorf("value %d is %s, others are %s: %w", i, own, t, ErrType)
		}
	}
	return t, nil
}

func isNumber(t arrow.DataType) bool {
	return t == arrow.PrimitiveTypes.Int64 || t == arrow.PrimitiveTypes.Float64
}

func appendGiven(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.StringBuilder:
		b.Append(v.(string))
	case *array.Int64Builder:
		if n, ok := v.(int); ok {
			v = int64(n)
		}
		b.Append(v.(int64))
	case *array.Float64Builder:
		switch v := v.(type) {
		case int:
			b.Append(float64(v))
		case int64:
			b.Append(float64(v))
		case float64:
			b.Append(v)
		}
	}
}
