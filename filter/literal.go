package filter

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// A literal is a value as the text of an expression can write it. What it
// means depends on the column that it is compared with.
type literal struct {
	kind   literalKind
	number number
	text   string // a text; of a bad one, what is wrong with it
	truth  bool
	moment moment
}

type literalKind uint8

const (
	literalNumber literalKind = iota
	literalText
	literalBool
	literalMoment
	literalBad // a Go value that has no text form
)

// String returns the literal in canonical form.
func (l literal) String() string {
	switch l.kind {
	case literalNumber:
		return l.number.String()
	case literalText:
		return "'" + strings.ReplaceAll(l.text, "'", "''") + "'"
	case literalBool:
		return strconv.FormatBool(l.truth)
	case literalMoment:
		return l.moment.String()
	}
	return "<" + l.text + ">"
}

// literalOf returns the literal for a Go value. A duration becomes text, as
// the text form has no other way to write one.
func literalOf(v any) literal {
	switch v := v.(type) {
	case nil:
		return bad("nil cannot be compared: use IsNull")
	case time.Time:
		return momentLiteral(v)
	case time.Duration:
		return literal{kind: literalText, text: v.String()}
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Bool:
		return literal{kind: literalBool, truth: r.Bool()}
	case reflect.String:
		return literal{kind: literalText, text: r.String()}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return numberLiteral(strconv.FormatInt(r.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return numberLiteral(strconv.FormatUint(r.Uint(), 10))
	case reflect.Float32:
		return floatLiteral(r.Float(), 32)
	case reflect.Float64:
		return floatLiteral(r.Float(), 64)
	}
	return bad(fmt.Sprintf("a Go value of type %T cannot be compared: use a number, string, bool, time.Time or time.Duration", v))
}

func bad(why string) literal { return literal{kind: literalBad, text: why} }

func numberLiteral(text string) literal {
	n, err := parseNumber(text)
	if err != nil {
		return bad(err.Error())
	}
	return literal{kind: literalNumber, number: n}
}

// floatLiteral takes the shortest decimal that is read back as v.
func floatLiteral(v float64, bits int) literal {
	switch {
	case v != v:
		return bad("NaN equals nothing: use IsNull")
	case math.IsInf(v, 0):
		return bad("an infinity has no text form: compare with ±math.MaxFloat64")
	}
	return numberLiteral(strconv.FormatFloat(v, 'e', -1, bits))
}

func momentLiteral(t time.Time) literal {
	m, err := momentOf(t)
	if err != nil {
		return bad(err.Error())
	}
	return literal{kind: literalMoment, moment: m}
}

// spread replaces a single slice by its elements.
func spread(values []any) []any {
	if len(values) != 1 {
		return values
	}
	r := reflect.ValueOf(values[0])
	if r.Kind() != reflect.Slice {
		return values
	}
	elements := make([]any, r.Len())
	for i := range elements {
		elements[i] = r.Index(i).Interface()
	}
	return elements
}
