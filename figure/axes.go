package figure

import (
	"math"
	"slices"
)

// axes sets layout.xaxis and layout.yaxis of a figure of one panel.
func (p *plan) axes(layout *Object) {
	x := layout.Object("xaxis").Set("anchor", "y").Set("domain", []float64{0, 1})
	y := layout.Object("yaxis").Set("anchor", "x").Set("domain", []float64{0, 1})
	x.Object("title").Set("text", p.shownLabel(p.call.X))
	y.Object("title").Set("text", p.shownLabel(p.call.Y))
	p.axisX(x)
	p.axisY(y)
}

func (p *plan) axisX(axis *Object) {
	p.scaleAxis(axis, p.call.LogX, p.call.RangeX)
	p.categories(axis, p.call.X, false)
}

// axisY is axisX, with the categories the other way round: the first on top.
func (p *plan) axisY(axis *Object) {
	p.scaleAxis(axis, p.call.LogY, p.call.RangeY)
	p.categories(axis, p.call.Y, true)
}

func (p *plan) scaleAxis(axis *Object, log bool, ends []any) {
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
	if ends != nil && len(ends) != 2 {
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
