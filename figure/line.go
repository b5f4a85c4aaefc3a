package figure

import "github.com/pointillist-go/pointillist/frame"

// A Line connects rows in their order: it is px.line. Its fields are px.line's
// arguments in px's order; what [Scatter] has too means the same, but a color
// always makes traces.
type Line struct {
	X, Y               string
	XColumns, YColumns []string

	LineGroup string // one line a value, without a name of its own
	Color     string // one line a value
	LineDash  string // one line a value
	Symbol    string // one line a value, with symbols

	HoverName  string
	HoverData  []Hover
	CustomData []string
	Text       string

	FacetRow, FacetCol               string
	FacetColWrap                     int
	FacetRowSpacing, FacetColSpacing float64

	ErrorX, ErrorXMinus string
	ErrorY, ErrorYMinus string

	AnimationFrame, AnimationGroup string

	CategoryOrders []Order
	Labels         []Label
	Orientation    string

	ColorDiscreteSequence []string
	ColorDiscreteMap      Mapping
	LineDashSequence      []string // nil: solid, dot, dash, longdash, dashdot, longdashdot, or the template's
	LineDashMap           Mapping
	SymbolSequence        []string
	SymbolMap             Mapping

	Markers bool // symbols on the lines

	LogX, LogY     bool
	RangeX, RangeY []any
	LineShape      string // "linear", "spline", "hv", "vh", "hvh", "vhv"; a spline is drawn as SVG
	RenderMode     string

	Title, Subtitle string
	Template        Template
	Width, Height   float64

	Given   []Given
	ExactPx bool
}

// Name returns "line".
func (l Line) Name() string { return "line" }

// Build returns px.line's figure of the given rows of f; see [Kind].
func (l Line) Build(f *frame.Frame, rows *frame.Rows) (*Figure, error) {
	return l.call().build(f, rows)
}

func (l Line) call() *call {
	return &call{
		kind: "line",
		line: l,
		Scatter: Scatter{
			X: l.X, Y: l.Y, XColumns: l.XColumns, YColumns: l.YColumns,
			Color: l.Color, Symbol: l.Symbol,
			HoverName: l.HoverName, HoverData: l.HoverData, CustomData: l.CustomData, Text: l.Text,
			FacetRow: l.FacetRow, FacetCol: l.FacetCol, FacetColWrap: l.FacetColWrap,
			FacetRowSpacing: l.FacetRowSpacing, FacetColSpacing: l.FacetColSpacing,
			ErrorX: l.ErrorX, ErrorXMinus: l.ErrorXMinus, ErrorY: l.ErrorY, ErrorYMinus: l.ErrorYMinus,
			AnimationFrame: l.AnimationFrame, AnimationGroup: l.AnimationGroup,
			CategoryOrders: l.CategoryOrders, Labels: l.Labels, Orientation: l.Orientation,
			ColorDiscreteSequence: l.ColorDiscreteSequence, ColorDiscreteMap: l.ColorDiscreteMap,
			SymbolSequence: l.SymbolSequence, SymbolMap: l.SymbolMap,
			LogX: l.LogX, LogY: l.LogY, RangeX: l.RangeX, RangeY: l.RangeY, RenderMode: l.RenderMode,
			Title: l.Title, Subtitle: l.Subtitle, Template: l.Template, Width: l.Width, Height: l.Height,
			Given: l.Given, ExactPx: l.ExactPx,
		},
	}
}
