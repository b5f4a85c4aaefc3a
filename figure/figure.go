package figure

import "github.com/pointillist-go/pointillist/frame"

// A Figure is a Plotly figure: what Plotly.newPlot takes. It refers to the
// frame that it was built from, which must not be released before the figure
// is encoded.
//
// The wide form stacks columns, and the rows of Columns and of the traces' arrays
// are then those of the stack: row r of it shows row r modulo Frame.Rows() of the
// frame.
type Figure struct {
	Data   []*Object // traces, in drawing order
	Layout *Object
	Frames []*Object // of an animation; nil without one

	// What is not written:

	Frame   *frame.Frame    // that the figure was built from
	Columns []*frame.Column // that the arguments name, each once, x and y first
	Fits    []Fit           // of the trendlines, in the order of their traces
}
