package reduce

import "github.com/pointillist-go/pointillist/figure"

// writeColorScale writes the ends of the color scale that Plotly would find in
// all rows.
func (r *reduction) writeColorScale() {
	scale, ok := r.fig.Layout.Get("coloraxis").(*figure.Object)
	if !ok || scale.Has("cmin") && scale.Has("cmax") {
		return
	}
	low, high, any := r.colors()
	if !any {
		return
	}
	if mid, ok := scale.Get("cmid").(float64); ok {
		reach := max(mid-low, high-mid)
		low, high = mid-reach, mid+reach
	}
	if low == high {
		low, high = low-0.5, high+0.5
	}
	scale.Set("cmin", low).Set("cmax", high)
}

// colors returns the lowest and the highest color of all traces.
func (r *reduction) colors() (low, high float64, any bool) {
	for _, t := range r.traces {
		marker, ok := t.Get("marker").(*figure.Object)
		if !ok {
			continue
		}
		values := floatsOf(marker.Get("color"))
		if at, to, found := extremes(values); found {
			if !any {
				low, high = values[at], values[to]
			}
			low, high, any = min(low, values[at]), max(high, values[to]), true
		}
	}
	return low, high, any
}
