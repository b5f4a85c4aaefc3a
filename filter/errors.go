package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/frame"
)

// An Error says what is wrong with an expression, and where in its text. Parse
// and Compile return every error about an expression as one.
type Error struct {
	Text   string // the whole text; "" if the expression was built in Go
	Offset int    // of the first byte of what is wrong; −1 if built in Go
	Err    error  // a *frame.NoColumnError or a *TypeError, for example
}

// Error returns the message on its first line. If the expression had a text,
// its line and a caret follow.
func (e *Error) Error() string {
	if e.Offset < 0 {
		return "filter: " + e.Err.Error()
	}
	line, column := e.Position()
	return fmt.Sprintf("filter: line %d, column %d (byte %d): %v\n%s", line, column, e.Offset, e.Err, e.excerpt())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Position returns the line and the column (in characters) of the offset, both
// from 1; 0, 0 if the expression had no text.
func (e *Error) Position() (line, column int) {
	if e.Offset < 0 {
		return 0, 0
	}
	before := e.Text[:e.Offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}

// excerptRunes is how much of a long line is shown on each side of the caret.
const excerptRunes = 40

func (e *Error) excerpt() string {
	before, after := e.Text[:e.Offset], e.Text[e.Offset:]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	head, tail := []rune(before), []rune(after)
	if len(head) > excerptRunes {
		head = append([]rune("…"), head[len(head)-excerptRunes:]...)
	}
	if len(tail) > excerptRunes {
		tail = append(tail[:excerptRunes:excerptRunes], '…')
	}
	for i, r := range head {
		if r == '\t' {
			head[i] = ' ' // or the caret would be off
		}
	}
	return "\t" + string(head) + string(tail) + "\n\t" + strings.Repeat(" ", len(head)) + "^"
}

// A TypeError says that a column cannot be compared as asked.
type TypeError struct {
	Column string
	Type   arrow.DataType
	Got    string // the literal or the operator that does not fit
	Want   string // what would
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("column %q is %s and cannot be compared with %s: %s", e.Column, e.Type, e.Got, e.Want)
}

// Unwrap returns frame.ErrType.
func (e *TypeError) Unwrap() error { return frame.ErrType }

// A place is where in its text an expression stands.
type place struct {
	text   string // "" if it was built in Go
	offset int
}

func (p place) wrap(err error) *Error {
	if p.text == "" {
		return &Error{Offset: -1, Err: err}
	}
	return &Error{Text: p.text, Offset: p.offset, Err: err}
}

func (p place) errorf(format string, args ...any) *Error {
	return p.wrap(fmt.Errorf(format, args...))
}
