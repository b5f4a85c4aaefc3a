package frame

import (
	"bytes"
	"math"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
)

// A textKind says what a column of text fields can be read as.
type textKind uint8

const (
	textUnknown textKind = iota // no value so far
	textBool
	textInt
	textFloat
	textDate
	textMicros  // a date and time without a zone, at most 6 decimals
	textNanos   // the same, 9 decimals
	textMicrosZ // an instant: a zone is given
	textNanosZ
	textText
)

// textTypes are the types of the columns; a column without any value is one of
// numbers.
var textTypes = [...]arrow.DataType{
	textUnknown: arrow.PrimitiveTypes.Float64,
	textBool:    arrow.FixedWidthTypes.Boolean,
	textInt:     arrow.PrimitiveTypes.Int64,
	textFloat:   arrow.PrimitiveTypes.Float64,
	textDate:    arrow.FixedWidthTypes.Date32,
	textMicros:  &arrow.TimestampType{Unit: arrow.Microsecond},
	textNanos:   &arrow.TimestampType{Unit: arrow.Nanosecond},
	textMicrosZ: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	textNanosZ:  &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"},
	textText:    arrow.BinaryTypes.String,
}

// wider returns the narrowest kind that reads the values of both.
func wider(a, b textKind) textKind {
	a, b = min(a, b), max(a, b)
	switch {
	case a == textUnknown || a == b:
		return b
	case a == textInt && b == textFloat,
		a == textDate && (b == textMicros || b == textNanos),
		a == textMicros && b == textNanos,
		a == textMicrosZ && b == textNanosZ:
		return b
	}
	return textText
}

// kindOfText returns the narrowest kind that reads the field.
func kindOfText(field []byte) textKind {
	if isNullText(field) {
		return textUnknown
	}
	for kind := textBool; kind < textText; kind++ {
		if _, ok := parseText(kind, field); ok {
			return kind
		}
	}
	return textText
}

// parseText reads the field as a value of the kind, which is none of
// textUnknown and textText: its bits in the Arrow type, a float64's for
// textFloat. Spaces around are ignored.
func parseText(kind textKind, field []byte) (bits int64, ok bool) {
	switch kind {
	case textInt:
		return parseInt(field)
	case textFloat:
		v, ok := parseFloat(field)
		return int64(math.Float64bits(v)), ok
	case textBool:
		return parseBool(field)
	case textDate:
		t, ok := parseTime(bytes.TrimSpace(field))
		return t.seconds / 86_400, ok && t.date
	}
	t, ok := parseTime(bytes.TrimSpace(field))
	if !ok || !t.date && t.zone != (kind == textMicrosZ || kind == textNanosZ) || t.date && kind >= textMicrosZ {
		return 0, false
	}
	if kind == textMicros || kind == textMicrosZ {
		return t.seconds*1e6 + t.nanos/1e3, t.nanos%1e3 == 0
	}
	const most = math.MaxInt64/1_000_000_000 - 1
	return t.seconds*1e9 + t.nanos, t.seconds <= most && t.seconds >= -most
}

func parseBool(field []byte) (int64, bool) {
	switch string(bytes.TrimSpace(field)) {
	case "true", "True", "TRUE":
		return 1, true
	case "false", "False", "FALSE":
		return 0, true
	}
	return 0, false
}

// parseInt reads at most 18 digits by itself.
func parseInt(field []byte) (int64, bool) {
	field = bytes.TrimSpace(field)
	digits := field
	if len(digits) > 0 && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 19 {
		return 0, false
	}
	var n int64
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int64(d-'0') // may wrap around for 19 digits only
	}
	if len(digits) == 19 {
		v, err := strconv.ParseInt(string(field), 10, 64)
		return v, err == nil
	}
	if field[0] == '-' {
		n = -n
	}
	return n, true
}

var powersOf10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseFloat reads plain decimals of at most 15 digits by itself: both the
// digits and the power of ten are exact then, so the quotient is the nearest
// float64. What is left goes to strconv, which also takes inf.
func parseFloat(field []byte) (float64, bool) {
	var n int64
	i, digits, decimals := 0, 0, 0
	if len(field) > 0 && field[0] == '-' {
		i = 1
	}
	for ; i < len(field); i++ {
		if d := field[i] - '0'; d <= 9 {
			n = n*10 + int64(d)
			digits++
			continue
		}
		if field[i] != '.' || decimals > 0 {
			return parseSlowFloat(field)
		}
		decimals = len(field) - i
	}
	if digits == 0 || digits > 15 {
		return parseSlowFloat(field)
	}
	v := float64(n) / powersOf10[max(decimals-1, 0)]
	if field[0] == '-' {
		v = -v
	}
	return v, true
}

func parseSlowFloat(field []byte) (float64, bool) {
	field = bytes.TrimSpace(field)
	if bytes.IndexByte(field, '_') >= 0 || bytes.ContainsAny(field, "xXpP") {
		return 0, false // Go's own syntax
	}
	v, err := strconv.ParseFloat(string(field), 64)
	if err != nil && math.IsInf(v, 0) && bytes.ContainsAny(field, "0123456789") {
		return v, true // out of range: 1e999 is infinite, as pandas reads it
	}
	return v, err == nil
}

// isNullText reports whether the field stands for a missing value. The list is
// that of pandas.
func isNullText(field []byte) bool {
	if len(field) == 0 {
		return true
	}
	if c := field[0]; len(field) > 8 || c >= '0' && c <= '9' && c != '1' {
		return false
	}
	switch string(field) {
	case "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
		"<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null":
		return true
	}
	return false
}

// A textTime is a date, or a date and time, as it is written.
type textTime struct {
	seconds, nanos int64 // since 1970-01-01 00:00; of the instant if zone
	date, zone     bool
}

// parseTime reads ISO 8601:
//
//	2006-01-02
//	2006-01-02T15:04[:05[.123456789]][Z|±07|±07:00|±0700]    or a space for T
func parseTime(s []byte) (t textTime, ok bool) {
	year, s, ok1 := number(s, 4, '-')
	month, s, ok2 := number(s, 2, '-')
	day, s, ok3 := number(s, 2, 0)
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return t, false
	}
	t.seconds = daysSince1970(year, month, day) * 86_400
	if len(s) == 0 {
		t.date = true
		return t, true
	}
	if s[0] != 'T' && s[0] != ' ' {
		return t, false
	}
	return t.clock(s[1:])
}

func (t textTime) clock(s []byte) (textTime, bool) {
	hour, s, ok1 := number(s, 2, ':')
	minute, s, ok2 := number(s, 2, 0)
	second, ok3 := 0, true
	if len(s) > 0 && s[0] == ':' {
		second, s, ok3 = number(s[1:], 2, 0)
	}
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return t, false
	}
	t.seconds += int64(hour*3600 + minute*60 + second)
	if len(s) > 1 && s[0] == '.' {
		digits := 0
		for s = s[1:]; len(s) > 0 && s[0] >= '0' && s[0] <= '9'; s = s[1:] {
			t.nanos = t.nanos*10 + int64(s[0]-'0')
			if digits++; digits > 9 {
				return t, false
			}
		}
		for ; digits < 9; digits++ {
			t.nanos *= 10
		}
	}
	offset, ok := zoneOffset(s)
	t.seconds -= int64(offset)
	t.zone = len(s) > 0
	return t, ok
}

// zoneOffset reads nothing, Z, ±07, ±07:00 or ±0700, as seconds east.
func zoneOffset(s []byte) (seconds int, ok bool) {
	if len(s) == 0 || string(s) == "Z" {
		return 0, true
	}
	sign := 1
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	hours, s, ok := number(s[1:], 2, 0)
	if !ok || hours > 14 {
		return 0, false
	}
	minutes := 0
	if len(s) > 0 {
		minutes, s, ok = number(bytes.TrimPrefix(s, []byte{':'}), 2, 0)
	}
	return sign * (hours*3600 + minutes*60), ok && len(s) == 0 && minutes < 60
}

// number reads n digits and the byte after them, if after is not 0.
func number(s []byte, n int, after byte) (v int, rest []byte, ok bool) {
	if len(s) < n || after != 0 && (len(s) == n || s[n] != after) {
		return 0, nil, false
	}
	for _, d := range s[:n] {
		if d < '0' || d > '9' {
			return 0, nil, false
		}
		v = v*10 + int(d-'0')
	}
	if after != 0 {
		n++
	}
	return v, s[n:], true
}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}

// daysSince1970 counts in years that begin in March, so that a leap day is the
// last one [1]. It takes a tenth of the time of time.Date.
//
// [1] Howard Hinnant, chrono-compatible low-level date algorithms, days_from_civil.
func daysSince1970(year, month, day int) int64 {
	if month < 3 {
		year, month = year-1, month+12
	}
	year += 400 // not negative
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	return int64(year*365+year/4-year/100+year/400+dayOfYear) - 719_468 - 146_097
}
