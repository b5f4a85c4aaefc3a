package trend

import (
	"errors"
	"math"
	"slices"
	"time"
)

// RollingOptions are the options of rolling. One of Rows and Duration is
// needed; the zero value of the others is pandas' default.
type RollingOptions struct {
	Reduction

	Rows     int           // window in rows
	Duration time.Duration // window in time: the rows of (t − Duration, t]; needs Points.Times
	// MinPeriods is the number of y that a window needs to have a value; nil is
	// Rows, or 1 for a window in time.
	MinPeriods *int
	Center     bool   // the row is the middle of its window, not the last of it
	Closed     Closed // which ends of the window belong to it; "" is right
}

// Closed says which ends of a window belong to it. In a window of rows, the one
// that is open loses or gains a row.
type Closed string

// The ends of windows, by pandas' names.
const (
	ClosedRight   Closed = "right"
	ClosedLeft    Closed = "left"
	ClosedBoth    Closed = "both"
	ClosedNeither Closed = "neither"
)

var closings = []Closed{ClosedRight, ClosedLeft, ClosedBoth, ClosedNeither}

func (c Closed) right() bool { return c == "" || c == ClosedRight || c == ClosedBoth }
func (c Closed) left() bool  { return c == ClosedLeft || c == ClosedBoth }

// Rolling reduces a window that moves along with the rows, as pandas'
// Series.rolling does.
//
// Rolling panics if the lengths differ. It returns the joined OptionErrors of o,
// and a RowError if o.Duration is given and a time is missing
// (math.MinInt64, pandas' NaT) or lower than the one before.
//
//   - Shapes: the result has len(y) values; times are read only if o.Duration is given.
//   - Units: o.Duration is rounded down to times.Unit.
//   - Gaps: a NaN or infinite y is left out; a window of fewer than MinPeriods
//     others is NaN, so the result starts with NaN as in pandas.
//   - Ties: a row of a window in time does not see later rows of equal time,
//     unless the window is centred.
//   - Cost: O(n), and O(n log n) for a median or quantile.
func Rolling(y []float64, times Times, o RollingOptions) ([]float64, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	least := 1
	if o.Rows > 0 {
		least = o.Rows
	}
	if o.MinPeriods != nil {
		least = *o.MinPeriods
	}
	if o.Rows > 0 {
		return o.reduce(y, rowSpans(len(y), o), least), nil
	}
	spans, err := timeSpans(len(y), times, o)
	if err != nil {
		return nil, err
	}
	return o.reduce(y, spans, least), nil
}

// Fit fits the points: see [Rolling].
func (o RollingOptions) Fit(p Points) (Line, error) {
	y, err := Rolling(p.Y, p.Times, o)
	return Line{Y: y, header: fixedHeader("Rolling " + string(o.name()))}, err
}

func (o RollingOptions) validate() error {
	errs := []error{o.Reduction.validate(windowFunctions)}
	switch {
	case o.Rows == 0 && o.Duration == 0:
		errs = append(errs, wrong("window", "is missing, want a number of rows or a time such as \"2D\""))
	case o.Rows != 0 && o.Duration != 0:
		errs = append(errs, wrong("window", "is given in rows and in time, want one of them"))
	case o.Rows < 0 || o.Duration < 0:
		errs = append(errs, wrong("window", "is negative, want a number of rows or a time above 0"))
	}
	errs = append(errs, checkMinPeriods(o.MinPeriods))
	if o.Rows > 0 && o.MinPeriods != nil && *o.MinPeriods > o.Rows {
		errs = append(errs, wrong("min_periods", "%d, want at most the window of %d rows", *o.MinPeriods, o.Rows))
	}
	if o.Closed != "" && !slices.Contains(closings, o.Closed) {
		errs = append(errs, wrong("closed", "no side %q: there are %s", string(o.Closed), names(closings)))
	}
	return errors.Join(errs...)
}

func checkMinPeriods(n *int) error {
	if n != nil && *n < 0 {
		return wrong("min_periods", "%d, want 0 or more", *n)
	}
	return nil
}

// A span is the rows lo ≤ j < hi of a window. Neither end of a sequence of
// spans ever goes back.
type span struct{ lo, hi int }

func rowSpans(n int, o RollingOptions) []span {
	ahead := 1
	if o.Center {
		ahead += (o.Rows - 1) / 2
	}
	lo, hi := ahead-o.Rows, ahead
	if o.Closed.left() {
		lo--
	}
	if !o.Closed.right() {
		hi--
	}
	spans := make([]span, n)
	for i := range spans {
		spans[i] = span{min(max(i+lo, 0), n), min(max(i+hi, 0), n)}
	}
	return spans
}

var (
	errNoTime   = errors.New("is missing, want a time at each row for a window in time")
	errTimeBack = errors.New("is before the row above it, want ascending times")
)

func timeSpans(n int, times Times, o RollingOptions) ([]span, error) {
	if times.Unit <= 0 {
		return nil, wrong("window", "%v, want a number of rows: x is not a time", o.Duration)
	}
	if len(times.At) != n {
		panic(badLength)
	}
	for i, t := range times.At {
		if t == math.MinInt64 {
			return nil, &RowError{"x", i, errNoTime}
		}
		if i > 0 && t < times.At[i-1] {
			return nil, &RowError{"x", i, errTimeBack}
		}
	}
	return o.within(times.At, int64(o.Duration/times.Unit)), nil
}

// within returns the spans of windows of the width in the unit of at.
func (o RollingOptions) within(at []int64, width int64) []span {
	spans := make([]span, len(at))
	behind, ahead := reach{width, o.Center, o.Closed.left()}, reach{0, false, o.Closed.right()}
	if o.Center {
		ahead = reach{width, true, o.Closed.right()}
	}
	var lo, hi int
	for i, t := range at {
		for lo < i && !behind.covers(at[lo], t) {
			lo++
		}
		// The last row of a window that is not centred is the row itself.
		last := len(at)
		if !o.Center {
			last = i + 1
		}
		for hi < last && (at[hi] < t || ahead.covers(t, at[hi])) {
			hi++
		}
		spans[i] = span{min(lo, hi), hi}
	}
	return spans
}

// reach is how far a window goes to one side of its row.
type reach struct {
	width  int64
	half   bool // it is half the width
	closed bool // a row just at the end belongs to it
}

// covers reports whether the times from ≤ to are within reach.
func (r reach) covers(from, to int64) bool {
	d, end := uint64(to)-uint64(from), uint64(r.width) // exact where int64 overflows
	if r.half {
		if end%2 == 1 {
			return d <= end/2
		}
		end /= 2
	}
	return d < end || r.closed && d == end
}
