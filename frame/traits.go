package frame

import "github.com/apache/arrow/go/v15/arrow"

// DecimalScale returns the number of decimals of a decimal column, and false
// for other columns.
func (c *Column) DecimalScale() (int, bool) {
	switch t := c.ValueType().(type) {
	case *arrow.Decimal128Type:
		return int(t.Scale), true
	case *arrow.Decimal256Type:
		return int(t.Scale), true
	}
	return 0, false
}

// Zoned reports whether the values are instants with a time zone.
func (c *Column) Zoned() bool {
	t, ok := c.ValueType().(*arrow.TimestampType)
	return ok && t.TimeZone != ""
}

// Nanoseconds reports whether the column counts time in nanoseconds.
func (c *Column) Nanoseconds() bool {
	t, ok := c.ValueType().(arrow.TemporalWithUnit)
	return ok && t.TimeUnit() == arrow.Nanosecond
}
