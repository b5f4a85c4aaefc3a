package pointillist

import "fmt"

// A TooManyPointsError says that a figure would draw more rows than the engine
// allows.
type TooManyPointsError struct {
	Points, Max int
}

func (e *TooManyPointsError) Error() string {
	return fmt.Sprintf("the figure would draw %d rows, at most %d are allowed: filter more", e.Points, e.Max)
}
