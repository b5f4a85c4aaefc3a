package trend

import "errors"

// ExpandingOptions are the options of expanding.
type ExpandingOptions struct {
	Reduction

	// MinPeriods is the number of y that a window needs to have a value; nil is 1.
	MinPeriods *int
}

// Expanding reduces, for each row, all rows up to it, as pandas'
// Series.expanding does. It returns the joined OptionErrors of o.
//
//   - Shapes: the result has len(y) values.
//   - Gaps: a NaN or infinite y is left out.
//   - Cost: O(n), and O(n log n) for a median or quantile.
func Expanding(y []float64, o ExpandingOptions) ([]float64, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	least := 1
	if o.MinPeriods != nil {
		least = *o.MinPeriods
	}
	spans := make([]span, len(y))
	for i := range spans {
		spans[i].hi = i + 1
	}
	return o.reduce(y, spans, least), nil
}

// Fit fits the points: see [Expanding].
func (o ExpandingOptions) Fit(p Points) (Line, error) {
	y, err := Expanding(p.Y, o)
	return Line{Y: y, header: fixedHeader("Expanding " + string(o.name()))}, err
}

func (o ExpandingOptions) validate() error {
	return errors.Join(o.Reduction.validate(windowFunctions), checkMinPeriods(o.MinPeriods))
}
