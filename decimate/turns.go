package decimate

import (
	"math"
	"sort"
)

const (
	// hundredths: plotly.js rounds the places of an SVG line to 1/100 CSS pixel.
	hundredths = 100
	// stretch is a piece of the view that is judged as one, in hundredths.
	stretch = 12
	// flat is how far a stretch may go back, in hundredths, and be smooth.
	flat = 4
	// mostTurns of a stretch: a smooth one has at most two a hundredth, and some.
	mostTurns = 64
)

// Turns appends to dst the rows that draw the smooth stretches of a line
// exactly as plotly.js does in SVG, and returns the extended slice. It is the
// companion of [MinMax], whose rows draw the others: take the union of both.
//
// Plotly.js rounds each point to 1/100 CSS pixel, so that a dense smooth line
// is a staircase of such steps. Its mitred corners stand out beyond the line,
// which is thereby up to 0.4 pixels thicker than the straight one through fewer
// of its points. Turns keeps a row where the rounded line turns, and drops it
// if it is rounded to the same place as the row before, or lies on a horizontal
// or vertical segment between two others: then the outline is the same to the
// last corner. (On a slanted segment the outline is the same too, but browsers
// round the ends of its pieces to a quarter of a device pixel.)
//
// A stretch is smooth if it goes up or down only, but for 0.04 pixels. A noisy
// one has no rows here.
//
// Turns panics if the lengths differ. x must not decrease.
//
//   - Shapes: x.Len() == y.Len(); rows ascend, and are at most 533 a CSS pixel of
//     width, of a smooth line about 100 a pixel of its length.
//   - Gaps: a gap ends a segment; the rows beside it are kept by MinMax.
//   - Cost: O(rows appended · log(rows in view)), and up to 64 rows looked at in
//     each stretch of 0.12 pixels that is not smooth.
func Turns(dst []uint32, x, y Series, a Area) []uint32 {
	if x.Len() != y.Len() {
		panic(badLength)
	}
	t := turner{x: x, y: y, p: a.projection(hundredths)}
	left, right := min(a.Left, a.Right), max(a.Left, a.Right)
	unit := (right - left) / (a.Width * hundredths)
	lo := sort.Search(x.Len(), func(i int) bool { return x.At(i) >= left })
	hi := sort.Search(x.Len(), func(i int) bool { return x.At(i) > right })
	for lo < hi {
		next := math.Floor((x.At(lo)-left)/unit/stretch) + 1
		end := leave(lo, hi, func(i int) bool { return x.At(i) < left+next*stretch*unit })
		dst = t.stretch(dst, lo, end)
		lo = end
	}
	return dst
}

// leave returns the first row after i where on is false, or hi. It gallops:
// between two rows where it is true it takes it for true.
func leave(i, hi int, on func(int) bool) int {
	step := 1
	for i+step < hi && on(i+step) {
		i += step
		step *= 2
	}
	end := min(i+step, hi) // it is true at i, and not at end
	for i+1 < end {
		if mid := int(uint(i+end) / 2); on(mid) {
			i = mid
		} else {
			end = mid
		}
	}
	return end
}

// A turner follows the rounded line.
type turner struct {
	x, y Series
	p    projection
}

// A dot is a place in hundredths of a pixel.
type dot struct{ x, y float64 }

// at returns the dot of row i, and false at a gap.
func (t *turner) at(i int) (dot, bool) {
	y := t.y.At(i)
	return dot{math.Round(t.p.px(t.x.At(i))), math.Round(t.p.py(y))}, finite(y)
}

// stretch appends the turns among the rows lo <= i < hi, its first and last dot
// among them, if it is smooth; otherwise nothing.
func (t *turner) stretch(dst []uint32, lo, hi int) []uint32 {
	from := len(dst)
	var before, last dot // the two dots kept last
	known := 0           // how many of them there are since the last gap
	low, high, way := math.Inf(1), math.Inf(-1), 0.0
	for i := lo; i < hi; {
		d, drawn := t.at(i)
		if !drawn {
			known = 0
			i++
			continue
		}
		if known > 0 {
			way += math.Abs(d.y - last.y)
		}
		low, high = min(low, d.y), max(high, d.y)
		if way > high-low+flat || len(dst)-from >= mostTurns {
			return dst[:from]
		}
		if known == 2 && straight(before, last, d) {
			dst[len(dst)-1], last = uint32(i), d
		} else {
			dst = append(dst, uint32(i))
			before, last, known = last, d, min(known+1, 2)
		}
		i = leave(i, hi, func(i int) bool {
			at, drawn := t.at(i)
			return drawn && at == d
		})
	}
	return dst
}

// straight reports whether b lies on a horizontal or vertical segment from a to c.
func straight(a, b, c dot) bool {
	return a.y == b.y && b.y == c.y && (b.x-a.x)*(c.x-b.x) > 0 ||
		a.x == b.x && b.x == c.x && (b.y-a.y)*(c.y-b.y) > 0
}
