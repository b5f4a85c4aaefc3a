package parity_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/pointillist-go/pointillist/figure/trend"
)

// sameLowess compares the heights of a lowess where those of statsmodels may be
// rounding. It sums weighted x as they are, and divides squares of their distance
// from that mean by the variance in the window, or by 1e-12 if that is more. Where
// x are seconds since 1970 and those of a window are equal, or one of them is 1e16,
// the distance is nothing but rounding, and heights are twice or half of any of y.
// Ours takes x from the row that is fitted.
//
// So ours must be those of the same arithmetic about that row, and px's those of
// statsmodels', each within what rounding moves of them: px's unless a window has
// none but rounding, for by its residuals the next pass weighs all rows.
//
// Where most rows lie on the line (the rows of a window have one x and one y), the
// residuals by which the next pass weighs are nothing but rounding, and so is which
// rows it takes: only the number of heights is compared.
func sameLowess(p trend.Points, o trend.LowessOptions, ours, px []any) bool {
	x, y := drawnPoints(p, trend.OLSOptions{})
	if (plainLowess{o, x, y, true}).weighsByRounding() {
		return len(ours) == len(px)
	}
	if !(plainLowess{o, x, y, true}).near(ours, blockRounding) {
		return false
	}
	l := plainLowess{o, x, y, false}
	return len(ours) == len(px) && l.fit(exactly).stands || l.near(px, 2*epsilon)
}

// blockRounding is by what ours may round beside the weighted y of a window, which
// it sums by the moments of its blocks where those have as many digits.
const blockRounding = 1 << 10 * epsilon

// A plainLowess is statsmodels' lowess, sum for sum.
type plainLowess struct {
	options trend.LowessOptions
	x, y    []float64
	centred bool // take x from the row that is fitted
}

// near compares heights of an arithmetic whose weights round by rounding.
func (l plainLowess) near(heights []any, rounding float64) bool {
	const (
		runs   = 16
		margin = 8    // of the largest of so many runs
		wild   = 1e-2 // of a height: rounding decides which rows weigh, and no digit of any height is known
	)
	plain := l.fit(exactly).heights
	moves := make([]float64, len(plain))
	for i, h := range plain {
		moves[i] = 1e-6 * max(1, math.Abs(h))
	}
	r := rand.New(rand.NewPCG(1, 2))
	by := func(share float64) func(v float64) float64 {
		return func(v float64) float64 { return v * (1 + (2*r.Float64()-1)*share) }
	}
	for range runs {
		other := l
		other.x, other.y = rounded(by(2*epsilon), l.x), rounded(by(2*epsilon), l.y)
		moved := other.fit(by(rounding)).heights
		for i, h := range moved {
			moves[i] = max(moves[i], margin*math.Abs(h-plain[i]))
		}
	}
	for i, h := range plain {
		if moves[i] > wild*max(1, math.Abs(h)) {
			return len(heights) == len(plain)
		}
	}
	want := make([]any, len(plain))
	for i, h := range plain {
		want[i] = h
	}
	return within(want, heights, moves)
}

// rounded moves values within their rounding: equal neighbours alike, and none
// below the one before it if they were in order.
func rounded(round func(float64) float64, v []float64) []float64 {
	out, sorted := make([]float64, len(v)), slices.IsSorted(v)
	for i := range v {
		if i > 0 && v[i] == v[i-1] {
			out[i] = out[i-1]
			continue
		}
		out[i] = round(v[i])
		if sorted && i > 0 {
			out[i] = max(out[i], out[i-1])
		}
	}
	return out
}

func exactly(v float64) float64 { return v }

func (l plainLowess) weighsByRounding() bool { return l.fit(exactly).rounding }

// A plainFit also says whether those residuals of a pass were rounding by which the
// next one weighs: those of half of the rows, and not all of them 0.
//
// stands says that a window stood: that its x are equal but for their rounding, by
// whose squares statsmodels divides.
type plainFit struct {
	heights  []float64
	rounding bool
	stands   bool
}

func (l plainLowess) fit(round func(float64) float64) (fit plainFit) {
	n, frac := len(l.x), l.options.Frac
	if frac == 0 {
		frac = 0.6666666
	}
	k := min(max(int(frac*float64(n)+1e-10), 2), n)
	robust := slices.Repeat([]float64{1}, n)
	heights, sizes := make([]float64, n), make([]float64, n)
	for range 4 {
		left := 0
		for i, at := range l.x {
			if i > 0 && at == l.x[i-1] {
				heights[i], sizes[i] = heights[i-1], sizes[i-1]
				continue
			}
			for left+k < n && at > (l.x[left]+l.x[left+k])/2 {
				left++
			}
			if weights := weigh(l.x[left:left+k], robust[left:left+k], at, round); weights == nil {
				heights[i], sizes[i] = l.y[i], 0
			} else {
				var variance float64
				heights[i], sizes[i], variance = l.height(left, at, weights)
				lost := slack * epsilon * at
				fit.stands = fit.stands || lost*lost > 1e-6*variance
			}
		}
		fit.rounding = fit.rounding || mostlyRounding(l.y, heights, sizes)
		if !l.centred {
			clear(sizes)
		}
		reweigh(robust, l.y, heights, sizes)
	}
	fit.heights = heights
	return fit
}

// weigh returns the weights of the rows of a window; nil if not two count.
func weigh(x, robust []float64, at float64, round func(float64) float64) []float64 {
	radius := max(at-x[0], x[len(x)-1]-at)
	weights, total, counted := make([]float64, len(x)), 0.0, 0
	for j, x := range x {
		u := math.Abs(x-at) / radius
		v := 1 - u*u*u
		weights[j] = v * v * v * robust[j]
		total += weights[j]
		if weights[j] > 1e-12 {
			counted++
		}
	}
	if counted < 2 {
		return nil
	}
	for j := range weights {
		weights[j] = round(weights[j] / total)
	}
	return weights
}

// height also returns the mean size of y in the window, and the variance of x.
func (l plainLowess) height(left int, at float64, weights []float64) (height, size, variance float64) {
	origin := 0.0
	if l.centred {
		origin = at
	}
	x, y := l.x[left:], l.y[left:]
	mean := 0.0
	for j, weight := range weights {
		mean += weight * (x[j] - origin)
	}
	for j, weight := range weights {
		d := x[j] - origin - mean
		variance += weight * d * d
	}
	variance = max(variance, 1e-12)
	for j, weight := range weights {
		height += weight * (1 + (at-origin-mean)*(x[j]-origin-mean)/variance) * y[j]
		size += weight * math.Abs(y[j])
	}
	return height, size, variance
}

// mostlyRounding also has the mean size of y in the window of each height.
func mostlyRounding(y, heights, sizes []float64) bool {
	on, beside := 0, false
	for i := range y {
		if r := math.Abs(y[i] - heights[i]); r <= slack*epsilon*sizes[i] {
			on, beside = on+1, beside || r > 0
		}
	}
	return beside && 2*on >= len(y)
}

// reweigh takes a residual for none, as ours does and statsmodels does not, that is
// the rounding of a height of such y.
func reweigh(robust, y, heights, sizes []float64) {
	for i := range y {
		robust[i] = math.Abs(y[i] - heights[i])
		if robust[i] <= 0x1p-46*sizes[i] {
			robust[i] = 0
		}
	}
	residual := median(robust)
	for i, r := range robust {
		u := 0.0
		switch {
		case residual > 0:
			u = min(r/(6*residual), 1)
		case r > 0:
			u = 1
		}
		robust[i] = (1 - u*u) * (1 - u*u)
	}
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
