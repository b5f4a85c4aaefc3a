package trend

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// LowessOptions are the options of lowess.
type LowessOptions struct {
	// Frac is the share of the rows, 0 to 1, that each height is fitted to; at
	// least two are. 0 is px's default, 0.6666666.
	Frac float64
}

const (
	defaultFrac  = 0.6666666
	robustPasses = 3
)

// Lowess returns the height at each row of a locally weighted line through the
// nearest rows [1], as statsmodels computes it [2]: tricube weights, and three
// more passes in which rows far from the line weigh less (bisquare of the
// residual over six times the median residual).
//
// Lowess panics if the lengths differ or if x is not sorted. It returns
// ErrNoPoints, an OptionError if Frac is outside 0 to 1, and a RowError if a
// value is infinite.
//
//   - Shapes: the result has len(x) values.
//   - Gaps and ties: rows where x or y is NaN are left out, and NaN in the
//     result. Rows of equal x have one height. Where fewer than two rows of a
//     window carry weight (it is all ties, or robustness dropped the others) the
//     height is y itself, of the first row of equal x.
//   - Rounding: that of the weighted y of a window. An outlier outside it, or
//     without weight in it, takes no digit of its height. A row whose residual is
//     rounding lies on the line, where statsmodels drops it if most rows do so exactly.
//   - Cost: O(n log n) on all cores. A window costs O(Frac·n) if it has next to no
//     weight, nearly all of it on a hundredth of its width, or y that are large
//     beside those that weigh: an outlier of 1e16 at its rim.
//
// The published algorithm costs O(Frac·n²). Here a window is summed in blocks:
// within one, the tricube weight is a polynomial in x, so that the moments of
// the block give its share of the sums. See tree.
//
// [1] W. S. Cleveland, JASA 74(368), 1979, doi:10.1080/01621459.1979.10481038.
// [2] statsmodels.nonparametric.lowess with it=3 and delta=0.
func Lowess(x, y []float64, o LowessOptions) ([]float64, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	p, err := complete(x, y)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(p.checkFinite("x", p.x), p.checkFinite("y", p.y)); err != nil {
		return nil, err
	}
	if !slices.IsSorted(p.x) {
		panic(badOrder)
	}
	s := newSmoother(p, o.neighbours(len(p.x)))
	s.fit()
	for range robustPasses {
		s.reweigh()
		s.fit()
	}
	return p.spread(s.fitted), nil
}

// Fit fits the points: see [Lowess].
func (o LowessOptions) Fit(p Points) (Line, error) {
	y, err := Lowess(p.X, p.Y, o)
	return Line{Y: y, header: fixedHeader("LOWESS")}, err
}

func (o LowessOptions) validate() error {
	if !(o.Frac >= 0 && o.Frac <= 1) {
		return wrong("frac", "%v, want a share from 0 to 1", o.Frac)
	}
	return nil
}

// neighbours returns the number of rows in a window.
func (o LowessOptions) neighbours(n int) int {
	frac := o.Frac
	if frac == 0 {
		frac = defaultFrac
	}
	return min(max(int(frac*float64(n)+1e-10), 2), n)
}

// A smoother fits the same windows again and again with other weights.
type smoother struct {
	x, y   []float64
	flat   []float64 // y less its median: large values that hardly vary keep their digits in the blocks
	centre float64
	robust []float64 // weight of each row by its residual, 0 to 1
	fitted []float64
	size   []float64 // mean size of the weighted y that each was fitted to

	first []int // of each distinct x, its first row
	left  []int // and the first row of its window
	k     int   // rows in a window
	sums  *tree // nil if windows are small
}

func newSmoother(p pairs, k int) *smoother {
	n := len(p.x)
	s := &smoother{
		x: p.x, y: p.y, k: k, centre: median(p.y),
		flat: make([]float64, n), robust: make([]float64, n), fitted: make([]float64, n), size: make([]float64, n),
	}
	for i, y := range p.y {
		s.flat[i], s.robust[i] = y-s.centre, 1
	}
	// The window slides on while the row that would enter is nearer to x than
	// the one that would leave.
	left := 0
	for i, x := range s.x {
		if i > 0 && x == s.x[i-1] {
			continue
		}
		for left+k < n && x > (s.x[left]+s.x[left+k])/2 {
			left++
		}
		s.first, s.left = append(s.first, i), append(s.left, left)
	}
	if k >= smallestWindow {
		s.sums = newTree(s.x, k)
	}
	return s
}

// chunk is the number of heights that a goroutine takes at a time.
const chunk = 64

// fit sets fitted. Each height depends on its window only, so that any number
// of goroutines gives the same.
func (s *smoother) fit() {
	if s.sums != nil {
		s.sums.weigh(s)
	}
	var next atomic.Int64
	work := func() {
		for {
			lo := int(next.Add(chunk)) - chunk
			if lo >= len(s.first) {
				return
			}
			for i := lo; i < min(lo+chunk, len(s.first)); i++ {
				s.fitOne(i)
			}
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(s.first)*s.k/(1<<14))
	var wait sync.WaitGroup
	for range workers - 1 {
		wait.Go(work)
	}
	work()
	wait.Wait()
}

// fitOne sets the height of the i-th distinct x at all its rows.
func (s *smoother) fitOne(i int) {
	w := s.window(i)
	height, size, ok := s.fromTree(w)
	if !ok {
		height, size = s.direct(w)
	}
	for j := w.at; j < len(s.x) && s.x[j] == s.x[w.at]; j++ {
		s.fitted[j], s.size[j] = height, size
	}
}

// A window is the rows lo ≤ j < hi that the height at row at is fitted to.
type window struct {
	at, lo, hi int
	radius     float64 // distance to the farthest of them
}

// window is that of the i-th distinct x.
func (s *smoother) window(i int) window {
	w := window{at: s.first[i], lo: s.left[i], hi: s.left[i] + s.k}
	x := s.x[w.at]
	w.radius = max(x-s.x[w.lo], s.x[w.hi-1]-x)
	return w
}

const (
	// A row of less weight does not count, and a window needs two that do.
	smallestWeight = 1e-12
	// statsmodels' floor under the variance of x in a window.
	smallestVariance = 1e-12
)

// direct fits a window row by row. It takes two passes, so that it is exact
// however x and y lie.
func (s *smoother) direct(w window) (height, size float64) {
	at, scale, count := s.x[w.at], 1/w.radius, 0
	var sum, sumX, sumY float64
	for j := w.lo; j < w.hi; j++ {
		d := s.x[j] - at
		weight := tricube(d*scale) * s.robust[j] // NaN if the radius is 0
		if weight > smallestWeight {
			count++
		}
		sum += weight
		sumX += weight * d
		sumY += weight * s.y[j]
		size += weight * math.Abs(s.y[j])
	}
	if count < 2 {
		return s.y[w.at], 0
	}
	mean, meanY := sumX/sum, sumY/sum
	var rest, sumXX, sumXY float64
	for j := w.lo; j < w.hi; j++ {
		d, e := s.x[j]-at, s.y[j]-meanY
		weight := tricube(d*scale) * s.robust[j]
		rest += weight * e // what meanY lost to rounding
		sumXX += weight * (d - mean) * (d - mean)
		sumXY += weight * (d - mean) * e
	}
	return meanY + rest/sum + rise(mean, sumXX/sum, sumXY/sum), size / sum
}

// rise is by how much the line rises from the centre of its window, at mean, to
// distance 0, the row that is fitted.
func rise(mean, variance, covariance float64) float64 {
	return -mean * covariance / max(variance, smallestVariance)
}

// tricube is the weight of a row at distance u, in units of the radius.
func tricube(u float64) float64 {
	u = math.Abs(u)
	v := 1 - u*u*u
	return v * v * v
}

// heightRounding is by how much a height is rounded, at most, beside the weighted y
// of its window: a residual below is none. Where rows lie on a line it would be all
// there is to weigh them by.
const heightRounding = 0x1p-46

// reweigh sets the weights of the rows by their residuals.
func (s *smoother) reweigh() {
	residuals := s.robust
	for i, y := range s.y {
		residuals[i] = math.Abs(y - s.fitted[i])
		if residuals[i] <= heightRounding*s.size[i] {
			residuals[i] = 0
		}
	}
	scale := 6 * median(residuals)
	for i, r := range residuals {
		u := 0.0
		switch {
		case scale > 0:
			u = min(r/scale, 1)
		case r > 0:
			u = 1
		}
		v := 1 - u*u
		s.robust[i] = v * v
	}
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
