package trend

import (
	"math"
	"math/bits"
)

const (
	leaf           = 32       // rows in a block of the lowest level
	smallestWindow = 4 * leaf // below it the plain loop is faster
)

// A tree has the moments of x and y in blocks of leaf, 2·leaf, 4·leaf … rows.
// A window is a few rows at its ends and, between them, O(log k) blocks.
type tree struct {
	levels [][]block // block b of level l has the rows from b·leaf<<l on
}

// A block sums powers of t = (x − centre)/half, which lies in [−1, 1].
type block struct {
	centre, half float64
	m            [12]float64 // m[p] = Σ robust·tᵖ
	n            [11]float64 // n[p] = Σ robust·flat·tᵖ
	a            [10]float64 // a[p] = Σ robust·|y|·tᵖ
	size         float64     // Σ robust·|flat|, by which n rounds
}

// newTree lays out the blocks for windows of k rows.
func newTree(x []float64, k int) *tree {
	t := &tree{}
	for size := leaf; size <= k; size *= 2 {
		blocks := make([]block, len(x)/size)
		for b := range blocks {
			lo, hi := x[b*size], x[(b+1)*size-1]
			blocks[b].centre, blocks[b].half = lo+(hi-lo)/2, (hi-lo)/2
		}
		t.levels = append(t.levels, blocks)
	}
	return t
}

// weigh sets the moments. Each level is summed from the rows: to add up the
// moments of its halves about another centre would cost as much and round more.
func (t *tree) weigh(s *smoother) {
	for l, blocks := range t.levels {
		size := leaf << l
		for b := range blocks {
			lo, hi := b*size, (b+1)*size
			blocks[b].sum(s.x[lo:hi], s.y[lo:hi], s.flat[lo:hi], s.robust[lo:hi])
		}
	}
}

func (b *block) sum(x, y, flat, robust []float64) {
	b.m, b.n, b.a, b.size = [12]float64{}, [11]float64{}, [10]float64{}, 0
	scale := 0.0
	if b.half > 0 {
		scale = 1 / b.half
	}
	for i, power := range robust {
		t, flat, size := (x[i]-b.centre)*scale, flat[i], math.Abs(y[i])
		b.size += power * math.Abs(flat)
		for p := range b.a {
			b.m[p] += power
			b.n[p] += power * flat
			b.a[p] += power * size
			power *= t
		}
		b.m[10] += power
		b.n[10] += power * flat
		b.m[11] += power * t
	}
}

// weighted are the weighted sums over a window; d is the distance in x from the
// row that is fitted.
type weighted struct {
	w, d, dd, y, dy float64
	size            float64 // of |y|
	unweighted      float64 // Σ robust·|y − centre|, where a block rounds by that
}

// mostRounding is by how much more than direct a window of blocks may round.
const mostRounding = 1 << 10

// fromTree fits a window from its blocks. It reports false where the result may
// not have the digits of direct: too little weight for the rule of two rows, a
// window whose x hardly varies beside its radius, or weighted y that are small
// beside those that were summed.
func (s *smoother) fromTree(w window) (height, size float64, ok bool) {
	if s.sums == nil {
		return 0, 0, false
	}
	var sum weighted
	s.side(&sum, w, w.lo, w.at, -1)
	s.side(&sum, w, w.at, w.hi, 1)
	// No weight is above 1: a sum above 1.5 has two that count.
	if !(sum.w > 1.5) {
		return 0, 0, false
	}
	mean, meanY := sum.d/sum.w, sum.y/sum.w
	variance := sum.dd/sum.w - mean*mean
	// The sums are right to about 1e-14 of the radius squared.
	if !(variance > 1e-3*w.radius*w.radius) {
		return 0, 0, false
	}
	// meanY is right to 1e-16 of what the blocks summed, the covariance to the
	// radius times that.
	if rounding := sum.unweighted * (1 + 2*math.Abs(mean)*w.radius/variance); !(rounding <= mostRounding*sum.size) {
		return 0, 0, false
	}
	return s.centre + meanY + rise(mean, variance, sum.dy/sum.w-mean*meanY), sum.size / sum.w, true
}

// side adds the rows lo ≤ j < hi, all of them left (sign −1) or right (+1) of
// the row that is fitted.
func (s *smoother) side(sum *weighted, w window, lo, hi int, sign float64) {
	at, scale := s.x[w.at], 1/w.radius
	for lo < hi {
		free := (hi - lo) / leaf
		if lo%leaf != 0 || free == 0 {
			end := min(hi, (lo/leaf+1)*leaf)
			s.rows(sum, at, scale, lo, end)
			lo = end
			continue
		}
		// The largest block that starts here and fits.
		level := min(bits.TrailingZeros(uint(lo/leaf)), bits.Len(uint(free))-1, len(s.sums.levels)-1)
		s.sums.levels[level][lo/leaf>>level].add(sum, at, scale, sign)
		lo += leaf << level
	}
}

func (s *smoother) rows(sum *weighted, at, scale float64, lo, hi int) {
	x, y, flat, robust := s.x[lo:hi], s.y[lo:hi], s.flat[lo:hi], s.robust[lo:hi]
	for j, x := range x {
		d := x - at
		weight := tricube(d*scale) * robust[j]
		wd, wy := weight*d, weight*flat[j]
		sum.w += weight
		sum.d += wd
		sum.dd += wd * d
		sum.y += wy
		sum.dy += wy * d
		sum.size += weight * math.Abs(y[j])
		sum.unweighted += math.Abs(wy)
	}
}

// add adds a block. Its rows are at distance u = u₀ + u₁t, so that their weight
//
//	(1 − u³)³ = (q₀ + q₁t + q₂t² + q₃t³)³ = c₀ + c₁t + … + c₉t⁹
//
// and the sums of weight, weight·d, … are those of c times the moments.
func (b *block) add(sum *weighted, at, scale, sign float64) {
	distance := b.centre - at
	u0, u1 := sign*distance*scale, sign*b.half*scale
	q0, q1, q2, q3 := 1-u0*u0*u0, -3*u0*u0*u1, -3*u0*u1*u1, -u1*u1*u1
	s0, s1, s2, s3 := q0*q0, 2*q0*q1, 2*q0*q2+q1*q1, 2*(q0*q3+q1*q2)
	s4, s5, s6 := 2*q1*q3+q2*q2, 2*q2*q3, q3*q3
	c := [10]float64{
		s0 * q0,
		s1*q0 + s0*q1,
		s2*q0 + s1*q1 + s0*q2,
		s3*q0 + s2*q1 + s1*q2 + s0*q3,
		s4*q0 + s3*q1 + s2*q2 + s1*q3,
		s5*q0 + s4*q1 + s3*q2 + s2*q3,
		s6*q0 + s5*q1 + s4*q2 + s3*q3,
		s6*q1 + s5*q2 + s4*q3,
		s6*q2 + s5*q3,
		s6 * q3,
	}
	var w, wt, wtt, y, yt, size float64
	for p, c := range c {
		w += c * b.m[p]
		wt += c * b.m[p+1]
		wtt += c * b.m[p+2]
		y += c * b.n[p]
		yt += c * b.n[p+1]
		size += c * b.a[p]
	}
	// d = distance + half·t
	h := b.half
	sum.w += w
	sum.d += distance*w + h*wt
	sum.dd += distance*distance*w + 2*distance*h*wt + h*h*wtt
	sum.y += y
	sum.dy += distance*y + h*yt
	sum.size += size
	sum.unweighted += b.size
}
