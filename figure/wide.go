package figure

import (
	"slices"

	"github.com/pointillist-go/pointillist/frame"
)

// isWide reports whether columns are to be stacked.
func (c *call) isWide() bool {
	return c.XColumns != nil || c.YColumns != nil || c.X == "" && c.Y == ""
}

// chooseWide brings the wide form into the long one: the listed columns, less
// those that another argument uses, become one column of values, and beside it
// one of the names that they came from. All other columns are repeated.
func (p *plan) chooseWide(f *frame.Frame) {
	c := p.call
	listed, onX := p.listed(f)
	if len(p.errs) > 0 {
		return
	}
	value, variable := p.unused(f, "value"), p.unused(f, "variable")
	for _, u := range c.uses() {
		if u.column != value && u.column != variable {
			p.use(f, u)
		}
	}
	listed = slices.DeleteFunc(slices.Clone(listed), func(name string) bool { return p.columns[name] != nil })
	columns := make([]*frame.Column, 0, len(listed))
	for _, name := range listed {
		if column, err := p.find(f, name); err == nil {
			columns = append(columns, column)
		}
	}
	if len(p.errs) > 0 {
		return
	}
	cross := c.X
	if onX {
		cross = c.Y
	}
	if cross == "" {
		cross = p.unused(f, "index", value, variable)
		p.columns[cross] = frame.RankColumn(f, cross, p.rows)
	}
	m, err := frame.Melt(f, p.rows, columns, variable, value)
	if err != nil {
		p.fail(wrong(wideArgument(onX), "%w", err))
		return
	}
	for name, column := range p.columns {
		p.columns[name] = m.Repeat(column)
	}
	p.columns[value], p.columns[variable] = m.Value, m.Variable
	p.rows = m.Rows
	c.X, c.Y = cross, value
	if onX {
		c.X, c.Y = value, cross
	}
	if c.Color == "" && !p.noColor {
		c.Color = variable
	}
	if c.kind == "line" && c.line.LineGroup == "" {
		c.line.LineGroup = variable
	}
}

func wideArgument(onX bool) string {
	if onX {
		return "x"
	}
	return "y"
}

// listed returns the columns to stack, and whether their values go on x.
func (p *plan) listed(f *frame.Frame) (columns []string, onX bool) {
	c := p.call
	switch {
	case c.XColumns != nil && c.YColumns != nil:
		p.fail(wrong("y", "x and y cannot both be lists of columns"))
		return nil, false
	case c.XColumns == nil && c.YColumns == nil:
		p.orientation = c.Orientation
		if p.orientation == "" {
			p.orientation = "v"
		}
		return f.Names(), c.Orientation == "h"
	case c.XColumns != nil:
		columns, onX = c.XColumns, true
		if c.X != "" {
			p.fail(wrong("x", "both the column %q and a list", c.X))
		}
		if c.Y == "" {
			p.orientation = "h"
		}
	default:
		columns = c.YColumns
		if c.Y != "" {
			p.fail(wrong("y", "both the column %q and a list", c.Y))
		}
		if c.X == "" {
			p.orientation = "v"
		}
	}
	for i, name := range columns {
		u := use{wideArgument(onX), i, name}
		if _, err := p.find(f, name); err != nil {
			p.fail(&ArgumentError{Argument: u.argument, Pointer: u.pointer(), Column: name, Row: -1, Err: err})
		}
	}
	return columns, onX
}

// unused returns name, with underscores before it until it names no column.
func (p *plan) unused(f *frame.Frame, name string, taken ...string) string {
	for slices.Contains(f.Names(), name) || p.given[name] != nil || slices.Contains(taken, name) {
		name = "_" + name
	}
	return name
}
