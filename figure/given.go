package figure

import (
	"fmt"

	"github.com/pointillist-go/pointillist/frame"
)

// A Given is a column that the caller brings along, to be named by the
// arguments like the frame's. One of the frame by the same name is hidden.
//
// Its values are Values, one for each row of the frame: bool, int, int64,
// float64, string, nil for a missing one, all of one type but for numbers. Else
// it is Constant in each row (px.Constant); else the rows drawn are counted
// from 0 (px.Range).
type Given struct {
	Name     string
	Values   []any
	Constant any
}

func (p *plan) readGiven(f *frame.Frame) {
	p.given = make(map[string]*frame.Column, len(p.call.Given))
	for i, g := range p.call.Given {
		var err error
		switch {
		case p.given[g.Name] != nil:
			err = fmt.Errorf("the name %q is given twice", g.Name)
		case g.Values != nil:
			p.given[g.Name], err = frame.GivenColumn(f, g.Name, g.Values)
		case g.Constant != nil:
			p.given[g.Name], err = frame.ConstantColumn(f, g.Name, g.Constant)
		default:
			p.given[g.Name] = frame.RankColumn(f, g.Name, p.rows)
		}
		if err != nil {
			u := p.userOf(g.Name, i)
			p.fail(&ArgumentError{Argument: u.argument, Pointer: u.pointer(), Column: g.Name, Row: -1, Err: err})
		}
	}
}

// userOf returns the argument that a given column is for: the first that names
// it, as JSON has no other place for it.
func (p *plan) userOf(name string, i int) use {
	for _, u := range p.call.uses() {
		if u.column == name {
			return u
		}
	}
	return use{"given", i, name}
}

// find returns the column of a name; an error if it cannot be drawn.
func (p *plan) find(f *frame.Frame, name string) (*frame.Column, error) {
	if column := p.given[name]; column != nil {
		return column, nil
	}
	column, err := f.Column(name)
	if err == nil && column.Kind() == frame.Unsupported {
		return nil, fmt.Errorf("is %s, which cannot be drawn: %w", column.Type(), frame.ErrType)
	}
	return column, err
}
