package figure

import "fmt"

func tooManyPanels(n int) error {
	return fmt.Errorf("has %d values, at most %d panels can be drawn: %w", n, maxPanels, ErrData)
}

// annotations are the labels of the panels: of columns left to right, then of
// rows bottom to top; with facet_col_wrap, of each panel, bottom row first.
func (p *plan) annotations(layout *Object) {
	var notes []any
	g := p.grid
	switch columns := p.panelLabels("facet_col"); {
	case g.wrap > 0:
		for row := range g.rows {
			for col := range g.cols {
				if i := (g.rows-1-row)*g.cols + col; i < len(columns) {
					notes = append(notes, columnNote(columns[i], g.x[col].middle(), g.y[row].to))
				}
			}
		}
	default:
		for i, text := range columns {
			notes = append(notes, columnNote(text, g.x[i].middle(), g.y[g.rows-1].to))
		}
	}
	rows := p.panelLabels("facet_row")
	for i := range rows {
		notes = append(notes, rowNote(rows[len(rows)-1-i], g.x[g.cols-1].to, g.y[i].middle()))
	}
	if len(notes) > 0 {
		layout.Set("annotations", notes)
	}
}

// panelLabels returns "label=value" of each value of a facet role.
func (p *plan) panelLabels(argument string) []string {
	r := p.role(argument)
	if r.column == "" {
		return nil
	}
	labels := make([]string, len(r.order.values))
	for i, v := range r.order.values {
		labels[i] = p.shownLabel(r.column) + "=" + p.escape(v.text)
	}
	return labels
}

func columnNote(text string, x, y float64) *Object {
	return note(text, x, y).Set("xanchor", "center").Set("yanchor", "bottom")
}

func rowNote(text string, x, y float64) *Object {
	return note(text, x, y).Set("xanchor", "left").Set("yanchor", "middle").Set("textangle", 90)
}

// note leaves the font to the template: px writes an empty object there.
func note(text string, x, y float64) *Object {
	return NewObject(
		Member{"text", text}, Member{"x", x}, Member{"y", y},
		Member{"xref", "paper"}, Member{"yref", "paper"},
		Member{"showarrow", false}, Member{"font", &Object{}},
	)
}
