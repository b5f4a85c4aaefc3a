package frame

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNoColumn is wrapped by every error about a column that a frame lacks.
	ErrNoColumn = errors.New("no such column")
	// ErrType is wrapped by every error about a column of a type that cannot
	// be used as asked.
	ErrType = errors.New("wrong column type")
	// ErrTooLarge is wrapped by every error about a source that exceeds a limit.
	ErrTooLarge = errors.New("over the limit")
)

// A NoColumnError says which column is missing, and what there is.
type NoColumnError struct {
	Name    string
	Columns []string // those of the frame
	Nearest string   // the most similar of them; "" if none is
}

func (e *NoColumnError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("no column %q: did you mean %q?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("no column %q: the columns are %s", e.Name, strings.Join(e.Columns, ", "))
}

// Unwrap returns ErrNoColumn.
func (e *NoColumnError) Unwrap() error { return ErrNoColumn }

// A SourceError says where in a source the data is wrong.
type SourceError struct {
	Source string // file name, or what the bytes were called; "" if unknown
	Row    int64  // data row from 0; −1 if it is not about one
	Line   int64  // line of a text file from 1; 0 if it is not about one
	Column string // "" if it is not about one
	Err    error
}

func (e *SourceError) Error() string {
	var at []string
	if e.Source != "" {
		at = append(at, e.Source)
	}
	if e.Line > 0 {
		at = append(at, fmt.Sprintf("line %d", e.Line))
	}
	if e.Row >= 0 {
		at = append(at, fmt.Sprintf("row %d", e.Row))
	}
	if e.Column != "" {
		at = append(at, fmt.Sprintf("column %q", e.Column))
	}
	if len(at) == 0 {
		return e.Err.Error()
	}
	return strings.Join(at, ", ") + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

func typeError(c *Column, want string) error {
	return fmt.Errorf("column %q is %s, not %s: %w", c.Name(), c.Type(), want, ErrType)
}
