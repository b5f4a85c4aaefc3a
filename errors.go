package pointillist

import (
	"errors"
	"fmt"
)

// ErrNotExtended says that a figure has changed in more than by further rows, so
// that the page needs all of it: see Request.Extends.
var ErrNotExtended = errors.New("the figure has changed in more than by further rows")

// A TooManyPointsError says that a figure would draw more rows than the engine
// allows.
type TooManyPointsError struct {
	Points, Max int
}

func (e *TooManyPointsError) Error() string {
	return fmt.Sprintf("the figure would draw %d rows, at most %d are allowed: filter more", e.Points, e.Max)
}
