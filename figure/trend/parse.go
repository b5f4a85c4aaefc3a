package trend

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
)

// kinds are the kinds of trendline, by px's names.
var kinds = []string{"ols", "lowess", "rolling", "expanding", "ewm"}

// ParseOptions returns the trendline of a kind with px's trendline_options. All
// options are checked together, and their OptionErrors joined. An unknown kind
// is an OptionError of trendline.
//
// Values are those of JSON: bool, int or float64, string, nil, and
// map[string]any for function_args. nil is pandas' None: the option is left out.
//
//   - ols: add_constant, log_x, log_y
//   - lowess: frac
//   - rolling: window (rows, or a time such as "2D" or "1D12h"), min_periods,
//     center, closed, function, function_args
//   - expanding: min_periods, function, function_args
//   - ewm: com, span, halflife, alpha, min_periods, adjust, ignore_na, function,
//     function_args
//
// function_args are ddof, q and interpolation, or bias for ewm. What pandas has
// beyond that is refused: win_type, step, on, method and times.
func ParseOptions(kind string, options map[string]any) (Trend, error) {
	r := &reader{values: options}
	var t Trend
	var validate func() error
	switch kind {
	case "ols":
		o := OLSOptions{NoConstant: !r.bool("add_constant", true), LogX: r.bool("log_x", false), LogY: r.bool("log_y", false)}
		t, validate = o, func() error { return nil }
	case "lowess":
		o := LowessOptions{Frac: r.number("frac", defaultFrac)}
		t, validate = o, o.validate
		if o.Frac == 0 {
			o.Frac = math.SmallestNonzeroFloat64 // 0 is the default; px means two rows
			t = o
		}
	case "rolling":
		o := r.rolling()
		t, validate = o, o.validate
	case "expanding":
		o := ExpandingOptions{MinPeriods: r.optionalInt("min_periods"), Reduction: r.reduction()}
		t, validate = o, o.validate
	case "ewm":
		o := r.ewm()
		t, validate = o, o.validate
	default:
		return nil, wrong("trendline", "no trendline %q: there are %s", kind, strings.Join(kinds, ", "))
	}
	r.finish(kind)
	if r.errs != nil {
		return nil, errors.Join(r.errs...)
	}
	if err := validate(); err != nil {
		return nil, err
	}
	return t, nil
}

func (r *reader) rolling() RollingOptions {
	o := RollingOptions{
		MinPeriods: r.optionalInt("min_periods"), Center: r.bool("center", false),
		Closed: Closed(r.text("closed")), Reduction: r.reduction(),
	}
	if text, ok := r.take("window").(string); ok {
		d, err := parseOffset(text)
		switch {
		case err != nil:
			r.fail("window", "%w", err)
		case d == 0:
			r.fail("window", "%q, want a time above 0", text)
		}
		o.Duration = d
		return o
	}
	if rows := r.optionalInt("window"); rows != nil {
		o.Rows = *rows
		if *rows == 0 {
			r.fail("window", "0 rows, want at least 1")
		}
	}
	return o
}

func (r *reader) ewm() EWMOptions {
	o := EWMOptions{
		COM: r.optionalNumber("com"), Span: r.optionalNumber("span"),
		Halflife: r.optionalNumber("halflife"), Alpha: r.optionalNumber("alpha"),
		SkipAdjust: !r.bool("adjust", true), IgnoreNA: r.bool("ignore_na", false),
		Function: Function(r.text("function")),
	}
	if least := r.optionalInt("min_periods"); least != nil {
		o.MinPeriods = *least
	}
	args := r.arguments()
	o.Bias = args.bool("bias", false)
	r.adopt(args, o.name(), map[Function][]string{Std: {"bias"}, Var: {"bias"}})
	return o
}

func (r *reader) reduction() Reduction {
	args := r.arguments()
	o := Reduction{
		Function: Function(r.text("function")), DDOF: args.optionalInt("ddof"),
		Q: args.number("q", 0), Interpolation: Interpolation(args.text("interpolation")),
	}
	if _, given := args.values["q"]; o.name() == Quantile && !given {
		args.fail("q", "is missing, want a number from 0 to 1")
	}
	r.adopt(args, o.name(), map[Function][]string{
		Std: {"ddof"}, Var: {"ddof"}, Sem: {"ddof"}, Quantile: {"q", "interpolation"},
	})
	return o
}

// A reader takes options out of a map and collects what is wrong with them.
type reader struct {
	values map[string]any
	prefix string // of the names in errors
	known  []string
	errs   []error
}

func (r *reader) fail(option, format string, values ...any) {
	r.errs = append(r.errs, wrong(r.prefix+option, format, values...))
}

func (r *reader) take(option string) any {
	if !slices.Contains(r.known, option) {
		r.known = append(r.known, option)
	}
	return r.values[option]
}

func (r *reader) bool(option string, otherwise bool) bool {
	switch v := r.take(option).(type) {
	case nil:
		return otherwise
	case bool:
		return v
	default:
		r.fail(option, "%v, want true or false", v)
		return otherwise
	}
}

func (r *reader) text(option string) string {
	switch v := r.take(option).(type) {
	case nil:
		return ""
	case string:
		if v == "" {
			r.fail(option, "is empty, want a name or nothing")
		}
		return v
	default:
		r.fail(option, "%v, want text", v)
		return ""
	}
}

func (r *reader) optionalNumber(option string) *float64 {
	switch v := r.take(option).(type) {
	case nil:
	case int:
		return new(float64(v))
	case float64:
		return &v
	default:
		r.fail(option, "%#v, want a number", v)
	}
	return nil
}

func (r *reader) number(option string, otherwise float64) float64 {
	if v := r.optionalNumber(option); v != nil {
		return *v
	}
	return otherwise
}

// mostRows bounds the whole numbers: no frame has more rows.
const mostRows = math.MaxInt32

func (r *reader) optionalInt(option string) *int {
	v := r.optionalNumber(option)
	if v == nil {
		return nil
	}
	if *v != math.Trunc(*v) || math.Abs(*v) > mostRows {
		r.fail(option, "%v, want a whole number", *v)
		return nil
	}
	return new(int(*v))
}

// arguments returns a reader of function_args.
func (r *reader) arguments() *reader {
	args := &reader{prefix: "function_args/"}
	switch v := r.take("function_args").(type) {
	case nil:
	case map[string]any:
		args.values = v
	default:
		r.fail("function_args", "%v, want an object", v)
	}
	return args
}

// adopt checks that the function takes the arguments that were given, and adds
// their errors.
func (r *reader) adopt(args *reader, function Function, takes map[Function][]string) {
	for _, name := range slices.Sorted(maps.Keys(args.values)) {
		switch valid := takes[function]; {
		case slices.Contains(valid, name):
		case valid == nil:
			args.fail(name, "is no argument: %s takes none", function)
		default:
			args.fail(name, "is no argument: %s takes %s", function, strings.Join(valid, ", "))
		}
	}
	r.errs = append(r.errs, args.errs...)
}

// finish refuses the options that nobody took.
func (r *reader) finish(kind string) {
	for _, name := range slices.Sorted(maps.Keys(r.values)) {
		if !slices.Contains(r.known, name) {
			r.fail(name, "is no option: %s takes %s", kind, strings.Join(r.known, ", "))
		}
	}
}
