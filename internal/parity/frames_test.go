package parity_test

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// smallRows is few enough for SVG, largeRows enough for WebGL.
const (
	smallRows = 40
	largeRows = 1200
)

// A table is one frame for both sides.
type table struct {
	frame *frame.Frame
	path  string
}

// newTable makes a frame of n rows with a column of every type that px can
// draw, some with nulls, in two chunks. A row's values follow from the number
// that mix has for it.
func newTable(t testing.TB, n int, mix []int) table {
	schema := arrow.NewSchema(fields, nil)
	var batches []arrow.Record
	for _, span := range [][2]int{{0, n / 3}, {n / 3, n}} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for i := range fields {
			for row := span[0]; row < span[1]; row++ {
				appendValue(b.Field(i), fields[i].Name, row, mix[row%len(mix)])
			}
		}
		batches = append(batches, b.NewRecord())
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	return table{f, store(t, "frame", schema, batches)}
}

var fields = []arrow.Field{
	{Name: "t", Type: arrow.PrimitiveTypes.Float64},
	{Name: "v", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "f32", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
	{Name: "n", Type: arrow.PrimitiveTypes.Int64},
	{Name: "n null", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "i8", Type: arrow.PrimitiveTypes.Int8},
	{Name: "u16", Type: arrow.PrimitiveTypes.Uint16},
	{Name: "u64", Type: arrow.PrimitiveTypes.Uint64},
	{Name: "few", Type: arrow.PrimitiveTypes.Int32},
	{Name: "step", Type: arrow.PrimitiveTypes.Float64},
	{Name: "site", Type: arrow.BinaryTypes.String},
	{Name: "site null", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "one", Type: arrow.BinaryTypes.String},
	{Name: "none", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "tag", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "html <b>", Type: arrow.BinaryTypes.String},
	{Name: "color", Type: arrow.BinaryTypes.String},
	{Name: "shape", Type: arrow.BinaryTypes.String},
	{Name: "flag", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	{Name: "second", Type: &arrow.TimestampType{Unit: arrow.Second}},
	{Name: "moment", Type: &arrow.TimestampType{Unit: arrow.Microsecond}, Nullable: true},
	{Name: "zoned", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Berlin"}},
	{Name: "price", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}},
	{Name: "nan", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "i16", Type: arrow.PrimitiveTypes.Int16, Nullable: true},
	{Name: "u8", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "large", Type: arrow.BinaryTypes.LargeString, Nullable: true},
	{Name: "clock", Type: arrow.FixedWidthTypes.Time64us},
	{Name: "wait", Type: arrow.FixedWidthTypes.Duration_us},
	{Name: "wait ns", Type: arrow.FixedWidthTypes.Duration_ns},
	{Name: "nano", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}},
	{Name: "milli", Type: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "America/New_York"}},
	{Name: "date64", Type: arrow.FixedWidthTypes.Date64},
	{Name: "kind", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
	{Name: "kind null", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true},
}

// regular is a mix irregular enough for groups to be met in no particular order.
func regular() []int {
	mix := make([]int, 101)
	for row := range mix {
		mix[row] = (row*7919 + 13) % 101
	}
	return mix
}

func appendValue(b array.Builder, column string, row, k int) {
	switch b := b.(type) {
	case *array.Float64Builder:
		switch {
		case column == "nan":
			b.Append([]float64{math.NaN(), 1.5, math.Inf(1), -2.25, math.Inf(-1)}[k%5])
		case column == "step":
			b.Append([]float64{2, 0.5, 1e-5, 1e16, 12.25}[k%5])
		case column == "v" && k%9 == 0:
			b.AppendNull()
		case column == "v":
			b.Append(math.Sin(float64(k)) * 10)
		default:
			b.Append(float64(row) + float64(k)/128)
		}
	case *array.Float32Builder:
		if k%11 == 0 {
			b.AppendNull()
		} else {
			b.Append(float32(k) / 10)
		}
	case *array.Int64Builder:
		if column == "n null" && k%6 == 0 {
			b.AppendNull()
		} else {
			b.Append(int64(k) * int64(k) * 30)
		}
	case *array.Int8Builder:
		b.Append(int8(k - 50))
	case *array.Int16Builder:
		if k%4 == 0 {
			b.AppendNull()
		} else {
			b.Append(int16(k * -300))
		}
	case *array.Uint8Builder:
		b.Append(uint8(k % 3 * 100))
	case *array.LargeStringBuilder:
		if k%6 == 0 {
			b.AppendNull()
		} else {
			b.Append([]string{"p", "q"}[k%2])
		}
	case *array.Time64Builder:
		b.Append(arrow.Time64([]int64{0, 45296000000, 45296000007}[k%3]))
	case *array.DurationBuilder:
		appendDuration(b, column, k)
	case *array.Date64Builder:
		b.Append(arrow.Date64(int64(18262+k%3) * 86400000))
	case *array.Uint16Builder:
		b.Append(uint16(k * 600))
	case *array.Uint64Builder:
		b.Append(uint64(k) * 3)
	case *array.Int32Builder:
		b.Append([]int32{3, 1, 2, 10}[k%4])
	case *array.BooleanBuilder:
		if k%5 == 4 {
			b.AppendNull()
		} else {
			b.Append(k%2 == 0)
		}
	case *array.Date32Builder:
		if k%10 == 0 {
			b.AppendNull()
		} else {
			b.Append(arrow.Date32(18262 + k%4))
		}
	case *array.TimestampBuilder:
		appendTime(b, column, k)
	case *array.Decimal128Builder:
		b.Append(decimal128.FromI64([]int64{150, 99999, -25, 100}[k%4]))
	case *array.StringBuilder:
		appendText(b, column, k)
	case *array.BinaryDictionaryBuilder:
		if k%8 == 0 && column == "kind null" {
			b.AppendNull()
		} else if err := b.AppendString([]string{"taxi", "bus", "tram"}[k%3]); err != nil {
			panic(err)
		}
	}
}

func appendTime(b *array.TimestampBuilder, column string, k int) {
	const start = 1577836800 // 2020-01-01
	switch column {
	case "nano":
		b.Append(arrow.Timestamp((start+int64(k%2))*1e9 + int64(k%3)*500000001))
	case "milli":
		b.Append(arrow.Timestamp((start+int64(k%3)*86400*90)*1e3 + int64(k%2)*250))
	case "second":
		b.Append(arrow.Timestamp(start + k%3*3600))
	case "moment":
		if k%7 == 0 {
			b.AppendNull()
		} else {
			b.Append(arrow.Timestamp((start+int64(k%4)*86400)*1e6 + int64(k%2)*250000))
		}
	default:
		b.Append(arrow.Timestamp((start + int64(k%3)*86400*90) * 1e6))
	}
}

func appendText(b *array.StringBuilder, column string, k int) {
	switch column {
	case "site":
		b.Append([]string{"N", "S", "E", "W"}[k%4])
	case "site null":
		if k%4 == 1 {
			b.AppendNull()
		} else {
			b.Append([]string{"N", "S", "E", "W"}[k%4])
		}
	case "one":
		b.Append("alone")
	case "none":
		b.AppendNull()
	case "tag":
		if k%5 == 0 {
			b.AppendNull()
		} else {
			b.Append("tag é \"" + string(rune('a'+k%26)))
		}
	case "html <b>":
		b.Append([]string{"<b>x</b>", "%{y}", "a}b", "&amp;", "Zoë ☃"}[k%5])
	case "color":
		b.Append([]string{"red", "#00ff00", "rgb(0,0,255)"}[k%3])
	case "shape":
		b.Append([]string{"circle", "diamond-open", "x"}[k%3])
	}
}

func appendDuration(b *array.DurationBuilder, column string, k int) {
	seconds := []int64{-1, 59, 86400 + 7384, 3 * 86400, 0}[k%5]
	if column == "wait" {
		b.Append(arrow.Duration(seconds*1e6 + int64(k%2)*250000))
	} else {
		b.Append(arrow.Duration(seconds*1e9 + int64(k%3)*250000001))
	}
}
