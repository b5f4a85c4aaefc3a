package figure

import (
	"strings"

	"github.com/pointillist-go/pointillist/frame"
)

// mainTrace builds the trace that shows the rows of a group.
func (p *plan) mainTrace(g group) *Object {
	c := p.call
	t := &Object{members: make([]Member, 0, 20)}
	t.Set("type", p.traceType)
	t.Set("mode", p.mode)
	if p.traceType == "scatter" {
		t.Set("orientation", p.orientation)
	}
	p.nameTrace(t, g)
	p.setColumn(t, "x", c.X, g)
	p.setColumn(t, "y", c.Y, g)
	p.placeTrace(t, g, "")
	p.setText(t, g)
	p.setColumn(t, "hovertext", c.HoverName, g)
	p.setColumn(t, "ids", c.AnimationGroup, g)
	p.errorBars(t, g)
	p.paint(t, g)
	p.setCustomData(t, g)

	h := p.groupLines(g)
	p.columnLines(h)
	t.Set("hovertemplate", p.template(h, p.hoverHeader()))
	return t
}

// nameTrace sets the name, and shows it in the legend if it is the first trace
// of that name.
func (p *plan) nameTrace(t *Object, g group) {
	name := p.joinNamed(func(r *role) string { return p.escape(r.value(g).text) })
	t.Set("name", name)
	t.Set("legendgroup", name)
	t.Set("showlegend", name != "" && !p.shown[name])
	p.shown[name] = true
}

// joinNamed joins the texts of the roles that are part of names, one of each
// distinct label.
func (p *plan) joinNamed(text func(*role) string) string {
	var labels, parts []string
	for _, r := range p.roles {
		if !r.named || r.column == "" || r.identity {
			continue
		}
		label := p.label(r.column)
		if i := indexOf(labels, label); i >= 0 {
			parts[i] = text(r)
			continue
		}
		labels = append(labels, label)
		parts = append(parts, text(r))
	}
	return strings.Join(parts, ", ")
}

func indexOf(list []string, s string) int {
	for i, v := range list {
		if v == s {
			return i
		}
	}
	return -1
}

// setColumn sets a member to the group's values of a column, if there is one.
func (p *plan) setColumn(o *Object, key, column string, g group) {
	if column != "" {
		o.Set(key, &Array{Column: p.columns[column], Rows: g.rows})
	}
}

// setText sets the text beside the symbols. On scattergl it is strings, "" for
// none: a null or a typed array makes plotly.js drop the whole plot.
func (p *plan) setText(t *Object, g group) {
	if p.call.Text == "" {
		return
	}
	text := &Array{Column: p.columns[p.call.Text], Rows: g.rows}
	if p.traceType == "scattergl" {
		text.Form = FormText
	}
	t.Set("text", text)
}

func (p *plan) errorBars(t *Object, g group) {
	c := p.call
	for _, bar := range []struct{ axis, plus, minus string }{
		{"error_x", c.ErrorX, c.ErrorXMinus},
		{"error_y", c.ErrorY, c.ErrorYMinus},
	} {
		if bar.plus != "" || bar.minus != "" {
			p.setColumn(t.Object(bar.axis), "array", bar.plus, g)
			p.setColumn(t.Object(bar.axis), "arrayminus", bar.minus, g)
		}
	}
}

// paint sets marker and line.
func (p *plan) paint(t *Object, g group) {
	c, marker := p.call, t.Object("marker")
	if p.continuous {
		p.setColumn(marker, "color", c.Color, g)
		marker.Set("coloraxis", "coloraxis")
	}
	for _, r := range p.roles {
		if r.under != "" {
			if use := r.uses[r.place(g)]; use != nil {
				t.Object(r.under).Set(r.key, use)
			}
		}
	}
	if c.kind == "line" && c.line.LineShape != "" {
		t.Object("line").Set("shape", c.line.LineShape)
	}
	if c.Opacity != nil {
		marker.Set("opacity", *c.Opacity)
	}
	if c.Size != "" {
		p.setColumn(marker, "size", c.Size, g)
		marker.Set("sizemode", "area")
		marker.Set("sizeref", p.sizeref)
	}
}

// setHoverData sets customdata on a marginal, which shows no more than hover_data.
func (p *plan) setHoverData(t *Object, g group) {
	if p.call.HoverData != nil {
		p.setCustomData(t, g)
	}
}

// setCustomData sets the columns of custom_data, then those of hover_data that
// are not on an axis.
func (p *plan) setCustomData(t *Object, g group) {
	if len(p.custom) == 0 {
		return
	}
	table := &Table{Columns: make([]*frame.Column, len(p.custom)), Rows: g.rows}
	for i, name := range p.custom {
		table.Columns[i] = p.columns[name]
	}
	t.Set("customdata", table)
}
