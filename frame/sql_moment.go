package frame

import (
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

const wantTime = "a moment: infinity is none, and MySQL's driver needs parseTime=true"

// clockOf returns t, and what the clock shows at t as if it were UTC's.
func clockOf(value any) (instant, clock time.Time, err error) {
	t, ok := value.(time.Time)
	if !ok {
		return t, t, cannot(value, wantTime)
	}
	_, offset := t.Zone()
	return t.UTC(), t.UTC().Add(time.Duration(offset) * time.Second), nil
}

// sqlDates are days since 1970.
type sqlDates struct {
	zeros  bool // MySQL's: its driver gives the zero time.Time for 0000-00-00
	values []int32
}

func (d *sqlDates) add(value any) (int, bool, error) {
	if value == nil {
		d.values = append(d.values, 0)
		return 4, false, nil
	}
	_, clock, err := clockOf(value)
	if err != nil {
		return 0, false, err
	}
	const day = 24 * 60 * 60
	seconds := clock.Unix()
	if seconds%day != 0 || clock.Nanosecond() != 0 || seconds/day != int64(int32(seconds/day)) {
		return 0, false, cannot(value, "a day without a time")
	}
	d.values = append(d.values, int32(seconds/day))
	return 4, !(d.zeros && clock.IsZero()), nil
}

func (d *sqlDates) series(name string) Series {
	return numbers(name, arrow.FixedWidthTypes.Date32, d.values)
}

// sqlMoments are microseconds since 1970 until a value needs nanoseconds.
type sqlMoments struct {
	instants bool // else readings of a clock
	zeros    bool // as of sqlDates
	values   []int64
	nanos    bool
	lo, hi   int64 // of the values, in microseconds
}

const (
	maxMoment = math.MaxInt64/1_000_000 - 1 // seconds from 1970 that microseconds can count
	maxNanos  = math.MaxInt64/1000 - 1      // microseconds that nanoseconds can
)

func (m *sqlMoments) add(value any) (int, bool, error) {
	if value == nil {
		m.values = append(m.values, 0)
		return 8, false, nil
	}
	instant, t, err := clockOf(value)
	switch {
	case err != nil:
		return 0, false, err
	case m.zeros && instant.IsZero():
		m.values = append(m.values, 0)
		return 8, false, nil
	case m.instants:
		t = instant
	}
	if s := t.Unix(); s < -maxMoment || s > maxMoment {
		return 0, false, cannot(value, "a moment that microseconds from 1970 can tell")
	}
	v, rest := t.UnixMicro(), int64(t.Nanosecond()%1000)
	m.lo, m.hi = min(m.lo, v), max(m.hi, v)
	if m.nanos || rest != 0 {
		if m.lo < -maxNanos || m.hi > maxNanos {
			return 0, false, cannot(value, "told like the others of its column: nanoseconds reach from 1677 to 2262: cast it to microseconds")
		}
		m.toNanos()
		v = 1000*v + rest
	}
	m.values = append(m.values, v)
	return 8, true, nil
}

func (m *sqlMoments) toNanos() {
	if m.nanos {
		return
	}
	m.nanos = true
	for i := range m.values {
		m.values[i] *= 1000
	}
}

func (m *sqlMoments) series(name string) Series {
	typ := &arrow.TimestampType{Unit: arrow.Microsecond}
	if m.nanos {
		typ.Unit = arrow.Nanosecond
	}
	if m.instants {
		typ.TimeZone = "UTC"
	}
	return numbers(name, typ, m.values)
}
