package figure

import (
	"fmt"
	"math"

	"github.com/pointillist-go/pointillist/frame"
)

const defaultSizeMax = 20

// sizeRef finds marker.sizeref, by which plotly.js divides sizes before it
// takes the root: max / size_max². One number serves all traces, so that
// symbols of different traces can be compared. (The largest symbol is
// size_max·√2 wide: px leaves out the factor 2 that plotly.js's manual has, and
// we are px.)
//
// A missing or negative size is an error that names its row.
func (p *plan) sizeRef(column *frame.Column) {
	if k := column.Kind(); !k.Numeric() {
		p.fail(&ArgumentError{
			Argument: "size", Pointer: "/size", Column: column.Name(), Row: -1,
			Err: fmt.Errorf("is %s, want numbers: %w", column.Type(), frame.ErrType),
		})
		return
	}
	largest, bad := sizeBounds(column, p.rows)
	if bad >= 0 {
		p.fail(&ArgumentError{
			Argument: "size", Pointer: "/size", Column: column.Name(), Row: int64(bad),
			Err: fmt.Errorf("size %v, want a number from 0 on: %w", badSize(column.Value(bad)), ErrData),
		})
		return
	}
	if p.rows.Len() == 0 {
		return // null, as there is no largest
	}
	sizeMax := p.call.SizeMax
	if sizeMax == 0 {
		sizeMax = defaultSizeMax
	}
	p.sizeref = largest / (sizeMax * sizeMax)
}

// sizeBounds returns the largest value and the first row that has none, or a
// negative one; −1 if every row has a size.
func sizeBounds(column *frame.Column, rows *frame.Rows) (largest float64, bad int) {
	if rows.All() {
		s := column.Stats()
		if least, most, ok := bounds(column, s); ok && s.Nulls == 0 && s.NaNs == 0 && least >= 0 {
			return most, -1
		}
	}
	values, _ := column.AppendFloats(make([]float64, 0, rows.Len()), rows)
	i := 0
	bad = -1
	rows.Each(func(row int) bool {
		if v := values[i]; v >= 0 {
			largest = max(largest, v)
		} else {
			bad = row
		}
		i++
		return bad < 0
	})
	return largest, bad
}

// bounds returns the least and the largest value that statistics know of;
// exactly, so not for decimals.
func bounds(column *frame.Column, s *frame.Stats) (least, most float64, ok bool) {
	if s.Empty() {
		return 0, 0, false
	}
	switch column.Kind() {
	case frame.Int:
		return float64(s.Min.Int), float64(s.Max.Int), true
	case frame.Uint:
		return float64(s.Min.Uint), float64(s.Max.Uint), true
	case frame.Float:
		return s.Min.Float, s.Max.Float, true
	}
	return 0, 0, false
}

func badSize(v any) any {
	if v == nil {
		return "is missing"
	}
	if f, ok := v.(float64); ok && math.IsNaN(f) {
		return "NaN"
	}
	return v
}
