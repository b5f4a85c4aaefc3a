package reduce

import "github.com/pointillist-go/pointillist/figure"

// Patch returns what a page that shows the same figure, reduced otherwise, must
// change in it, as an object of
//
//	traces     [{"index": 0, "x": …, "y": …, "marker.color": …}, …]   columns, by attribute paths
//	counts     the traces of a density, whole, which take the place of those that are there
//	layout     the ranges of axes that o leaves to Plotly, and meta
//	reduction  the record; null if the method is None
//
// The figure is one that Apply reduced with the same options.
func Patch(fig *figure.Figure, o Options) *figure.Object {
	layout := &figure.Object{}
	for _, m := range fig.Layout.Members() {
		axis, ok := m.Value.(*figure.Object)
		letter, _ := axisOf(m.Key)
		asked := letter == "x" && o.X != nil || letter == "y" && o.Y != nil
		if ok && letter != "" && !asked && axis.Has("range") {
			layout.Object(m.Key).Set("range", axis.Get("range"))
		}
	}
	var record any
	if meta, ok := fig.Layout.Get("meta").(*figure.Object); ok {
		layout.Set("meta", meta)
		record = meta.Get("reduction")
	}
	return figure.NewObject(
		figure.Member{Key: "traces", Value: patches(fig.Data)},
		figure.Member{Key: "counts", Value: counts(fig.Data)},
		figure.Member{Key: "layout", Value: layout},
		figure.Member{Key: "reduction", Value: record},
	)
}

// patches lists the columns of the traces of rows.
func patches(traces []*figure.Object) []any {
	list := []any{}
	for i, t := range traces {
		if !isOfRows(t) {
			continue
		}
		patch := figure.NewObject(figure.Member{Key: "index", Value: i})
		eachColumn(t, "", func(path string, value any) { patch.Set(path, value) })
		list = append(list, patch)
	}
	return list
}

// counts lists the traces of a density.
func counts(traces []*figure.Object) []any {
	list := []any{}
	for _, t := range traces {
		if t.Get("type") == "heatmap" {
			list = append(list, t)
		}
	}
	return list
}

// isOfRows reports whether a trace shows rows of the frame by themselves.
func isOfRows(t *figure.Object) bool {
	x, isX := t.Get("x").(*figure.Array)
	y, isY := t.Get("y").(*figure.Array)
	typ := t.Get("type")
	return (typ == "scatter" || typ == "scattergl") && isX && isY && x.Column != nil && y.Column != nil && x.Rows == y.Rows
}
