package figure

import (
	"github.com/pointillist-go/pointillist/figure/trend"
	"github.com/pointillist-go/pointillist/frame"
)

// A call is the arguments of px.scatter or px.line: those that only px.line has
// are in line.
type call struct {
	Scatter
	kind string // "scatter", "line"
	line Line
}

// webglRows is the number of rows above which px draws with WebGL.
const webglRows = 1000

// A plan is a figure in the making: what is decided before the traces are
// built, in the order of its fields.
type plan struct {
	call *call
	rows *frame.Rows // of the columns, which the wide form stacks
	errs []error

	look    *look
	given   map[string]*frame.Column // those that the caller brings
	columns map[string]*frame.Column // those that the figure uses, by name
	labels  map[string]string        // column to text
	labeled map[string]string        // and back
	hovers  map[string]Hover
	custom  []string // columns of customdata
	noColor bool     // asked for by NoColor

	continuous  bool // color is a scale
	scale       []ColorStop
	sizeref     any // float64; nil if there is no largest size
	orientation string
	mode        string
	traceType   string // "scatter", "scattergl"

	trend trend.Trend // nil without a trendline
	fits  []Fit

	roles    []*role
	orders   []*order // category_orders first
	groups   []group
	grid     *grid
	overlaid bool            // histograms of several traces lie over each other
	shown    map[string]bool // names that are in the legend of the frame already
}

func (c *call) build(f *frame.Frame, rows *frame.Rows) (*Figure, error) {
	if rows == nil {
		rows = frame.AllRows(f)
	}
	p := &plan{call: c, rows: rows, shown: map[string]bool{}}
	p.readTrendline()
	p.checkValues()
	p.readLabels()
	p.chooseColumns(f)
	p.chooseLook()
	if len(p.errs) > 0 {
		return nil, join(p.errs)
	}
	p.choose()
	if len(p.errs) > 0 {
		return nil, join(p.errs)
	}
	p.groupRows()
	p.sizeRef()
	p.grid = p.newGrid()
	if len(p.errs) > 0 {
		return nil, join(p.errs)
	}
	fig := &Figure{Frame: f, Columns: p.used()}
	p.addTraces(fig)
	p.overallTrend(fig)
	if len(p.errs) > 0 {
		return nil, join(p.errs)
	}
	fig.Fits = p.fits
	fig.Layout = p.layout()
	p.controls(fig.Layout, fig.Frames)
	return fig, nil
}

func (p *plan) fail(err error) { p.errs = append(p.errs, err) }

func (p *plan) chooseLook() {
	look, err := p.call.Template.look()
	if err != nil {
		p.fail(wrong("template", "%w", err))
	}
	p.look = look
}

func (p *plan) readLabels() {
	p.labels = make(map[string]string, len(p.call.Labels))
	p.labeled = make(map[string]string, len(p.call.Labels))
	for _, l := range p.call.Labels {
		p.labels[l.Column] = l.Text
		p.labeled[l.Text] = l.Column
	}
	p.hovers = make(map[string]Hover, len(p.call.HoverData))
	for _, h := range p.call.HoverData {
		p.hovers[h.Column] = h
	}
}

// choose decides what depends on the columns' types and the number of rows.
func (p *plan) choose() {
	c := p.call
	if c.Color != "" && c.kind == "scatter" && p.columns[c.Color].Kind().Numeric() {
		p.continuous = true
		p.chooseScale()
	}
	if c.Size != "" {
		p.checkSizeType(p.columns[c.Size])
	}
	p.chooseOrientation()
	p.chooseType()
	p.checkWebGLDashes()
	p.chooseMode()
	p.choosePanels()
}

// choosePanels settles which of facets and marginals stay: an empty frame has
// no panels, and a facet takes the place of the marginal in its way.
func (p *plan) choosePanels() {
	c := p.call
	p.overlaid = c.MarginalX == "histogram" || c.MarginalY == "histogram"
	if p.rows.Len() == 0 {
		c.FacetRow, c.FacetCol = "", ""
	}
	if c.FacetRow != "" {
		c.MarginalX = ""
	}
	if c.FacetCol != "" {
		c.MarginalY = ""
	}
}

func (p *plan) chooseOrientation() {
	switch c := p.call; {
	case c.Orientation != "":
		p.orientation = c.Orientation
	case p.orientation != "": // by the axis that is not given
	case p.columns[c.X].Kind().Numeric() && !p.columns[c.Y].Kind().Numeric():
		p.orientation = "h"
	default:
		p.orientation = "v"
	}
}

func (p *plan) chooseType() {
	p.traceType = "scatter"
	c := p.call
	auto := c.RenderMode == "" || c.RenderMode == "auto"
	webgl := c.RenderMode == "webgl" || auto && p.rows.Len() > webglRows && c.line.LineShape != "spline" && c.AnimationFrame == ""
	if webgl && (c.ExactPx || !p.errorsNeedSVG()) {
		p.traceType = "scattergl"
	}
}

// errorsNeedSVG reports whether there are error bars along an axis that is not
// of numbers: on such a scattergl trace plotly.js throws.
func (p *plan) errorsNeedSVG() bool {
	c := p.call
	return c.ErrorX+c.ErrorXMinus != "" && !p.columns[c.X].Kind().Numeric() ||
		c.ErrorY+c.ErrorYMinus != "" && !p.columns[c.Y].Kind().Numeric()
}

// chooseMode joins what is drawn, sorted.
func (p *plan) chooseMode() {
	c := p.call
	p.mode = "markers"
	if c.kind == "line" {
		p.mode = "lines"
		if c.Text != "" || c.Symbol != "" || c.line.Markers {
			p.mode += "+markers"
		}
	}
	if c.Text != "" {
		p.mode += "+text"
	}
}

// groupRows orders the values of the grouping columns, and splits the rows.
func (p *plan) groupRows() {
	p.roles = p.newRoles()
	read := map[string]*keys{}
	for _, r := range p.roles {
		if r.column != "" && read[r.column] == nil {
			read[r.column] = readKeys(p.columns[r.column], p.rows)
		}
	}
	for _, o := range p.call.CategoryOrders {
		p.orders = append(p.orders, newOrder(o.Column, o.Values, read[o.Column]))
	}
	for _, r := range p.roles {
		if r.column != "" && p.orderOf(r.column) == nil {
			p.orders = append(p.orders, newOrder(r.column, nil, read[r.column]))
		}
	}
	var by grouping
	at := map[string]int{}
	for _, o := range p.orders {
		if k := read[o.column]; k != nil {
			at[o.column] = len(by.keys)
			by.keys, by.orders = append(by.keys, k), append(by.orders, o)
		}
	}
	for _, r := range p.roles {
		r.index = -1
		if r.column != "" {
			r.index, r.order = at[r.column], p.orderOf(r.column)
		}
		r.assign()
	}
	p.groups = by.split(p.rows)
	for _, r := range p.roles {
		p.checkColumnOfIdentity(r)
		p.checkIdentity(r)
	}
}

// role returns the role of an argument; nil if the argument has none.
func (p *plan) role(argument string) *role {
	for _, r := range p.roles {
		if r.argument == argument {
			return r
		}
	}
	return nil
}

func (p *plan) orderOf(column string) *order {
	for _, o := range p.orders {
		if o.column == column {
			return o
		}
	}
	return nil
}
