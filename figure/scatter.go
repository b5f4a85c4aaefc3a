package figure

import "github.com/pointillist-go/pointillist/frame"

// A Scatter draws each row as a symbol: it is px.scatter. Its fields are
// px.scatter's arguments in px's order; a field of its zero value is an
// argument left out. Fields of type string that are not explained otherwise
// name a column.
type Scatter struct {
	// X and Y are the columns of the axes. If one is empty, the rows are
	// counted along its axis. XColumns or YColumns, not both, are the wide
	// form: the columns are stacked into one "value" on that axis, colored by
	// "variable", the name of the column it came from. With none of the four,
	// all columns of the frame are stacked on y.
	X, Y               string
	XColumns, YColumns []string

	Color  string // numbers: a color scale; else one trace a value. NoColor: not even in the wide form
	Symbol string // one trace a value
	Size   string // area of the symbols; no value may be missing or negative

	HoverName  string   // in bold on top of the hover
	HoverData  []Hover  // lines of the hover, in customdata
	CustomData []string // first columns of customdata, without a line
	Text       string   // written beside each symbol

	FacetRow, FacetCol string  // one panel a value
	FacetColWrap       int     // panels a row; 0 does not wrap
	FacetRowSpacing    float64 // part of the height between panels; 0 is 0.03, or 0.07 where wrapped
	FacetColSpacing    float64 // part of the width between panels; 0 is 0.02

	ErrorX, ErrorXMinus string // lengths of error bars; without Minus they are symmetric
	ErrorY, ErrorYMinus string

	AnimationFrame string // one frame a value
	AnimationGroup string // what is the same object in several frames

	CategoryOrders []Order
	Labels         []Label
	Orientation    string // "v", "h"; "" decides by the columns' types

	ColorDiscreteSequence   []string   // nil: the template's
	ColorDiscreteMap        Mapping    // values not in it take the sequence's colors
	ColorContinuousScale    ColorScale // zero: the template's
	RangeColor              []float64  // low and high end of the scale, NaN for an open end; nil: the data's
	ColorContinuousMidpoint *float64
	SymbolSequence          []string // nil: circle, diamond, square, x, cross, or the template's
	SymbolMap               Mapping

	Opacity *float64 // from 0 to 1
	SizeMax float64  // px of the largest symbol, see [SizeRef]; 0 is 20

	MarginalX, MarginalY   string         // "histogram", "box", "violin", "rug"
	Trendline              string         // "ols", "lowess", "rolling", "expanding", "ewm": see package trend
	TrendlineOptions       map[string]any // by px's names, see trend.ParseOptions
	TrendlineColorOverride string
	TrendlineScope         string // "trace" fits each trace, "overall" all rows; "" is "trace"

	LogX, LogY     bool
	RangeX, RangeY []any  // low and high end: numbers, text of dates or categories, nil for an open end
	RenderMode     string // "svg", "webgl"; "" and "auto" take webgl above 1,000 rows

	Title, Subtitle string
	Template        Template
	Width, Height   float64 // px; 0 leaves it to the page

	// Given are columns beside the frame's, where px takes arrays, Constant and Range.
	Given []Given

	// ExactPx leaves out what we add to px's figure or change in it, see
	// "Where we differ from px" in the package documentation.
	ExactPx bool
}

// NoColor as Color keeps the wide form from coloring by variable.
const NoColor = "px_no_color_constant"

// Name returns "scatter".
func (s Scatter) Name() string { return "scatter" }

// Build returns px.scatter's figure of the given rows of f; see [Kind].
//
// Cost: a plain figure, with no column that groups or sizes, takes time that
// does not depend on the rows: values are read when it is encoded. Grouping
// takes one pass over the dictionary codes of each grouping column, and time in
// rows + traces. A trendline sorts the rows of its group.
func (s Scatter) Build(f *frame.Frame, rows *frame.Rows) (*Figure, error) {
	return s.call().build(f, rows)
}

func (s Scatter) call() *call { return &call{kind: "scatter", Scatter: s} }
