package frame

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// floatOfValue is what AppendFloats promises, of what Value returns. A
// timestamp without a zone is wall-clock, which Value gives as UTC.
func floatOfValue(v any) float64 {
	switch v := v.(type) {
	case nil:
		return math.NaN()
	case bool:
		if v {
			return 1
		}
		return 0
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	case float32:
		return float64(v)
	case float64:
		return v
	case time.Time:
		return float64(v.UnixMilli())
	case time.Duration:
		return v.Seconds()
	}
	panic(fmt.Sprintf("a value of type %T", v))
}

func TestAppendFloatsEqualsValue(t *testing.T) {
	for _, nulls := range []float64{0, 0.2} {
		mem := checked(t)
		f := randomFrame(t, newRand(21), mem, allTypes(), nulls, 50, 1, 5000)
		for _, c := range f.Columns() {
			t.Run(fmt.Sprintf("%s/nulls=%g", c.Type(), nulls), func(t *testing.T) {
				for name, form := range rowsOf(newRand(1), f, 0.4) {
					got, err := c.AppendFloats([]float64{-1}, form.rows)
					if c.Kind() == Text || c.Kind() == Unsupported {
						require.ErrorIs(t, err, ErrType)
						require.ErrorContains(t, err, c.Name())
						continue
					}
					require.NoError(t, err)
					require.Len(t, got, 1+len(form.want), name)
					require.Equal(t, -1.0, got[0])
					for i, row := range form.want {
						want := floatOfValue(c.Value(int(row)))
						if want != want {
							require.True(t, math.IsNaN(got[i+1]), "%s: row %d: %g", name, row, got[i+1])
						} else {
							require.InDelta(t, want, got[i+1], math.Abs(want)*1e-15, "%s: row %d", name, row)
						}
					}
				}
			})
		}
		f.Release()
	}
}

// TestValue gives one known value of every kind: the units are right.
func TestValue(t *testing.T) {
	york, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	noon := time.Date(2019, 1, 2, 12, 30, 0, 0, time.UTC)
	ms := float64(noon.UnixMilli())
	for _, test := range []struct {
		typ   arrow.DataType
		put   func(array.Builder)
		value any
		float float64
	}{
		{arrow.FixedWidthTypes.Boolean, func(b array.Builder) { b.(*array.BooleanBuilder).Append(true) }, true, 1},
		{arrow.PrimitiveTypes.Int64, func(b array.Builder) { b.(*array.Int64Builder).Append(math.MinInt64) }, int64(math.MinInt64), math.MinInt64},
		{arrow.PrimitiveTypes.Uint64, func(b array.Builder) { b.(*array.Uint64Builder).Append(math.MaxUint64) }, uint64(math.MaxUint64), math.MaxUint64},
		{arrow.FixedWidthTypes.Float16, func(b array.Builder) { b.(*array.Float16Builder).Append(float16.New(1.5)) }, float32(1.5), 1.5},
		{&arrow.Decimal128Type{Precision: 9, Scale: 2}, func(b array.Builder) { b.(*array.Decimal128Builder).Append(decimal128.FromI64(-150)) }, -1.5, -1.5},
		{&arrow.Decimal256Type{Precision: 9, Scale: 2}, func(b array.Builder) { b.(*array.Decimal256Builder).Append(decimal256.FromI64(25)) }, 0.25, 0.25},
		{arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(arrow.Date32FromTime(noon)) },
			noon.Truncate(24 * time.Hour), float64(noon.Truncate(24 * time.Hour).UnixMilli())},
		{arrow.FixedWidthTypes.Date64, func(b array.Builder) { b.(*array.Date64Builder).Append(arrow.Date64FromTime(noon)) },
			noon.Truncate(24 * time.Hour), float64(noon.Truncate(24 * time.Hour).UnixMilli())},
		{&arrow.TimestampType{Unit: arrow.Second}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(noon.Unix())) }, noon, ms},
		{&arrow.TimestampType{Unit: arrow.Nanosecond}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(noon.UnixNano())) }, noon, ms},
		{&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/New_York"},
			func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(noon.UnixMicro())) }, noon.In(york), ms},
		{&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Mars/Olympus"},
			func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(noon.UnixMilli())) }, noon, ms},
		{arrow.FixedWidthTypes.Time32ms, func(b array.Builder) { b.(*array.Time32Builder).Append(61_500) }, 61500 * time.Millisecond, 61.5},
		{arrow.FixedWidthTypes.Time64us, func(b array.Builder) { b.(*array.Time64Builder).Append(2_500_000) }, 2500 * time.Millisecond, 2.5},
		{arrow.FixedWidthTypes.Duration_ns, func(b array.Builder) { b.(*array.DurationBuilder).Append(-1500) }, -1500 * time.Nanosecond, -1.5e-6},
		{arrow.BinaryTypes.LargeString, func(b array.Builder) { b.(*array.LargeStringBuilder).Append("é") }, "é", 0},
		{arrow.BinaryTypes.Binary, func(b array.Builder) { b.(*array.BinaryBuilder).Append([]byte{0}) }, "AA==", 0},
	} {
		t.Run(test.typ.String(), func(t *testing.T) {
			b := array.NewBuilder(memory.DefaultAllocator, test.typ)
			defer b.Release()
			test.put(b)
			f := single(t, "x", b.NewArray())
			defer f.Release()
			c := f.Columns()[0]
			assert.Equal(t, test.value, c.Value(0))
			if got, err := c.AppendFloats(nil, AllRows(f)); err == nil {
				assert.InEpsilonSlice(t, []float64{test.float}, got, 1e-15)
			}
		})
	}
}
