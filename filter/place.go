package filter

import (
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/frame"
)

// ends are the cuts just before and just after a literal among the values of
// a column. They are the same one if the column can hold no such value.
type ends[T any] struct{ before, after cut[T] }

// A placer finds the place of literals among the values of a column. The
// string is what would be right, if the literal cannot be compared.
type placer[T any] func(l literal) (e ends[T], want string)

// condition returns the values for which the comparison holds.
func (place placer[T]) condition(e *Expr, c *frame.Column, d *domain[T]) (*predicate[T], error) {
	p := &predicate[T]{domain: d}
	at := make([]ends[T], len(e.values))
	for i, l := range e.values {
		var want string
		if at[i], want = place(l); want != "" {
			return nil, &TypeError{Column: c.Name(), Type: c.Type(), Got: shorten(l.String()), Want: want}
		}
	}
	least := cut[T]{side: start}
	var s []interval[T]
	switch e.op {
	case opEqual, opNotEqual, opIn, opNotIn:
		for _, v := range at {
			s = append(s, interval[T]{v.before, v.after})
		}
	case opLess, opGreaterEqual:
		s = append(s, interval[T]{least, at[0].before})
	case opLessEqual, opGreater:
		s = append(s, interval[T]{least, at[0].after})
	case opBetween, opNotBetween:
		s = append(s, interval[T]{at[0].before, at[1].after})
	case opIsNull, opIsNotNull:
		p.missing = e.op == opIsNull
	}
	p.values = d.order.union(s)
	switch e.op {
	case opNotEqual, opNotIn, opGreaterEqual, opGreater, opNotBetween, opIsNotNull:
		p.values = p.values.complement()
	}
	return p, nil
}

const (
	wantBool     = "write true or false"
	wantNumber   = "write a number, such as 1"
	wantDate     = "write a date, such as 2024-01-31, or a date and time, such as 2024-01-31T12:30:00"
	wantTime     = "write a time of day in quotes, such as '13:30:05'"
	wantDuration = "write a duration in quotes, such as '1h30m'"
)

// wholes returns the ends of a literal that lies in [⌊v⌋, ⌊v⌋+1).
func wholes[T any](floor T, exact bool) ends[T] {
	if exact {
		return ends[T]{cut[T]{floor, before}, cut[T]{floor, after}}
	}
	return ends[T]{cut[T]{floor, after}, cut[T]{floor, after}}
}

// beyond returns the ends of a literal that lies beyond all values.
func beyond[T any](negative bool) ends[T] {
	if negative {
		return ends[T]{cut[T]{side: start}, cut[T]{side: start}}
	}
	return ends[T]{cut[T]{side: end}, cut[T]{side: end}}
}

func int64Ends(floor *big.Int, exact bool) ends[int64] {
	if !floor.IsInt64() {
		return beyond[int64](floor.Sign() < 0)
	}
	return wholes(floor.Int64(), exact)
}

func uint64Ends(floor *big.Int, exact bool) ends[uint64] {
	if !floor.IsUint64() {
		return beyond[uint64](floor.Sign() < 0)
	}
	return wholes(floor.Uint64(), exact)
}

func placeBool(l literal) (e ends[int64], want string) {
	if l.kind != literalBool {
		return e, wantBool
	}
	truth := int64(0)
	if l.truth {
		truth = 1
	}
	return wholes(truth, true), ""
}

func placeInt(l literal) (e ends[int64], want string) {
	if l.kind != literalNumber {
		return e, wantedNumber(l)
	}
	return int64Ends(l.number.floor(0)), ""
}

func placeUint(l literal) (e ends[uint64], want string) {
	if l.kind != literalNumber {
		return e, wantedNumber(l)
	}
	return uint64Ends(l.number.floor(0)), ""
}

// wantedNumber helps those who put a number in quotes.
func wantedNumber(l literal) string {
	if n, err := parseNumber(strings.TrimSpace(l.text)); l.kind == literalText && err == nil {
		return "write " + n.String() + " without the quotes"
	}
	return wantNumber
}

func placeDecimal(scale int) placer[*big.Int] {
	return func(l literal) (e ends[*big.Int], want string) {
		if l.kind != literalNumber {
			return e, wantedNumber(l)
		}
		return wholes(l.number.floor(scale)), ""
	}
}

// placeFloat takes the float nearest to the literal for the literal, as Go and
// NumPy do: 0.1 finds the 0.1 in a file, which no float64 or float32 is.
func placeFloat(t arrow.DataType) placer[float64] {
	bits, largest := 64, math.MaxFloat64
	switch t.ID() {
	case arrow.FLOAT32:
		bits, largest = 32, math.MaxFloat32
	case arrow.FLOAT16:
		bits, largest = 16, 65504
	}
	return func(l literal) (e ends[float64], want string) {
		if l.kind != literalNumber {
			return e, wantedNumber(l)
		}
		v := l.number.float(max(bits, 32))
		if bits == 16 {
			v = roundToFloat16(l.number.float(64))
		}
		if math.IsInf(v, 0) { // between the largest float and the infinity
			if v > 0 {
				return wholes(largest, false), ""
			}
			infinity := cut[float64]{math.Inf(-1), after}
			return ends[float64]{infinity, infinity}, ""
		}
		return wholes(v, true), ""
	}
}

// roundToFloat16 rounds to 11 significant bits, or to a multiple of 2^-24.
func roundToFloat16(v float64) float64 {
	_, exponent := math.Frexp(v) // |v| < 2^exponent
	step := math.Ldexp(1, max(exponent-11, -24))
	if v = math.RoundToEven(v/step) * step; math.Abs(v) > 65504 {
		return math.Inf(int(math.Copysign(1, v)))
	}
	return v
}

func placeText(l literal) (e ends[string], want string) {
	if l.kind != literalText {
		return e, "write '" + l.String() + "' in quotes"
	}
	return wholes(l.text, true), ""
}

// placeDate compares with the midnights of dates that have no zone.
func placeDate(t arrow.DataType) placer[int64] {
	unit := 24 * time.Hour
	if t.ID() == arrow.DATE64 {
		unit = time.Millisecond
	}
	return placeWall(unit)
}

// placeWall compares with clock readings that have no zone. A literal with an
// offset other than zero is ambiguous there.
func placeWall(unit time.Duration) placer[int64] {
	return func(l literal) (e ends[int64], want string) {
		m, want := momentIn(l)
		if want == "" && m.offset != 0 {
			want = "the column has no time zone, so leave out the offset: " + moment{wall: m.wall}.String()
		}
		if want != "" {
			return e, want
		}
		return int64Ends(since1970(m.wall, unit)), ""
	}
}

func placeTimestamp(t *arrow.TimestampType) placer[int64] {
	unit := t.Unit.Multiplier()
	if t.TimeZone == "" {
		return placeWall(unit)
	}
	return func(l literal) (e ends[int64], want string) {
		m, want := momentIn(l)
		if want != "" {
			return e, want
		}
		zone, err := t.GetZone()
		if err != nil && !m.zoned {
			return e, "this machine does not know the zone, so write the offset, as in " + m.String() + "Z"
		}
		return int64Ends(since1970(m.in(zone), unit)), ""
	}
}

func momentIn(l literal) (m moment, want string) {
	switch l.kind {
	case literalMoment:
		return l.moment, ""
	case literalText:
		m, err := parseMoment(l.text)
		if err != nil {
			return m, err.Error()
		}
		return m, ""
	}
	return m, wantDate
}

// placeClock compares with times of day and durations.
func placeClock(unit time.Duration, want string) placer[int64] {
	return func(l literal) (ends[int64], string) {
		if l.kind != literalText {
			return ends[int64]{}, want
		}
		d, err := parseClock(l.text)
		if err != nil {
			return ends[int64]{}, err.Error()
		}
		return int64Ends(floorDiv(big.NewInt(int64(d)), big.NewInt(int64(unit)))), ""
	}
}
