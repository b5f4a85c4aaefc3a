package trend

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// OLSOptions are the options of ols. The zero value fits a line with intercept.
type OLSOptions struct {
	NoConstant bool // px's add_constant=False: the line goes through the origin
	LogX, LogY bool // fit the decimal logarithm instead
}

// An OLSFit is a line through points by ordinary least squares. With LogX or
// LogY, Slope and Intercept are those between the logarithms.
type OLSFit struct {
	Slope     float64
	Intercept float64
	R2        float64   // share of the variation explained; NaN if y does not vary
	N         int       // rows that have both x and y
	Fitted    []float64 // height of the line at each row, in the unit of y; NaN where x or y is missing

	// ConstantX says that x has one value only. statsmodels then adds no
	// constant: the line is Slope·x, and px prints Slope as its height.
	ConstantX bool
	Options   OLSOptions
}

var errNotPositive = errors.New("has no logarithm: want a number above 0, or leave the log option out")

// OLS fits y = Slope·x + Intercept [1].
//
// OLS panics if the lengths differ. It returns ErrNoPoints, and a RowError if x
// is infinite or a value has no logarithm.
//
//   - Gaps: rows where x or y is NaN are left out. An infinite y makes the whole
//     line NaN.
//   - R2 is measured against the mean of y, or against zero if the line has no
//     constant. As in statsmodels, an x that is constant to working precision
//     counts as one.
//   - An x that is constant to working precision beside the constant (seconds
//     since 1970 within an hour) has no slope of its own: of all lines that fit,
//     the one with the smallest Slope² + Intercept² is returned, which is
//     statsmodels' pseudo-inverse.
//   - Cost: O(len(x)).
//
// [1] px.trendline_functions.ols on statsmodels.api.OLS.
func OLS(x, y []float64, o OLSOptions) (OLSFit, error) {
	var err error
	if o.LogY {
		y, err = log10("y", y)
	}
	if o.LogX && err == nil {
		x, err = log10("x", x)
	}
	if err != nil {
		return OLSFit{}, err
	}
	p, err := complete(x, y)
	if err != nil {
		return OLSFit{}, err
	}
	if err := p.checkFinite("x", p.x); err != nil {
		return OLSFit{}, err
	}
	// Missing rows count: with one of them statsmodels adds its constant.
	constant := !o.NoConstant && x[0] != 0 && slices.Min(x) == slices.Max(x)
	f := OLSFit{N: len(p.x), ConstantX: constant, Options: o}
	f.solve(p)
	fitted := make([]float64, len(p.x))
	for i, x := range p.x {
		fitted[i] = f.Slope*x + f.Intercept
	}
	f.R2 = f.explained(p, fitted)
	if o.LogY {
		for i, v := range fitted {
			fitted[i] = math.Pow(10, v)
		}
	}
	f.Fitted = p.spread(fitted)
	return f, nil
}

// Fit fits the points: see [OLS].
func (o OLSOptions) Fit(p Points) (Line, error) {
	f, err := OLS(p.X, p.Y, o)
	if err != nil {
		return Line{}, err
	}
	return Line{Y: f.Fitted, OLS: &f, header: f.header}, nil
}

func log10(axis string, v []float64) ([]float64, error) {
	logs := make([]float64, len(v))
	for i, v := range v {
		if v <= 0 {
			return nil, &RowError{axis, i, fmt.Errorf("%v %w", v, errNotPositive)}
		}
		logs[i] = math.Log10(v)
	}
	return logs, nil
}

// solve sets the coefficients.
func (f *OLSFit) solve(p pairs) {
	if p.checkFinite("y", p.y) != nil {
		f.Slope, f.Intercept = math.NaN(), math.NaN()
		return
	}
	if f.Options.NoConstant || f.ConstantX {
		if floats.Norm(p.x, 2) > 0 {
			_, f.Slope = stat.LinearRegression(p.x, p.y, nil, true)
		}
		return
	}
	// 1e-15 is the cutoff of statsmodels' pseudo-inverse.
	if condition(p.x) > 1e-15 {
		f.Intercept, f.Slope = stat.LinearRegression(p.x, p.y, nil, false)
		return
	}
	// All rows of [1 x] are near (1, c), and so is its only singular vector.
	c := stat.Mean(p.x, nil)
	var along, square float64
	for i, x := range p.x {
		u := 1 + c*x
		along += u * p.y[i]
		square += u * u
	}
	f.Intercept, f.Slope = along/square, c*along/square
}

// condition returns the smaller singular value of the matrix [1 x] over the
// larger. The product of the two is the root of n·Σ(x−mean)², which, unlike the
// determinant, keeps its digits where x hardly varies.
func condition(x []float64) float64 {
	n := float64(len(x))
	mean, deviation := stat.PopMeanStdDev(x, nil)
	trace := n + n*(mean*mean+deviation*deviation)
	product := n * deviation
	largest := (trace + math.Sqrt(max(0, trace*trace-4*product*product))) / 2
	return product / largest
}

// explained returns R².
func (f *OLSFit) explained(p pairs, fitted []float64) float64 {
	around := 0.0
	if f.centred(p.x) {
		if slices.Min(p.y) == slices.Max(p.y) {
			return math.NaN() // 0/0, which rounding would turn into any number
		}
		around = stat.Mean(p.y, nil)
	}
	var rest, total float64
	for i, y := range p.y {
		rest += (y - fitted[i]) * (y - fitted[i])
		total += (y - around) * (y - around)
	}
	return 1 - rest/total
}

// centred reports whether the line has a constant, or an x that does for one by
// the rank of [1 x] as numpy determines it.
func (f *OLSFit) centred(x []float64) bool {
	if !f.Options.NoConstant {
		return true
	}
	const epsilon = 0x1p-52
	return floats.Norm(x, 2) > 0 && condition(x) <= epsilon*float64(max(len(x), 2))
}

// header is px's equation.
func (f *OLSFit) header(x, y string) string {
	if f.Options.LogX {
		x = "log10(" + x + ")"
	}
	if f.Options.LogY {
		y = "log10(" + y + ")"
	}
	equation := y + " = " + formatG(f.Slope)
	if !f.ConstantX {
		equation += " * " + x
		if !f.Options.NoConstant {
			equation += " + " + formatG(f.Intercept)
		}
	}
	return "<b>OLS trendline</b><br>" + equation + "<br>R<sup>2</sup>=" + lower(fmt.Sprintf("%.6f", f.R2)) + "<br><br>"
}

// formatG is C's %g: six significant digits.
func formatG(v float64) string { return lower(fmt.Sprintf("%.6g", v)) }

// lower writes nan and inf as C does; it leaves numbers as they are.
func lower(number string) string {
	return strings.TrimPrefix(strings.ToLower(number), "+")
}
