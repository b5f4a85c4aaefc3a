package figure

// The shares of the main panels beside a marginal: a histogram needs more
// room, and so do marginals of several colors.
const (
	mainShare     = 0.84
	mainShareWide = 0.74
)

const transparent = "rgba(255,255,255,0)"

var marginalTypes = []string{"histogram", "box", "violin", "rug"}

// beside appends the share of a marginal to those of the panels.
func (p *plan) beside(shares []float64, marginal string) []float64 {
	m := mainShare
	if marginal == "histogram" || p.call.Color != "" {
		m = mainShareWide
	}
	for i := range shares {
		shares[i] = m
	}
	return append(shares, 1-m)
}

// marginalTraces builds the traces of a group along the axes that have one.
func (p *plan) marginalTraces(g group) []*Object {
	var traces []*Object
	if p.call.MarginalX != "" {
		traces = append(traces, p.marginalTrace(g, "x", p.call.MarginalX, p.call.X))
	}
	if p.call.MarginalY != "" {
		traces = append(traces, p.marginalTrace(g, "y", p.call.MarginalY, p.call.Y))
	}
	return traces
}

func (p *plan) marginalTrace(g group, letter, marginal, column string) *Object {
	t := &Object{members: make([]Member, 0, 18)}
	h := p.groupLines(g)
	if marginal == "histogram" {
		t.Set("type", "histogram").Set("opacity", 0.5).Set("bingroup", letter)
		p.line(h, column, "%{"+letter+"}")
		h.set("count", "count", "%{"+map[string]string{"x": "y", "y": "x"}[letter]+"}")
	} else {
		setBox(t, letter, marginal)
		p.line(h, column, "%{"+letter+"}")
		p.customLines(h)
	}
	p.nameTrace(t, g)
	p.setColumn(t, letter, column, g)
	p.placeTrace(t, g, letter)
	p.paintMarginal(t, g, marginal)
	if marginal == "histogram" {
		t.Set("hovertemplate", p.template(h, ""))
		return t
	}
	if !p.overlaid {
		t.Set("alignmentgroup", "True").Set("offsetgroup", t.Get("name"))
	}
	p.setColumn(t, "hovertext", p.call.HoverName, g)
	p.setHoverData(t, g)
	t.Set("hovertemplate", p.template(h, p.hoverHeader()))
	return t
}

// setBox sets what makes a box, a violin or a rug.
func setBox(t *Object, letter, marginal string) {
	switch marginal {
	case "box":
		t.Set("type", "box").Set("notched", true)
	case "violin":
		t.Set("type", "violin").Set("scalegroup", letter)
	case "rug":
		t.Set("type", "box").Set("fillcolor", transparent)
		t.Object("line").Set("color", transparent)
		t.Set("boxpoints", "all").Set("jitter", 0).Set("hoveron", "points")
		t.Object("marker").Set("symbol", map[string]string{"x": "line-ns-open", "y": "line-ew-open"}[letter])
	}
}

// paintMarginal gives the group's color and, to a box or violin, its symbol. A
// color scale has one color for all: its first.
func (p *plan) paintMarginal(t *Object, g group, marginal string) {
	marker := t.Object("marker")
	if p.continuous {
		marker.Set("color", p.scale[0].Color)
	}
	for _, r := range p.roles {
		use := any(nil)
		if r.under == "marker" {
			use = r.uses[r.place(g)]
		}
		isSymbol := r.key == "symbol"
		if use != nil && (!isSymbol || marginal == "box" || marginal == "violin") {
			marker.Set(r.key, use)
		}
	}
}

// marginalAxes sets up the axes of a figure with marginals, step by step as px
// does: later steps overwrite earlier ones in the corner that both share.
func (p *plan) marginalAxes(a axes) {
	g, c := p.grid, p.call
	left := func(row int) *Object { return a.y[g.number(row, 0)-1] }
	for row := range g.rows {
		p.axisY(left(row))
	}
	for col := range g.cols {
		p.axisX(a.x[col])
	}
	if c.MarginalX != "" {
		for col := range g.cols {
			n := g.number(g.rows-1, col) - 1
			quiet(a.y[n], a.x[n], c.MarginalX, p.look.gridY, p.look.gridX)
		}
	}
	if c.MarginalY != "" {
		for row := range g.rows {
			n := g.number(row, g.cols-1) - 1
			quiet(a.x[n], a.y[n], c.MarginalY, p.look.gridX, p.look.gridY)
		}
	}
	for row := range g.rows {
		if row == 0 || c.MarginalX == "" {
			left(row).Object("title").Set("text", p.shownLabel(c.Y))
		}
	}
	for col := range g.cols {
		if col == 0 || c.MarginalY == "" {
			a.x[col].Object("title").Set("text", p.shownLabel(c.X))
		}
	}
	p.logAxes(a)
	p.unmatch(a)
}

// quiet hides the axis along which a marginal counts, and shows the grid of the
// other one.
func quiet(counted, shared *Object, marginal string, countedGrid, sharedGrid bool) {
	counted.Set("showticklabels", false).Set("showline", false).Set("ticks", "")
	counted.Delete("range")
	if !countedGrid {
		counted.Set("showgrid", marginal == "histogram")
	}
	if !sharedGrid {
		shared.Set("showgrid", true)
	}
}

// unmatch lets the counting axes of marginals follow each other instead of the
// main panels'.
func (p *plan) unmatch(a axes) {
	g := p.grid
	for row := range g.rows {
		for col := range g.cols {
			n := g.number(row, col) - 1
			if p.call.MarginalX != "" && row%2 == 1 {
				a.y[n].Set("matches", axisName("y", g.cols+1)).Delete("type")
			}
			if p.call.MarginalY != "" && col%2 == 1 {
				a.x[n].Set("matches", "x2").Delete("type")
			}
		}
	}
}
