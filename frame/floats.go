package frame

import (
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// AppendFloats appends the values of the given rows as float64 and returns the
// extended slice: numbers rounded to nearest, true as 1 and false as 0, dates
// and timestamps as milliseconds since 1970-01-01 00:00 (UTC for a timestamp
// with a zone, else wall-clock), times of day and durations as seconds.
// A missing value is NaN.
//
// It returns an error that wraps ErrType for text and for unsupported types.
func (c *Column) AppendFloats(dst []float64, rows *Rows) ([]float64, error) {
	if c.kind == Text || c.kind == Unsupported {
		return dst, typeError(c, "a column of numbers, dates or times")
	}
	var scratch Scratch
	rows.Spans(0, rows.Len(), &scratch, func(s Span) bool {
		at := floatsOf(c.chunks[s.Chunk])
		s.Each(func(i int) { dst = append(dst, at(i)) })
		return true
	})
	return dst, nil
}

// Each calls yield with the place in the chunk of every row that s takes.
func (s Span) Each(yield func(i int)) {
	switch {
	case s.Index != nil:
		for _, i := range s.Index {
			yield(int(i))
		}
	case s.Mask == nil:
		for i := s.First; i < s.First+s.N; i++ {
			yield(i)
		}
	default:
		eachBit(s.Mask, func(i int) bool { yield(s.First + i); return true })
	}
}

// floatsOf returns a function that gives a value of the chunk as a float64.
func floatsOf(chunk arrow.Array) func(i int) float64 {
	value := validFloatsOf(chunk)
	if chunk.NullN() == 0 && chunk.DataType().ID() != arrow.NULL {
		return value
	}
	return func(i int) float64 {
		if chunk.IsNull(i) {
			return math.NaN()
		}
		return value(i)
	}
}

func validFloatsOf(chunk arrow.Array) func(i int) float64 {
	switch a := chunk.(type) {
	case *array.Boolean:
		return func(i int) float64 {
			if a.Value(i) {
				return 1
			}
			return 0
		}
	case *array.Int8:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int16:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint8:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint16:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Float16:
		return func(i int) float64 { return float64(a.Value(i).Float32()) }
	case *array.Float32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Float64:
		return a.Value
	case *array.Decimal128:
		scale := a.DataType().(*arrow.Decimal128Type).Scale
		return func(i int) float64 { return a.Value(i).ToFloat64(scale) }
	case *array.Decimal256:
		scale := a.DataType().(*arrow.Decimal256Type).Scale
		return func(i int) float64 { return a.Value(i).ToFloat64(scale) }
	case *array.Date32:
		return func(i int) float64 { return float64(a.Value(i)) * float64(24*time.Hour/time.Millisecond) }
	case *array.Date64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Timestamp:
		ms := float64(a.DataType().(*arrow.TimestampType).Unit.Multiplier()) / float64(time.Millisecond)
		return func(i int) float64 { return float64(a.Value(i)) * ms }
	case *array.Time32:
		s := a.DataType().(*arrow.Time32Type).Unit.Multiplier().Seconds()
		return func(i int) float64 { return float64(a.Value(i)) * s }
	case *array.Time64:
		s := a.DataType().(*arrow.Time64Type).Unit.Multiplier().Seconds()
		return func(i int) float64 { return float64(a.Value(i)) * s }
	case *array.Duration:
		s := a.DataType().(*arrow.DurationType).Unit.Multiplier().Seconds()
		return func(i int) float64 { return float64(a.Value(i)) * s }
	case *array.Dictionary:
		value := floatsOf(a.Dictionary())
		return func(i int) float64 { return value(a.GetValueIndex(i)) }
	}
	return func(int) float64 { return math.NaN() }
}
