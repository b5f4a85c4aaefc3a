package decimate

import (
	"slices"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// preselect is the number of rows that MinMaxLTTB offers to LTTB for each row
// kept. The authors find the picture of plain LTTB unchanged from 4 on [1].
const preselect = 4

// MinMaxLTTB appends to dst at most budget rows: the lowest and highest of
// equal-count buckets first, four times as many as wanted, then [LTTB] among
// those [1]. It returns the extended slice.
//
// It is LTTB at the speed of a scan, and like it has no bound on its error. A
// run with no more than four times the rows it may keep goes to LTTB directly.
//
// MinMaxLTTB panics if the lengths differ, if budget < 1 or if v.Lo > v.Hi. x
// must not decrease.
//
//   - Shapes: len(x) == len(y); at most max(budget, 3·runs) rows are appended.
//   - Gaps and ties: see the package documentation.
//   - Cost: O(rows in view), and three temporary slices of 4·budget elements.
//
// [1] Van Der Donckt et al., MinMaxLTTB, arXiv:2305.00332, 2023.
func MinMaxLTTB[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int) []uint32 {
	var (
		rows []uint32
		cx   []X
		cy   []Y
	)
	return spend(dst, x, y, v, budget, func(dst []uint32, r run, m int) []uint32 {
		rows = candidates(slices.Grow(rows[:0], preselect*m+2), y, r, m)
		cx, cy = slices.Grow(cx[:0], len(rows)), slices.Grow(cy[:0], len(rows))
		for _, i := range rows {
			cx, cy = append(cx, x[i]), append(cy, y[i])
		}
		n := len(dst)
		dst = lttb(dst, cx, cy, m)
		for i, k := range dst[n:] {
			dst[n+i] = rows[k]
		}
		return dst
	})
}

// candidates appends the ends of r and the extremes of preselect/2·m buckets
// of its inner rows; or, if that would be all or too few, all its rows.
func candidates[Y Value](dst []uint32, y []Y, r run, m int) []uint32 {
	buckets := m * preselect / 2
	inner := r.len() - 2
	if r.len() <= preselect*m {
		return appendRows(dst, r.lo, r.hi)
	}
	n := len(dst)
	dst = append(dst, uint32(r.lo))
	for b := range buckets {
		lo := r.lo + 1 + share(b, inner, buckets)
		hi := r.lo + 1 + share(b+1, inner, buckets)
		low, high, _ := kernel.Extremes(y[lo:hi])
		dst = append(dst, uint32(lo+min(low, high)))
		if low != high {
			dst = append(dst, uint32(lo+max(low, high)))
		}
	}
	dst = append(dst, uint32(r.hi-1))
	if len(dst)-n <= m { // a staircase: each bucket is flat
		return appendRows(dst[:n], r.lo, r.hi)
	}
	return dst
}
