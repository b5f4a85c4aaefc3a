package trend

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// quantiles returns the q-quantile of each span of y, or NaN if it has fewer
// than least values; least is 1 at least.
func quantiles(y []float64, spans []span, least int, q float64, between Interpolation) []float64 {
	r := newRanked(y)
	out := make([]float64, len(spans))
	var now span
	for i, s := range spans {
		for ; now.hi < s.hi; now.hi++ {
			r.add(now.hi, 1)
		}
		for ; now.lo < s.lo; now.lo++ {
			r.add(now.lo, -1)
		}
		out[i] = math.NaN()
		if r.n >= least {
			out[i] = r.quantile(q, between)
		}
	}
	return out
}

// ranked is a set of rows that finds its k-th smallest value: a Fenwick tree of
// counts over the ranks that the rows have in the whole of y.
type ranked struct {
	sorted []float64 // the values of y that are not NaN
	rank   []int     // 1-based position of row i in sorted; 0 for NaN
	counts []int     // the Fenwick tree, 1-based
	n      int       // values in the set
}

func newRanked(y []float64) *ranked {
	var rows []int
	for i, v := range y {
		if v == v {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	r := &ranked{sorted: make([]float64, len(rows)), rank: make([]int, len(y)), counts: make([]int, len(rows)+1)}
	for k, row := range rows {
		r.sorted[k], r.rank[row] = y[row], k+1
	}
	return r
}

// add puts a row into the set (by 1) or takes it out (by −1). A NaN is no value.
func (r *ranked) add(row, by int) {
	if r.rank[row] == 0 {
		return
	}
	r.n += by
	for k := r.rank[row]; k < len(r.counts); k += k & -k {
		r.counts[k] += by
	}
}

// at returns the k-th smallest value, 0 ≤ k < n.
func (r *ranked) at(k int) float64 {
	position := 0
	for step := 1 << (bits.Len(uint(len(r.sorted))) - 1); step > 0; step /= 2 {
		if next := position + step; next < len(r.counts) && r.counts[next] <= k {
			position, k = next, k-r.counts[next]
		}
	}
	return r.sorted[position]
}

func (r *ranked) quantile(q float64, between Interpolation) float64 {
	exact := q * float64(r.n-1)
	k := int(exact)
	part := exact - float64(k)
	if part == 0 {
		return r.at(k)
	}
	switch low, high := r.at(k), r.at(k+1); between {
	case Lower:
		return low
	case Higher:
		return high
	case Midpoint:
		return (low + high) / 2
	case Nearest:
		if part < 0.5 || part == 0.5 && k%2 == 0 {
			return low
		}
		return high
	default:
		return low + (high-low)*part
	}
}
