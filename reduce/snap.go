package reduce

import "math"

// sizeStep is what sizes of snapped windows are rounded up to, so that ranges
// that differ by rounding alone make one question.
const sizeStep = 16

// Snap returns the options for a window that contains the one of o, at the same
// number of pixels a unit or slightly more. Windows start and end at multiples
// of a power of two, an eighth to a quarter of what o shows, so that views that
// differ by a small step to the side have the same window, and answers to them
// can be found in a cache. A window is at most half as wide again as the view.
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
	snapped.Unaligned = o.X != nil || o.Y != nil
	if snapped.Validate() != nil {
		return o // the window is too large
	}
	return snapped
}

func snap(r *Range, size float64) (*Range, float64) {
	if r == nil {
		return nil, size
	}
	low, high := min(r.From, r.To), max(r.From, r.To)
	_, exponent := math.Frexp(high - low) // 2^(exponent−1) ≤ span
	step := math.Ldexp(1, exponent-3)
	from, to := math.Floor(low/step)*step, math.Ceil(high/step)*step
	size *= (to - from) / (high - low)
	size = math.Ceil(size/sizeStep) * sizeStep
	if r.From > r.To {
		from, to = to, from
	}
	return &Range{from, to, r.Date}, size
}
