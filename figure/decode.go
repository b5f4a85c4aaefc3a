package figure

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// decode sets dst, the address of a field, to the value of an argument. Columns
// that are given as lists are added to given.
func decode(dst any, given *[]Given, m Member) error {
	switch dst := dst.(type) {
	case *string:
		return decodeText(dst, given, m)
	case *bool:
		return decodeAs(dst, m, "true or false")
	case *int:
		return decodeAs(dst, m, "a whole number")
	case *float64:
		return decodeNumber(dst, m)
	case **float64:
		*dst = new(float64)
		return decodeNumber(*dst, m)
	case *[]string:
		return decodeTexts(dst, m)
	case *[]any:
		return decodeAs(dst, m, "a list of two ends")
	case *[]float64:
		return decodeEnds(dst, m)
	case *[]Hover:
		return decodeHover(dst, given, m)
	case *[]Order:
		return decodeOrders(dst, m)
	case *[]Label:
		return decodeLabels(dst, m)
	case *Mapping:
		return decodeMapping(dst, m)
	case *ColorScale:
		return decodeScale(dst, m)
	case *Template:
		return decodeTemplate(dst, m)
	case *map[string]any:
		return decodeOptions(dst, m)
	}
	panic(fmt.Sprintf("figure: no decoder for %T", dst))
}

func wrongType(m Member, want string, path ...any) error {
	value := m.Value
	for _, step := range path {
		switch s := step.(type) {
		case int:
			value = value.([]any)[s]
		case string:
			value = value.(*Object).Get(s)
		}
	}
	return wrongAt(m.Key, path, "is %s, want %s", typeName(value), want)
}

func decodeAs[T any](dst *T, m Member, want string) error {
	v, ok := m.Value.(T)
	if !ok {
		return wrongType(m, want)
	}
	*dst = v
	return nil
}

// notColumns are the arguments of text that name no column.
var notColumns = []string{
	"orientation", "marginal_x", "marginal_y", "trendline", "trendline_color_override", "trendline_scope",
	"line_shape", "render_mode", "title", "subtitle",
}

func decodeText(dst *string, given *[]Given, m Member) error {
	values, ok := m.Value.([]any)
	if !ok || slices.Contains(notColumns, m.Key) {
		return decodeAs(dst, m, "text")
	}
	*dst = m.Key
	return decodeGiven(given, m.Key, values, m)
}

// decodeGiven takes the values of a column.
func decodeGiven(given *[]Given, name string, values []any, m Member, path ...any) error {
	for i, v := range values {
		switch v.(type) {
		case []any, *Object:
			return wrongAt(m.Key, append(path, i), "is %s, want a value", typeName(v))
		}
	}
	*given = append(*given, Given{Name: name, Values: values})
	return nil
}

func decodeNumber(dst *float64, m Member) error {
	v, ok := toNumber(m.Value)
	if !ok {
		return wrongType(m, "a number")
	}
	*dst = v
	return nil
}

func toNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// decodeAxis takes a column, the columns of the wide form, or the values of a
// column: texts are columns.
func decodeAxis(column *string, columns *[]string, given *[]Given, m Member) error {
	values, ok := m.Value.([]any)
	switch {
	case !ok:
		return decodeAs(column, m, "a column, or a list of columns")
	case len(values) > 0 && !slices.ContainsFunc(values, isText):
		*column = m.Key
		return decodeGiven(given, m.Key, values, m)
	}
	return decodeTexts(columns, m)
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

// decodeTexts takes a list of texts, or one. A marker symbol may be a number.
func decodeTexts(dst *[]string, m Member) error {
	if one, ok := m.Value.(string); ok && m.Key == "custom_data" {
		*dst = []string{one}
		return nil
	}
	values, ok := m.Value.([]any)
	if !ok {
		return wrongType(m, "a list of texts")
	}
	*dst = make([]string, len(values))
	var errs []error
	for i, v := range values {
		text, ok := useText(m.Key, v)
		if !ok {
			errs = append(errs, wrongType(m, "text", i))
		}
		(*dst)[i] = text
	}
	return join(errs)
}

// useText is text, or the name of the symbol that has a number.
func useText(argument string, v any) (string, bool) {
	if n, ok := v.(int); ok && (argument == "symbol_sequence" || argument == "symbol_map") {
		for name, number := range symbolNumbers() {
			if number == n {
				return name, true
			}
		}
		return fmt.Sprint(n), true // refused by Build
	}
	text, ok := v.(string)
	return text, ok
}

// decodeEnds takes two numbers; null is an open end.
func decodeEnds(dst *[]float64, m Member) error {
	values, ok := m.Value.([]any)
	if !ok {
		return wrongType(m, "a list of two numbers")
	}
	for i, v := range values {
		end, ok := toNumber(v)
		if v == nil {
			end, ok = math.NaN(), true
		}
		if !ok {
			return wrongType(m, "a number", i)
		}
		*dst = append(*dst, end)
	}
	return nil
}

// decodeHover takes a column, a list of columns, or an object of columns with
// true, false, a format, values, or a format and values.
func decodeHover(dst *[]Hover, given *[]Given, m Member) error {
	switch v := m.Value.(type) {
	case string:
		*dst = []Hover{{Column: v}}
		return nil
	case []any:
		*dst = []Hover{} // not nil: a marginal has customdata only if this is given
		var names []string
		if err := decodeTexts(&names, m); err != nil {
			return err
		}
		for _, name := range names {
			*dst = append(*dst, Hover{Column: name})
		}
		return nil
	case *Object:
		*dst = []Hover{}
		var errs []error
		for _, entry := range v.Members() {
			h := Hover{Column: entry.Key}
			errs = append(errs, h.decode(given, m, entry))
			*dst = append(*dst, h)
		}
		return join(errs)
	}
	return wrongType(m, "a list of columns, or an object of columns with true, false or a format")
}

func (h *Hover) decode(given *[]Given, m, entry Member) error {
	switch v := entry.Value.(type) {
	case nil:
		h.Hide = true
	case bool:
		h.Hide = !v
	case string:
		h.Format, h.Hide = v, v == ""
	case []any:
		if len(v) == 2 {
			if values, ok := v[1].([]any); ok {
				return errors.Join(h.decode(given, m, Member{entry.Key, v[0]}), decodeGiven(given, h.Column, values, m, entry.Key, 1))
			}
		}
		return decodeGiven(given, h.Column, v, m, entry.Key)
	default:
		return wrongType(m, `true, false or a format such as ":.2f"`, entry.Key)
	}
	return nil
}

func decodeOrders(dst *[]Order, m Member) error {
	o, ok := m.Value.(*Object)
	if !ok {
		return wrongType(m, "an object of columns with lists of values")
	}
	var errs []error
	for _, entry := range o.Members() {
		values, ok := entry.Value.([]any)
		if !ok {
			errs = append(errs, wrongType(m, "a list of values", entry.Key))
			continue
		}
		for i, v := range values {
			switch v.(type) {
			case []any, *Object:
				errs = append(errs, wrongAt(m.Key, []any{entry.Key, i}, "is %s, want a value", typeName(v)))
			}
		}
		*dst = append(*dst, Order{Column: entry.Key, Values: values})
	}
	return join(errs)
}

func decodeLabels(dst *[]Label, m Member) error {
	o, ok := m.Value.(*Object)
	if !ok {
		return wrongType(m, "an object of columns with texts")
	}
	var errs []error
	for _, entry := range o.Members() {
		text, ok := entry.Value.(string)
		if !ok {
			errs = append(errs, wrongType(m, "text", entry.Key))
		}
		*dst = append(*dst, Label{Column: entry.Key, Text: text})
	}
	return join(errs)
}

func decodeMapping(dst *Mapping, m Member) error {
	if m.Value == "identity" {
		*dst = Identity()
		return nil
	}
	o, ok := m.Value.(*Object)
	if !ok {
		return wrongType(m, `an object, or "identity"`)
	}
	var errs []error
	for _, entry := range o.Members() {
		text, ok := useText(m.Key, entry.Value)
		if !ok {
			errs = append(errs, wrongType(m, "text", entry.Key))
		}
		*dst = append(*dst, Entry{Value: entry.Key, Use: text})
	}
	return join(errs)
}

// decodeScale takes a name, a list of colors, or a list of positions and colors.
func decodeScale(dst *ColorScale, m Member) error {
	if name, ok := m.Value.(string); ok {
		dst.Name = name
		return nil
	}
	values, ok := m.Value.([]any)
	if !ok {
		return wrongType(m, "a name, a list of colors, or a list of [position, color]")
	}
	for i, v := range values {
		if color, ok := v.(string); ok {
			dst.Colors = append(dst.Colors, color)
			continue
		}
		pair := list(v)
		if len(pair) != 2 {
			return wrongType(m, "a color or [position, color]", i)
		}
		at, isNumber := toNumber(pair[0])
		color, isText := pair[1].(string)
		if !isNumber || !isText {
			return wrongAt(m.Key, []any{i}, "want [position, color]")
		}
		dst.Stops = append(dst.Stops, ColorStop{at, color})
	}
	return nil
}

// decodeTemplate takes a name, or a template of the caller's own.
func decodeTemplate(dst *Template, m Member) error {
	switch v := m.Value.(type) {
	case string:
		dst.Name = v
	case *Object:
		dst.Own = v
	default:
		return wrongType(m, "a name or an object of layout and data")
	}
	return nil
}

func decodeOptions(dst *map[string]any, m Member) error {
	o, ok := m.Value.(*Object)
	if !ok {
		return wrongType(m, "an object")
	}
	*dst = make(map[string]any, o.Len())
	for _, entry := range o.Members() {
		(*dst)[entry.Key] = entry.Value
	}
	return nil
}
