package encode

import (
	"math"

	"github.com/pointillist-go/pointillist/frame"
)

// A dtype is a type of plotly.js's typed arrays.
type dtype uint8

const (
	asList dtype = iota // none: a list
	i1
	u1
	i2
	u2
	i4
	u4
	f4
	f8
)

var dtypeNames = [...]string{asList: "list", i1: "i1", u1: "u1", i2: "i2", u2: "u2", i4: "i4", u4: "u4", f4: "f4", f8: "f8"}

func (d dtype) String() string { return dtypeNames[d] }

func (d dtype) integer() bool { return i1 <= d && d <= u4 }

// size returns the bytes of a value.
func (d dtype) size() int { return int(d.String()[1] - '0') }

// Integers up to these magnitudes are exact in the float type.
const (
	maxExact4 = 1 << 24
	maxExact8 = 1 << 53
)

// bounds are the extremes of a column: those of integers and of integral
// floats are exact.
type bounds struct {
	min, max float64
	integral bool // and every value, from min to max, exact in a float64
	missing  bool // some value is null or NaN
}

func boundsOf(c *frame.Column) bounds {
	stats := c.Stats()
	b := bounds{missing: stats.Nulls+stats.NaNs > 0}
	if stats.Empty() {
		b.integral = true // vacuously
		return b
	}
	switch c.Kind() {
	case frame.Int:
		b.min, b.max = float64(stats.Min.Int), float64(stats.Max.Int)
		b.integral = stats.Min.Int >= -maxExact8 && stats.Max.Int <= maxExact8
	case frame.Uint:
		b.min, b.max = float64(stats.Min.Uint), float64(stats.Max.Uint)
		b.integral = stats.Max.Uint <= maxExact8
	default:
		b.min, b.max = stats.Min.Float, stats.Max.Float
		b.integral = stats.Scale == 0
	}
	return b
}

func (b bounds) within(lo, hi float64) bool { return b.min >= lo && b.max <= hi }

// dtypeOf returns the narrowest type that holds every value of a column of
// numbers, and NaN if some are missing; asList if none does. Of two types of
// one width it prefers the column's signedness.
//
// Cost: that of the column's statistics, which are computed once.
func dtypeOf(c *frame.Column) dtype {
	b := boundsOf(c)
	if b.integral && !b.missing {
		if d := integerType(b, c.Kind() == frame.Uint); d != asList {
			return d
		}
	}
	switch c.Kind() {
	case frame.Float:
		if c.Stats().Single {
			return f4
		}
		return f8
	case frame.Decimal:
		return f8
	}
	switch {
	case b.integral && b.within(-maxExact4, maxExact4):
		return f4
	case b.integral:
		return f8
	}
	return asList
}

func integerType(b bounds, unsigned bool) dtype {
	for _, t := range [...]struct {
		d        dtype
		min, max float64
	}{
		{i1, math.MinInt8, math.MaxInt8}, {u1, 0, math.MaxUint8},
		{i2, math.MinInt16, math.MaxInt16}, {u2, 0, math.MaxUint16},
		{i4, math.MinInt32, math.MaxInt32}, {u4, 0, math.MaxUint32},
	} {
		if b.within(t.min, t.max) && !(unsigned && t.min < 0) {
			return t.d
		}
	}
	return asList
}

// Of numbers whose text is at most this long, comma included, text is the
// better choice on the wire. The bound is the longest one, and the mean of
// prices is near half of it. f8 takes 10.7 bytes, f4 5.3, and neither
// compresses as well as digits. No text is shorter than an integer type.
const (
	maxTextForF8  = 12
	maxTextForF4  = 7
	maxTextDigits = 4 // decimals
)

// shortText reports whether Auto writes a column as text that could be of
// type d.
func shortText(c *frame.Column, d dtype) bool {
	if d.integer() {
		return false
	}
	b, scale := boundsOf(c), scaleOf(c)
	if c.Kind() == frame.Int || c.Kind() == frame.Uint {
		scale = 0
	}
	return shortEnough(scale, max(-b.min, b.max), d)
}

// shortEnough is shortText for numbers of at most scale decimals, −1 if that is
// not known, and their largest magnitude.
func shortEnough(scale int, largest float64, d dtype) bool {
	if scale < 0 || scale > maxTextDigits {
		return false
	}
	length := 2 // a digit and the comma
	for ; largest >= 10 && length <= maxTextForF8; largest /= 10 {
		length++
	}
	if scale > 0 {
		length += 1 + scale
	}
	if d == f4 {
		return length <= maxTextForF4
	}
	return length <= maxTextForF8
}
