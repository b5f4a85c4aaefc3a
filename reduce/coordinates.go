package reduce

import (
	"math"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// series returns the axis coordinates of an array's values. What the axis
// cannot show is missing. It returns false if they are not known.
func (a *axis) series(values *figure.Array, missing float64) (decimate.Series, bool) {
	column := values.Column
	if column == nil {
		return decimate.Floats(a.logarithms(values.Floats, missing)), true
	}
	a.settle(column)
	switch a.kind {
	case unknown:
		return nil, false
	case category:
		return decimate.Floats(a.categoriesOf(column, values.Rows)), true
	}
	if k := kindOf(column); (k == date) != (a.kind == date) || k != date && k != linear {
		return nil, false
	}
	reader, err := column.FloatReader(values.Rows)
	if err != nil {
		return nil, false
	}
	s := &columnSeries{FloatReader: reader, log: a.kind == logarithmic, missing: missing}
	if column.Kind() == frame.Timestamp && column.Zoned() {
		s.zone = zoneOf(column, values.Rows)
	}
	return s, true
}

// logarithms returns computed values as coordinates.
func (a *axis) logarithms(values []float64, missing float64) []float64 {
	v := slices.Clone(values)
	if a.kind == logarithmic {
		for i, value := range v {
			v[i] = logOf(value, missing)
		}
	}
	return v
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

// wallClock turns an instant, in ms, into the time that a clock on the wall
// shows: that is what is drawn.
func wallClock(ms float64, zone *time.Location) float64 {
	if ms != ms || zone == time.UTC {
		return ms
	}
	_, offset := time.UnixMilli(int64(ms)).In(zone).Zone()
	return ms + float64(offset)*1e3
}
