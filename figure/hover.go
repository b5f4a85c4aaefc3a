package figure

import "strings"

// A hoverText is the lines of a hovertemplate. A line is known by its label:
// one that is set again keeps its first place.
type hoverText struct {
	lines []hoverLine
}

type hoverLine struct {
	label string // as px knows it
	shown string // as it is written
	text  string // an expression such as %{x}, or the text of a value
}

func (h *hoverText) set(label, shown, text string) {
	for i := range h.lines {
		if h.lines[i].label == label {
			h.lines[i].text = text
			return
		}
	}
	h.lines = append(h.lines, hoverLine{label, shown, text})
}

// column sets the line of a column.
func (p *plan) line(h *hoverText, column, text string) {
	h.set(p.label(column), p.shownLabel(column), text)
}

// groupLines starts the hover of a group: a line for each role.
func (p *plan) groupLines(g group) *hoverText {
	h := &hoverText{lines: make([]hoverLine, 0, 8)}
	for _, r := range p.roles {
		if r.column != "" && !r.identity {
			p.line(h, r.column, p.escape(r.value(g).text))
		}
	}
	return h
}

// columnLines adds the lines of the columns in the trace itself.
func (p *plan) columnLines(h *hoverText) {
	c := p.call
	p.line(h, c.X, "%{x}")
	p.line(h, c.Y, "%{y}")
	if c.Size != "" {
		p.line(h, c.Size, "%{marker.size}")
	}
	if c.Text != "" {
		p.line(h, c.Text, "%{text}")
	}
	p.customLines(h)
	if p.continuous {
		p.line(h, c.Color, "%{marker.color}")
	}
}

// customLines adds the lines of hover_data, which point into customdata.
func (p *plan) customLines(h *hoverText) {
	for _, hover := range p.call.HoverData {
		if hover.Column != p.call.X && hover.Column != p.call.Y {
			p.line(h, hover.Column, p.customExpression(hover.Column))
		}
	}
}

// template writes the lines, formatted as hover_data says.
func (p *plan) template(h *hoverText, header string) string {
	var b strings.Builder
	b.WriteString(header)
	first := true
	for _, line := range h.lines {
		hover, ok := p.hovers[p.columnOf(line.label)]
		if ok && hover.Hide {
			continue
		}
		if !first {
			b.WriteString("<br>")
		}
		first = false
		b.WriteString(line.shown)
		b.WriteByte('=')
		if ok && hover.Format != "" {
			b.WriteString(strings.ReplaceAll(line.text, "}", hover.Format+"}"))
		} else {
			b.WriteString(line.text)
		}
	}
	b.WriteString("<extra></extra>")
	return b.String()
}

func (p *plan) hoverHeader() string {
	if p.call.HoverName == "" {
		return ""
	}
	return "<b>%{hovertext}</b><br><br>"
}

// label returns the text that stands for a column.
func (p *plan) label(column string) string {
	if text, ok := p.labels[column]; ok {
		return text
	}
	return column
}

// shownLabel is label, with a column's own name made harmless.
func (p *plan) shownLabel(column string) string {
	if text, ok := p.labels[column]; ok {
		return text
	}
	return p.escape(column)
}

// columnOf returns the column that a label leads back to, else the label.
func (p *plan) columnOf(label string) string {
	if column, ok := p.labeled[label]; ok {
		return column
	}
	return label
}

var harmless = strings.NewReplacer("%{", "%&#123;", "<", "&lt;")

// escape makes text from the data harmless where plotly.js reads it as a
// template or as pseudo-HTML.
func (p *plan) escape(text string) string {
	if p.call.ExactPx || !strings.ContainsAny(text, "%<") {
		return text
	}
	return harmless.Replace(text)
}
