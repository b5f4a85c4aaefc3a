package reduce

import (
	"github.com/pointillist-go/pointillist/figure"
)

// Delta is Patch for a page that shows before, the same figure as it was reduced
// for another view. Of a trace of which it has most rows already, a patch has
//
//	rows    how many rows are drawn then
//	drop    the places of the rows that go, among those that the page has
//	put     the places of the new rows, among those that are drawn then
//	x, …    the columns of the new rows alone
//
// and no columns, drop or put at all if the rows stay. Places ascend; each
// but the first is given as the distance from the one before. A trace of which so
// many rows are new that this takes more bytes is patched as by Patch.
func Delta(before, fig *figure.Figure, o Options) *figure.Object {
	patch := Patch(fig, o)
	list, _ := patch.Get("traces").([]any)
	for k, item := range list {
		whole, _ := item.(*figure.Object)
		i, _ := whole.Get("index").(int)
		if i < len(before.Data) {
			list[k] = deltaOf(before.Data[i], fig.Data[i], whole)
		}
	}
	return patch
}

// deltaOf returns the patch of a trace for a page that shows before.
func deltaOf(before, trace, whole *figure.Object) *figure.Object {
	x, ok := before.Get("x").(*figure.Array)
	if !ok {
		return whole
	}
	rows := trace.Get("x").(*figure.Array).Rows
	had, has := x.Rows.AppendIndex(nil), rows.AppendIndex(nil)
	drop, put, fresh := difference(had, has)
	// A place takes about a fifth of the bytes of a row of two columns.
	if 5*len(fresh)+len(drop)+len(put) > 5*len(has) {
		return whole
	}
	patch := figure.NewObject(figure.Member{Key: "index", Value: whole.Get("index")}, figure.Member{Key: "rows", Value: len(has)})
	if len(drop) == 0 && len(put) == 0 {
		return patch
	}
	patch.Set("drop", &figure.Array{Floats: drop, Form: figure.FormList}).Set("put", &figure.Array{Floats: put, Form: figure.FormList})
	picked := rows.Index(fresh)
	eachColumn(trace, "", func(path string, value any) {
		switch v := value.(type) {
		case *figure.Array:
			if v.Rows == rows {
				part := *v
				part.Rows = picked
				value = &part
			}
		case *figure.Table:
			if v.Rows == rows {
				value = &figure.Table{Columns: v.Columns, Rows: picked}
			}
		}
		patch.Set(path, value)
	})
	return patch
}

// difference compares two ascending lists of rows: the places of those that only
// had has, in had, and of those that only has has, in has, each as the distance
// from the one before; and the latter rows themselves.
func difference(had, has []uint32) (drop, put []float64, fresh []uint32) {
	lastDrop, lastPut := 0, 0
	for i, j := 0, 0; i < len(had) || j < len(has); {
		switch {
		case j == len(has) || i < len(had) && had[i] < has[j]:
			drop, lastDrop = append(drop, float64(i-lastDrop)), i
			i++
		case i == len(had) || has[j] < had[i]:
			put, lastPut, fresh = append(put, float64(j-lastPut)), j, append(fresh, has[j])
			j++
		default:
			i, j = i+1, j+1
		}
	}
	return drop, put, fresh
}
