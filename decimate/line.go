package decimate

import "math"

// defaultMaxError is eight buckets per device pixel. Measured in Chromium on
// lines of 50,000 rows, the inked pixels that differ by more than 20 of 255
// levels are none of a stepwise and of a sparse line and 1 in 8,000 of a noisy
// one; with 0.5, they are 1 in 30 of the first two.
const defaultMaxError = 0.25

// maxBuckets bounds the work that a small MaxError can ask for.
const maxBuckets = 1 << 22

// LineOptions describe how a line is drawn.
type LineOptions struct {
	Width    int     // of the plot area in device pixels; 0 means 1
	MaxError float64 // Hausdorff distance allowed, in device pixels; 0 means 0.25
}

// buckets returns how many MinMax buckets keep the error within o, and the
// error that they guarantee.
func (o LineOptions) buckets() (n int, bound float64) {
	width, maxError := max(o.Width, 1), o.MaxError
	if !(maxError > 0) {
		maxError = defaultMaxError
	}
	n = int(min(math.Ceil(2*float64(width)/maxError), maxBuckets))
	n = max(n, 1)
	return n, 2 * float64(width) / float64(n)
}

// Line appends to dst the rows of a line to draw within o.MaxError and returns
// the extended slice with a record of what was done. It uses [MinMax], with
// enough buckets for the error. A figure that shows the result must set
// line.simplify to false, or Plotly moves the points again.
//
// x must not decrease: ask [Sorted] first, and use [Path] if it says no. Line
// panics as MinMax does.
//
//   - Shapes: len(x) == len(y); rows as from MinMax.
//   - Cost: that of MinMax, and a pass over the rows in view to count.
func Line[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], o LineOptions) ([]uint32, Reduction) {
	n, bound := o.buckets()
	from := len(dst)
	dst = MinMax(dst, x, y, v, n)
	lo, hi := v.Rows(x)
	red := Reduction{
		RowsIn: len(x), RowsInView: countFinite(y[lo:hi]), RowsOut: len(dst) - from,
		Gaps: breaks(y, dst[from:]),
	}
	return dst, red.within(bound)
}

// within completes the record of a line that MinMax reduced.
func (r Reduction) within(bound float64) Reduction {
	r.Method, r.Bound, r.BoundKind = MethodMinMax, bound, BoundHausdorff
	if r.RowsOut == r.RowsIn {
		r.Method, r.Bound = MethodNone, 0
	}
	return r
}

func countFinite[Y Value](y []Y) (n int) {
	for _, v := range y {
		if finite(v) {
			n++
		}
	}
	return n
}

// breaks counts the gaps between two runs among the rows.
func breaks[Y Value](y []Y, rows []uint32) (n int) {
	seen, gap := false, false
	for _, i := range rows {
		switch {
		case !finite(y[i]):
			gap = seen
		case gap:
			n++
			gap = false
		default:
			seen = true
		}
	}
	return n
}
