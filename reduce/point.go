package reduce

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/pointillist-go/pointillist/figure"
)

// A Point is a place in a panel of a figure, whose rows [Pick] looks for.
type Point struct {
	// X and Y are what Plotly's events give: a number, or the text of a date or
	// a category, or the truth value that is one. On a log axis a number is the value
	// itself; on an axis of categories a place among them, as in its range.
	X, Y any
	// XAxis and YAxis are the panel's axes by their names in traces, such as
	// "x2"; "" is the first.
	XAxis, YAxis string
	// Traces are the places in the figure of the traces to look at, for example
	// those that the reader has not hidden; nil is all of the panel.
	Traces []int
	// Radius is how many CSS pixels beside a row still count. 0 is none for a
	// marker, whose own extent counts, and 5 for a row of a line.
	Radius float64
	// Limit is the most rows to list; 0 is 1,000.
	Limit int
}

const (
	defaultLimit = 1000
	maxLimit     = 100_000
	maxRadius    = 1000
	lineRadius   = 5
)

// A PointError says what is wrong with a Point.
type PointError struct {
	Pointer string // JSON Pointer into the point by its names in HTTP, such as /xaxis
	Err     error
}

func (e *PointError) Error() string {
	return "point" + strings.ReplaceAll(e.Pointer, "/", ".") + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *PointError) Unwrap() error { return e.Err }

func badPoint(pointer, format string, values ...any) error {
	return &PointError{pointer, fmt.Errorf(format, values...)}
}

// Validate returns all that is wrong with the point whatever the figure,
// joined: each part is a *PointError.
func (p Point) Validate() error {
	var errs []error
	for _, n := range []struct {
		pointer    string
		value, max float64
	}{{"/radius", p.Radius, maxRadius}, {"/limit", float64(p.Limit), maxLimit}} {
		if !(n.value >= 0 && n.value <= n.max) {
			errs = append(errs, badPoint(n.pointer, "%v, want a number from 0 to %v", n.value, n.max))
		}
	}
	for _, v := range []struct {
		pointer string
		value   any
	}{{"/x", p.X}, {"/y", p.Y}} {
		switch value := v.value.(type) {
		case nil:
			errs = append(errs, badPoint(v.pointer, "none is given"))
		case int, string, bool:
		case float64:
			if !finite(value) {
				errs = append(errs, badPoint(v.pointer, "%v is no place on an axis", value))
			}
		default:
			errs = append(errs, badPoint(v.pointer, "%v is neither a number nor a text", value))
		}
	}
	return errors.Join(errs...)
}

func (p Point) limit() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return p.Limit
}

// check finds what is wrong with the point in this figure.
func (p Point) check(fig *figure.Figure) error {
	for i, t := range p.Traces {
		if t < 0 || t >= len(fig.Data) {
			return badPoint(fmt.Sprintf("/traces/%d", i), "there is no trace %d: the figure has %d", t, len(fig.Data))
		}
	}
	return p.Validate()
}

// place returns the axis coordinate of a value as Plotly's events have it.
func (a *axis) place(value any) (float64, error) {
	if n, isInt := value.(int); isInt {
		value = float64(n)
	}
	switch v := value.(type) {
	case float64:
		if a.kind != logarithmic {
			return v, nil
		}
		if v <= 0 {
			return 0, fmt.Errorf("a log axis does not show %v", v)
		}
		return logOf(v, nan), nil
	case string:
		if a.kind == date {
			return parseDate(v)
		}
	}
	if a.kind != category {
		return 0, fmt.Errorf("%v is not on this axis: want a number%s", value, map[bool]string{true: " of ms, or a date"}[a.kind == date])
	}
	at, known := a.places[value]
	if !known {
		return 0, fmt.Errorf("there is no category %v on this axis", value)
	}
	return at, nil
}

// pixels returns how many CSS pixels a coordinate unit is.
func (a *axis) pixels() float64 { return math.Abs(a.length / (a.to - a.from)) }
