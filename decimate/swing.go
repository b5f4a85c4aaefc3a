package decimate

import "math"

const badError = "decimate: maxError is negative or NaN"

// Swing appends to dst the rows of a line to which every other row in view is
// as near as maxError, measured along y, and returns the extended slice. So is
// the line itself, at every x, since it bends at rows only.
//
// It is the swinging door [1] with the ends of its segments on rows. From the
// row kept last a door opens, as wide as maxError around each row that has
// passed; a row that lies outside the door ends the segment at the row before
// it, from which the next door opens.
//
// A smooth line keeps a few rows, a noisy one nearly all: [MinMax] has the same
// kind of bound and an upper limit. A second pass may drop more rows, and then
// its error comes on top of that of the first.
//
// Swing panics if the lengths differ, if maxError is negative or NaN or if
// v.Lo > v.Hi. x must not decrease.
//
//   - Shapes: len(x) == len(y).
//   - Units: maxError is in those of y, but for rounding in float64. For an error
//     of e pixels on a plot h pixels high it is e·(top−bottom)/h.
//   - Gaps and ties: see the package documentation. Of rows with one x, those
//     are kept that are farther than maxError from the first.
//   - Cost: O(rows in view), in one sequence.
//
// Where [1] ends a segment anywhere in the door and errs by 2·maxError, Swing
// keeps rows of the data and errs by maxError.
//
// [1] Bristol, Swinging Door Trending: Adaptive Trend Recording?, ISA National
// Conference Proceedings, 1990.
func Swing[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], maxError float64) []uint32 {
	check(x, y, v, 1)
	if !(maxError >= 0) {
		panic(badError)
	}
	lo, hi := v.window(x)
	var few [8]run
	rs := runs(few[:0], y, lo, hi)
	for k, r := range rs {
		if k > 0 {
			dst = append(dst, uint32(rs[k-1].hi))
		}
		dst = swing(dst, x, y, r, maxError)
	}
	return dst
}

// swing appends the rows of one run.
func swing[X Coord, Y Value](dst []uint32, x []X, y []Y, r run, maxError float64) []uint32 {
	dst = append(dst, uint32(r.lo))
	d := wideOpen
	from := r.lo
	for i := r.lo + 1; i < r.hi; i++ {
		dx, dy := distance(x[from], x[i]), float64(y[i])-float64(y[from])
		if !d.has(dx, dy) {
			from = i - 1
			dst = append(dst, uint32(from))
			d = wideOpen
			dx, dy = distance(x[from], x[i]), float64(y[i])-float64(y[from])
		}
		d.close(dx, dy, maxError)
	}
	if r.len() > 1 {
		dst = append(dst, uint32(r.hi-1))
	}
	return dst
}

// A door holds the slopes of the lines that are near to all rows passed.
type door struct {
	low, high float64
	unpassed  bool
}

var wideOpen = door{math.Inf(-1), math.Inf(1), true}

// has reports whether a segment may end at (dx, dy) from the hinge.
func (d *door) has(dx, dy float64) bool {
	slope := dy / dx
	return d.unpassed || d.low <= slope && slope <= d.high && finite(slope)
}

// close narrows the door to the slopes that pass (dx, dy) within maxError.
func (d *door) close(dx, dy, maxError float64) {
	d.unpassed = false
	switch {
	case dx > 0:
		d.low = max(d.low, (dy-maxError)/dx)
		d.high = min(d.high, (dy+maxError)/dx)
	case !(math.Abs(dy) <= maxError):
		d.low, d.high = math.Inf(1), math.Inf(-1)
	}
}
