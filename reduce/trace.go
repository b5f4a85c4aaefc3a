package reduce

import (
	"strings"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// A trace is one that shows rows of the frame by themselves: markers or lines
// of x and y. Marginals and trendlines are none.
type trace struct {
	*figure.Object
	index   int // in the figure
	name    string
	rows    *frame.Rows
	xAxis   *axis
	yAxis   *axis
	xs, ys  decimate.Series // axis coordinates
	known   bool            // they are: the trace can be reduced
	indexed *Index          // nil without
	x, y    []float64       // xs and ys; nil if there is an index
	look    look
	kept    []uint32 // ranks among rows; nil keeps them all
	record  decimate.Reduction

	counted int // rows that cells show instead
}

// readTraces reads the traces of rows, and what else the axes must show.
func (r *reduction) readTraces() {
	counts := map[string]int{}
	for i, object := range r.fig.Data {
		typ, _ := object.Get("type").(string)
		nth := counts[typ]
		counts[typ]++
		if typ != "scatter" && typ != "scattergl" {
			continue
		}
		x, isX := object.Get("x").(*figure.Array)
		y, isY := object.Get("y").(*figure.Array)
		t := &trace{Object: object, index: i, xAxis: r.axisOf(object, "x"), yAxis: r.axisOf(object, "y")}
		if !isX || !isY || t.xAxis == nil || t.yAxis == nil {
			continue
		}
		t.name, _ = object.Get("name").(string)
		t.look = lookOf(object, r.template.entry(typ, nth))
		if isOfRows(object) {
			t.rows = x.Rows
			r.traces = append(r.traces, t)
		}
		r.read(t, x, y)
	}
}

func (r *reduction) axisOf(trace *figure.Object, letter string) *axis {
	name, _ := trace.Get(letter + "axis").(string)
	if name == "" {
		name = letter
	}
	return r.axes[name]
}

// read finds the coordinates, and widens the axes to show them.
func (r *reduction) read(t *trace, x, y *figure.Array) {
	var knownX, knownY bool
	t.xs, knownX = t.xAxis.series(x, negInf)
	t.ys, knownY = t.yAxis.series(y, nan)
	t.known = knownX && knownY
	if r.indexable(t) {
		t.indexed = r.indexOf(t, x.Column, y.Column)
	}
	if t.indexed != nil {
		t.widenByIndex()
		return
	}
	if knownX {
		t.x = allOf(t.xs)
		t.widen(t.xAxis, t.x, t.pads(), t.look.markers || t.look.text || t.has("error_y"))
		t.widenByErrors(t.xAxis, t.x, "error_x")
	}
	if knownY {
		t.y = allOf(t.ys)
		t.widen(t.yAxis, t.y, t.pads(), true)
		t.widenByErrors(t.yAxis, t.y, "error_y")
	}
}

// widenByIndex makes the axes show the trace, as widen does.
func (t *trace) widenByIndex() {
	if line := t.indexed.line; line != nil {
		low, high := line.Ends(t.xs)
		t.xAxis.extend(low, high, 0, false)
		low, high = line.Extent()
		t.yAxis.extend(low, high, 0, true)
		return
	}
	pad := t.pads().all
	low, high := t.indexed.tiles.ExtentX()
	t.xAxis.extend(low, high, pad, true)
	low, high = t.indexed.tiles.ExtentY()
	t.yAxis.extend(low, high, pad, true)
}

// load reads the coordinates after all, where the index does not help.
func (t *trace) load() {
	if t.indexed != nil {
		t.x, t.y, t.indexed = allOf(t.xs), allOf(t.ys), nil
		t.record.RowsInView = t.inView()
	}
}

// extend makes the axis show what lies between two values, with room beyond.
func (a *axis) extend(low, high, pad float64, padded bool) {
	if low <= high {
		a.bounds.add(bound{low, pad, padded})
		a.bounds.add(bound{high, pad, padded})
	}
}

// length is the number of rows, drawn or not.
func (t *trace) length() int {
	switch {
	case t.xs != nil:
		return t.xs.Len()
	case t.ys != nil:
		return t.ys.Len()
	}
	return 0
}

func (t *trace) has(key string) bool {
	_, ok := t.Get(key).(*figure.Object)
	return ok
}

// widen makes the axis show the values, with room for the markers and, if
// padded, a twentieth of the axis.
func (t *trace) widen(a *axis, values []float64, p pads, padded bool) {
	if !padded {
		p = pads{}
	}
	if p.each == nil {
		if low, high, any := extremes(values); any {
			a.extend(values[low], values[high], p.all, padded)
		}
		return
	}
	for i, v := range values {
		if finite(v) {
			a.bounds.add(bound{v, p.each[i], padded})
		}
	}
}

// widenByErrors makes the axis show the ends of error bars.
func (t *trace) widenByErrors(a *axis, values []float64, key string) {
	bars, ok := t.Get(key).(*figure.Object)
	if !ok || a.kind == category || a.kind == unknown {
		return
	}
	plus := floatsOf(bars.Get("array"))
	minus := floatsOf(bars.Get("arrayminus"))
	if minus == nil {
		minus = plus
	}
	for _, side := range []struct {
		by   []float64
		sign float64
	}{{plus, 1}, {minus, -1}} {
		for i := range side.by {
			if v := a.moved(values[i], side.sign*side.by[i]); finite(v) {
				a.bounds.add(bound{value: v, extra: true})
			}
		}
	}
}

func floatsOf(value any) []float64 {
	array, ok := value.(*figure.Array)
	if !ok || array.Column == nil {
		return nil
	}
	v, err := array.Column.AppendFloats(make([]float64, 0, array.Rows.Len()), array.Rows)
	if err != nil {
		return nil
	}
	return v
}

// keep makes every column of the trace one of the rows kept.
func (t *trace) keep() {
	if t.kept == nil || len(t.kept) == t.rows.Len() {
		return
	}
	picked := t.rows.Pick(t.kept)
	eachColumn(t.Object, "", func(_ string, value any) {
		switch v := value.(type) {
		case *figure.Array:
			if v.Rows == t.rows {
				v.Rows = picked
			}
		case *figure.Table:
			if v.Rows == t.rows {
				v.Rows = picked
			}
		}
	})
	t.rows = picked
}

// eachColumn visits the arrays and tables below an object by their attribute
// paths, such as marker.color.
func eachColumn(o *figure.Object, path string, visit func(path string, value any)) {
	for _, m := range o.Members() {
		at := strings.TrimPrefix(path+"."+m.Key, ".")
		switch v := m.Value.(type) {
		case *figure.Object:
			eachColumn(v, at, visit)
		case *figure.Array, *figure.Table:
			visit(at, v)
		}
	}
}
