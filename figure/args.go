package figure

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// ParseArgs reads the keyword arguments of px.scatter (kind "scatter") or
// px.line ("line") from a JSON object:
//
//	{"x": "trip_distance", "y": "total_amount", "labels": {"trip_distance": "miles"}}
//
// Columns are given by name, or as a list of a value for each row of the frame,
// which is then named as the argument. The order of keys counts where it counts in px:
// category_orders, hover_data and the maps. null is an argument left out. A key
// of a map is compared with the values of a column that holds no text by their
// text.
//
// All that is wrong, but for more than 20 errors, is found at once and joined
// (see [errors.Join]); each part is an *ArgumentError, whose Pointer starts at
// args. The columns are not looked up: Build does that.
func ParseArgs(kind string, args []byte) (Kind, error) {
	switch kind {
	case "scatter":
		var s Scatter
		err := parseInto(kind, &s, args)
		return s, err
	case "line":
		var l Line
		err := parseInto(kind, &l, args)
		return l, err
	}
	return nil, fmt.Errorf("figure: no kind %q: there are scatter, line", kind)
}

// ExactPx returns k with its field ExactPx set.
func ExactPx(k Kind) Kind {
	switch k := k.(type) {
	case Scatter:
		k.ExactPx = true
		return k
	case Line:
		k.ExactPx = true
		return k
	}
	return k
}

// fieldsOf returns the place of each argument's field in a kind's struct. The
// fields are px's arguments in Go's spelling: HoverName is hover_name.
func fieldsOf(kind any) map[string]int {
	t := reflect.TypeOf(kind)
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		switch name := t.Field(i).Name; name {
		case "Given", "ExactPx", "XColumns", "YColumns": // ours, and the list form of x and y
		default:
			fields[snake(name)] = i
		}
	}
	return fields
}

var (
	scatterFields = fieldsOf(Scatter{})
	lineFields    = fieldsOf(Line{})
)

func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// parseInto sets the fields of dst, a *Scatter or *Line.
func parseInto(kind string, dst any, args []byte) error {
	parsed, err := parse(args)
	if err != nil {
		return &ArgumentError{Argument: "args", Row: -1, Err: err}
	}
	o, ok := parsed.(*Object)
	if !ok {
		return &ArgumentError{Argument: "args", Row: -1, Err: fmt.Errorf("is %s, want an object", typeName(parsed))}
	}
	fields, others := scatterFields, lineFields
	if kind == "line" {
		fields, others = lineFields, scatterFields
	}
	var errs []error
	value := reflect.ValueOf(dst).Elem()
	given := value.FieldByName("Given").Addr().Interface().(*[]Given)
	for _, m := range o.Members() {
		i, ok := fields[m.Key]
		switch {
		case !ok:
			errs = append(errs, unknown(kind, m.Key, fields, others))
		case m.Value == nil:
		case m.Key == "x" || m.Key == "y":
			columns := value.FieldByName(strings.ToUpper(m.Key) + "Columns").Addr().Interface().(*[]string)
			errs = append(errs, decodeAxis(value.Field(i).Addr().Interface().(*string), columns, given, m))
		default:
			errs = append(errs, decode(value.Field(i).Addr().Interface(), given, m))
		}
	}
	return join(append(errs, checkNames(dst.(interface{ call() *call }).call(), o)...))
}

// checkNames refuses the name of an argument that has a list of values where
// another argument means a column by it: px names the list so too.
func checkNames(c *call, args *Object) (errs []error) {
	for _, u := range c.uses() {
		if _, isList := args.Get(u.column).([]any); isList && u.argument != u.column && isGiven(c.Given, u.column) {
			err := fmt.Errorf("the name %q is that of the values in %s: name the column otherwise", u.column, u.column)
			errs = append(errs, &ArgumentError{Argument: u.argument, Pointer: u.pointer(), Column: u.column, Row: -1, Err: err})
		}
	}
	return errs
}

func isGiven(given []Given, name string) bool {
	return slices.ContainsFunc(given, func(g Given) bool { return g.Name == name })
}

func unknown(kind, key string, fields, others map[string]int) error {
	if key == "data_frame" {
		return wrong(key, "the frame is chosen outside of the arguments")
	}
	if _, ok := others[key]; ok {
		return wrong(key, "px.%s has no such argument: it belongs to px.%s", kind, otherKind(kind))
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	if near := nearest.Of(key, names); near != "" {
		return wrong(key, "px.%s has no such argument: did you mean %q?", kind, near)
	}
	return wrong(key, "px.%s has no such argument: it has %s", kind, strings.Join(names, ", "))
}

func otherKind(kind string) string {
	if kind == "line" {
		return "scatter"
	}
	return "line"
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a bool"
	case string:
		return "text"
	case int, float64:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}
