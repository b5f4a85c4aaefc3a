package encode

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

	"github.com/pointillist-go/pointillist/frame"
)

// A maker appends a random value to a builder of one type.
type maker struct {
	name  string
	typ   arrow.DataType
	value func(b array.Builder, r *rand.Rand)
}

func number[B interface{ Append(T) }, T any](value func(r *rand.Rand) T) func(array.Builder, *rand.Rand) {
	return func(b array.Builder, r *rand.Rand) { any(b).(B).Append(value(r)) }
}

func pick[T any](values ...T) func(*rand.Rand) T {
	return func(r *rand.Rand) T { return values[r.IntN(len(values))] }
}

func dictionary(index, value arrow.DataType) arrow.DataType {
	return &arrow.DictionaryType{IndexType: index, ValueType: value}
}

var (
	texts  = pick("", "a", "Manhattan", "Zürich 🚕", `"q"\`, "</script><!--", "a\tb\nc\x01", "\u2028\u2029", "bad\xff\xc3", "eight ch", "& nine ch", "日本語")
	makers = []maker{
		{"null", arrow.Null, func(b array.Builder, _ *rand.Rand) { b.AppendNull() }},
		{"bool", arrow.FixedWidthTypes.Boolean, number[*array.BooleanBuilder](pick(true, false))},
		{"int8", arrow.PrimitiveTypes.Int8, number[*array.Int8Builder](func(r *rand.Rand) int8 { return int8(r.Int()) })},
		{"int16", arrow.PrimitiveTypes.Int16, number[*array.Int16Builder](func(r *rand.Rand) int16 { return int16(r.Int()) })},
		{"int32", arrow.PrimitiveTypes.Int32, number[*array.Int32Builder](func(r *rand.Rand) int32 { return int32(r.Int()) })},
		{"int64 of a byte", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](func(r *rand.Rand) int64 { return r.Int64N(256) - 128 })},
		{"int64 of an unsigned byte", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](func(r *rand.Rand) int64 { return r.Int64N(256) })},
		{"int64 of two bytes", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](func(r *rand.Rand) int64 { return r.Int64N(65536) })},
		{"int64 of four bytes", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](pick[int64](math.MinInt32, math.MaxInt32, -1, 0))},
		{"int64 of four unsigned bytes", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](pick[int64](math.MaxUint32, 1, 0))},
		{"int64 of 53 bits", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](pick[int64](-maxExact8, maxExact8, 17))},
		{"int64 beyond", arrow.PrimitiveTypes.Int64, number[*array.Int64Builder](pick[int64](math.MinInt64, math.MaxInt64, maxExact8+1, 3))},
		{"uint8", arrow.PrimitiveTypes.Uint8, number[*array.Uint8Builder](func(r *rand.Rand) uint8 { return uint8(r.Int()) })},
		{"uint16", arrow.PrimitiveTypes.Uint16, number[*array.Uint16Builder](func(r *rand.Rand) uint16 { return uint16(r.Int()) })},
		{"uint32", arrow.PrimitiveTypes.Uint32, number[*array.Uint32Builder](func(r *rand.Rand) uint32 { return uint32(r.Int()) })},
		{"uint64", arrow.PrimitiveTypes.Uint64, number[*array.Uint64Builder](func(r *rand.Rand) uint64 { return r.Uint64N(1 << 52) })},
		{"uint64 beyond", arrow.PrimitiveTypes.Uint64, number[*array.Uint64Builder](pick[uint64](math.MaxUint64, 0, maxExact8+1))},
		{"float16", arrow.FixedWidthTypes.Float16, number[*array.Float16Builder](func(r *rand.Rand) float16.Num { return float16.New(float32(r.NormFloat64())) })},
		{"float32", arrow.PrimitiveTypes.Float32, number[*array.Float32Builder](func(r *rand.Rand) float32 { return float32(r.NormFloat64()) })},
		{"float64", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](func(r *rand.Rand) float64 { return r.NormFloat64() })},
		{"float64 of a float32", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](func(r *rand.Rand) float64 { return float64(float32(r.NormFloat64())) })},
		{"float64 prices", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](func(r *rand.Rand) float64 { return float64(r.IntN(20000)-1000) / 100 })},
		{"float64 integral", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](func(r *rand.Rand) float64 { return float64(r.IntN(300)) })},
		{"float64 negative integral", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](func(r *rand.Rand) float64 { return -float64(r.IntN(40000)) })},
		{"float32 integral", arrow.PrimitiveTypes.Float32, number[*array.Float32Builder](func(r *rand.Rand) float32 { return -float32(r.IntN(100)) })},
		{"float64 strange", arrow.PrimitiveTypes.Float64, number[*array.Float64Builder](pick(math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1e300, 5e-324, 0.1))},
		{"decimal128", &arrow.Decimal128Type{Precision: 12, Scale: 2}, number[*array.Decimal128Builder](func(r *rand.Rand) decimal128.Num { return decimal128.FromI64(r.Int64N(2e6) - 1e6) })},
		{"decimal128 long", &arrow.Decimal128Type{Precision: 38, Scale: 20}, number[*array.Decimal128Builder](func(r *rand.Rand) decimal128.Num { return decimal128.New(r.Int64()>>6, r.Uint64()) })},
		{"decimal128 of thousands", &arrow.Decimal128Type{Precision: 12, Scale: -3}, number[*array.Decimal128Builder](func(r *rand.Rand) decimal128.Num { return decimal128.FromI64(r.Int64N(1000)) })},
		{"decimal256", &arrow.Decimal256Type{Precision: 40, Scale: 3}, number[*array.Decimal256Builder](func(r *rand.Rand) decimal256.Num { return decimal256.New(0, 0, r.Uint64N(8), r.Uint64()) })},
		{"decimal256 small", &arrow.Decimal256Type{Precision: 40, Scale: 3}, number[*array.Decimal256Builder](func(r *rand.Rand) decimal256.Num { return decimal256.FromI64(r.Int64N(2000) - 1000) })},
		{"utf8", arrow.BinaryTypes.String, number[*array.StringBuilder](texts)},
		{"large_utf8", arrow.BinaryTypes.LargeString, number[*array.LargeStringBuilder](texts)},
		{"date32", arrow.FixedWidthTypes.Date32, number[*array.Date32Builder](func(r *rand.Rand) arrow.Date32 { return arrow.Date32(r.IntN(80000) - 40000) })},
		{"date64", arrow.FixedWidthTypes.Date64, number[*array.Date64Builder](func(r *rand.Rand) arrow.Date64 { return arrow.Date64((r.Int64N(80000) - 40000) * 86400000) })},
		{"timestamp s", &arrow.TimestampType{Unit: arrow.Second}, number[*array.TimestampBuilder](func(r *rand.Rand) arrow.Timestamp { return arrow.Timestamp(r.Int64N(4e9) - 2e9) })},
		{"timestamp ms", &arrow.TimestampType{Unit: arrow.Millisecond}, number[*array.TimestampBuilder](func(r *rand.Rand) arrow.Timestamp { return arrow.Timestamp(r.Int64N(4e12) - 2e12) })},
		{"timestamp us in UTC", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, number[*array.TimestampBuilder](func(r *rand.Rand) arrow.Timestamp { return arrow.Timestamp(r.Int64N(4e15) - 2e15) })},
		{"timestamp ns in New York", &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "America/New_York"}, number[*array.TimestampBuilder](func(r *rand.Rand) arrow.Timestamp { return arrow.Timestamp(r.Int64N(4e18) - 2e18) })},
		{"timestamp s at an offset", &arrow.TimestampType{Unit: arrow.Second, TimeZone: "+05:30"}, number[*array.TimestampBuilder](func(r *rand.Rand) arrow.Timestamp { return arrow.Timestamp(r.Int64N(4e9)) })},
		{"time32 s", arrow.FixedWidthTypes.Time32s, number[*array.Time32Builder](func(r *rand.Rand) arrow.Time32 { return arrow.Time32(r.IntN(86400)) })},
		{"time32 ms", arrow.FixedWidthTypes.Time32ms, number[*array.Time32Builder](func(r *rand.Rand) arrow.Time32 { return arrow.Time32(r.IntN(86400000)) })},
		{"time64 us", arrow.FixedWidthTypes.Time64us, number[*array.Time64Builder](func(r *rand.Rand) arrow.Time64 { return arrow.Time64(r.Int64N(86400e6)) })},
		{"time64 ns", arrow.FixedWidthTypes.Time64ns, number[*array.Time64Builder](func(r *rand.Rand) arrow.Time64 { return arrow.Time64(r.Int64N(86400e9)) })},
		{"duration s", arrow.FixedWidthTypes.Duration_s, number[*array.DurationBuilder](pick[arrow.Duration](0, -1, 17, math.MaxInt64))},
		{"duration ms", arrow.FixedWidthTypes.Duration_ms, number[*array.DurationBuilder](pick[arrow.Duration](0, -1, 17))},
		{"duration ns", arrow.FixedWidthTypes.Duration_ns, number[*array.DurationBuilder](pick[arrow.Duration](0, -1, 17))},
		{"dictionary of text", dictionary(arrow.PrimitiveTypes.Int8, arrow.BinaryTypes.String), func(b array.Builder, r *rand.Rand) {
			_ = b.(*array.BinaryDictionaryBuilder).AppendString(texts(r))
		}},
		{"dictionary of int64", dictionary(arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Int64), func(b array.Builder, r *rand.Rand) {
			_ = b.(*array.Int64DictionaryBuilder).Append(r.Int64N(90) - 9)
		}},
		{"dictionary of float64", dictionary(arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Float64), func(b array.Builder, r *rand.Rand) {
			_ = b.(*array.Float64DictionaryBuilder).Append(float64(r.IntN(90)) / 8)
		}},
	}
)

// column returns a frame of one column, "v", with the given chunk lengths. One
// value of nullEvery is missing; none if it is 0.
func (k maker) column(t testing.TB, r *rand.Rand, nullEvery int, chunks ...int) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: k.typ, Nullable: true}}, nil)
	var batches []arrow.Record
	for _, n := range chunks {
		b := array.NewBuilder(memory.DefaultAllocator, k.typ)
		for range n + 3 {
			if nullEvery > 0 && r.IntN(nullEvery) == 0 {
				b.AppendNull()
			} else {
				k.value(b, r)
			}
		}
		a := b.NewArray()
		a = array.NewSlice(a, 3, int64(n)+3) // an offset that is no multiple of 8
		batches = append(batches, array.NewRecord(schema, []arrow.Array{a}, int64(n)))
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	return f
}

// A selector makes rows of a frame in one of the forms they are held in.
type selector struct {
	name string
	rows func(f *frame.Frame, r *rand.Rand) *frame.Rows
}

var selectors = []selector{
	{"all", func(f *frame.Frame, _ *rand.Rand) *frame.Rows { return frame.AllRows(f) }},
	{"none", func(f *frame.Frame, _ *rand.Rand) *frame.Rows { return frame.IndexRows(f, nil) }},
	{"bitmap, most", func(f *frame.Frame, r *rand.Rand) *frame.Rows { return bitmap(f, r, 85) }},
	{"bitmap, few", func(f *frame.Frame, r *rand.Rand) *frame.Rows { return bitmap(f, r, 2) }},
	{"index", func(f *frame.Frame, r *rand.Rand) *frame.Rows {
		index := make([]uint32, f.Rows()/2)
		for i := range index {
			index[i] = uint32(r.IntN(f.Rows()))
		}
		return frame.IndexRows(f, index)
	}},
}

// bitmap selects about that percentage of the rows of f.
func bitmap(f *frame.Frame, r *rand.Rand, percent int) *frame.Rows {
	words := make([][]uint64, f.Chunks())
	for c := range words {
		words[c] = make([]uint64, (f.ChunkRows(c)+63)/64)
		for i := range f.ChunkRows(c) {
			if r.IntN(100) < percent {
				words[c][i/64] |= 1 << (i % 64)
			}
		}
	}
	return frame.BitmapRows(f, words)
}

func seeded(name string) *rand.Rand {
	seed := uint64(0)
	for _, c := range []byte(name) {
		seed = seed*31 + uint64(c)
	}
	return rand.New(rand.NewPCG(seed, 1))
}

func caseName(parts ...any) string { return fmt.Sprint(parts...) }
