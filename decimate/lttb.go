package decimate

import "math"

// LTTB appends to dst at most budget rows chosen by Largest Triangle Three
// Buckets [1] and returns the extended slice. Each run is cut into buckets of
// equal count; each bucket keeps the row that makes the largest triangle with
// the row kept before it and the mean of the bucket after it.
//
// It is what many expect of a time series and has no bound on its error: it
// drops spikes that [MinMax] keeps. On a log axis pass transformed x and y,
// since areas depend on the transform.
//
// LTTB panics if the lengths differ, if budget < 1 or if v.Lo > v.Hi. x must
// not decrease.
//
//   - Shapes: len(x) == len(y); at most max(budget, 3·runs) rows are appended.
//   - Gaps and ties: see the package documentation; of equal areas the lowest
//     row wins.
//   - Cost: O(rows in view), in one sequence: it cannot be split.
//
// Where [1] steps by a rounded float64, bucket k of a run of n rows of which m
// are kept starts at row 1+⌊k·(n−2)/(m−2)⌋.
//
// [1] Steinarsson, Downsampling Time Series for Visual Representation,
// University of Iceland, 2013.
func LTTB[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int) []uint32 {
	return spend(dst, x, y, v, budget, func(dst []uint32, r run, m int) []uint32 {
		n := len(dst)
		dst = lttb(dst, x[r.lo:r.hi], y[r.lo:r.hi], m)
		for i := range dst[n:] {
			dst[n+i] += uint32(r.lo)
		}
		return dst
	})
}

// lttb appends m positions in x and y, without gaps: 2 <= m < len(x).
func lttb[X Coord, Y Value](dst []uint32, x []X, y []Y, m int) []uint32 {
	last := len(x) - 1
	start := func(k int) int { // of bucket k; bucket m−2 is the last row alone
		if k >= m-2 {
			return last
		}
		return 1 + share(k, len(x)-2, m-2)
	}
	prev := 0
	dst = append(dst, 0)
	for k := range m - 2 {
		lo, hi, end := start(k), start(k+1), max(start(k+2), start(k+1)+1)
		cx, cy := mean(x, y, prev, hi, end)
		prev = largestTriangle(x, y, prev, lo, hi, cx, cy)
		dst = append(dst, uint32(prev))
	}
	return append(dst, uint32(last))
}

// mean returns the centre of the rows lo <= i < hi as seen from row a.
func mean[X Coord, Y Value](x []X, y []Y, a, lo, hi int) (cx, cy float64) {
	for i := lo; i < hi; i++ {
		cx += distance(x[a], x[i])
		cy += float64(y[i]) - float64(y[a])
	}
	n := float64(hi - lo)
	return cx / n, cy / n
}

// largestTriangle returns the row lo <= i < hi that spans the largest triangle
// with row a and the point at (cx, cy) from it.
func largestTriangle[X Coord, Y Value](x []X, y []Y, a, lo, hi int, cx, cy float64) int {
	best, largest := lo, -1.0
	for i := lo; i < hi; i++ {
		// Twice the area; the float64 conversions forbid a fused multiply-add,
		// so that every architecture picks the same row.
		area := math.Abs(float64(cx*(float64(y[i])-float64(y[a]))) - float64(cy*distance(x[a], x[i])))
		if area > largest {
			best, largest = i, area
		}
	}
	return best
}

// distance returns b−a for a <= b. The difference of two int64 may need 64
// bits without a sign, in which case it has wrapped below 0.
func distance[X Coord](a, b X) float64 {
	if X(1)/2 != 0 {
		return float64(b) - float64(a)
	}
	d := float64(b - a)
	if d < 0 {
		d += 1 << 64
	}
	return d
}
