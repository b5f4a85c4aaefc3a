package frame

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
)

// drawnTypes are the types of every kind but Unsupported.
var drawnTypes = []arrow.DataType{
	arrow.Null, arrow.FixedWidthTypes.Boolean,
	arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
	arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
	arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
	&arrow.Decimal128Type{Precision: 12, Scale: 2}, &arrow.Decimal256Type{Precision: 40, Scale: 3},
	arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString,
	arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
	&arrow.TimestampType{Unit: arrow.Second}, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/New_York"},
	arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Time64ns,
	arrow.FixedWidthTypes.Duration_ms, arrow.FixedWidthTypes.Duration_ns,
	&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint16, ValueType: arrow.PrimitiveTypes.Float64},
	&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.PrimitiveTypes.Int64},
}

// carriedTypes are of Unsupported kind.
var carriedTypes = []arrow.DataType{
	arrow.BinaryTypes.Binary,
	&arrow.FixedSizeBinaryType{ByteWidth: 3},
	arrow.ListOf(arrow.PrimitiveTypes.Int16),
	arrow.StructOf(arrow.Field{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}),
}

func allTypes() []arrow.DataType {
	return append(append([]arrow.DataType(nil), drawnTypes...), carriedTypes...)
}

// randomArray returns n random values of few distinct ones, a part of them
// null, and of a dictionary type some by a null in the dictionary. It starts
// at an odd offset and has garbage under the nulls. The caller releases it.
func randomArray(r *rand.Rand, mem memory.Allocator, t arrow.DataType, n int, nulls float64) arrow.Array {
	offset := r.IntN(13)
	whole := randomWhole(r, mem, t, offset+n+r.IntN(5), nulls)
	defer whole.Release()
	return array.NewSlice(whole, int64(offset), int64(offset+n))
}

func randomWhole(r *rand.Rand, mem memory.Allocator, t arrow.DataType, n int, nulls float64) arrow.Array {
	if d, ok := t.(*arrow.DictionaryType); ok {
		values := randomWhole(r, mem, d.ValueType, 20, nulls/2)
		defer values.Release()
		index := array.NewBuilder(mem, d.IndexType)
		defer index.Release()
		for range n {
			if r.Float64() < nulls/2 {
				index.AppendNull()
			} else if err := index.AppendValueFromString(fmt.Sprint(r.IntN(17))); err != nil {
				panic(err)
			}
		}
		indices := index.NewArray()
		defer indices.Release()
		return array.NewDictionaryArray(d, indices, values)
	}
	b := array.NewBuilder(mem, t)
	defer b.Release()
	for range n {
		if r.Float64() < nulls {
			b.AppendNull()
		} else {
			appendRandom(r, b)
		}
	}
	a := b.NewArray()
	spoilNulls(r, a)
	return a
}

// spoilNulls writes garbage under the nulls of types of fixed width.
func spoilNulls(r *rand.Rand, a arrow.Array) {
	width := widthOf(a.DataType())
	for i := range a.Len() {
		if width > 0 && a.IsNull(i) {
			bytes := a.Data().Buffers()[1].Bytes()[i*width : (i+1)*width]
			for j := range bytes {
				bytes[j] = byte(r.Uint32())
			}
		}
	}
}

func appendRandom(r *rand.Rand, b array.Builder) {
	v := r.IntN(40) - 15
	switch b := b.(type) {
	case *array.NullBuilder:
		b.AppendNull()
	case *array.BooleanBuilder:
		b.Append(v > 0)
	case *array.Float16Builder:
		b.Append(float16.New(randomFloat(r)))
	case *array.Float32Builder:
		b.Append(randomFloat(r))
	case *array.Float64Builder:
		b.Append(float64(randomFloat(r)))
	case *array.Decimal128Builder:
		b.Append(decimal128.FromI64(int64(v) * 1001))
	case *array.Decimal256Builder:
		b.Append(decimal256.FromI64(int64(v) * 1001))
	case *array.StringBuilder:
		b.Append(fmt.Sprint("é", v))
	case *array.LargeStringBuilder:
		b.Append(fmt.Sprint("é", v))
	case *array.BinaryBuilder:
		b.Append([]byte{byte(v), 0})
	case *array.FixedSizeBinaryBuilder:
		b.Append([]byte{byte(v), 0, 1})
	case *array.Date32Builder:
		b.Append(arrow.Date32(v * 300))
	case *array.Date64Builder:
		b.Append(arrow.Date64(v) * 86400000)
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v) * 1e7)
	case *array.Time32Builder:
		b.Append(arrow.Time32(v & 15))
	case *array.Time64Builder:
		b.Append(arrow.Time64(v & 15))
	case *array.DurationBuilder:
		b.Append(arrow.Duration(v) * 1e6)
	case *array.ListBuilder:
		b.Append(true)
		for range v & 3 {
			appendRandom(r, b.ValueBuilder())
		}
	case *array.StructBuilder:
		b.Append(true)
		appendRandom(r, b.FieldBuilder(0))
	default: // integers
		if err := b.AppendValueFromString(fmt.Sprint(v & 31)); err != nil {
			panic(err)
		}
	}
}

func randomFloat(r *rand.Rand) float32 {
	switch r.IntN(12) {
	case 0:
		return float32(math.NaN())
	case 1:
		return float32(math.Copysign(0, -1))
	}
	return float32(r.IntN(2000)-500) / 8
}

// randomFrame has columns of the given types, named by their number.
func randomFrame(t testing.TB, r *rand.Rand, mem memory.Allocator, types []arrow.DataType, nulls float64, chunkRows ...int) *Frame {
	fields := make([]arrow.Field, len(types))
	for i, typ := range types {
		fields[i] = arrow.Field{Name: fmt.Sprint("c", i), Type: typ, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	var batches []arrow.Record
	for _, n := range chunkRows {
		columns := make([]arrow.Array, len(types))
		for i, typ := range types {
			columns[i] = randomArray(r, mem, typ, n, nulls)
		}
		batches = append(batches, array.NewRecord(schema, columns, int64(n)))
		for _, c := range columns {
			c.Release()
		}
	}
	f, err := New(schema, batches)
	require.NoError(t, err)
	for _, b := range batches {
		b.Release()
	}
	return f
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// checked returns an allocator that fails the test if memory is left at its end.
func checked(t testing.TB) *memory.CheckedAllocator {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}
