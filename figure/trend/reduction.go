package trend

import (
	"errors"
	"math"
	"slices"
)

// A Function reduces the values of a window to one.
type Function string

// The functions, by pandas' names.
const (
	Mean     Function = "mean" // the default
	Median   Function = "median"
	Sum      Function = "sum"
	Min      Function = "min"
	Max      Function = "max"
	Std      Function = "std" // standard deviation
	Var      Function = "var" // variance
	Sem      Function = "sem" // standard error of the mean
	Skew     Function = "skew"
	Kurt     Function = "kurt"  // excess kurtosis
	Count    Function = "count" // of y that are not NaN; MinPeriods counts rows here
	Quantile Function = "quantile"
	First    Function = "first" // value in the window that is neither NaN nor infinite
	Last     Function = "last"
)

// pandas has also rank and nunique, which are not heights, and apply, corr and
// cov, whose arguments cannot be options.
var (
	windowFunctions = []Function{Mean, Median, Sum, Min, Max, Std, Var, Sem, Skew, Kurt, Count, Quantile, First, Last}
	ewmFunctions    = []Function{Mean, Sum, Std, Var}
)

// An Interpolation says which value a quantile is that lies between two.
type Interpolation string

// The interpolations, by pandas' names.
const (
	Linear   Interpolation = "linear" // the default
	Lower    Interpolation = "lower"
	Higher   Interpolation = "higher"
	Nearest  Interpolation = "nearest" // of two equally near the one at an even position
	Midpoint Interpolation = "midpoint"
)

var interpolations = []Interpolation{Linear, Lower, Higher, Nearest, Midpoint}

// A Reduction is a function with px's function_args.
type Reduction struct {
	Function      Function      // "" is mean
	DDOF          *int          // std, var, sem: n − DDOF is the divisor; nil is 1
	Q             float64       // quantile: 0 to 1
	Interpolation Interpolation // quantile: "" is linear
}

func (r Reduction) name() Function {
	if r.Function == "" {
		return Mean
	}
	return r.Function
}

func (r Reduction) ddof() int {
	if r.DDOF == nil {
		return 1
	}
	return *r.DDOF
}

func (r Reduction) validate(functions []Function) error {
	var errs []error
	if !slices.Contains(functions, r.name()) {
		errs = append(errs, wrong("function", "no function %q: there are %s", string(r.Function), names(functions)))
	}
	if r.ddof() < 0 {
		errs = append(errs, wrong("function_args/ddof", "%d, want 0 or more", r.ddof()))
	}
	if !(r.Q >= 0 && r.Q <= 1) {
		errs = append(errs, wrong("function_args/q", "%v, want a number from 0 to 1", r.Q))
	}
	if r.Interpolation != "" && !slices.Contains(interpolations, r.Interpolation) {
		errs = append(errs, wrong("function_args/interpolation", "no interpolation %q: there are %s",
			string(r.Interpolation), names(interpolations)))
	}
	return errors.Join(errs...)
}

// reduce reduces the spans of y. A span with fewer than least values is NaN.
func (r Reduction) reduce(y []float64, spans []span, least int) []float64 {
	if r.name() == Count {
		return counts(y, spans, least)
	}
	y = finite(y)
	switch r.name() {
	case Median:
		return quantiles(y, spans, max(least, 1), 0.5, Midpoint)
	case Quantile:
		return quantiles(y, spans, max(least, 1), r.Q, r.Interpolation)
	case First, Last:
		return edges(y, spans, max(least, 1), r.name())
	case Mean:
		return slide(y, spans, max(least, 1), total.mean)
	case Sum:
		return slide(y, spans, least, total.value)
	case Min:
		return slide(y, spans, max(least, 1), lowest.value)
	case Max:
		return slide(y, spans, max(least, 1), highest.value)
	case Skew:
		return slide(y, spans, least, moments.skew)
	case Kurt:
		return slide(y, spans, least, moments.kurt)
	}
	ddof := float64(r.ddof())
	switch r.name() {
	case Std:
		return slide(y, spans, least, func(m moments) float64 { return math.Sqrt(m.variance(ddof)) })
	case Sem:
		return slide(y, spans, least, func(m moments) float64 { return math.Sqrt(m.variance(ddof) / m.n) })
	default:
		return slide(y, spans, least, func(m moments) float64 { return m.variance(ddof) })
	}
}

// finite returns y with NaN for infinities, as pandas reads a series.
func finite(y []float64) []float64 {
	finite := slices.Clone(y)
	for i, v := range y {
		if math.IsInf(v, 0) {
			finite[i] = math.NaN()
		}
	}
	return finite
}

// counts counts the values of each span. pandas counts after it has made ones
// and zeros of y, so that least is a number of rows and an infinity is a value.
func counts(y []float64, spans []span, least int) []float64 {
	before := countBefore(y)
	out := make([]float64, len(spans))
	for i, s := range spans {
		out[i] = math.NaN()
		if s.hi-s.lo >= least {
			out[i] = float64(before[s.hi] - before[s.lo])
		}
	}
	return out
}

// edges returns the first or last value of each span.
func edges(y []float64, spans []span, least int, which Function) []float64 {
	before := countBefore(y)
	var values []float64
	for _, v := range y {
		if v == v {
			values = append(values, v)
		}
	}
	out := make([]float64, len(spans))
	for i, s := range spans {
		out[i] = math.NaN()
		if before[s.hi]-before[s.lo] < least {
			continue
		}
		if which == First {
			out[i] = values[before[s.lo]]
		} else {
			out[i] = values[before[s.hi]-1]
		}
	}
	return out
}

// countBefore returns for i = 0 … len(y) how many of y[:i] are not NaN.
func countBefore(y []float64) []int {
	before := make([]int, len(y)+1)
	for i, v := range y {
		before[i+1] = before[i]
		if v == v {
			before[i+1]++
		}
	}
	return before
}
