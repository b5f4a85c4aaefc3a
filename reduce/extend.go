package reduce

import (
	"reflect"
	"slices"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// Extend returns what a page that shows before must do to show after, where that
// is in the main to add rows to its arrays: the operations of a Patch of Dash,
//
//	{"operation": "Extend", "location": ["data", 0, "x"], "params": {"value": […]}}   values behind a list's
//	{"operation": "Append", "location": ["data"],         "params": {"value": {…}}}   a trace behind the others
//	{"operation": "Assign", "location": ["data", 0, "marker", "sizeref"], "params": {"value": 0.5}}
//
// to be carried out in this order, and which any page can carry out. It is false if
// values of an array are other ones than before, or in another order, as those of
// trendlines are; if a trace or an attribute is gone; and for animations.
//
// Both figures are of the same frame and kind, before of the first of its rows. The
// page must have their arrays as lists: what is appended to the base64 of a typed
// array is not that of a longer one.
//
// Cost: O(rows) to compare their numbers; of columns that the figure made for
// itself, as the wide form does, also their values.
func Extend(before, after *figure.Figure) ([]*figure.Object, bool) {
	if before.Frames != nil || after.Frames != nil || len(before.Data) > len(after.Data) {
		return nil, false
	}
	e := extension{fresh: map[[2]*frame.Rows]*frame.Rows{}}
	for i, trace := range before.Data {
		if !e.object(trace, after.Data[i], "data", i) {
			return nil, false
		}
	}
	for _, trace := range after.Data[len(before.Data):] {
		e.add("Append", trace, "data")
	}
	return e.operations, e.object(before.Layout, after.Layout, "layout")
}

// An extension is the operations found so far.
type extension struct {
	operations []*figure.Object
	fresh      map[[2]*frame.Rows]*frame.Rows // of the rows before and after: those that came
}

func (e *extension) add(operation string, value any, location ...any) {
	e.operations = append(e.operations, figure.NewObject(
		figure.Member{Key: "operation", Value: operation},
		figure.Member{Key: "location", Value: location},
		figure.Member{Key: "params", Value: figure.NewObject(figure.Member{Key: "value", Value: value})},
	))
}

// object reports whether one object can be made of the other.
func (e *extension) object(before, after *figure.Object, at ...any) bool {
	for _, m := range before.Members() {
		if !after.Has(m.Key) {
			return false
		}
	}
	for _, m := range after.Members() {
		place := append(slices.Clone(at), m.Key)
		if !before.Has(m.Key) {
			e.add("Assign", m.Value, place...)
		} else if !e.value(before.Get(m.Key), m.Value, place) {
			return false
		}
	}
	return true
}

func (e *extension) value(before, after any, at []any) bool {
	switch after := after.(type) {
	case *figure.Object:
		if before, ok := before.(*figure.Object); ok {
			return e.object(before, after, at...)
		}
	case *figure.Array:
		before, ok := before.(*figure.Array)
		return ok && e.array(before, after, at)
	case *figure.Table:
		before, ok := before.(*figure.Table)
		return ok && e.table(before, after, at)
	}
	if !reflect.DeepEqual(before, after) {
		e.add("Assign", after, at...)
	}
	return true
}

func (e *extension) array(before, after *figure.Array, at []any) bool {
	switch {
	case before.Form != after.Form || (before.Column == nil) != (after.Column == nil):
		return false
	case after.Column == nil:
		return e.floats(before, after, at)
	}
	fresh := e.rows(before.Rows, after.Rows)
	if fresh == nil || !sameValues(before.Column, after.Column, before.Rows) {
		return false
	}
	if fresh.Len() > 0 {
		e.add("Extend", &figure.Array{Column: after.Column, Rows: fresh, Form: after.Form}, at...)
	}
	return true
}

func (e *extension) floats(before, after *figure.Array, at []any) bool {
	n := len(before.Floats)
	if n > len(after.Floats) || !equalFloats(before.Floats, after.Floats[:n]) {
		return false
	}
	if n < len(after.Floats) {
		e.add("Extend", &figure.Array{Floats: after.Floats[n:], Form: after.Form}, at...)
	}
	return true
}

func (e *extension) table(before, after *figure.Table, at []any) bool {
	fresh := e.rows(before.Rows, after.Rows)
	if fresh == nil || len(before.Columns) != len(after.Columns) {
		return false
	}
	for i, c := range after.Columns {
		if !sameValues(before.Columns[i], c, before.Rows) {
			return false
		}
	}
	if fresh.Len() > 0 {
		e.add("Extend", &figure.Table{Columns: after.Columns, Rows: fresh}, at...)
	}
	return true
}

// rows returns the rows that came behind those before; nil if these are not the
// first. The arrays of a trace mostly share them.
func (e *extension) rows(before, after *frame.Rows) *frame.Rows {
	pair := [2]*frame.Rows{before, after}
	fresh, known := e.fresh[pair]
	if !known {
		had, has := before.AppendIndex(nil), after.AppendIndex(nil)
		if n := len(had); n <= len(has) && slices.Equal(had, has[:n]) {
			fresh = after.Index(has[n:])
		}
		e.fresh[pair] = fresh
	}
	return fresh
}

// sameValues reports whether two columns have the same values in these rows:
// those of a frame are one; those of a stack share their chunks; numbers that count
// rows are compared.
func sameValues(a, b *frame.Column, rows *frame.Rows) bool {
	if a == b || sameChunks(a, b) {
		return true
	}
	if !a.Kind().Numeric() || !b.Kind().Numeric() {
		return false
	}
	x, xErr := a.AppendFloats(nil, rows)
	y, yErr := b.AppendFloats(nil, rows)
	return xErr == nil && yErr == nil && equalFloats(x, y)
}

func sameChunks(a, b *frame.Column) bool {
	if a.Chunks() != b.Chunks() {
		return false
	}
	for i := range a.Chunks() {
		if a.Chunk(i) != b.Chunk(i) {
			return false
		}
	}
	return true
}

// equalFloats compares numbers of which NaN is one.
func equalFloats(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}
