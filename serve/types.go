package serve

import (
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/frame"
)

// typeName is how clients are told an Arrow type: by the name under which
// POST /v1/frames takes it, where it does.
func typeName(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return "dictionary"
	case *arrow.TimestampType:
		return "timestamp[" + t.Unit.String() + "]"
	case *arrow.LargeStringType:
		return "utf8"
	}
	return t.String()
}

// zoneName is the zone of a timestamp type; "" for all others.
func zoneName(t arrow.DataType) string {
	if t, ok := t.(*arrow.TimestampType); ok {
		return t.TimeZone
	}
	return ""
}

// boundOf returns a column's bound as JSON shows a value of the column.
func boundOf(c *frame.Column, b frame.Bound) any {
	switch c.Kind() {
	case frame.Bool:
		return b.Int == 1
	case frame.Int:
		return b.Int
	case frame.Uint:
		return b.Uint
	case frame.Float, frame.Decimal:
		if math.IsInf(b.Float, 0) {
			return nil // JSON has no infinity
		}
		return b.Float
	case frame.Text:
		return b.Text
	case frame.Date, frame.Timestamp:
		return isoText(c.ValueType(), b.Int)
	case frame.Time, frame.Duration:
		return b.Int
	}
	return nil
}

// isoText writes a date or a timestamp as figures do: in the column's zone,
// without naming it.
func isoText(t arrow.DataType, v int64) string {
	switch t := t.(type) {
	case *arrow.TimestampType:
		at := arrow.Timestamp(v).ToTime(t.Unit)
		if zone, err := t.GetZone(); err == nil {
			at = at.In(zone)
		}
		return at.Format("2006-01-02T15:04:05.999999999")
	case *arrow.Date64Type:
		return arrow.Date64(v).ToTime().Format(time.DateOnly)
	}
	return arrow.Date32(v).ToTime().Format(time.DateOnly)
}
