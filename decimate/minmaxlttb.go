package decimate

import (
	"runtime"
	"slices"
	"sync"

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
//   - Cost: O(rows in view), on all cores above two million, and three temporary
//     slices of 4·budget elements.
//
// [1] Van Der Donckt et al., MinMaxLTTB, arXiv:2305.00332, 2023.
func MinMaxLTTB[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int) []uint32 {
	var (
		rows []uint32
		cx   []X
		cy   []Y
	)
	return spend(dst, x, y, v, budget, func(dst []uint32, r run, m int) ([]uint32, bool) {
		if r.len() <= preselect*m {
			return lttbRun(dst, x, y, r, m)
		}
		var ok bool
		if rows, ok = candidates(rows[:0], y, r, m*preselect/2); !ok {
			return dst, false
		}
		if len(rows) <= m { // a staircase: each bucket is flat
			return lttbRun(dst, x, y, r, m)
		}
		cx, cy = slices.Grow(cx[:0], len(rows)), slices.Grow(cy[:0], len(rows))
		for _, i := range rows {
			cx, cy = append(cx, x[i]), append(cy, y[i])
		}
		n := len(dst)
		dst, ok = lttb(dst, cx, cy, m)
		for i, k := range dst[n:] {
			dst[n+i] = rows[k]
		}
		return dst, ok
	})
}

// candidates appends the ends of r and the extremes of so many buckets of its
// inner rows, unless r has a gap.
func candidates[Y Value](dst []uint32, y []Y, r run, buckets int) ([]uint32, bool) {
	if !finite(y[r.lo]) || !finite(y[r.hi-1]) {
		return dst, false
	}
	dst = append(slices.Grow(dst, 2*buckets+2), uint32(r.lo))
	parts := max(min(runtime.GOMAXPROCS(0), r.len()/rowsPerCore), 1)
	lists, ok := make([][]uint32, parts), make([]bool, parts)
	var wg sync.WaitGroup
	for k := range parts {
		from, to := share(k, buckets, parts), share(k+1, buckets, parts)
		// Each part has the place that it may need, the first that which it has.
		room := dst[len(dst)+2*from : len(dst)+2*from : len(dst)+2*to]
		work := func() { lists[k], ok[k] = bucketExtremes(room, y, r, from, to, buckets) }
		if k == parts-1 {
			work()
		} else {
			wg.Go(work)
		}
	}
	wg.Wait()
	for k, rows := range lists {
		if !ok[k] {
			return dst, false
		}
		dst = append(dst, rows...)
	}
	return append(dst, uint32(r.hi-1)), true
}

// bucketExtremes appends the rows of the buckets from <= b < to.
func bucketExtremes[Y Value](dst []uint32, y []Y, r run, from, to, buckets int) ([]uint32, bool) {
	inner := r.len() - 2
	for b := from; b < to; b++ {
		lo := r.lo + 1 + share(b, inner, buckets)
		hi := r.lo + 1 + share(b+1, inner, buckets)
		low, high, n := kernel.Extremes(y[lo:hi])
		if n < hi-lo {
			return dst, false
		}
		dst = append(dst, uint32(lo+min(low, high)))
		if low != high {
			dst = append(dst, uint32(lo+max(low, high)))
		}
	}
	return dst, true
}
