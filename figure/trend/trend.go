package trend

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// ErrNoPoints is returned by OLS and Lowess if no row has both x and y.
var ErrNoPoints = errors.New("trend: no row has both x and y")

// A Trend is a kind of trendline with its options: [OLSOptions],
// [LowessOptions], [RollingOptions], [ExpandingOptions] or [EWMOptions].
type Trend interface {
	// Fit returns the trendline of the points. It panics if the lengths of p
	// differ; the errors are those of the function that does the work.
	Fit(p Points) (Line, error)
}

var _ = []Trend{OLSOptions{}, LowessOptions{}, RollingOptions{}, ExpandingOptions{}, EWMOptions{}}

// Points are the rows of a group, sorted by x.
type Points struct {
	X, Y  []float64 // NaN is missing; times are seconds since the Unix epoch, as in px
	Times Times     // x once more, exact, if it is a time; windows such as "2D" need it
}

// Times are the times of the rows, ascending. The zero Times says that x is not
// a time.
type Times struct {
	At   []int64       // since the Unix epoch, in Unit
	Unit time.Duration // of one step of At: time.Second to time.Nanosecond
}

// A Line is a fitted trendline.
type Line struct {
	Y   []float64 // height at each row; NaN where there is none
	OLS *OLSFit   // what ols fitted; nil for the other kinds

	header func(x, y string) string
}

// Header returns the first lines of px's hover text, in plotly's pseudo-HTML:
// for ols the equation between the columns x and y, else the name of the kind.
// The names are put in as they are.
func (l Line) Header(x, y string) string { return l.header(x, y) }

func fixedHeader(title string) func(x, y string) string {
	return func(string, string) string { return "<b>" + title + " trendline</b><br><br>" }
}

// An OptionError says which option is wrong.
type OptionError struct {
	Option string // px's name of it, such as window or function_args/q
	Err    error
}

func (e *OptionError) Error() string { return "trend: " + e.Option + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *OptionError) Unwrap() error { return e.Err }

func wrong(option, format string, values ...any) error {
	return &OptionError{option, fmt.Errorf(format, values...)}
}

// A RowError says which row cannot be fitted.
type RowError struct {
	Axis string // "x" or "y"
	Row  int    // position in the arguments, that is in the order of x
	Err  error
}

func (e *RowError) Error() string {
	return fmt.Sprintf("trend: %s, row %d: %s", e.Axis, e.Row, e.Err)
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

const (
	badLength = "trend: x, y and times differ in length"
	badOrder  = "trend: x is not sorted"
)

// pairs are the rows that have both x and y.
type pairs struct {
	x, y []float64
	row  []int // where they stand in the arguments
	rows int   // how many rows the arguments have
}

// complete leaves out the rows that miss x or y. It panics if the lengths differ.
func complete(x, y []float64) (pairs, error) {
	if len(x) != len(y) {
		panic(badLength)
	}
	p := pairs{x: make([]float64, 0, len(x)), y: make([]float64, 0, len(y)), row: make([]int, 0, len(x)), rows: len(x)}
	for i := range x {
		if x[i] == x[i] && y[i] == y[i] {
			p.x, p.y, p.row = append(p.x, x[i]), append(p.y, y[i]), append(p.row, i)
		}
	}
	if len(p.x) == 0 {
		return p, ErrNoPoints
	}
	return p, nil
}

var errInfinite = errors.New("is infinite, want a finite number or a missing one")

// checkFinite checks x or y of the pairs.
func (p pairs) checkFinite(axis string, v []float64) error {
	for i, v := range v {
		if math.IsInf(v, 0) {
			return &RowError{axis, p.row[i], errInfinite}
		}
	}
	return nil
}

// spread gives each row of the arguments its fitted value, or NaN.
func (p pairs) spread(fitted []float64) []float64 {
	all := make([]float64, p.rows)
	for i := range all {
		all[i] = math.NaN()
	}
	for i, row := range p.row {
		all[row] = fitted[i]
	}
	return all
}

// names joins what may be given, for the text of an error.
func names[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i, name := range all {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}
