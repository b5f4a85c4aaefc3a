package filter

import (
	"strings"
	"unicode"
)

// String returns the canonical text of the expression: Parse gives the same
// tree for it, and equal trees have equal texts, so it serves as a cache key.
// It is "" for nil. A literal that Compile would reject is written as <why>,
// which does not parse.
func (e *Expr) String() string {
	if e == nil {
		return ""
	}
	return string(e.appendTo(nil))
}

func (e *Expr) appendTo(dst []byte) []byte {
	if len(e.args) > 0 {
		return e.appendArgs(dst)
	}
	dst = appendName(dst, e.column)
	dst = append(dst, ' ')
	dst = append(dst, e.op.String()...)
	switch e.op {
	case opIsNull, opIsNotNull:
	case opIn, opNotIn:
		dst = append(dst, " ["...)
		dst = appendJoined(dst, e.values, ", ")
		dst = append(dst, ']')
	default:
		dst = append(dst, ' ')
		dst = appendJoined(dst, e.values, " and ")
	}
	return dst
}

// appendArgs puts parentheses around or within and; nothing else needs any.
func (e *Expr) appendArgs(dst []byte) []byte {
	for i, a := range e.args {
		if i > 0 {
			dst = append(dst, ' ')
			dst = append(dst, e.op.String()...)
			dst = append(dst, ' ')
		}
		if a.op == opOr {
			dst = append(dst, '(')
			dst = a.appendTo(dst)
			dst = append(dst, ')')
		} else {
			dst = a.appendTo(dst)
		}
	}
	return dst
}

func appendJoined(dst []byte, values []literal, separator string) []byte {
	for i, v := range values {
		if i > 0 {
			dst = append(dst, separator...)
		}
		dst = append(dst, v.String()...)
	}
	return dst
}

// appendName writes a column's name bare where Parse takes it for one.
func appendName(dst []byte, name string) []byte {
	if isBare(name) {
		return append(dst, name...)
	}
	dst = append(dst, '`')
	dst = append(dst, strings.ReplaceAll(name, "`", "``")...)
	return append(dst, '`')
}

func isBare(name string) bool {
	if name == "" || isKeyword(name) {
		return false
	}
	for i, r := range name {
		if r == unicode.ReplacementChar || !isNameRune(r) || i == 0 && !isNameStart(r) {
			return false
		}
	}
	return true
}

func isNameStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }

func isNameRune(r rune) bool {
	return isNameStart(r) || r == '.' || unicode.IsDigit(r) || unicode.IsMark(r)
}
