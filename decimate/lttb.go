package decimate

import (
	"runtime"
	"sync"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

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
//   - Cost: O(rows in view), on all cores above half a million. Each choice
//     depends on the one before: further cores begin with a guess that nearly
//     always leads to the same rows within a few buckets, and where it does
//     not, that part is done again.
//
// Where [1] steps by a rounded float64, bucket k of a run of n rows of which m
// are kept starts at row 1+⌊k·(n−2)/(m−2)⌋.
//
// [1] Steinarsson, Downsampling Time Series for Visual Representation,
// University of Iceland, 2013.
func LTTB[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], budget int) []uint32 {
	return spend(dst, x, y, v, budget, func(dst []uint32, r run, m int) ([]uint32, bool) {
		return lttbRun(dst, x, y, r, m)
	})
}

// lttbRun is the picker of LTTB.
func lttbRun[X Coord, Y Value](dst []uint32, x []X, y []Y, r run, m int) ([]uint32, bool) {
	n := len(dst)
	dst, ok := lttb(dst, x[r.lo:r.hi], y[r.lo:r.hi], m)
	for i := range dst[n:] {
		dst[n+i] += uint32(r.lo)
	}
	return dst, ok
}

const (
	// lttbRowsPerCore is the least work for a goroutine, and lttbWarmUp how many
	// buckets it takes to come from a guess to the rows that are right.
	lttbRowsPerCore = 1 << 18
	lttbWarmUp      = 32
)

// lttb appends m positions in x and y, 2 <= m < len(x). If y has a gap it
// appends nothing and returns false.
func lttb[X Coord, Y Value](dst []uint32, x []X, y []Y, m int) ([]uint32, bool) {
	n := len(dst)
	dst = append(dst, make([]uint32, m)...)
	t := triangles[X, Y]{x: x, y: y, rows: dst[n:]}
	t.rows[m-1] = uint32(len(x) - 1)
	parts := min(runtime.GOMAXPROCS(0), len(x)/lttbRowsPerCore, t.buckets()/(2*lttbWarmUp))
	if first := y[:t.start(1)]; firstGap(first) < len(first) || !t.all(max(parts, 1)) || !finite(y[len(y)-1]) {
		return dst[:n], false
	}
	return dst, true
}

// triangles is the line of one run. rows[k+1] is the row chosen from bucket k.
type triangles[X Coord, Y Value] struct {
	x    []X
	y    []Y
	rows []uint32
}

func (t *triangles[X, Y]) buckets() int { return len(t.rows) - 2 }

// start returns the first row of bucket k. Behind the last bucket is the last
// row, alone.
func (t *triangles[X, Y]) start(k int) int {
	if k >= t.buckets() {
		return len(t.x) - 1
	}
	return 1 + share(k, len(t.x)-2, t.buckets())
}

// all chooses from all buckets, on so many cores.
func (t *triangles[X, Y]) all(parts int) bool {
	cut := func(k int) int { return share(k, t.buckets(), parts) }
	guesses, ok := make([]int, parts), make([]bool, parts)
	var wg sync.WaitGroup
	for k := range parts {
		work := func() {
			if guesses[k], ok[k] = t.guess(cut(k)); ok[k] {
				ok[k] = t.walk(cut(k), cut(k+1), guesses[k])
			}
		}
		if k == parts-1 {
			work()
		} else {
			wg.Go(work)
		}
	}
	wg.Wait()
	for k := range parts {
		if !ok[k] {
			return false
		}
		if chosen := int(t.rows[cut(k)]); chosen != guesses[k] {
			t.correct(cut(k), cut(k+1), chosen)
		}
	}
	return true
}

// guess returns the row that is chosen from the bucket before bucket k, as it
// seems a few buckets after a row taken anywhere.
func (t *triangles[X, Y]) guess(k int) (row int, ok bool) {
	from := max(k-lttbWarmUp, 0)
	row, ok = t.start(from)-1, true
	for b := from; b < k && ok; b++ {
		row, ok = t.choose(b, row)
	}
	return row, ok
}

// walk chooses from the buckets from <= k < to, when prev is the row before.
func (t *triangles[X, Y]) walk(from, to, prev int) (ok bool) {
	for k := from; k < to; k++ {
		if prev, ok = t.choose(k, prev); !ok {
			return false
		}
		t.rows[k+1] = uint32(prev)
	}
	return true
}

// correct is walk where the rows of another prev are known: from the first that
// is the same on, all are.
func (t *triangles[X, Y]) correct(from, to, prev int) {
	for k := from; k < to; k++ {
		prev, _ = t.choose(k, prev)
		if t.rows[k+1] == uint32(prev) {
			return
		}
		t.rows[k+1] = uint32(prev)
	}
}

// choose returns the row of bucket k that spans the largest triangle with row
// prev and the mean of the next bucket, unless that has a gap.
func (t *triangles[X, Y]) choose(k, prev int) (row int, ok bool) {
	lo, hi := t.start(k), t.start(k+1)
	next := max(t.start(k+2), hi+1)
	n := float64(next - hi)
	cy := kernel.SumFrom(t.y[hi:next], t.y[prev]) / n
	// The sum of numbers may overflow, too.
	if !finite(cy) && firstGap(t.y[hi:next]) < next-hi {
		return 0, false
	}
	cx := sumFrom(t.x[hi:next], t.x[prev]) / n
	return lo + largestTriangle(t.x[lo:hi], t.y[lo:hi], t.x[prev], t.y[prev], cx, cy), true
}

// sumFrom returns the sum of x[i]−a.
func sumFrom[X Coord](x []X, a X) (sum float64) {
	switch x := any(x).(type) {
	case []float64:
		return kernel.SumFrom(x, float64(a))
	case []float32:
		return kernel.SumFrom(x, float32(a))
	}
	var d distances
	for from := 0; from < len(x); from += len(d) {
		sum += kernel.SumFrom(distancesOf(&d, x[from:min(from+len(d), len(x))], a), 0)
	}
	return sum
}

// largestTriangle returns the first row that spans the largest triangle with
// the point at (ax, ay) and the one at (cx, cy) from it.
func largestTriangle[X Coord, Y Value](x []X, y []Y, ax X, ay Y, cx, cy float64) (row int) {
	t := kernel.Triangle{X: float64(ax), Y: float64(ay), CX: cx, CY: cy}
	switch x := any(x).(type) {
	case []float64:
		return kernel.Largest(t, x, y)
	case []float32:
		return kernel.Largest(t, x, y)
	}
	t.X = 0
	var d distances
	largest := -1.0
	for from := 0; from < len(x); from += len(d) {
		dx := distancesOf(&d, x[from:min(from+len(d), len(x))], ax)
		i := kernel.Largest(t, dx, y[from:from+len(dx)])
		if area := t.Area(dx[i], float64(y[from+i])); area > largest {
			row, largest = from+i, area
		}
	}
	return row
}

// distances are those of a few int64, which the kernels do not take.
type distances [512]float64

func distancesOf[X Coord](d *distances, x []X, a X) []float64 {
	for i, v := range x {
		d[i] = distance(a, v)
	}
	return d[:len(x)]
}

// distance returns b−a for a <= b. The difference of two int64 may need 64
// bits without a sign, in which case it has wrapped below 0.
func distance[X Coord](a, b X) float64 {
	d := float64(b - a)
	if d < 0 {
		d += 1 << 64
	}
	return d
}
