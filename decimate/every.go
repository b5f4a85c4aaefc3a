package decimate

// Every appends to dst rows at equal distances in row order, at most budget of
// them, and returns the extended slice. From a run of n rows of which it may
// keep m it takes
//
//	⌊k·(n−1)/(m−1)⌋    0 ≤ k < m
//
// which includes both ends. It is a preview: it loses spikes and aliases
// whatever repeats, and no bound can be given for the picture.
//
// Every panics if the lengths differ, if budget < 1 or if v.Lo > v.Hi. x must
// not decrease.
//
//   - Shapes: len(x) == len(y); at most max(budget, 3·runs) rows are appended,
//     since the ends of each run and one row of each gap are always kept.
//   - Gaps and ties: see the package documentation.
//   - Cost: O(len(x)) to find the gaps in the view, then O(budget).
func Every[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int) []uint32 {
	return spend(dst, x, y, v, budget, func(dst []uint32, r run, m int) ([]uint32, bool) {
		if firstGap(y[r.lo:r.hi]) < r.len() {
			return dst, false
		}
		for k := range m {
			dst = append(dst, uint32(r.lo+share(k, r.len()-1, m-1)))
		}
		return dst, true
	})
}
