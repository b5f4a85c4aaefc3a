package filter

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// A sort of column to test with: its type, the values it is filled with and
// the literals it is compared with, both as text.
type sample struct {
	name     string
	typ      arrow.DataType
	values   []string
	literals []any
}

var (
	wholeLiterals = []any{0, 1, 2, 3, -1, 2.5, -0.5, 127, 128, -128, -129, 255, 256, 1e30, -1e30, int64(9007199254740993), int64(9223372036854775807), uint64(18446744073709551615), 1e19, -9223372036854775808.0}
	floatLiterals = []any{0, 1, 2.5, 0.1, float32(0.1), -1, 1e39, -1e39, 65504, 65519, 65520, 16777217, 1e-320, 3.4e38}
	dateLiterals  = []any{date("2024-01-31"), date("2024-01-31T12:00"), "2024-02-01", "2024-01-31 12:00:00.5", date("1969-12-31"), date("2024-01-31T00:00:00Z"), date("9999-12-31"), date("0000-01-01")}
	zonedLiterals = append([]any{date("2024-03-31T12:00+02:00"), date("2024-10-27T03:00+01:00"), "2024-01-31T01:00:00+01:00"}, dateLiterals...)
	clockLiterals = []any{"13:30", "13:30:05.25", "1h30m", "-5ms", "00:00", "2562047h"}
	textLiterals  = []any{"", "a", "ab", "abc", "b", "ä", "Z", "it's", "a%b"}
	textValues    = []string{"", "a", "ab", "abc", "abcabc", "b", "ba", "ä", "äb", "Z", "it's", "a%b", "a_b", "\xff", "日本"}
)

// date is the literal of a moment, to be taken as one rather than as text.
type date string

var samples = []sample{
	{"int8", arrow.PrimitiveTypes.Int8, []string{"0", "1", "2", "3", "-1", "127", "-128"}, wholeLiterals},
	{"int16", arrow.PrimitiveTypes.Int16, []string{"0", "1", "2", "127", "128", "-128", "-129", "32767"}, wholeLiterals},
	{"int32", arrow.PrimitiveTypes.Int32, []string{"0", "1", "2", "255", "-2147483648", "2147483647"}, wholeLiterals},
	{"int64", arrow.PrimitiveTypes.Int64, []string{"0", "1", "2", "9007199254740992", "9007199254740993", "9223372036854775807", "-9223372036854775808"}, wholeLiterals},
	{"uint8", arrow.PrimitiveTypes.Uint8, []string{"0", "1", "2", "3", "127", "128", "255"}, wholeLiterals},
	{"uint16", arrow.PrimitiveTypes.Uint16, []string{"0", "1", "2", "255", "256", "65535"}, wholeLiterals},
	{"uint32", arrow.PrimitiveTypes.Uint32, []string{"0", "1", "2", "256", "4294967295"}, wholeLiterals},
	{"uint64", arrow.PrimitiveTypes.Uint64, []string{"0", "1", "2", "9007199254740993", "18446744073709551615"}, wholeLiterals},
	{"float16", arrow.FixedWidthTypes.Float16, []string{"0", "1", "2.5", "0.1", "-1", "NaN", "65504", "+Inf", "-Inf"}, floatLiterals},
	{"float32", arrow.PrimitiveTypes.Float32, []string{"0", "-0", "1", "2.5", "0.1", "NaN", "+Inf", "-Inf", "16777216", "3.4028234663852886e38"}, floatLiterals},
	{"float64", arrow.PrimitiveTypes.Float64, []string{"0", "-0", "1", "2.5", "0.1", "NaN", "+Inf", "-Inf", "1e39", "16777217", "5e-324"}, floatLiterals},
	{"decimal128", &arrow.Decimal128Type{Precision: 20, Scale: 2}, []string{"0.00", "1.00", "2.50", "0.10", "-1.00", "123456789012345678.91"}, append([]any{0.105, 123456789012345680.0}, floatLiterals...)},
	{"decimal256", &arrow.Decimal256Type{Precision: 50, Scale: 3}, []string{"0.000", "1.000", "2.500", "-1.000", "12345678901234567890123456789.012"}, floatLiterals},
	{"bool", arrow.FixedWidthTypes.Boolean, []string{"true", "false"}, []any{true, false}},
	{"text", arrow.BinaryTypes.String, textValues, textLiterals},
	{"large text", arrow.BinaryTypes.LargeString, textValues, textLiterals},
	{"date32", arrow.FixedWidthTypes.Date32, []string{"1969-12-31", "1970-01-01", "2024-01-30", "2024-01-31", "2024-02-01"}, dateLiterals},
	{"date64", arrow.FixedWidthTypes.Date64, []string{"1969-12-31", "1970-01-01", "2024-01-30", "2024-01-31", "2024-02-01"}, dateLiterals},
	{"wall s", &arrow.TimestampType{Unit: arrow.Second}, []string{"1969-12-31T00:00:00", "2024-01-31T00:00:00", "2024-01-31T12:00:00", "2024-01-31T12:00:01"}, dateLiterals},
	{"wall ns", &arrow.TimestampType{Unit: arrow.Nanosecond}, []string{"1969-12-31T00:00:00", "2024-01-31T12:00:00.5", "2024-01-31T12:00:00.500000001"}, dateLiterals},
	{"berlin ms", &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Europe/Berlin"}, []string{"2024-01-30T23:00:00", "2024-01-31T00:00:00", "2024-03-31T10:00:00", "2024-10-27T02:00:00"}, zonedLiterals},
	{"offset us", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "-02:30"}, []string{"2024-01-31T02:30:00", "2024-01-31T00:00:00", "2024-03-31T10:00:00"}, zonedLiterals},
	{"time32", arrow.FixedWidthTypes.Time32s, []string{"00:00:00", "13:30:00", "13:30:05"}, clockLiterals},
	{"time64", arrow.FixedWidthTypes.Time64us, []string{"00:00:00", "13:30:05.25", "01:30:00"}, clockLiterals},
	{"duration", arrow.FixedWidthTypes.Duration_ms, []string{"0ms", "5400000ms", "-5ms", "48605250ms"}, clockLiterals},
	{"null", arrow.Null, []string{"(null)"}, []any{1}},
}

// randomFrame returns a frame of every sample, as it is and as a dictionary, in
// random chunks, cut out of a larger frame at a random row.
func randomFrame(t testing.TB, r *rand.Rand, rows int) *frame.Frame {
	t.Helper()
	var fields []arrow.Field
	for _, s := range samples {
		fields = append(fields, arrow.Field{Name: s.name, Type: s.typ, Nullable: true})
		if s.typ.ID() != arrow.NULL {
			index := []arrow.DataType{arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64}[len(fields)/2%4]
			fields = append(fields, arrow.Field{Name: s.name + " dictionary", Type: &arrow.DictionaryType{IndexType: index, ValueType: s.typ}, Nullable: true})
		}
	}
	schema := arrow.NewSchema(fields, nil)
	var batches []arrow.Record
	for range 1 + r.IntN(4) {
		batches = append(batches, randomBatch(t, r, schema, r.IntN(rows+1)))
	}
	whole, err := frame.New(schema, batches)
	require.NoError(t, err)
	for _, b := range batches {
		b.Release()
	}
	from := r.IntN(whole.Rows() + 1)
	f := whole.Slice(from, from+r.IntN(whole.Rows()-from+1))
	whole.Release()
	return f
}

func randomBatch(t testing.TB, r *rand.Rand, schema *arrow.Schema, rows int) arrow.Record {
	t.Helper()
	var columns []arrow.Array
	for _, s := range samples {
		columns = append(columns, randomArray(t, r, s, rows))
		if s.typ.ID() != arrow.NULL {
			field := schema.Field(len(columns))
			columns = append(columns, randomDictionary(t, r, s, field.Type.(*arrow.DictionaryType), rows))
		}
	}
	batch := array.NewRecord(schema, columns, int64(rows))
	for _, c := range columns {
		c.Release()
	}
	return batch
}

func randomArray(t testing.TB, r *rand.Rand, s sample, rows int) arrow.Array {
	t.Helper()
	b := array.NewBuilder(memory.DefaultAllocator, s.typ)
	defer b.Release()
	values := s.values[:1+r.IntN(len(s.values))]
	nulls := []float64{0, 0.2, 1}[r.IntN(3)]
	for range rows {
		if r.Float64() < nulls {
			b.AppendNull()
			continue
		}
		require.NoError(t, b.AppendValueFromString(values[r.IntN(len(values))]))
	}
	return b.NewArray()
}

// randomDictionary has a dictionary with equal, unused and missing entries.
func randomDictionary(t testing.TB, r *rand.Rand, s sample, typ *arrow.DictionaryType, rows int) arrow.Array {
	t.Helper()
	entries := randomArray(t, r, s, 1+r.IntN(100))
	defer entries.Release()
	codes := sample{typ: typ.IndexType}
	for i := range entries.Len() {
		codes.values = append(codes.values, strconv.Itoa(i))
	}
	index := randomArray(t, r, codes, rows)
	defer index.Release()
	return array.NewDictionaryArray(typ, index, entries)
}
