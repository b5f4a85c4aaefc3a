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
// A missing or negative size is an error that names its row, if the row is in
// a group.
func (p *plan) sizeRef() {
	if p.call.Size == "" || p.rows.Len() == 0 { // no largest: null
		return
	}
	column := p.columns[p.call.Size]
	largest, ok := largestSize(column, p.rows)
	if !ok {
		for _, g := range p.groups {
			if p.checkSizes(column, g.rows) {
				return
			}
		}
	}
	p.sizeref = largest / (p.sizeMax() * p.sizeMax())
}

func (p *plan) sizeMax() float64 { return orDefault(p.call.SizeMax, defaultSizeMax) }

func (p *plan) checkSizeType(column *frame.Column) {
	if !column.Kind().Numeric() {
		p.fail(&ArgumentError{
			Argument: "size", Pointer: "/size", Column: column.Name(), Row: -1,
			Err: fmt.Errorf("is %s, want numbers: %w", column.Type(), frame.ErrType),
		})
	}
}

// largestSize returns the largest value, missing ones left out, and whether all
// are sizes.
func largestSize(column *frame.Column, rows *frame.Rows) (largest float64, ok bool) {
	if rows.All() {
		s := column.Stats()
		if least, most, known := bounds(column, s); known {
			return most, s.Nulls == 0 && s.NaNs == 0 && least >= 0
		}
	}
	values, _ := column.AppendFloats(make([]float64, 0, rows.Len()), rows)
	largest, ok = math.Inf(-1), true
	for _, v := range values {
		if v == v {
			largest = max(largest, v)
		}
		ok = ok && v >= 0
	}
	return largest, ok
}

// checkSizes reports whether there is a row that has no size, or a negative
// one, and fails for it.
func (p *plan) checkSizes(column *frame.Column, rows *frame.Rows) bool {
	bad := -1
	rows.Each(func(row int) bool {
		v, isNumber := asFloat(column.Value(row))
		if !isNumber || !(v >= 0) {
			bad = row
		}
		return bad < 0
	})
	if bad >= 0 {
		p.fail(&ArgumentError{
			Argument: "size", Pointer: "/size", Column: column.Name(), Row: int64(bad),
			Err: fmt.Errorf("%v is no size, want a number from 0 on: %w", Text(column, bad), ErrData),
		})
	}
	return bad >= 0
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
