package figure

import "github.com/pointillist-go/pointillist/frame"

// A Form says how the values of an Array may be written.
type Form uint8

// The forms.
const (
	// FormAuto leaves it to the encoder: a typed array where the values are
	// numbers and that pays, else a list.
	FormAuto Form = iota
	// FormList is always a JSON list, for attributes that plotly.js does not
	// decode typed arrays of. A missing value is null.
	FormList
	// FormText is a list of strings, whatever the column's type, and "" for a
	// missing value: the text of scattergl traces, which throw on null.
	FormText
)

// An Array is the value of one attribute: a column seen through a selection of
// its rows. Nothing is copied until it is encoded. Exactly one of Column and
// Floats is set.
type Array struct {
	Column *frame.Column
	Rows   *frame.Rows
	Floats []float64 // computed values, such as a fit; NaN is missing
	Form   Form
}

// Len returns the number of values.
func (a *Array) Len() int {
	if a.Column == nil {
		return len(a.Floats)
	}
	return a.Rows.Len()
}

// A Table is several columns side by side, written as a list of rows: Plotly's
// customdata. Row lists, not a two-dimensional typed array, because that is
// what click handlers can index.
type Table struct {
	Columns []*frame.Column
	Rows    *frame.Rows
}
