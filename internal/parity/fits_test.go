package parity_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/figure/trend"
	"github.com/pointillist-go/pointillist/frame"
)

// Trendlines are the one part of a figure where px's numbers are not exact: it
// leaves them to numpy, statsmodels and pandas, whose rounding is their own. How
// much of it shows follows from the condition of the fit, and so does what is
// compared: a line through points a minute apart, in seconds since 1970, has no
// digit of its slope in a float64, one through 1, 2, 3 has all.

// epsilon is the rounding of a float64, narrowEpsilon that of a float32; slack is
// how many of it a sum of a few hundred values may make.
const (
	epsilon       = 0x1p-52
	narrowEpsilon = 0x1p-23
	slack         = 256
)

// fits are the trendlines of a figure of ours, and how they were asked for.
type fits struct {
	lines  []figure.Fit
	trend  trend.Trend
	narrow bool // x is float32
}

func newFits(kind figure.Kind, f *frame.Frame, lines []figure.Fit) fits {
	s, ok := kind.(figure.Scatter)
	if !ok || s.Trendline == "" {
		return fits{}
	}
	options, err := trend.ParseOptions(s.Trendline, s.TrendlineOptions)
	if err != nil {
		return fits{} // refused
	}
	return fits{lines, options, isNarrow(f, s)}
}

func isNarrow(f *frame.Frame, s figure.Scatter) bool {
	columns := s.XColumns
	if s.X != "" {
		columns = []string{s.X}
	}
	for _, name := range columns {
		if c, err := f.Column(name); err != nil || c.Type().ID() != arrow.FLOAT32 {
			return false
		}
	}
	return len(columns) > 0
}

// of returns how exact the line with these heights is.
func (f fits) of(y any) (exactness, bool) {
	heights, ok := y.([]any)
	for _, fit := range f.lines {
		if ok && sameHeights(fit, heights) {
			return f.exactness(fit), true
		}
	}
	return exactness{}, false
}

// sameHeights reports whether the line is drawn by the heights.
func sameHeights(fit figure.Fit, heights []any) bool {
	drawn := 0
	for i, v := range fit.Line.Y {
		if missing(fit.Points, i) {
			continue
		}
		if drawn == len(heights) {
			return false
		}
		if h, ok := heights[drawn].(float64); ok && h != v || !ok && finite(v) {
			return false
		}
		drawn++
	}
	return drawn == len(heights)
}

func missing(p trend.Points, i int) bool { return p.X[i] != p.X[i] || p.Y[i] != p.Y[i] }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// An exactness says by how much px's line may differ from ours.
type exactness struct {
	heights              []float64 // at each row that is drawn
	slope, intercept, r2 float64

	// otherwise compares heights where that does not do; nil if nothing does.
	otherwise func(ours, px []any) bool
}

func (f fits) exactness(fit figure.Fit) exactness {
	if o, ok := f.trend.(trend.OLSOptions); ok {
		return ofLine(fit, o, f.narrow)
	}
	var e exactness
	for i, v := range fit.Line.Y {
		if !missing(fit.Points, i) {
			e.heights = append(e.heights, 1e-6*max(1, math.Abs(v)))
		}
	}
	switch o := f.trend.(type) {
	case trend.LowessOptions:
		e.otherwise = func(ours, px []any) bool { return sameLowess(fit.Points, o, ours, px) }
	case trend.RollingOptions:
		if o.Rows > 0 && o.Closed == "" && (o.Function == "" || o.Function == trend.Mean) {
			e.otherwise = func(ours, px []any) bool { return sameRolling(fit.Points, o, ours, px) }
		}
	}
	return e
}

// ofLine bounds the error of a least squares solution of A·b = y by singular
// values [1], κ = σ₁/σ₂ of A = [1 x]: with the residual r,
//
//	|Δb| ≤ slack·ε·κ·|y|/σ₂    |A·Δb| ≤ slack·ε·κ·|y|
//	ΔR² ≤ (2·|r|·|A·Δb| + |A·Δb|² + slack·ε·|y|²) / Σ(y − mean)²
//
// A column of ones makes A of float64. Without it, and where x counts as it,
// statsmodels solves x of float32 with the digits of that.
//
// [1] Golub and Van Loan, Matrix Computations, 4th edition, section 5.3.
func ofLine(fit figure.Fit, o trend.OLSOptions, narrow bool) exactness {
	x, y := drawnPoints(fit.Points, o)
	s := singular(x)
	condition, smallest, scale, rounding := s.largest/s.smallest, s.smallest, math.Hypot(1, s.mean), slack*epsilon
	if o.NoConstant || fit.Line.OLS.ConstantX {
		condition, smallest, scale = 1, norm(x), 1
		if narrow {
			rounding = slack * narrowEpsilon
		}
	}
	size := norm(y)
	fitted := rounding * condition * size
	coefficient := fitted / smallest
	e := exactness{slope: coefficient / scale, intercept: coefficient}
	mean := sum(y) / float64(len(y))
	var rest, total float64
	for i := range y {
		height := fit.Line.OLS.Slope*x[i] + fit.Line.OLS.Intercept
		rest += (y[i] - height) * (y[i] - height)
		total += (y[i] - mean) * (y[i] - mean)
		e.heights = append(e.heights, fitted)
		if o.LogY {
			e.heights[i] *= math.Pow(10, height) * math.Ln10
		}
	}
	e.r2 = (2*math.Sqrt(rest)*fitted + fitted*fitted + rounding*size*size) / total
	if s.largest/s.smallest*slack*epsilon > 1 {
		e.r2 = math.Inf(1) // whether x counts as a constant is rounding too
	}
	return e
}

// drawnPoints are the points that have both x and y, as logarithms if those are fitted.
func drawnPoints(p trend.Points, o trend.OLSOptions) (x, y []float64) {
	for i := range p.X {
		if missing(p, i) {
			continue
		}
		px, py := p.X[i], p.Y[i]
		if o.LogX {
			px = math.Log10(px)
		}
		if o.LogY {
			py = math.Log10(py)
		}
		x, y = append(x, px), append(y, py)
	}
	return x, y
}

// singularValues are those of [1 x].
type singularValues struct{ largest, smallest, mean float64 }

func singular(x []float64) singularValues {
	n, mean := float64(len(x)), sum(x)/float64(len(x))
	square := 0.0
	for _, x := range x {
		square += (x - mean) * (x - mean)
	}
	trace, product := n+n*mean*mean+square, math.Sqrt(n*square)
	largest := math.Sqrt((trace + math.Sqrt(max(0, trace*trace-4*product*product))) / 2)
	return singularValues{largest, product / largest, mean}
}

func sum(v []float64) (total float64) {
	for _, v := range v {
		total += v
	}
	return total
}

func norm(v []float64) float64 {
	total := 0.0
	for _, v := range v {
		total += v * v
	}
	return math.Sqrt(total)
}

// sameHeights compares the heights of a line.
func (e exactness) sameHeights(ours, px any) bool {
	a, isA := ours.([]any)
	b, isB := px.([]any)
	if !isA || !isB || len(a) != len(b) || len(a) != len(e.heights) {
		return false
	}
	return within(a, b, e.heights) || e.otherwise != nil && e.otherwise(a, b)
}

func within(a, b []any, exactness []float64) bool {
	for i := range a {
		v, isV := a[i].(float64)
		w, isW := b[i].(float64)
		if a[i] == b[i] {
			continue // no height, too
		}
		if isV != isW || !(math.Abs(v-w) <= max(exactness[i], tolerance*max(math.Abs(v), math.Abs(w)))) {
			return false
		}
	}
	return true
}

// sameHeader compares the hovers of trendlines: the header of ols holds the
// slope, the intercept and R², in six digits.
func (e exactness) sameHeader(ours, px any) bool {
	a, isA := ours.(string)
	b, isB := px.(string)
	headA, restA, foundA := strings.Cut(a, "<br>R<sup>2</sup>=")
	headB, restB, foundB := strings.Cut(b, "<br>R<sup>2</sup>=")
	if !isA || !isB || !foundA || !foundB {
		return a == b && isA == isB
	}
	r2A, restA, _ := strings.Cut(restA, "<br>")
	r2B, restB, _ := strings.Cut(restB, "<br>")
	sameR2 := !(e.r2 < 1) || near(r2A, r2B, e.r2) // such a share is anything
	return restA == restB && sameR2 && e.sameEquation(headA, headB)
}

func (e exactness) sameEquation(a, b string) bool {
	shape := func(text string) string { return numbers.ReplaceAllString(text, "") }
	valuesA, valuesB := numbers.FindAllString(a, -1), numbers.FindAllString(b, -1)
	if shape(a) != shape(b) {
		return false
	}
	for i := range valuesA {
		exactness := e.slope
		if i == len(valuesA)-1 && i > 0 {
			exactness = e.intercept
		}
		if valuesA[i] != valuesB[i] && !near(valuesA[i], valuesB[i], exactness) {
			return false
		}
	}
	return true
}

var numbers = regexp.MustCompile(`-?\b(\d+(\.\d+)?(e[-+]\d+)?|nan|inf)\b`)

// near compares numbers of six digits.
func near(a, b string, exactness float64) bool {
	v, errA := strconv.ParseFloat(a, 64)
	w, errB := strconv.ParseFloat(b, 64)
	if errA != nil || errB != nil {
		return false
	}
	return a == b || !(exactness < math.Inf(1)) || math.Abs(v-w) <= 1e-5*max(math.Abs(v), math.Abs(w), 0.1)+exactness
}
