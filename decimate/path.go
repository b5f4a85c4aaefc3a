package decimate

import "math"

// Path appends to dst the rows of a line whose x goes back and forth, such as
// a track on a map, and returns the extended slice with a record of what was
// done. Rows keep their order. As for [Line], the figure must set
// line.simplify to false.
//
// The view is cut into square cells of half a device pixel. Of consecutive
// rows in one cell the first is kept; of consecutive rows beyond the same edge
// of the view the first and the last, which keeps the segments that enter and
// leave it. What a dropped row's neighbours draw instead stays within the
// diagonal of a cell, so that within the view the line is nowhere farther than
// √2/2 of a device pixel from the line through all rows, and the other way
// round.
//
// A row whose x or y is not finite is a gap. Path panics if the lengths differ.
//
//   - Shapes: len(x) == len(y).
//   - Gaps: see the package documentation.
//   - Cost: O(len(x)); a line that visits every cell keeps most of its rows.
func Path(dst []uint32, x, y []float64, a Area) ([]uint32, Reduction) {
	switch {
	case len(x) != len(y):
		panic(badLength)
	case uint64(len(x)) > math.MaxUint32:
		panic(badRows)
	}
	p := a.projection(2 * a.ratio())
	t := pathTracer{picks: picksTo(dst), gap: -1}
	red := Reduction{Method: MethodPath, RowsIn: len(x), Bound: math.Sqrt2 / 2, BoundKind: BoundHausdorff}
	for i := range x {
		if !finite(x[i]) || !finite(y[i]) {
			t.leave(i)
			continue
		}
		c := p.cell(x[i], y[i])
		if !c.outside() {
			red.RowsInView++
		}
		t.point(i, c)
	}
	t.leave(len(x))
	red.RowsOut, red.Gaps = len(t.dst)-t.base, t.gaps
	return t.dst, red
}

// A cell is a square of the view, or one of the four regions beyond its edges.
type cell struct{ x, y int32 }

// Regions have a negative x; a corner belongs to the first that fits.
var (
	beyondLeft   = cell{-1, 0}
	beyondRight  = cell{-2, 0}
	beyondTop    = cell{-3, 0}
	beyondBottom = cell{-4, 0}
)

func (c cell) outside() bool { return c.x < 0 }

// cell returns the cell of a point in axis coordinates.
func (p projection) cell(x, y float64) cell {
	px, py := p.px(x), p.py(y)
	switch {
	case px < 0:
		return beyondLeft
	case px > p.width:
		return beyondRight
	case py < 0:
		return beyondTop
	case py > p.height:
		return beyondBottom
	}
	return cell{int32(px), int32(py)}
}

// A pathTracer follows a path and appends the rows to keep.
type pathTracer struct {
	picks
	open bool // the row before belongs to a run
	in   cell // the cell of that row
	gap  int  // the first row of the gap behind the last run, or −1
	gaps int  // kept so far
}

// point visits row i, which is in cell c.
func (t *pathTracer) point(i int, c cell) {
	if t.open && c == t.in {
		return
	}
	if t.open && t.in.outside() {
		t.keep(i - 1)
	}
	if !t.open && t.gap >= 0 {
		t.keep(t.gap)
		t.gaps++
	}
	t.keep(i)
	t.open, t.in, t.gap = true, c, -1
}

// leave ends the open run, if any, before row i.
func (t *pathTracer) leave(i int) {
	if t.open {
		t.keep(i - 1)
		t.open, t.gap = false, i
	}
}
