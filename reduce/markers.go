package reduce

import (
	"cmp"
	"math"
	"slices"

	"github.com/pointillist-go/pointillist/decimate"
)

// stackLimit is the most markers of one look on one spot: see decimate.Markers.
const stackLimit = 256

// sampleSeed makes the sample the same for everybody.
const sampleSeed = 0x706f696e74696c6c

// chooseMarkers chooses the rows of the traces of markers.
func (r *reduction) chooseMarkers(traces []*trace) error {
	switch r.o.Method {
	case Sample:
		r.sample(traces, r.budget())
		return nil
	case Density:
		return r.crowd(traces, r.budget(), (*trace).countable)
	}
	left, crowded, err := r.cull(traces)
	if err != nil {
		return err
	}
	return r.crowd(crowded, left, func(t *trace) bool { return t.countable() && !t.look.text && !t.look.bars })
}

// crowd draws traces that a cull cannot help: as counts, which leave nothing out,
// or else a sample of them.
func (r *reduction) crowd(traces []*trace, budget int, countable func(*trace) bool) error {
	var counted, sampled []*trace
	for _, t := range traces {
		t.load()
		if countable(t) {
			counted = append(counted, t)
		} else {
			sampled = append(sampled, t)
		}
	}
	if len(sampled) > 0 {
		r.sample(sampled, budget)
	}
	return r.count(counted)
}

func (r *reduction) budget() int {
	if r.o.Budget == 0 {
		return defaultBudget
	}
	return r.o.Budget
}

// whole reports whether the markers are drawn as they are.
func (t *trace) whole(method string) bool {
	return t.look.text || t.look.bars || method == Auto && t.length() <= few
}

// cull keeps the rows of each trace that can be seen, and finds the traces of
// which more can be than the budget has room for, or more than a cull is for, and
// what the budget has left for a sample of them. Only Auto has such limits. The smallest trace has
// its share first, so that what it does not need goes to the larger ones, and a
// rare category is drawn whatever the others are.
func (r *reduction) cull(traces []*trace) (left int, crowded []*trace, err error) {
	left = math.MaxInt
	if r.o.Method == Auto {
		left = r.budget()
	}
	bySize := slices.Clone(traces)
	slices.SortStableFunc(bySize, func(a, b *trace) int { return cmp.Compare(a.length(), b.length()) })
	for i, t := range bySize {
		share := left / (len(bySize) - i)
		seen, fits := t.length(), r.o.Method != Auto || t.length() <= share
		if !t.whole(r.o.Method) {
			if seen, fits, err = r.visible(t, r.limit(t, share)); err != nil {
				return 0, nil, err
			}
		}
		if fits {
			left = max(left-seen, 0)
		} else {
			crowded = append(crowded, t)
		}
	}
	slices.SortFunc(crowded, func(a, b *trace) int { return cmp.Compare(a.index, b.index) })
	return max(left, len(crowded)), crowded, nil
}

func (r *reduction) canvas(t *trace) (*decimate.Canvas, error) {
	canvas, err := decimate.NewCanvas(r.area(t), rendererOf(t))
	if err != nil {
		return nil, wrong(t.xAxis.pointer, "%w", err)
	}
	return canvas, nil
}

func rendererOf(t *trace) decimate.Renderer {
	if t.look.gl {
		return decimate.GL
	}
	return decimate.SVG
}

func (r *reduction) markers(t *trace) decimate.Markers {
	m := decimate.Markers{
		X: t.x, Y: t.y, Size: t.look.size, Sizes: t.look.sizes,
		Opacity: t.look.opacity, Opacities: t.look.opacities(),
		Outline: t.look.outline, Symbol: t.look.symbol, Stack: stackLimit,
	}
	if t.indexed != nil {
		m.Cloud = &decimate.Cloud{Tiles: t.indexed.tiles, X: t.xs, Y: t.ys}
	}
	return m
}

// visible keeps the rows of a trace that can be seen when no other trace is
// drawn, for the reader may hide any of them, and returns their number. It returns
// false and keeps nothing if they are more than limit.
func (r *reduction) visible(t *trace, limit int) (seen int, fits bool, err error) {
	canvas, err := r.canvas(t)
	if err != nil {
		return 0, false, err
	}
	defer canvas.Free()
	rows, record, fits := canvas.VisibleUpTo([]uint32{}, r.markers(t), limit)
	if !fits {
		return 0, false, nil
	}
	seen = len(rows)
	if rows, err = r.spare(t, rows); err != nil {
		return 0, false, err
	}
	record.RowsOut = len(rows)
	t.kept, t.record = rows, record
	return seen, true, nil
}

// spare adds to the visible rows those that would show on a page larger by the
// margin, or by less where they would be too many. By the nesting of discs (see
// docs/decisions) these are also the ones that show on pages between, and with
// smaller markers.
func (r *reduction) spare(t *trace, rows []uint32) ([]uint32, error) {
	if r.o.Margin <= 1 || len(rows) == t.length() {
		return rows, nil
	}
	limit := r.room(t, len(rows))
	for _, margin := range [...]float64{r.o.Margin, 1.3, 1.2, 1.1} {
		if margin > r.o.Margin {
			continue
		}
		more, err := r.draft(t, margin, limit)
		if err != nil {
			return nil, err
		}
		if all := union(rows, more); len(more) > 0 && len(all) <= limit {
			return all, nil
		}
	}
	return rows, nil
}

// crowded is how many markers show, at most, on the square that one takes for those to
// be kept that would on a larger page: a quarter on a pixel, with 6 px of size. Some
// 8.5 do in the densest cloud of opaque ones.
const crowded = 9

// most returns how many markers of a trace that is.
func (r *reduction) most(t *trace) int {
	area := r.area(t)
	if most := crowded * area.Width * area.Height / (t.look.size * t.look.size); most < math.MaxInt32 {
		return int(most)
	}
	return math.MaxInt
}

// limit returns how many markers of a trace may show to be drawn. A cloud of opaque
// discs has fewer than crowded says, but where SVG draws the edge of a dense one: there
// no marker hides another for certain, and the cull leaves nearly all.
func (r *reduction) limit(t *trace, share int) int {
	if r.o.Method != Auto || t.look.opacity < 1 || t.look.sizes != nil || t.look.symbol != decimate.Circle {
		return share
	}
	return min(share, max(r.most(t), few))
}

// room returns how many rows may be kept, those of a larger page included, where so
// many are for the page itself.
func (r *reduction) room(t *trace, rows int) int {
	limit := math.MaxInt
	if most := r.most(t); rows <= most { // translucent ones may be more than that anyway
		limit = most
	}
	if r.o.Method == Auto {
		limit = min(limit, r.budget())
	}
	return limit
}

// draft returns the rows that show on a page larger by a margin, if that can be known
// and they are no more than limit.
func (r *reduction) draft(t *trace, margin float64, limit int) ([]uint32, error) {
	area := r.area(t)
	cells := area.Width * area.Height * area.PixelRatio * area.PixelRatio
	if margin = min(margin, math.Sqrt(maxCells/2/cells)); margin <= 1 {
		return nil, nil // a page that large has no larger one
	}
	area.Width, area.Height = area.Width*margin, area.Height*margin
	canvas, err := decimate.NewDraft(area, rendererOf(t))
	if err != nil {
		return nil, wrong(t.xAxis.pointer, "%w", err)
	}
	defer canvas.Free()
	rows, _, _ := canvas.VisibleUpTo([]uint32{}, r.markers(t), limit)
	return rows, nil
}

// isolation is how many CSS pixels around an isolated marker there is none: two
// markers' width.
const isolation = 12

// addIsolated keeps the markers in view that have none of these traces beside them.
func (r *reduction) addIsolated(traces []*trace) {
	for _, panel := range r.panels(traces, true) {
		area := r.area(panel[0])
		if area.Validate() != nil {
			continue // there is nothing to see
		}
		var x, y []float64
		for _, t := range panel {
			x, y = append(x, t.x...), append(y, t.y...)
		}
		start := uint32(0)
		rows := decimate.Isolated(nil, x, y, area, isolation)
		for _, t := range panel {
			end := start + uint32(len(t.x))
			n := 0
			for n < len(rows) && rows[n] < end {
				rows[n] -= start
				n++
			}
			t.kept = union(t.kept, rows[:n])
			rows, start = rows[n:], end
		}
	}
}

// sample takes rows of all traces together at random, of each in proportion to
// the root of its rows in view, and at least one. To these come the rows that stand
// alone and those at the extremes of each trace: outliers, which a sample loses.
func (r *reduction) sample(traces []*trace, budget int) {
	var rows []uint32
	var codes []int32
	starts := make([]int, len(traces))
	for code, t := range traces {
		starts[code] = len(codes)
		for i := range t.x {
			if t.shows(i) {
				rows = append(rows, uint32(len(codes)))
			}
			codes = append(codes, int32(code))
		}
	}
	picked := decimate.SampleBy(nil, rows, codes, len(traces), budget, sampleSeed)
	for _, row := range picked {
		t, start := traces[codes[row]], starts[codes[row]]
		t.kept = append(t.kept, row-uint32(start))
	}
	r.addIsolated(traces)
	for _, t := range traces {
		t.addExtremes()
		t.record.RowsOut = len(t.kept)
		if len(t.kept) < t.record.RowsIn {
			t.record.Method, t.record.BoundKind = decimate.MethodSample, decimate.BoundNone
		}
	}
}

// addExtremes keeps the rows at the extremes of both axes.
func (t *trace) addExtremes() {
	if t.kept == nil {
		t.kept = []uint32{}
	}
	for _, values := range [][]float64{t.x, t.y} {
		if low, high, any := extremes(values); any {
			ends := []uint32{uint32(min(low, high)), uint32(max(low, high))}
			t.kept = union(t.kept, slices.Compact(ends))
		}
	}
}
