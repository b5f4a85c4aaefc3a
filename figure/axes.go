package figure

import (
	"math"
	"slices"
)

// axes are the axis objects of a layout, by the number of their cell − 1.
type axes struct{ x, y []*Object }

// axes adds the axes of every cell to the layout.
func (p *plan) axes(layout *Object) {
	a := p.newAxes(layout)
	if p.call.MarginalX != "" || p.call.MarginalY != "" {
		p.marginalAxes(a)
		return
	}
	for row := range p.grid.rows {
		y := a.y[p.grid.number(row, 0)-1]
		y.Object("title").Set("text", p.shownLabel(p.call.Y))
		p.axisY(y)
	}
	for col := range p.grid.cols {
		x := a.x[col]
		x.Object("title").Set("text", p.shownLabel(p.call.X))
		p.axisX(x)
	}
	p.logAxes(a)
}

// newAxes places the axes. All follow the first of their letter; ticks are
// labeled on the left column's and the bottom row's.
func (p *plan) newAxes(layout *Object) axes {
	g := p.grid
	cells := g.rows * g.cols
	a := axes{make([]*Object, cells), make([]*Object, cells)}
	layout.members = slices.Grow(layout.members, 2*cells)
	for row := range g.rows {
		for col := range g.cols {
			n := g.number(row, col)
			x, y := &Object{}, &Object{}
			x.Set("anchor", axisName("y", n)).Set("domain", []float64{g.x[col].from, g.x[col].to})
			y.Set("anchor", axisName("x", n)).Set("domain", []float64{g.y[row].from, g.y[row].to})
			if n > 1 {
				x.Set("matches", "x")
				y.Set("matches", "y")
			}
			if row > 0 {
				x.Set("showticklabels", false)
			}
			if col > 0 {
				y.Set("showticklabels", false)
			}
			a.x[n-1], a.y[n-1] = x, y
			layout.members = append(layout.members, Member{axisName("xaxis", n), x}, Member{axisName("yaxis", n), y})
		}
	}
	return a
}

func (p *plan) logAxes(a axes) {
	for i := range a.x {
		if p.call.LogX {
			a.x[i].Set("type", "log")
		}
		if p.call.LogY {
			a.y[i].Set("type", "log")
		}
	}
}

func (p *plan) axisX(axis *Object) {
	scaleAxis(axis, p.call.LogX, p.call.RangeX)
	p.categories(axis, p.call.X, false)
}

// axisY is axisX, with the categories the other way round: the first on top.
func (p *plan) axisY(axis *Object) {
	scaleAxis(axis, p.call.LogY, p.call.RangeY)
	p.categories(axis, p.call.Y, true)
}

func scaleAxis(axis *Object, log bool, ends []any) {
	if log {
		axis.Set("type", "log")
	}
	if len(ends) == 0 {
		return
	}
	values := make([]any, len(ends))
	for i, end := range ends {
		values[i] = plain(keyOf(end))
		if log {
			v, _ := asFloat(end)
			values[i] = math.Log(v) / math.Ln10
		}
	}
	axis.Set("range", values)
}

// categories orders the axis of a column that category_orders lists, or that
// groups rows. plotly.js heeds it on axes of categories.
func (p *plan) categories(axis *Object, column string, reverse bool) {
	o := p.orderOf(column)
	if o == nil {
		return
	}
	values := make([]any, len(o.values))
	for i, v := range o.values {
		values[i] = v.value
	}
	if reverse {
		slices.Reverse(values)
	}
	axis.Set("categoryorder", "array")
	axis.Set("categoryarray", values)
}

// checkRange checks the ends of an axis.
func (p *plan) checkRange(argument string, ends []any, log bool) {
	if len(ends) != 0 && len(ends) != 2 {
		p.fail(wrong(argument, "%d ends, want two: the low and the high end", len(ends)))
		return
	}
	for i, end := range ends {
		v, isNumber := asFloat(end)
		switch {
		case isNumber && (math.IsNaN(v) || math.IsInf(v, 0)):
			p.fail(wrongAt(argument, []any{i}, "%v is no end of a range", v))
		case log && (!isNumber || v <= 0):
			p.fail(wrongAt(argument, []any{i}, "%v on a logarithmic axis, want a number above 0: %w", end, ErrData))
		}
	}
}

func asFloat(v any) (float64, bool) {
	switch v := keyOf(v).(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
