package figure

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// parse reads one JSON value and keeps the order of members: an *Object, []any,
// string, bool, nil, int for an integer that fits one, else float64.
//
// A key that stands twice in an object is an error, as is text after the value.
func parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	value, err := parseValue(d, maxDepth)
	if err != nil {
		return nil, parseError(d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: text after the JSON value", d.InputOffset())
	}
	return value, nil
}

func parseError(d *json.Decoder, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("byte %d: the JSON text ends too early", d.InputOffset())
	}
	return fmt.Errorf("byte %d: %w", d.InputOffset(), err)
}

// maxDepth is far more nesting than any argument or template has.
const maxDepth = 100

func parseValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == 0 {
			return nil, fmt.Errorf("more than %d levels of nesting", maxDepth)
		}
		if t == '{' {
			return parseObject(d, depth-1)
		}
		return parseList(d, depth-1)
	case json.Number:
		return number(t.String())
	}
	return token, nil
}

func parseObject(d *json.Decoder, depth int) (*Object, error) {
	o := &Object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		if o.Has(key.(string)) {
			return nil, fmt.Errorf("two members %q in one object", key)
		}
		value, err := parseValue(d, depth)
		if err != nil {
			return nil, err
		}
		o.members = append(o.members, Member{key.(string), value})
	}
	_, err := d.Token() // the closing brace
	return o, err
}

func parseList(d *json.Decoder, depth int) ([]any, error) {
	list := []any{}
	for d.More() {
		value, err := parseValue(d, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := d.Token() // the closing bracket
	return list, err
}

func number(text string) (any, error) {
	if !strings.ContainsAny(text, ".eE") {
		if n, err := strconv.Atoi(text); err == nil {
			return n, nil
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("the number %s is out of range", text)
	}
	return v, nil
}
