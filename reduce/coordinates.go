package reduce

import (
	"math"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// coordinates returns the axis coordinates of an array's values. What the axis
// cannot show is missing. It returns false if they are not known.
func (a *axis) coordinates(values *figure.Array, missing float64) ([]float64, bool) {
	v := slices.Clone(values.Floats)
	if column := values.Column; column != nil {
		a.settle(column)
		switch a.kind {
		case unknown:
			return nil, false
		case category:
			return a.categoriesOf(column, values.Rows), true
		}
		if k := kindOf(column); (k == date) != (a.kind == date) || k != date && k != linear {
			return nil, false
		}
		v, _ = column.AppendFloats(make([]float64, 0, values.Rows.Len()), values.Rows)
		if column.Kind() == frame.Timestamp && column.Zoned() {
			toWallClock(v, zoneOf(column, values.Rows))
		}
	}
	if a.kind == logarithmic {
		for i, value := range v {
			v[i] = logOf(value, missing)
		}
	}
	return v, true
}

// logOf returns the decimal logarithm as plotly.js computes it, so that ranges
// are equal to the last digit.
func logOf(v, missing float64) float64 {
	if !(v > 0) {
		return missing
	}
	return math.Log(v) / math.Ln10
}

// categoriesOf returns the places of the values among the axis's categories, new
// ones in the order in which they come.
func (a *axis) categoriesOf(column *frame.Column, rows *frame.Rows) []float64 {
	codes := column.Codes()
	places := make([]float64, codes.Len())
	for i := range places {
		places[i] = -1
	}
	v := make([]float64, 0, rows.Len())
	var scratch frame.Scratch
	rows.Spans(0, rows.Len(), &scratch, func(s frame.Span) bool {
		chunk := codes.Chunk(s.Chunk)
		s.Each(func(i int) {
			code := chunk[i]
			if code == frame.NoCode {
				v = append(v, math.NaN())
				return
			}
			if places[code] < 0 {
				places[code] = a.addCategory(codes.Values().Value(int(code)))
			}
			v = append(v, places[code])
		})
		return true
	})
	return v
}

// zoneOf returns the zone of a column's instants.
func zoneOf(column *frame.Column, rows *frame.Rows) *time.Location {
	zone := time.UTC
	rows.Each(func(row int) bool {
		t, ok := column.Value(row).(time.Time)
		if ok {
			zone = t.Location()
		}
		return !ok
	})
	return zone
}

// toWallClock turns instants, in ms, into the time that a clock on the wall
// shows: that is what is drawn.
func toWallClock(ms []float64, zone *time.Location) {
	if zone == time.UTC {
		return
	}
	for i, v := range ms {
		if v == v {
			_, offset := time.UnixMilli(int64(v)).In(zone).Zone()
			ms[i] = v + float64(offset)*1e3
		}
	}
}
