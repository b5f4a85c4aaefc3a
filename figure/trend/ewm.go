package trend

import (
	"errors"
	"math"
)

// EWMOptions are the options of ewm. Exactly one of COM, Span, Halflife and
// Alpha is needed: they are four ways to say how fast old rows lose weight.
type EWMOptions struct {
	Function Function // mean, sum, std or var; "" is mean
	Bias     bool     // std, var: leave out the correction for the sample

	COM      *float64 // centre of mass in rows, 0 or more: alpha = 1/(1+COM)
	Span     *float64 // rows, 1 or more: alpha = 2/(Span+1)
	Halflife *float64 // rows after which a weight has halved, above 0
	Alpha    *float64 // smoothing factor, above 0, 1 at most

	// MinPeriods is the number of y, this row's included, that a row needs to
	// have a value. Less than 1 counts as 1.
	MinPeriods int
	SkipAdjust bool // px's adjust=False: the recursive form, where the first row keeps its full weight
	IgnoreNA   bool // weights count rows with a y, not all rows
}

// EWM weighs, for each row, all rows up to it, those longer ago exponentially
// less, as pandas' Series.ewm does. It returns the joined OptionErrors of o.
//
//   - Shapes: the result has len(y) values.
//   - Gaps: a NaN or infinite y is left out, and the row has the value of the
//     row above it; leading ones are NaN.
//   - Cost: O(n).
func EWM(y []float64, o EWMOptions) ([]float64, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	d := decay{keep: 1 - o.alpha(), fresh: 1, ignore: o.IgnoreNA, recursive: o.SkipAdjust, bias: o.Bias}
	if o.SkipAdjust {
		d.fresh = o.alpha()
	}
	value := map[Function]func() float64{
		Mean: d.meanNow, Sum: d.sumNow, Var: d.variance,
		Std: func() float64 { return math.Sqrt(d.variance()) },
	}[o.name()]
	out := make([]float64, len(y))
	for i, v := range finite(y) {
		d.add(v)
		out[i] = math.NaN()
		if d.n >= max(o.MinPeriods, 1) {
			out[i] = value()
		}
	}
	return out, nil
}

// Fit fits the points: see [EWM].
func (o EWMOptions) Fit(p Points) (Line, error) {
	y, err := EWM(p.Y, o)
	return Line{Y: y, header: fixedHeader("Exponentially Weighted " + string(o.name()))}, err
}

func (o EWMOptions) name() Function { return Reduction{Function: o.Function}.name() }

func (o EWMOptions) validate() error {
	errs := []error{Reduction{Function: o.Function}.validate(ewmFunctions)}
	given := 0
	check := func(option string, v *float64, ok func(v float64) bool, want string) {
		if v == nil {
			return
		}
		given++
		if !ok(*v) || math.IsInf(*v, 0) {
			errs = append(errs, wrong(option, "%v, want %s", *v, want))
		}
	}
	check("com", o.COM, func(v float64) bool { return v >= 0 }, "0 or more rows")
	check("span", o.Span, func(v float64) bool { return v >= 1 }, "1 row or more")
	check("halflife", o.Halflife, func(v float64) bool { return v > 0 }, "more than 0 rows")
	check("alpha", o.Alpha, func(v float64) bool { return v > 0 && v <= 1 }, "a number above 0, 1 at most")
	if given != 1 {
		errs = append(errs, wrong("com", "of com, span, halflife and alpha %d are given, want one", given))
	}
	if o.name() == Sum && o.SkipAdjust {
		errs = append(errs, wrong("adjust", "a sum has no recursive form: leave adjust out"))
	}
	return errors.Join(errs...)
}

// alpha is the share of the newest row. It goes by the centre of mass, as in
// pandas, so that it rounds alike.
func (o EWMOptions) alpha() float64 {
	var com float64
	switch {
	case o.COM != nil:
		com = *o.COM
	case o.Span != nil:
		com = (*o.Span - 1) / 2
	case o.Halflife != nil:
		com = 1/(1-math.Exp(math.Log(0.5) / *o.Halflife)) - 1
	default:
		com = (1 - *o.Alpha) / *o.Alpha
	}
	return 1 / (1 + com)
}

// decay is the state of an exponentially weighted series.
type decay struct {
	keep, fresh             float64 // what a row leaves of the weights before it; its own weight
	ignore, recursive, bias bool

	n       int     // values so far
	sum     float64 // weighted
	mean    float64
	spread  float64 // weighted mean of squared distances from mean
	weight  float64 // of all values, that of the first being 1 (recursive: of the latest state)
	weights float64 // the same weights, summed for the correction of the variance …
	squares float64 // … and their squares
}

// add takes in the next row; NaN is a row without a value.
func (d *decay) add(v float64) {
	observed := v == v
	if d.n == 0 {
		if observed {
			d.n, d.sum, d.mean, d.weight, d.weights, d.squares = 1, v, v, 1, 1, 1
		}
		return
	}
	if observed || !d.ignore {
		d.sum *= d.keep
		d.weight *= d.keep
		d.weights *= d.keep
		d.squares *= d.keep * d.keep
	}
	if observed {
		d.n++
		d.sum += v
		d.observe(v)
	}
}

func (d *decay) observe(v float64) {
	before, all := d.mean, d.weight+d.fresh
	if v != before { // an equal one must not round
		d.mean = (d.weight*before + d.fresh*v) / all
	}
	d.spread = (d.weight*(d.spread+(before-d.mean)*(before-d.mean)) + d.fresh*(v-d.mean)*(v-d.mean)) / all
	d.weights += d.fresh
	d.squares += d.fresh * d.fresh
	d.weight = all
	if d.recursive {
		d.weights /= all
		d.squares /= all * all
		d.weight = 1
	}
}

func (d *decay) meanNow() float64 { return d.mean }
func (d *decay) sumNow() float64  { return d.sum }

// variance is NaN if the correction leaves no freedom: for one value.
func (d *decay) variance() float64 {
	if d.bias {
		return d.spread
	}
	freedom := d.weights*d.weights - d.squares
	if freedom <= 0 {
		return math.NaN()
	}
	return d.weights * d.weights / freedom * d.spread
}
