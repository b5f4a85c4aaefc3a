package encode

import (
	"errors"
	"fmt"
)

var (
	// ErrType is wrapped by errors about a column or a value that has no JSON
	// form.
	ErrType = errors.New("type cannot be written")
	// ErrCorrupt is wrapped by errors about Arrow memory that contradicts
	// itself, such as a dictionary code without a value.
	ErrCorrupt = errors.New("corrupt Arrow data")
)

// An Error says where in the figure something could not be written.
type Error struct {
	Pointer string // a JSON Pointer into the figure, such as /data/3/y
	Err     error
}

func (e *Error) Error() string { return "encode: " + e.Pointer + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func corrupt(column string, cause any) error {
	return fmt.Errorf("column %q: %w: %v", column, ErrCorrupt, cause)
}
