package reduce

import "math"

var (
	nan    = math.NaN()
	negInf = math.Inf(-1)
)

func finite(v float64) bool { return v-v == 0 }

// positive returns v, or 0 if it is negative or not finite.
func positive(v float64) float64 {
	if v > 0 && finite(v) {
		return v
	}
	return 0
}

// extremes returns the first place of the lowest and of the highest value, and
// false if none is finite.
func extremes(values []float64) (low, high int, any bool) {
	for i, v := range values {
		switch {
		case !finite(v):
		case !any:
			low, high, any = i, i, true
		case v < values[low]:
			low = i
		case v > values[high]:
			high = i
		}
	}
	return low, high, any
}
