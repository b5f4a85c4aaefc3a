package reduce

import "math"

const (
	windowStep = 4  // windows begin at multiples of a quarter of the plot
	phases     = 64 // places within a CSS pixel that are told apart
	unitBits   = 30 // of the size of a pixel: an error of 10⁻⁶ pixels over a plot
)

// Snap returns the options for a window that contains the view of o, at the same
// number of pixels a unit. A window begins and ends at a multiple of a quarter of
// the plot, and as far from a whole pixel as the view does, so that the views
// that a reader drags by whole pixels share it, and answers to them are found
// in a cache. It is at most half as wide again as the view.
//
// What is kept for the window draws the same picture in the view. Axes without
// a range, and options that are not valid, stay as they are.
func (o Options) Snap() Options {
	if o.Validate() != nil {
		return o
	}
	snapped := o.complete()
	snapped.X, snapped.Width = snap(snapped.X, snapped.Width)
	snapped.Y, snapped.Height = snap(snapped.Y, snapped.Height)
	if snapped.Validate() != nil {
		return o // the window is too large
	}
	return snapped
}

// snap returns the window of a range that is shown on size pixels, and its size.
func snap(r *Range, size float64) (*Range, float64) {
	if r == nil {
		return nil, size
	}
	unit := rounded((r.To - r.From) / size) // negative on a reversed axis
	first := math.Round(r.From/unit*phases) / phases
	pixel := math.Floor(first)
	phase := first - pixel
	step := max(math.Ceil(size/windowStep), 1)
	from := math.Floor(pixel/step) * step
	to := math.Ceil((pixel+size)/step) * step
	if !(math.Abs(to) < 1<<50) {
		return r, size // a view so narrow that its pixels cannot be told apart
	}
	return &Range{(from + phase) * unit, (to + phase) * unit, r.Date}, to - from
}

// rounded returns v with the first bits only: views of equal width that lie
// elsewhere differ in the last ones.
func rounded(v float64) float64 {
	fraction, exponent := math.Frexp(v)
	return math.Ldexp(math.Round(math.Ldexp(fraction, unitBits)), exponent-unitBits)
}
