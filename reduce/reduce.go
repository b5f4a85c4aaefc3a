package reduce

import (
	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
)

// A reduction is one figure on its way.
type reduction struct {
	fig      *figure.Figure
	o        Options
	axes     map[string]*axis // by their names in traces: x, y2
	template templates
	traces   []*trace
	keeper   Keeper // of indexes; nil without

	densities []*density
}

// Apply reduces a figure, in place, to the rows that the options ask for, and
// returns a record of what it did; nil if the method is None, which leaves the
// figure as it is. The record is also in layout.meta.reduction.
//
// Every attribute of a trace that is a column keeps the same rows: colors,
// sizes, texts, customdata, error bars. If rows are left out, what Plotly would
// work out from all rows is written into the layout: the ranges of the axes, the
// order of categories, the ends of a color scale.
//
// Left as they are: animations, marginals, trendlines, lines that are not
// straight, markers with text or error bars, and traces whose place on the axis
// depends on how plotly.js reads a text. Only Sample and Density take rows from
// markers with text or error bars.
//
// A density adds traces of type heatmap behind the others, whose meta.pointillist
// is "counts", and leaves to the traces of markers their entries in the legend.
//
// Apply returns the errors of [Options.Validate], and an *OptionError for a
// range of dates on an axis without.
func Apply(fig *figure.Figure, o Options) (*Record, error) { return ApplyIndexed(fig, o, nil) }

// ApplyIndexed is Apply for a figure that is reduced again and again, for one
// view after the other. For a line whose x does not decrease, and for markers of
// one size, it asks keeper, unless that is nil, for an index, with which the
// cost is in proportion to the rows that show. The result is the same.
func ApplyIndexed(fig *figure.Figure, o Options, keeper Keeper) (*Record, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.complete()
	if o.Method == None {
		return nil, nil
	}
	r := &reduction{fig: fig, o: o, template: templatesOf(fig.Layout), keeper: keeper}
	r.readAxes()
	r.readTraces()
	if err := r.showAxes(); err != nil {
		return nil, err
	}
	if len(fig.Frames) == 0 {
		if err := r.choose(); err != nil {
			return nil, err
		}
	}
	record := r.newRecord()
	if record.RowsOut < record.RowsIn {
		r.writeLayout()
	}
	for _, t := range r.traces {
		t.keep()
	}
	r.drawCounts()
	r.writeAsked()
	fig.Layout.Object("meta").Set("reduction", record.object())
	return record, nil
}

func (r *reduction) showAxes() error {
	for _, t := range r.traces {
		for _, a := range []*axis{t.xAxis, t.yAxis} {
			if err := a.show(); err != nil {
				return err
			}
		}
	}
	return nil
}

// choose chooses the rows of each trace.
func (r *reduction) choose() error {
	var markers []*trace
	for _, t := range r.traces {
		t.record = decimate.Reduction{
			Method: decimate.MethodNone, RowsIn: t.rows.Len(), RowsOut: t.rows.Len(), BoundKind: decimate.BoundChannel,
		}
		if t.indexed == nil { // else it is asked what it reduces
			t.record.RowsInView = t.inView()
		}
		switch {
		case !t.known || !t.xAxis.shown || !t.yAxis.shown:
		case t.look.lines:
			if err := r.chooseLine(t); err != nil {
				return err
			}
		case t.look.markers:
			markers = append(markers, t)
		}
	}
	if err := r.chooseMarkers(markers); err != nil {
		return err
	}
	return r.keepAsked()
}

// inView counts the rows whose place is in the panel.
func (t *trace) inView() (n int) {
	if !t.known {
		return t.rows.Len()
	}
	for i := range t.x {
		if t.shows(i) {
			n++
		}
	}
	return n
}

// shows reports whether the place of a row is in the panel.
func (t *trace) shows(i int) bool { return t.xAxis.contains(t.x[i]) && t.yAxis.contains(t.y[i]) }

func (a *axis) contains(v float64) bool {
	return v >= min(a.from, a.to) && v <= max(a.from, a.to)
}

// writeLayout writes what depends on the rows that are gone.
func (r *reduction) writeLayout() {
	for _, t := range r.traces {
		t.xAxis.write()
		t.yAxis.write()
	}
	r.writeColorScale()
}

// writeAsked writes the ranges that were asked for, also if all rows are there.
func (r *reduction) writeAsked() {
	for _, t := range r.traces {
		for _, a := range []*axis{t.xAxis, t.yAxis} {
			if a.asked != nil {
				a.write()
			}
		}
	}
}
