package reduce

import (
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

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
		if from, to, found := colorsOf(marker.Get("color")); found {
			if !any {
				low, high = from, to
			}
			low, high, any = min(low, from), max(high, to), true
		}
	}
	return low, high, any
}

// colorsOf returns the lowest and the highest finite value of a column. The
// statistics of a column of floats know them, but for the sign of a zero.
func colorsOf(value any) (low, high float64, any bool) {
	if array, ok := value.(*figure.Array); ok && array.Column != nil && array.Column.Kind() == frame.Float && array.Rows.All() {
		s := array.Column.Stats()
		if low, high := s.Min.Float, s.Max.Float; low*high != 0 && finite(low) && finite(high) {
			return low, high, true
		}
	}
	values := floatsOf(value)
	first, last, any := extremes(values)
	if !any {
		return 0, 0, false
	}
	return values[first], values[last], true
}
