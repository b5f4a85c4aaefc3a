package reduce

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

const (
	cellSide  = 2       // CSS pixels, if there are not too many cells
	mostCells = 1 << 20 // of all traces of counts together
)

// A density is a grid of cells over a panel in place of the markers of traces.
type density struct {
	traces []*trace // one, or all of the panel
	bins   decimate.Bins
	counts []uint32
	mean   *frame.Column // what the cells show the mean of; nil if they show the counts
	means  []float64
}

// count draws the rows of traces as cells that are colored by how many rows lie
// in each.
func (r *reduction) count(traces []*trace) error {
	mean, err := r.meanColumn()
	if err != nil {
		return err
	}
	groups := r.panels(traces, mean != nil)
	for _, group := range groups {
		d := &density{traces: group, mean: mean}
		if mean == nil && r.o.By == "" {
			d.mean = group[0].scaled()
		}
		if err := r.countInto(d, len(groups)); err != nil {
			return err
		}
		r.densities = append(r.densities, d)
	}
	return nil
}

// panels returns the traces that share a grid.
func (r *reduction) panels(traces []*trace, mean bool) (groups [][]*trace) {
	if !mean && r.o.By != ByPanel {
		for _, t := range traces {
			groups = append(groups, []*trace{t})
		}
		return groups
	}
	type panel struct{ x, y *axis }
	at := map[panel]int{}
	for _, t := range traces {
		p := panel{t.xAxis, t.yAxis}
		i, known := at[p]
		if !known {
			i = len(groups)
			at[p], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// meanColumn finds the column that Mean names among those of the figure.
func (r *reduction) meanColumn() (*frame.Column, error) {
	if r.o.Mean == "" {
		return nil, nil
	}
	var names []string
	for _, c := range r.fig.Columns {
		names = append(names, c.Name())
		if c.Name() != r.o.Mean {
			continue
		}
		if !c.Kind().Numeric() {
			return nil, wrong("/mean", "column %q is %s: want numbers", c.Name(), c.Type())
		}
		return c, nil
	}
	return nil, wrong("/mean", "the figure has no column %q: want one of its arguments' columns, %q", r.o.Mean, names)
}

// scaled returns the column that colors the trace's markers by a scale; nil if
// they have one color.
func (t *trace) scaled() *frame.Column {
	marker, _ := t.Get("marker").(*figure.Object)
	if marker == nil {
		return nil
	}
	color, ok := marker.Get("color").(*figure.Array)
	if !ok {
		return nil
	}
	return color.Column
}

// countInto counts the rows, and takes all of them from the traces.
func (r *reduction) countInto(d *density, grids int) error {
	first := d.traces[0]
	d.bins = binsOf(first.xAxis, first.yAxis, grids)
	if err := d.bins.Validate(); err != nil {
		return wrong(first.xAxis.pointer, "%w", err)
	}
	d.counts = make([]uint32, d.bins.Columns*d.bins.Rows)
	var x, y, v []float64
	for _, t := range d.traces {
		tx, ty := t.inPanel()
		for i, n := range d.bins.Count(nil, tx, ty) {
			d.counts[i] += n
			t.counted += int(n)
		}
		if d.mean != nil {
			values, err := d.mean.AppendFloats(make([]float64, 0, t.rows.Len()), t.rows)
			if err != nil {
				return wrong("/mean", "%w", err)
			}
			x, y, v = append(x, tx...), append(y, ty...), append(v, values...)
		}
		t.record.Method, t.record.BoundKind = decimate.MethodDensity, decimate.BoundNone
		t.keepEntry()
	}
	if d.mean != nil {
		d.means = d.bins.Mean(nil, x, y, v)
	}
	return nil
}

// keepEntry keeps the extremes of the trace, or any row: without one plotly.js
// takes the trace from the legend.
func (t *trace) keepEntry() {
	t.kept = nil
	t.addExtremes()
	if len(t.kept) == 0 && t.rows.Len() > 0 {
		t.kept = []uint32{0}
	}
	t.record.RowsOut = len(t.kept)
}

// inPanel returns the coordinates without the rows that are not in view, which
// are in the cells of an axis of categories.
func (t *trace) inPanel() (x, y []float64) {
	if t.xAxis.kind != category && t.yAxis.kind != category {
		return t.x, t.y
	}
	x = slices.Clone(t.x)
	for i := range x {
		if !t.shows(i) {
			x[i] = nan
		}
	}
	return x, t.y
}

// binsOf cuts a panel into cells: columns from the lower value on, whichever way
// its axes run. On an axis of categories plotly.js has one for each of them.
func binsOf(x, y *axis, grids int) decimate.Bins {
	side := max(cellSide, math.Sqrt(x.length*y.length*float64(grids)/mostCells))
	b := decimate.Bins{
		Left: min(x.from, x.to), Right: max(x.from, x.to), Columns: max(int(math.Round(x.length/side)), 1),
		Bottom: min(y.from, y.to), Top: max(y.from, y.to), Rows: max(int(math.Round(y.length/side)), 1),
	}
	most := max(mostCells/grids, 1)
	if x.kind == category {
		b.Left, b.Right, b.Columns = -0.5, float64(len(x.categories))-0.5, len(x.categories)
		b.Rows = max(min(b.Rows, most/b.Columns), 1)
	}
	if y.kind == category {
		b.Bottom, b.Top, b.Rows = -0.5, float64(len(y.categories))-0.5, len(y.categories)
		if x.kind != category {
			b.Columns = max(min(b.Columns, most/b.Rows), 1)
		}
	}
	return b
}

// countable reports whether there are not too many pairs of categories to count
// each.
func (t *trace) countable() bool {
	if t.xAxis.kind != category || t.yAxis.kind != category {
		return true
	}
	return len(t.xAxis.categories)*len(t.yAxis.categories) <= mostCells
}

// drawCounts adds a trace to the figure for each grid with a row in view.
func (r *reduction) drawCounts() {
	top := uint32(1)
	for _, d := range r.densities {
		for _, n := range d.counts {
			top = max(top, n)
		}
	}
	bar := true // the first one shows the scale of all
	for _, d := range r.densities {
		for _, t := range d.traces {
			t.xAxis.settleType()
			t.yAxis.settleType()
		}
		if heatmap := r.heatmap(d, top, bar); heatmap != nil {
			r.fig.Data = append(r.fig.Data, heatmap)
			bar = false
		}
	}
}

// settleType writes the type of an axis on which no column is left to tell it.
func (a *axis) settleType() {
	if a.kind == category {
		a.object.Set("type", "category")
	}
}

// heatmap returns the trace of a grid; nil if no row is in view.
func (r *reduction) heatmap(d *density, top uint32, bar bool) *figure.Object {
	t := d.traces[0]
	h := figure.NewObject(figure.Member{Key: "type", Value: "heatmap"})
	meta := figure.NewObject(figure.Member{Key: "pointillist", Value: "counts"})
	for _, key := range []string{"xaxis", "yaxis"} {
		if name := t.Get(key); name != nil {
			h.Set(key, name)
		}
	}
	if len(d.traces) == 1 {
		meta.Set("trace", t.index)
		h.Set("name", t.name)
		if group := t.Get("legendgroup"); group != nil {
			h.Set("legendgroup", group)
		}
	} else {
		h.Set("name", "")
	}
	h.Set("showlegend", false).Set("meta", meta)
	d.places(h, t)
	any := false
	for _, n := range d.counts {
		any = any || n > 0
	}
	if !any {
		return nil
	}
	r.colorCells(h, d, top, bar)
	return h
}

// places writes where the cells are. On a linear axis, on one of dates and on one
// of categories that is a first middle and a step, on a log axis the edges.
func (d *density) places(h *figure.Object, t *trace) {
	for _, side := range []struct {
		letter   string
		axis     *axis
		from, to float64
		n        int
	}{
		{"x", t.xAxis, d.bins.Left, d.bins.Right, d.bins.Columns},
		{"y", t.yAxis, d.bins.Bottom, d.bins.Top, d.bins.Rows},
	} {
		step := (side.to - side.from) / float64(side.n)
		switch side.axis.kind {
		case logarithmic:
			edges := make([]float64, side.n+1)
			for i := range edges {
				edges[i] = math.Pow(10, side.from+float64(i)*step)
			}
			h.Set(side.letter, edges)
		case date:
			h.Set(side.letter+"0", formatDate(side.from+step/2)).Set("d"+side.letter, step)
		default:
			h.Set(side.letter+"0", side.from+step/2).Set("d"+side.letter, step)
		}
	}
}

// colorCells writes what the cells show, in what colors, and what hover says.
func (r *reduction) colorCells(h *figure.Object, d *density, top uint32, bar bool) {
	shown := "%{z} rows"
	switch {
	case d.mean != nil:
		h.Set("z", d.grid(d.means, 0)).Set("customdata", d.grid(floats(d.counts), 0))
		shown = "%{customdata} rows, mean of " + escaped.Replace(d.mean.Name()) + " %{z}"
		r.colorMeans(h, d, bar)
	default:
		z, high := scaled(d.counts, top, r.o.Scale)
		h.Set("z", d.grid(z, math.NaN())).Set("zmin", 0).Set("zmax", high)
		if r.o.Scale != Linear {
			h.Set("customdata", d.grid(floats(d.counts), 0))
			shown = "%{customdata} rows"
		}
		if len(d.traces) == 1 && r.o.By != ByPanel {
			h.Set("colorscale", shades(colorOf(d.traces[0]))).Set("showscale", false)
		} else {
			h.Set("showscale", bar)
			h.Set("colorbar", colorBar(d.counts, high, r.o.Scale))
		}
	}
	h.Set("hoverongaps", false)
	h.Set("hovertemplate", "<b>"+shown+"</b><br>%{x}<br>%{y}<extra>%{fullData.name}</extra>")
}

// colorMeans gives means the figure's own color scale if that is the column's.
func (r *reduction) colorMeans(h *figure.Object, d *density, bar bool) {
	if d.traces[0].scaled() == d.mean && r.fig.Layout.Has("coloraxis") {
		h.Set("coloraxis", "coloraxis")
		return
	}
	h.Set("showscale", bar)
	h.Set("colorbar", figure.NewObject(figure.Member{Key: "title", Value: figure.NewObject(figure.Member{Key: "text", Value: "mean of " + escaped.Replace(d.mean.Name())})}))
}

// grid cuts values into the rows of a grid. Cells without a row in them have none.
func (d *density) grid(values []float64, none float64) []any {
	rows := make([]any, d.bins.Rows)
	for j := range rows {
		row := make([]float64, d.bins.Columns)
		for i := range row {
			k := j*d.bins.Columns + i
			row[i] = none
			if d.counts[k] > 0 {
				row[i] = values[k]
			}
		}
		rows[j] = row
	}
	return rows
}

func floats(counts []uint32) []float64 {
	v := make([]float64, len(counts))
	for i, n := range counts {
		v[i] = float64(n)
	}
	return v
}

// scaled returns what counts are colored by, and the end of a scale from 0. top is
// the highest count of all grids.
func scaled(counts []uint32, top uint32, scale string) (z []float64, high float64) {
	switch scale {
	case Linear:
		return floats(counts), float64(top)
	case Equalized:
		return rounded3(decimate.Equalize(nil, counts)), 1
	}
	z = floats(counts)
	for i, n := range z {
		z[i] = math.Log10(n) // −∞ of none is not drawn
	}
	return rounded3(z), max(math.Log10(float64(top)), 1)
}

// rounded3 rounds to three decimals: no eye tells more colors apart.
func rounded3(z []float64) []float64 {
	for i, v := range z {
		z[i] = math.Round(v*1000) / 1000
	}
	return z
}

// colorBar labels the scale with counts.
func colorBar(counts []uint32, high float64, scale string) *figure.Object {
	bar := figure.NewObject(figure.Member{Key: "title", Value: figure.NewObject(figure.Member{Key: "text", Value: "rows"})})
	if scale == Linear {
		return bar
	}
	var at []float64
	var texts []string
	if scale == Equalized {
		at, texts = ranks(counts)
	} else {
		for e := 0.0; e <= high; e++ {
			at, texts = append(at, e), append(texts, strconv.FormatFloat(math.Pow(10, e), 'f', 0, 64))
		}
	}
	return bar.Set("tickvals", at).Set("ticktext", texts)
}

// ranks returns five places on the equalized scale, and the counts there.
func ranks(counts []uint32) (at []float64, texts []string) {
	z := decimate.Equalize(nil, counts)
	for _, want := range []float64{0, 0.25, 0.5, 0.75, 1} {
		best := -1
		for i, v := range z {
			if v == v && (best < 0 || math.Abs(v-want) < math.Abs(z[best]-want)) {
				best = i
			}
		}
		if best >= 0 {
			at, texts = append(at, z[best]), append(texts, strconv.Itoa(int(counts[best])))
		}
	}
	return at, texts
}

// colorOf returns the color of a trace's markers.
func colorOf(t *trace) string {
	if marker, ok := t.Get("marker").(*figure.Object); ok {
		if color, ok := marker.Get("color").(string); ok {
			return color
		}
	}
	return "#636efa"
}

// shades is a color scale from a hint of a color to all of it.
func shades(color string) []any {
	light := "rgba(128,128,128,0.35)" // of a color by name
	var r, g, b int
	if n, _ := fmt.Sscanf(color, "#%02x%02x%02x", &r, &g, &b); n == 3 {
		light = fmt.Sprintf("rgba(%d,%d,%d,0.35)", r, g, b)
	} else if n, _ := fmt.Sscanf(color, "rgb(%d,%d,%d)", &r, &g, &b); n == 3 {
		light = fmt.Sprintf("rgba(%d,%d,%d,0.35)", r, g, b)
	}
	return []any{[]any{0, light}, []any{1, color}}
}
