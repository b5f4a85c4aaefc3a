package decimate

import (
	"math"
	"math/bits"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A run is the rows lo <= i < hi between two gaps.
type run struct{ lo, hi int }

func (r run) len() int { return r.hi - r.lo }

// runs appends the runs of y[lo:hi] to dst. Row r.hi of every run but the last
// is the first row of the gap behind it.
func runs[Y Value](dst []run, y []Y, lo, hi int) []run {
	for i := lo; i < hi; i++ {
		if !finite(y[i]) {
			continue
		}
		r := run{lo: i, hi: i + firstGap(y[i:hi])}
		dst = append(dst, r)
		i = r.hi
	}
	return dst
}

// firstGap returns the number of rows before the first gap of y. It takes few
// rows at a time, for many gaps would make it look at the same rows again.
func firstGap[Y Value](y []Y) int {
	const block = 256
	var ok [block / 64]uint64
	for start := 0; start < len(y); start += block {
		part := y[start:min(start+block, len(y))]
		kernel.Between(ok[:kernel.Words(len(part))], part, -largest[Y](), largest[Y]())
		for w := range kernel.Words(len(part)) {
			if i := 64*w + bits.TrailingZeros64(^ok[w]); i < min(64*w+64, len(part)) {
				return start + i
			}
		}
	}
	return len(y)
}

// largest returns the largest finite value.
func largest[Y Value]() Y {
	most := math.MaxFloat64
	if y := Y(most); finite(y) {
		return y
	}
	return math.MaxFloat32
}

// picker appends m rows of the run r to dst, the first and the last among
// them: 2 <= m < r.len(). If r has a gap it appends nothing and returns false.
type picker func(dst []uint32, r run, m int) ([]uint32, bool)

// spend is the frame of the decimators that have a budget of rows: it cuts the
// window of the view into runs, deals the budget out to them and lets pick
// choose within each.
//
// The ends of the runs and the rows between them come first and may exceed the
// budget; what is left goes to the runs in proportion to their inner rows.
func spend[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int, pick picker) []uint32 {
	check(x, y, v, budget)
	if len(x) <= budget {
		return appendRows(dst, 0, len(x))
	}
	lo, hi := v.window(x)
	if hi-lo <= budget {
		return appendRows(dst, lo, hi)
	}
	// Most lines have no gap, and to look for one takes as long as to choose.
	if m := max(budget, 2); m < hi-lo {
		if rows, ok := pick(dst, run{lo, hi}, m); ok {
			return rows
		}
	}
	var few [8]run
	rs := runs(few[:0], y, lo, hi)

	ends, inner := max(len(rs)-1, 0), 0
	for _, r := range rs {
		ends += min(r.len(), 2)
		inner += max(r.len()-2, 0)
	}
	spare := max(budget-ends, 0)

	before := 0 // inner rows of the runs already served
	for k, r := range rs {
		if k > 0 {
			dst = append(dst, uint32(rs[k-1].hi))
		}
		after := before + max(r.len()-2, 0)
		m := min(r.len(), 2)
		if inner > 0 {
			// Differences of one rounded sum: nothing of the budget is lost.
			m += share(spare, after, inner) - share(spare, before, inner)
		}
		if m >= r.len() {
			dst = appendRows(dst, r.lo, r.hi)
		} else {
			dst, _ = pick(dst, r, m)
		}
		before = after
	}
	return dst
}

// share returns ⌊total·part/whole⌋ without overflow for any number of rows.
func share(total, part, whole int) int {
	return int(uint64(total) * uint64(part) / uint64(whole))
}
