package figure

// A Figure is a Plotly figure: what Plotly.newPlot takes. It refers to the
// frame that it was built from, which must not be released before the figure
// is encoded.
type Figure struct {
	Data   []*Object // traces, in drawing order
	Layout *Object
	Frames []*Object // of an animation; nil without one

	Fits []Fit // of the trendlines, in the order of their traces; not written
}
