package frame

import (
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Value returns one value as a Go value: nil if it is missing, else
//
//	Bool                bool
//	Int                 int64
//	Uint                uint64
//	Float, Decimal      float64 (float32 for float16 and float32 columns)
//	Text                string (sharing the frame's memory)
//	Date, Timestamp     time.Time, in the type's zone, UTC without one
//	Time, Duration      time.Duration, of a time of day since midnight
//
// and Arrow's text of it for unsupported types. It is for single values, such
// as the names of groups: columns are read chunk by chunk.
func (c *Column) Value(row int) any {
	i := chunkOf(c.starts, row)
	return valueOf(c.chunks[i], row-c.starts[i])
}

func valueOf(chunk arrow.Array, i int) any {
	if chunk.IsNull(i) {
		return nil
	}
	switch a := chunk.(type) {
	case *array.Boolean:
		return a.Value(i)
	case *array.Int8:
		return int64(a.Value(i))
	case *array.Int16:
		return int64(a.Value(i))
	case *array.Int32:
		return int64(a.Value(i))
	case *array.Int64:
		return a.Value(i)
	case *array.Uint8:
		return uint64(a.Value(i))
	case *array.Uint16:
		return uint64(a.Value(i))
	case *array.Uint32:
		return uint64(a.Value(i))
	case *array.Uint64:
		return a.Value(i)
	case *array.Float16:
		return a.Value(i).Float32()
	case *array.Float32:
		return a.Value(i)
	case *array.Float64, *array.Decimal128, *array.Decimal256:
		return validFloatsOf(chunk)(i)
	case *array.String:
		return a.Value(i)
	case *array.LargeString:
		return a.Value(i)
	case *array.Date32:
		return a.Value(i).ToTime()
	case *array.Date64:
		return a.Value(i).ToTime()
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		return a.Value(i).ToTime(t.Unit).In(zoneOf(t))
	case *array.Time32:
		return time.Duration(a.Value(i)) * a.DataType().(*arrow.Time32Type).Unit.Multiplier()
	case *array.Time64:
		return time.Duration(a.Value(i)) * a.DataType().(*arrow.Time64Type).Unit.Multiplier()
	case *array.Duration:
		return time.Duration(a.Value(i)) * a.DataType().(*arrow.DurationType).Unit.Multiplier()
	case *array.Dictionary:
		return valueOf(a.Dictionary(), a.GetValueIndex(i))
	case *array.Null:
		return nil
	}
	return carriedText(chunk, i)
}

// carriedText is Arrow's text of a value of a type that is carried only. For that it
// makes JSON of what is nested, and panics where there is none: of a NaN in a
// list of float16.
func carriedText(chunk arrow.Array, i int) (text string) {
	defer func() {
		if recover() != nil {
			one := array.NewSlice(chunk, int64(i), int64(i+1))
			defer one.Release()
			text = one.String()
		}
	}()
	return chunk.ValueStr(i)
}

// zoneOf returns the zone of a timestamp type; UTC if it has none or one that
// this machine does not know.
func zoneOf(t *arrow.TimestampType) *time.Location {
	zone, err := t.GetZone()
	if err != nil {
		return time.UTC
	}
	return zone
}
