package reduce

import (
	"math"
	"sort"

	"github.com/pointillist-go/pointillist/decimate"
)

// rowsPerPixel is the budget of lines without a bound: two buckets of lowest
// and highest per device pixel.
const rowsPerPixel = 4

// chooseLine chooses the rows of a line, and of its markers if it has any.
func (r *reduction) chooseLine(t *trace) error {
	if t.look.bent || t.look.text || t.look.bars {
		return nil
	}
	area := r.area(t)
	if err := area.Validate(); err != nil {
		return wrong(t.xAxis.pointer, "%w", err)
	}
	t.kept, t.record = r.line(t, area)
	if t.look.dashed {
		t.record.Bound, t.record.BoundKind = 0, decimate.BoundNone // dashes move along the line
	}
	if t.look.markers {
		line, record := t.kept, t.record
		if _, _, err := r.visible(t, math.MaxInt); err != nil {
			return err
		}
		t.kept, t.record = union(line, t.kept), record
		t.record.RowsOut = len(t.kept)
	}
	if !t.look.gl {
		t.Object.Object("line").Set("simplify", false)
	}
	return nil
}

// line reduces a line without its markers.
func (r *reduction) line(t *trace, area decimate.Area) ([]uint32, decimate.Reduction) {
	view := decimate.View[float64]{Lo: min(area.Left, area.Right), Hi: max(area.Left, area.Right)}
	width := max(int(math.Ceil(area.Width*area.PixelRatio)), 1)
	budget := r.o.Budget
	if budget == 0 {
		budget = rowsPerPixel * width
	}
	if t.indexed == nil && !decimate.Sorted(t.x) {
		return decimate.Path(nil, t.x, t.y, area)
	}
	var rows []uint32
	switch r.o.Method {
	case Every:
		rows = decimate.Every(nil, t.x, t.y, view, budget)
	case MinMax:
		n := max(budget/2, 1)
		rows = t.minMax(view, n)
		return rows, r.lineRecord(t, view, rows, 2*float64(width)/float64(n), decimate.BoundHausdorff)
	case M4:
		n := max(budget/4, 1)
		rows = t.m4(view, n)
		return rows, r.lineRecord(t, view, rows, 2*float64(width)/float64(n), decimate.BoundHausdorff)
	case LTTB:
		rows = decimate.LTTB(nil, t.x, t.y, view, budget)
	case MinMaxLTTB:
		rows = decimate.MinMaxLTTB(nil, t.x, t.y, view, budget)
	case Swing:
		limit := r.o.MaxError
		if limit == 0 {
			limit = defaultMaxError
		}
		perPixel := math.Abs(area.Top-area.Bottom) / (area.Height * area.PixelRatio)
		rows = decimate.Swing(nil, t.x, t.y, view, limit*perPixel)
		return rows, r.lineRecord(t, view, rows, limit, decimate.BoundHausdorff)
	default:
		rows, record := t.auto(view, decimate.LineOptions{Width: width, MaxError: r.o.MaxError})
		if record.Method != decimate.MethodNone && r.o.MaxError == 0 && !t.look.gl {
			return t.withTurns(rows, record, view, area)
		}
		return rows, record
	}
	return rows, r.lineRecord(t, view, rows, 0, decimate.BoundNone)
}

// withTurns adds the rows that draw the smooth parts of an SVG line to the
// pixel; if that leaves out less than a fourth of the rows in view, it keeps all of
// them, and one beyond each end.
func (t *trace) withTurns(rows []uint32, record decimate.Reduction, view decimate.View[float64], area decimate.Area) ([]uint32, decimate.Reduction) {
	rows = union(rows, decimate.Turns(nil, t.xs, t.ys, area))
	if 4*len(rows) > 3*record.RowsInView {
		n := t.xs.Len()
		from := sort.Search(n, func(i int) bool { return t.xs.At(i) >= view.Lo })
		to := sort.Search(n, func(i int) bool { return t.xs.At(i) > view.Hi })
		rows, record.Bound = rows[:0], 0
		for i := max(from-1, 0); i < min(to+1, n); i++ {
			rows = append(rows, uint32(i))
		}
	}
	record.RowsOut = len(rows)
	if record.RowsOut == record.RowsIn {
		record.Method, record.Bound = decimate.MethodNone, 0
	}
	return rows, record
}

// lineRecord is the record of a method that leaves it to others.
func (r *reduction) lineRecord(t *trace, view decimate.View[float64], rows []uint32, limit float64, kind decimate.BoundKind) decimate.Reduction {
	record := t.record
	record.RowsInView, record.RowsOut = t.between(view), len(rows)
	if len(rows) < record.RowsIn {
		record.Method, record.Bound, record.BoundKind = decimate.Method(r.o.Method), limit, kind
	}
	gap, drawn := false, false
	for _, i := range rows {
		switch {
		case !finite(t.ys.At(int(i))):
			gap = drawn
		case gap:
			record.Gaps++
			gap = false
		default:
			drawn = true
		}
	}
	return record
}

// What follows asks the index if there is one, and else reads the rows.

func (t *trace) minMax(view decimate.View[float64], buckets int) []uint32 {
	if t.indexed != nil {
		return t.indexed.line.MinMax(nil, t.xs, t.ys, view, buckets)
	}
	return decimate.MinMax(nil, t.x, t.y, view, buckets)
}

func (t *trace) m4(view decimate.View[float64], buckets int) []uint32 {
	if t.indexed != nil {
		return t.indexed.line.M4(nil, t.xs, t.ys, view, buckets)
	}
	return decimate.M4(nil, t.x, t.y, view, buckets)
}

func (t *trace) auto(view decimate.View[float64], o decimate.LineOptions) ([]uint32, decimate.Reduction) {
	if t.indexed != nil {
		return t.indexed.line.Line(nil, t.xs, t.ys, view, o)
	}
	return decimate.Line(nil, t.x, t.y, view, o)
}

// between counts the rows of a line between the sides of a view.
func (t *trace) between(view decimate.View[float64]) (n int) {
	if t.indexed != nil {
		lo, hi := t.indexed.line.Rows(t.xs, view)
		return t.indexed.line.CountFinite(t.ys, lo, hi)
	}
	lo, hi := view.Rows(t.x)
	for _, v := range t.y[lo:hi] {
		if finite(v) {
			n++
		}
	}
	return n
}

// union merges two ascending lists.
func union(a, b []uint32) []uint32 {
	merged := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			merged, a = append(merged, a[0]), a[1:]
		case b[0] < a[0]:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
