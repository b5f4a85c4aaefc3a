package encode

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A cells makes the cells of one column.
type cells struct {
	missing string // what stands for a missing value
	quote   bool   // numbers and truth values too
	scale   int    // of floats, −1 if they are not short decimals
	zone    *zone  // of timestamps
	days    *calendar
	codes   *codes // of the last chunk, if of a dictionary column
}

// cellsOf returns a cell for each chunk of a column. Its values are JSON's own
// types with null for a missing one, or with asText all strings and "" for it.
func cellsOf(c *frame.Column, asText bool) ([]cell, error) {
	if c.Kind() == frame.Unsupported {
		return nil, fmt.Errorf("column %q is %s: %w", c.Name(), c.Type(), ErrType)
	}
	f := cells{missing: "null", scale: scaleOf(c)}
	if asText {
		f.missing, f.quote = `""`, true
	}
	if err := f.times(c); err != nil {
		return nil, err
	}
	of := make([]cell, c.Chunks())
	for i := range of {
		of[i] = f.of(c.Chunk(i))
	}
	return of, nil
}

// times prepares for a column of dates or timestamps.
func (f *cells) times(c *frame.Column) error {
	var day int64 // in the column's unit
	switch t := c.ValueType().(type) {
	case *arrow.Date32Type:
		day = 1
	case *arrow.Date64Type:
		day = secondsADay * 1000
	case *arrow.TimestampType:
		day = secondsADay * perSecond(t.Unit)
		var err error
		if f.zone, err = zoneOf(c, t); err != nil {
			return err
		}
	default:
		return nil
	}
	stats := c.Stats() // a zone is less than a day off
	f.days = newCalendar(floorDiv(stats.Min.Int, day)-1, floorDiv(stats.Max.Int, day)+1)
	return nil
}

// of returns the cell of a chunk.
func (f *cells) of(chunk arrow.Array) cell {
	if d, ok := chunk.(*array.Dictionary); ok {
		return f.coded(d)
	}
	return f.orMissing(chunk, f.value(chunk))
}

func (f *cells) orMissing(chunk arrow.Array, value cell) cell {
	if chunk.NullN() == 0 {
		return value
	}
	return func(dst []byte, i int) []byte {
		if chunk.IsNull(i) {
			return append(dst, f.missing...)
		}
		return value(dst, i)
	}
}

// value is of for values that are not missing.
func (f *cells) value(chunk arrow.Array) cell {
	switch a := chunk.(type) {
	case *array.Null:
		return func(dst []byte, _ int) []byte { return append(dst, f.missing...) }
	case *array.String:
		return func(dst []byte, i int) []byte { return appendString(dst, a.Value(i)) }
	case *array.LargeString:
		return func(dst []byte, i int) []byte { return appendString(dst, a.Value(i)) }
	case *array.Boolean:
		return f.quoted(func(dst []byte, i int) []byte { return strconv.AppendBool(dst, a.Value(i)) })
	case *array.Duration:
		return f.quoted(duration(a))
	}
	if value := f.integer(chunk); value != nil {
		return f.quoted(value)
	}
	if value := floatOf(chunk); value != nil {
		return f.float(value)
	}
	return f.temporal(chunk)
}

func (f *cells) quoted(value cell) cell {
	if !f.quote {
		return value
	}
	return func(dst []byte, i int) []byte { return append(value(append(dst, '"'), i), '"') }
}

func (f *cells) integer(chunk arrow.Array) cell {
	switch a := chunk.(type) {
	case *array.Int8:
		return integer(a.Int8Values())
	case *array.Int16:
		return integer(a.Int16Values())
	case *array.Int32:
		return integer(a.Int32Values())
	case *array.Int64:
		return integer(a.Int64Values())
	case *array.Uint8:
		return integer(a.Uint8Values())
	case *array.Uint16:
		return integer(a.Uint16Values())
	case *array.Uint32:
		return integer(a.Uint32Values())
	case *array.Uint64:
		return func(dst []byte, i int) []byte { return strconv.AppendUint(dst, a.Value(i), 10) }
	}
	return nil
}

// integer takes types that fit an int64.
func integer[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](x []T) cell {
	return func(dst []byte, i int) []byte { return strconv.AppendInt(dst, int64(x[i]), 10) }
}

// float writes NaN and infinities as missing.
func (f *cells) float(value func(i int) float64) cell {
	number := f.quoted(func(dst []byte, i int) []byte { return f.appendFloat(dst, value(i)) })
	return func(dst []byte, i int) []byte {
		if v := value(i); v-v != 0 {
			return append(dst, f.missing...)
		}
		return number(dst, i)
	}
}

func (f *cells) appendFloat(dst []byte, v float64) []byte {
	if f.scale < 0 {
		return kernel.AppendFloat(dst, v)
	}
	return kernel.AppendDecimal(dst, v, f.scale)
}

// temporal writes dates and times as ISO 8601 text.
func (f *cells) temporal(chunk arrow.Array) cell {
	switch a := chunk.(type) {
	case *array.Date32:
		return f.date32(a.Date32Values())
	case *array.Date64:
		return f.date64(a.Date64Values())
	case *array.Timestamp:
		return f.stamp(a.TimestampValues(), perSecond(a.DataType().(*arrow.TimestampType).Unit))
	case *array.Time32:
		return clock(a.Time32Values(), perSecond(a.DataType().(*arrow.Time32Type).Unit))
	case *array.Time64:
		return clock(a.Time64Values(), perSecond(a.DataType().(*arrow.Time64Type).Unit))
	}
	return nil
}

func perSecond(unit arrow.TimeUnit) int64 { return int64(time.Second / unit.Multiplier()) }

func (f *cells) date32(x []arrow.Date32) cell {
	days := f.days
	return func(dst []byte, i int) []byte {
		return append(days.append(append(dst, '"'), int64(x[i])), '"')
	}
}

func (f *cells) date64(x []arrow.Date64) cell {
	days := f.days
	return func(dst []byte, i int) []byte {
		return append(days.append(append(dst, '"'), floorDiv(int64(x[i]), secondsADay*1000)), '"')
	}
}

func (f *cells) stamp(x []arrow.Timestamp, per int64) cell {
	days, zone := f.days, f.zone
	return func(dst []byte, i int) []byte {
		second, fraction := seconds(int64(x[i]), per)
		return append(days.appendStamp(append(dst, '"'), second+zone.offset(second), fraction, per), '"')
	}
}

// clock takes times of day; what is beyond midnight, either way, is written
// within its day.
func clock[T arrow.Time32 | arrow.Time64](x []T, per int64) cell {
	return func(dst []byte, i int) []byte {
		second, fraction := seconds(int64(x[i]), per)
		second -= floorDiv(second, secondsADay) * secondsADay
		return append(appendClock(append(dst, '"'), second, fraction, per), '"')
	}
}

// duration writes nanoseconds, by appending zeros: seconds may overflow.
func duration(a *array.Duration) cell {
	x := a.DurationValues()
	zeros := strconv.FormatInt(1e9/perSecond(a.DataType().(*arrow.DurationType).Unit), 10)[1:]
	return func(dst []byte, i int) []byte {
		dst = strconv.AppendInt(dst, int64(x[i]), 10)
		if x[i] == 0 {
			return dst
		}
		return append(dst, zeros...)
	}
}

// zoneOf returns the offsets of a timestamp column's zone, for its values.
func zoneOf(c *frame.Column, t *arrow.TimestampType) (*zone, error) {
	location, err := t.GetZone()
	if err != nil {
		return nil, fmt.Errorf("column %q: unknown time zone %q: %w", c.Name(), t.TimeZone, err)
	}
	if location == time.UTC {
		return nil, nil
	}
	stats, per := c.Stats(), perSecond(t.Unit)
	return newZone(location, floorDiv(stats.Min.Int, per), floorDiv(stats.Max.Int, per)), nil
}

// scaleOf returns the number of decimals of a column of floats; −1 if they are
// not short.
func scaleOf(c *frame.Column) int {
	switch t := c.ValueType().(type) {
	case arrow.DecimalType:
		if s := int(t.GetScale()); s >= 0 && s <= kernel.MaxScale {
			return s
		}
		return -1
	case *arrow.Float16Type, *arrow.Float32Type, *arrow.Float64Type:
		return c.Stats().Scale
	}
	return -1
}

// floatsOf returns for each chunk a function that gives its values as float64,
// NaN where one is missing.
func floatsOf(c *frame.Column) []func(i int) float64 {
	of := make([]func(i int) float64, c.Chunks())
	for i := range of {
		chunk := c.Chunk(i)
		value := floatOf(chunk)
		of[i] = func(i int) float64 {
			if chunk.IsNull(i) {
				return math.NaN()
			}
			return value(i)
		}
	}
	return of
}

// floatOf returns a function that gives a value of a chunk of floats or
// decimals; nil for other types.
func floatOf(chunk arrow.Array) func(i int) float64 {
	switch a := chunk.(type) {
	case *array.Float16:
		return func(i int) float64 { return float64(a.Value(i).Float32()) }
	case *array.Float32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Float64:
		return a.Value
	case *array.Decimal128:
		return decimal(a.Value, a.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Decimal256:
		return decimal(a.Value, a.DataType().(*arrow.Decimal256Type).Scale)
	}
	return nil
}
