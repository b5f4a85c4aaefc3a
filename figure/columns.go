package figure

import (
	"slices"
	"strconv"

	"github.com/pointillist-go/pointillist/frame"
)

// chooseColumns finds the columns that the arguments name, and counts the rows
// along an axis that has none.
func (p *plan) chooseColumns(f *frame.Frame) {
	c := p.call
	p.columns = make(map[string]*frame.Column, 8)
	p.readGiven(f)
	if c.Color == NoColor {
		c.Color, p.noColor = "", true
	}
	if c.isWide() {
		p.chooseWide(f)
	} else {
		for _, use := range c.uses() {
			p.use(f, use)
		}
		p.countRows(f, "x", &c.X, c.Y, "v")
		p.countRows(f, "y", &c.Y, c.X, "h")
	}
	p.chooseCustom()
}

func (p *plan) use(f *frame.Frame, u use) {
	if len(p.errs) >= maxErrors {
		return // each costs a look for the most similar name
	}
	column, err := p.find(f, u.column)
	if err != nil {
		p.fail(&ArgumentError{Argument: u.argument, Pointer: u.pointer(), Column: u.column, Row: -1, Err: err})
		return
	}
	p.columns[u.column] = column
}

// countRows makes the column of an axis that is not given, if the other one is.
func (p *plan) countRows(f *frame.Frame, axis string, column *string, other, orientation string) {
	if *column != "" || other == "" {
		return
	}
	name := p.unused(f, axis)
	*column = name
	p.columns[name] = frame.RankColumn(f, name, p.rows)
	if p.call.Orientation == "" {
		p.orientation = orientation
	}
}

// chooseCustom lists the columns of customdata, each once.
func (p *plan) chooseCustom() {
	p.custom = append([]string(nil), p.call.CustomData...)
	for _, h := range p.call.HoverData {
		if h.Column != p.call.X && h.Column != p.call.Y && indexOf(p.custom, h.Column) < 0 {
			p.custom = append(p.custom, h.Column)
		}
	}
}

func (p *plan) customExpression(column string) string {
	return "%{customdata[" + strconv.Itoa(indexOf(p.custom, column)) + "]}"
}

// used lists the columns that the arguments name, or that stand in their place.
func (p *plan) used() []*frame.Column {
	var list []*frame.Column
	for _, u := range p.call.uses() {
		if c := p.columns[u.column]; !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// A use is a place in the arguments that names a column.
type use struct {
	argument string
	index    int // in a list; −1 if the argument is the name itself
	column   string
}

func (u use) pointer() string {
	if u.index < 0 {
		return pointer(u.argument)
	}
	return pointer(u.argument, u.index)
}

// uses lists the columns that the arguments name.
func (c *call) uses() []use {
	var uses []use
	for _, u := range []use{
		{"x", -1, c.X}, {"y", -1, c.Y}, {"line_group", -1, c.line.LineGroup}, {"color", -1, c.Color},
		{"line_dash", -1, c.line.LineDash}, {"symbol", -1, c.Symbol}, {"size", -1, c.Size},
		{"hover_name", -1, c.HoverName}, {"text", -1, c.Text},
		{"facet_row", -1, c.FacetRow}, {"facet_col", -1, c.FacetCol},
		{"error_x", -1, c.ErrorX}, {"error_x_minus", -1, c.ErrorXMinus},
		{"error_y", -1, c.ErrorY}, {"error_y_minus", -1, c.ErrorYMinus},
		{"animation_frame", -1, c.AnimationFrame}, {"animation_group", -1, c.AnimationGroup},
	} {
		if u.column != "" {
			uses = append(uses, u)
		}
	}
	for i, h := range c.HoverData {
		uses = append(uses, use{"hover_data", i, h.Column})
	}
	for i, name := range c.CustomData {
		uses = append(uses, use{"custom_data", i, name})
	}
	return uses
}
