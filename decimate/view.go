package decimate

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// Coord is the type of an x coordinate: float32 and float64 for numbers, int64
// for timestamps, whose nanoseconds a float64 cannot hold.
type Coord interface{ int64 | float32 | float64 }

// Value is the type of a y coordinate. float32 is read as it is, at half the
// cost of a copy of the column; the rows are those of the same numbers in float64.
type Value interface{ float32 | float64 }

const (
	badLength = "decimate: len(x) != len(y)"
	badView   = "decimate: view.Lo > view.Hi, or one is NaN"
	badSize   = "decimate: the number of buckets or rows is below 1"
	badRows   = "decimate: more than 2^32-1 rows"
)

// ErrView is the error of a range that no axis can show.
var ErrView = errors.New("decimate: not a range of an axis")

// A View is the range of the x axis on the screen, both ends included, in axis
// coordinates. The direction of the axis does not matter: Lo <= Hi.
type View[X Coord] struct{ Lo, Hi X }

// ViewOf returns the view between a and b, in either order. It returns an
// error that wraps [ErrView] if one of them, or their distance, is not finite.
func ViewOf[X Coord](a, b X) (View[X], error) {
	if !finite(float64(b) - float64(a)) {
		return View[X]{}, fmt.Errorf("%w: [%v, %v] is not a finite interval", ErrView, a, b)
	}
	return View[X]{Lo: min(a, b), Hi: max(a, b)}, nil
}

// Rows returns the half-open interval of rows inside the view: x[lo] is the
// first not below v.Lo and x[hi] the first above v.Hi. x must not decrease.
//
//   - Cost: O(log len(x)).
func (v View[X]) Rows(x []X) (lo, hi int) {
	lo = seek(x, 0, len(x), v.Lo)
	hi = lo + searchAbove(x[lo:], v.Hi)
	return lo, hi
}

// edge returns the smallest coordinate of bucket b of n, 0 <= b < n. A row is
// in the last bucket whose edge is not above it.
//
// For int64 that is exactly b = ⌊n·(x−Lo)/(Hi−Lo)⌋: the product takes 128 bits.
func (v View[X]) edge(b, n int) X {
	switch lo := any(v.Lo).(type) {
	case int64:
		hi := any(v.Hi).(int64)
		h, l := bits.Mul64(uint64(hi)-uint64(lo), uint64(b))
		// h < b < n, so that the quotient fits.
		q, r := bits.Div64(h, l, uint64(n))
		if r > 0 {
			q++
		}
		return X(lo + int64(q)) // wraps to the right value: q <= Hi−Lo
	default:
		// Every step is monotone in b under rounding, so edges never decrease.
		from, to := float64(v.Lo), float64(v.Hi)
		return notBelow[X](from + float64((to-from)*(float64(b)/float64(n))))
	}
}

// notBelow returns the least float of type X that is not below v.
func notBelow[X Coord](v float64) X {
	x := X(v)
	if float64(x) >= v {
		return x
	}
	return X(math.Nextafter32(float32(x), float32(math.Inf(1))))
}

// window returns the rows of the view and, where they exist, one more on each
// side.
func (v View[X]) window(x []X) (lo, hi int) {
	lo, hi = v.Rows(x)
	return max(lo-1, 0), min(hi+1, len(x))
}

// seek returns the first row in [from, to) whose x is not below edge, or to.
// It gallops: the cost is logarithmic in the distance, not in len(x).
func seek[X Coord](x []X, from, to int, edge X) int {
	step := 1
	for from+step <= to && x[from+step-1] < edge {
		from += step
		step *= 2
	}
	// x[from-1] < edge, and the answer is at most from+step-1.
	to = min(to, from+step-1)
	for from < to {
		mid := int(uint(from+to) / 2)
		if x[mid] < edge {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

// searchAbove returns the first row whose x is above limit, or len(x).
func searchAbove[X Coord](x []X, limit X) int {
	lo, hi := 0, len(x)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if x[mid] <= limit {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Sorted reports whether x never decreases and holds no NaN: whether the
// decimators that bucket by x may be used.
//
//   - Cost: O(len(x)), one comparison a row, up to the first row out of order.
func Sorted[X Coord](x []X) bool {
	if len(x) > 0 && x[0] != x[0] {
		return false
	}
	for i := 1; i < len(x); i++ {
		if !(x[i-1] <= x[i]) { // false for NaN too
			return false
		}
	}
	return true
}

// finite reports whether v is a number that can be drawn.
func finite[T Value](v T) bool { return v-v == 0 }

// check panics if the arguments of a line decimator are not usable.
func check[X Coord, Y Value](x []X, y []Y, v View[X], size int) {
	switch {
	case len(x) != len(y):
		panic(badLength)
	case uint64(len(x)) > math.MaxUint32:
		panic(badRows)
	case !(v.Lo <= v.Hi):
		panic(badView)
	case size < 1:
		panic(badSize)
	}
}

// picks collects rows in increasing order behind what dst held before.
type picks struct {
	dst  []uint32
	base int
}

func picksTo(dst []uint32) picks { return picks{dst: dst, base: len(dst)} }

// keep appends row i unless it, or a later one, has been kept.
func (p *picks) keep(i int) {
	if n := len(p.dst); n > p.base && p.dst[n-1] >= uint32(i) {
		return
	}
	p.dst = append(p.dst, uint32(i))
}

// append keeps all of the ascending rows.
func (p *picks) append(rows []uint32) {
	for len(rows) > 0 && len(p.dst) > p.base && rows[0] <= p.dst[len(p.dst)-1] {
		rows = rows[1:]
	}
	p.dst = append(p.dst, rows...)
}

// appendRows appends the rows lo, lo+1, …, hi−1.
func appendRows(dst []uint32, lo, hi int) []uint32 {
	for i := lo; i < hi; i++ {
		dst = append(dst, uint32(i))
	}
	return dst
}
