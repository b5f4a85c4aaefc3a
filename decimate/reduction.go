package decimate

// A Method names an algorithm, as a reply over HTTP spells it.
type Method string

const (
	MethodNone    Method = "none" // every row is drawn
	MethodMinMax  Method = "minmax"
	MethodPath    Method = "path"
	MethodVisible Method = "visible"
	MethodDensity Method = "density"
	MethodSample  Method = "sample"
)

// A BoundKind says what the bound of a [Reduction] limits.
type BoundKind string

const (
	// BoundNone: nothing is known about the picture.
	BoundNone BoundKind = "none"
	// BoundHausdorff: the distance in device pixels from any point of either
	// line to the other one.
	BoundHausdorff BoundKind = "hausdorff_px"
	// BoundChannel: the difference of any colour channel of any pixel, where
	// 1 is from black to white, before the renderer rounds.
	BoundChannel BoundKind = "channel"
	// BoundInner: as BoundChannel, but not on the rims of stacked markers.
	BoundInner BoundKind = "channel_inner"
)

// A Reduction records what a decimator did, for the badge under the plot and
// for the tests of whoever trusts it.
type Reduction struct {
	Method     Method     `json:"method"`
	RowsIn     int        `json:"rows_in"`
	RowsInView int        `json:"rows_in_view"` // plottable and inside the ranges of the axes
	RowsOut    int        `json:"rows_out"`
	Bound      float64    `json:"bound"`
	BoundKind  BoundKind  `json:"bound_kind"`
	Gaps       int        `json:"gaps"` // breaks of the line within the rows kept
	Categories []Category `json:"categories,omitempty"`
}

// A Category counts the rows of one category before and after.
type Category struct {
	In  int `json:"in"`
	Out int `json:"out"`
}

// CountCategories appends one Category for each of the codes 0 … n−1: its rows
// in codes, and those among the rows kept. Codes outside are not counted.
func CountCategories(dst []Category, codes []int32, rows []uint32, n int) []Category {
	from := len(dst)
	dst = append(dst, make([]Category, n)...)
	counts := dst[from:]
	for _, c := range codes {
		if uint(c) < uint(n) {
			counts[c].In++
		}
	}
	for _, i := range rows {
		if c := codes[i]; uint(c) < uint(n) {
			counts[c].Out++
		}
	}
	return dst
}
