package figure

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/pointillist-go/pointillist/figure/trend"
	"github.com/pointillist-go/pointillist/frame"
)

// A Fit is the result behind a trendline, which px gives as
// get_trendline_results.
type Fit struct {
	Groups []Label      // the values of the group: role's column and the value's text
	Points trend.Points // what was fitted: the rows of the group by x, those without x last
	Line   trend.Line
}

const overallName = "Overall Trendline"

// readTrendline reads the trendline's options.
func (p *plan) readTrendline() {
	c := p.call
	p.oneOf("trendline_scope", c.TrendlineScope, "trace", "overall")
	if c.Trendline == "" {
		return
	}
	line, err := trend.ParseOptions(c.Trendline, c.TrendlineOptions)
	for _, err := range parts(err) {
		p.fail(optionError(err))
	}
	p.trend = line
}

// parts are the errors that were joined to err.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func optionError(err error) error {
	var option *trend.OptionError
	if !errors.As(err, &option) || option.Option == "trendline" {
		return wrong("trendline", "%w", err)
	}
	return &ArgumentError{Argument: "trendline_options", Pointer: "/trendline_options/" + option.Option, Row: -1, Err: option.Err}
}

// groupTrend builds the trendline of a group; nil if none is asked for.
func (p *plan) groupTrend(g group) *Object {
	if p.trend == nil || p.call.TrendlineScope == "overall" {
		return nil
	}
	t := NewObject(Member{"type", p.traceType}, Member{"mode", "lines"})
	p.nameTrace(t, g)
	p.placeTrace(t, g, "")
	for _, r := range p.roles {
		if r.under == "marker" {
			if use := r.uses[r.place(g)]; use != nil {
				t.Object("marker").Set(r.key, use)
			}
		}
	}
	if color := p.call.TrendlineColorOverride; color != "" {
		t.Object("line").Set("color", color)
	}
	p.fit(t, g.rows, p.groupLines(g), p.groupLabels(g))
	return t
}

func (p *plan) groupLabels(g group) []Label {
	var labels []Label
	for _, r := range p.roles {
		if r.column != "" {
			labels = append(labels, Label{r.column, r.value(g).text})
		}
	}
	return labels
}

// overallTrend adds one trendline of all rows to every panel that has a trace.
// The last one is in the legend. It is SVG even beside scattergl.
func (p *plan) overallTrend(fig *Figure) {
	if p.trend == nil || p.call.TrendlineScope != "overall" {
		return
	}
	used := map[string]bool{}
	for _, t := range fig.Data {
		used[t.Get("xaxis").(string)] = true
	}
	whole := &Object{}
	if color := p.overallColor(); color != nil {
		whole.Object("line").Set("color", color)
	}
	p.fit(whole, p.rows, &hoverText{}, nil)
	for n := 1; n <= p.grid.rows*p.grid.cols; n++ {
		if !used[axisName("x", n)] {
			continue
		}
		t := NewObject(
			Member{"type", "scatter"}, Member{"mode", "lines"},
			Member{"name", overallName}, Member{"legendgroup", overallName}, Member{"showlegend", false},
			Member{"xaxis", axisName("x", n)}, Member{"yaxis", axisName("y", n)},
		)
		fig.Data = append(fig.Data, overlay(t, whole))
	}
	if len(used) > 0 {
		fig.Data[len(fig.Data)-1].Set("showlegend", true)
	}
}

// overallColor is the override, else the next color that no trace has.
func (p *plan) overallColor() any {
	if color := p.call.TrendlineColorOverride; color != "" {
		return color
	}
	r := p.role("color")
	if r == nil || r.identity || len(r.sequence) == 0 {
		return nil
	}
	return r.sequence[r.taken%len(r.sequence)]
}

// fit sets x, y and the hover of a trendline. Where fewer than two rows have
// both x and y there is no line, but the trace stays.
func (p *plan) fit(t *Object, rows *frame.Rows, h *hoverText, groups []Label) {
	c := p.call
	s, err := p.sortByX(rows)
	header := ""
	if len(s.complete) > 1 {
		if err != nil {
			p.fail(err)
			return
		}
		line, err := p.trend.Fit(s.points)
		if err != nil {
			p.fail(p.fitError(err, s))
			return
		}
		y := make([]float64, len(s.complete))
		index := make([]uint32, len(s.complete))
		for i, at := range s.complete {
			y[i], index[i] = line.Y[at], s.rows[at]
		}
		t.Set("x", &Array{Column: p.columns[c.X], Rows: rows.Index(index)})
		t.Set("y", &Array{Floats: y})
		header = line.Header(p.escape(c.X), p.escape(c.Y))
		p.line(h, c.X, "%{x}")
		p.line(h, c.Y, "%{y} <b>(trend)</b>")
		p.fits = append(p.fits, Fit{groups, s.points, line})
	}
	t.Set("hovertemplate", p.template(h, header))
}

func (p *plan) fitError(err error, s sortedPoints) error {
	var row *trend.RowError
	if !errors.As(err, &row) {
		return wrong("trendline", "%w: %w", err, ErrData)
	}
	column := p.call.X
	if row.Axis == "y" {
		column = p.call.Y
	}
	return &ArgumentError{
		Argument: "trendline", Pointer: "/trendline", Column: column,
		Row: int64(s.rows[row.Row]), Err: fmt.Errorf("%w: %w", row.Err, ErrData),
	}
}

// sortedPoints are rows in the order of x, missing x last.
type sortedPoints struct {
	rows     []uint32
	points   trend.Points
	complete []int // of rows: those that have x and y
}

// sortByX sorts rows. A value that is no number is 0, and the first is returned
// as an error.
func (p *plan) sortByX(rows *frame.Rows) (sortedPoints, error) {
	x := p.columns[p.call.X]
	xs, errX := p.numbers("x", x, rows)
	ys, errY := p.numbers("y", p.columns[p.call.Y], rows)
	numbers := rows.AppendIndex(nil)
	order := make([]int, len(xs))
	for i := range order {
		order[i] = i
	}
	byNumber := func(a, b int) int { return compareMissingLast(xs[a], xs[b]) }
	if x.Kind() == frame.Timestamp && x.Nanoseconds() {
		at := timesOf(x, numbers).At // a float64 has no room for nanoseconds
		byNumber = func(a, b int) int {
			return cmp.Or(compareMissingLast(xs[a]-xs[a], xs[b]-xs[b]), cmp.Compare(at[a], at[b]))
		}
	}
	slices.SortStableFunc(order, byNumber)
	s := sortedPoints{rows: make([]uint32, len(order))}
	s.points.X, s.points.Y = make([]float64, len(order)), make([]float64, len(order))
	for i, from := range order {
		s.rows[i], s.points.X[i], s.points.Y[i] = numbers[from], xs[from], ys[from]
		if xs[from] == xs[from] && ys[from] == ys[from] {
			s.complete = append(s.complete, i)
		}
	}
	s.points.Times = timesOf(x, s.rows)
	return s, errors.Join(errX, errY)
}

func compareMissingLast(a, b float64) int {
	switch {
	case a != a && b != b:
		return 0
	case a != a:
		return 1
	case b != b:
		return -1
	}
	return cmp.Compare(a, b)
}

// numbers returns a column as numbers: text that reads as a number, and on x
// times as seconds since the Unix epoch.
func (p *plan) numbers(argument string, c *frame.Column, rows *frame.Rows) ([]float64, error) {
	k := c.Kind()
	if k == frame.Text {
		return textNumbers(argument, c, rows)
	}
	values, err := c.AppendFloats(make([]float64, 0, rows.Len()), rows)
	switch {
	case k.Numeric(), k == frame.Bool, k == frame.Null:
	case k.Temporal() && argument == "x":
		for i := range values {
			values[i] /= 1000
		}
	default:
		err = &ArgumentError{
			Argument: argument, Pointer: pointer(argument), Column: c.Name(), Row: -1,
			Err: fmt.Errorf("is %s: a trendline needs numbers, or on x dates: %w", c.Type(), frame.ErrType),
		}
	}
	return values, err
}

func textNumbers(argument string, c *frame.Column, rows *frame.Rows) (values []float64, first error) {
	rows.Each(func(row int) bool {
		text, ok := c.Value(row).(string)
		if !ok {
			values = append(values, math.NaN())
			return true
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil && first == nil {
			first = &ArgumentError{
				Argument: argument, Pointer: pointer(argument), Column: c.Name(), Row: int64(row),
				Err: fmt.Errorf("a trendline needs numbers or dates, not %q: %w", text, ErrData),
			}
		}
		values = append(values, v)
		return true
	})
	return values, first
}

// timesOf returns the exact times of a column of times; else none. A missing
// time, which comes last, is the one before it.
func timesOf(c *frame.Column, rows []uint32) trend.Times {
	if !c.Kind().Temporal() {
		return trend.Times{}
	}
	unit, since := time.Microsecond, time.Time.UnixMicro
	if c.Nanoseconds() {
		unit, since = time.Nanosecond, time.Time.UnixNano
	}
	at := make([]int64, len(rows))
	for i, row := range rows {
		if v, ok := c.Value(int(row)).(time.Time); ok {
			at[i] = since(v)
		} else if i > 0 {
			at[i] = at[i-1]
		}
	}
	return trend.Times{At: at, Unit: unit}
}
