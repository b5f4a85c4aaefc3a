package reduce

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// Picked are the rows under a point of a figure.
type Picked struct {
	Total int   // all that are there
	Hits  []Hit // the first of them, as many as the limit allows, in data order
	Top   Hit   // the one drawn last, on top of the others; of no meaning if Total is 0

	rows    *frame.Rows // of the columns, as Hits
	columns []*frame.Column
}

// A Hit is a row that is drawn at a point.
type Hit struct {
	Row   int // in the frame
	Trace int // in the figure: Plotly's curveNumber
	Point int // among all rows of the trace: Plotly's pointNumber if none were left out

	drawn uint32 // row of the columns: the wide form stacks the frame's
}

// Pick returns every row of a figure that is drawn at a point, also those under
// others, which hover does not reach, and those that a reduction left out. The
// figure is of all rows: not yet reduced. Of the options, the plot's area and
// the ranges of its axes count.
//
// A marker is at a point if its shape with its outline covers it, a row of
// a line if it lies within p.Radius of it. Symbols beyond those of px, and the
// markers whose size or colour is missing, count as the discs around them; text
// and error bars do not count. Of an animation its first frame is looked at.
//
// Hits are in data order: by their rows in the frame, then by traces. Rows of one
// trace must ascend, as filters give them.
//
// Pick returns the errors of [Options.Validate] and [Point.Validate], a
// *PointError for a place, axis or trace that the figure does not have, or for a
// panel whose texts plotly.js may read as numbers, and an *OptionError for a
// range of dates on an axis without.
//
//   - Cost: O(rows); the coordinates of all rows are read, as by [Apply].
func Pick(fig *figure.Figure, o Options, p Point) (*Picked, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := p.check(fig); err != nil {
		return nil, err
	}
	r := &reduction{fig: fig, o: o.complete(), template: templatesOf(fig.Layout)}
	r.readAxes()
	r.readTraces()
	if err := r.showAxes(); err != nil {
		return nil, err
	}
	x, err := r.pointAxis("x", p.XAxis)
	if err != nil {
		return nil, err
	}
	y, err := r.pointAxis("y", p.YAxis)
	if err != nil {
		return nil, err
	}
	return r.pick(p, x, y)
}

func (r *reduction) pointAxis(letter, name string) (*axis, error) {
	name = cmp.Or(name, letter)
	a := r.axes[name]
	if a == nil || !strings.HasPrefix(name, letter) {
		return nil, badPoint("/"+letter+"axis", "the figure has no %s axis %q", letter, name)
	}
	return a, nil
}

// pick looks at the traces of the panel.
func (r *reduction) pick(p Point, xAxis, yAxis *axis) (*Picked, error) {
	picked := &Picked{columns: r.fig.Columns}
	var under []*trace
	for _, t := range r.traces {
		if t.xAxis != xAxis || t.yAxis != yAxis || p.Traces != nil && !slices.Contains(p.Traces, t.index) {
			continue
		}
		if !t.known {
			return nil, badPoint("", "where plotly.js puts the rows of trace %d is not known here: its values may be read as numbers or as texts", t.index)
		}
		under = append(under, t)
	}
	if len(under) == 0 || !xAxis.shown || !yAxis.shown {
		return picked, nil
	}
	at, err := newSpot(p, xAxis, yAxis)
	if err != nil {
		return nil, err
	}
	for _, t := range under {
		picked.add(t, at, p.limit())
	}
	if picked.Total > 0 {
		picked.settle(r.fig, under[0].rows, p.limit())
	}
	return picked, nil
}

// A spot is a point in axis coordinates, with what a unit of them is in pixels.
type spot struct{ x, y, kx, ky, radius float64 }

func newSpot(p Point, xAxis, yAxis *axis) (spot, error) {
	x, err := xAxis.place(p.X)
	if err != nil {
		return spot{}, badPoint("/x", "%w", err)
	}
	y, err := yAxis.place(p.Y)
	if err != nil {
		return spot{}, badPoint("/y", "%w", err)
	}
	return spot{x, y, xAxis.pixels(), yAxis.pixels(), p.Radius}, nil
}

// add finds the rows of a trace, of which it lists no more than limit.
func (p *Picked) add(t *trace, at spot, limit int) {
	var ranks []uint32
	last := -1
	for i := range t.x {
		if !t.look.isAt(i, at.kx*(t.x[i]-at.x), at.ky*(t.y[i]-at.y), at.radius) {
			continue
		}
		if len(ranks) < limit {
			ranks = append(ranks, uint32(i))
		}
		p.Total++
		last = i
	}
	if last < 0 {
		return
	}
	ranks = append(ranks, uint32(last))
	for k, row := range t.rows.Pick(ranks).AppendIndex(nil) {
		hit := Hit{Trace: t.index, Point: int(ranks[k]), drawn: row}
		if k == len(ranks)-1 {
			p.Top = hit
		} else {
			p.Hits = append(p.Hits, hit)
		}
	}
}

// settle orders the hits, and finds their rows in the frame.
func (p *Picked) settle(fig *figure.Figure, any *frame.Rows, limit int) {
	n := fig.Frame.Rows()
	for i := range p.Hits {
		p.Hits[i].Row = int(p.Hits[i].drawn) % n
	}
	p.Top.Row = int(p.Top.drawn) % n
	slices.SortStableFunc(p.Hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Trace, b.Trace)) })
	p.Hits = p.Hits[:min(len(p.Hits), limit)]
	rows := make([]uint32, len(p.Hits))
	for i, hit := range p.Hits {
		rows[i] = hit.drawn
	}
	p.rows = any.Index(rows)
}

// isAt reports whether row i, whose place is dx, dy CSS pixels from a point, is
// drawn at it. No row without a place is.
func (l *look) isAt(i int, dx, dy, radius float64) bool {
	if l.markers && l.covers(l.sizeOf(i), dx, dy, radius) {
		return true
	}
	if !l.lines && l.markers {
		return false
	}
	return dx*dx+dy*dy <= square(cmp.Or(radius, lineRadius))
}

func square(v float64) float64 { return v * v }

func (l *look) sizeOf(i int) float64 {
	if l.sizes == nil {
		return l.size
	}
	return positive(l.sizes[i])
}

// covers reports whether a marker of a size covers the point dx, dy pixels from
// its middle, or one that is no further than slack from it. The shapes are
// those of plotly.js's symbol_defs.
func (l *look) covers(size, dx, dy, slack float64) bool {
	r := size / 2
	grown := l.outline/2 + slack
	if r+grown <= 0 {
		return false // nothing is drawn
	}
	dx, dy = math.Abs(dx), math.Abs(dy)
	switch base, _, _ := strings.Cut(l.shape, "-"); base {
	case "", "circle":
		return dx*dx+dy*dy <= square(r+grown)
	case "square":
		return max(dx, dy) <= r+grown
	case "diamond":
		return dx+dy <= 1.3*r+grown*math.Sqrt2
	case "x":
		dx, dy = math.Abs(dx-dy)/math.Sqrt2, (dx+dy)/math.Sqrt2
		fallthrough
	case "cross":
		return min(dx, dy) <= 0.4*r+grown && max(dx, dy) <= 1.2*r+grown
	}
	return dx*dx+dy*dy <= square(l.symbol.Outer*r+grown)
}

// Object returns the rows as they are sent:
//
//	total, more    how many rows are there, and whether some are not listed
//	top            {"row", "trace", "point"} of the topmost; null if there is none
//	rows, traces, points    lists, in data order
//	columns        [{"name", "values"}, …] of the figure's arguments, x and y first
func (p *Picked) Object() *figure.Object {
	n := len(p.Hits)
	rows, traces, points := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, hit := range p.Hits {
		rows[i], traces[i], points[i] = float64(hit.Row), float64(hit.Trace), float64(hit.Point)
	}
	var top any
	if p.Total > 0 {
		top = figure.NewObject(figure.Member{Key: "row", Value: p.Top.Row}, figure.Member{Key: "trace", Value: p.Top.Trace}, figure.Member{Key: "point", Value: p.Top.Point})
	}
	columns := make([]any, len(p.columns))
	for i, c := range p.columns {
		var values any = []any{}
		if n > 0 {
			values = &figure.Array{Column: c, Rows: p.rows, Form: figure.FormList}
		}
		columns[i] = figure.NewObject(figure.Member{Key: "name", Value: c.Name()}, figure.Member{Key: "values", Value: values})
	}
	return figure.NewObject(
		figure.Member{Key: "total", Value: p.Total},
		figure.Member{Key: "more", Value: p.Total > n},
		figure.Member{Key: "top", Value: top},
		figure.Member{Key: "rows", Value: rows},
		figure.Member{Key: "traces", Value: traces},
		figure.Member{Key: "points", Value: points},
		figure.Member{Key: "columns", Value: columns},
	)
}
