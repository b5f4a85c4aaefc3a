package figure

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrData is wrapped by errors that are not about how the figure was asked
// for, but about values that cannot be drawn so: a negative size, the
// logarithm of a range that starts at zero.
var ErrData = errors.New("the data cannot be drawn")

// An ArgumentError says which argument of a figure is wrong, and where.
type ArgumentError struct {
	Argument string // px's name of it, such as color_discrete_map
	Pointer  string // JSON Pointer into the arguments, such as /hover_data/2
	Column   string // the column in question; "" if it is not about one
	Row      int64  // row of the frame; −1 if it is not about one
	Err      error
}

func (e *ArgumentError) Error() string {
	var b strings.Builder
	b.WriteString(e.Argument)
	if e.Pointer != "" && e.Pointer != "/"+e.Argument {
		b.WriteString(" (" + e.Pointer + ")")
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %q", e.Column)
	}
	if e.Row >= 0 {
		b.WriteString(", row " + strconv.FormatInt(e.Row, 10))
	}
	return b.String() + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *ArgumentError) Unwrap() error { return e.Err }

// wrong returns an error about a whole argument.
func wrong(argument, format string, values ...any) error {
	return &ArgumentError{Argument: argument, Pointer: "/" + argument, Row: -1, Err: fmt.Errorf(format, values...)}
}

// wrongAt returns an error about a part of an argument.
func wrongAt(argument string, path []any, format string, values ...any) error {
	return &ArgumentError{Argument: argument, Pointer: pointer(argument, path...), Row: -1, Err: fmt.Errorf(format, values...)}
}

// maxErrors bounds what is told at once: a list of a million names that are no
// columns comes from outside, and every error names the columns there are.
const maxErrors = 20

// join joins the first maxErrors errors that are not nil.
func join(errs []error) error {
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	return errors.Join(errs[:min(len(errs), maxErrors)]...)
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// pointer joins an argument, keys and indices to a JSON Pointer (RFC 6901).
func pointer(argument string, path ...any) string {
	p := "/" + escapePointer.Replace(argument)
	for _, step := range path {
		p += "/" + escapePointer.Replace(fmt.Sprint(step))
	}
	return p
}
