package parity_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A departure is a reason for which a call may differ from px. Package figure's
// documentation lists all reasons; here are those that the calls of these tests
// can meet.
type departure struct {
	why   string
	error string // part of px's; "" for any, or where px draws something else
	about func(args map[string]any) bool
	test  string // the test in package figure that says what we do
}

var departures = []departure{
	{
		"customdata of dates beside numbers", "could not be promoted by",
		func(args map[string]any) bool { return args["hover_data"] != nil || args["custom_data"] != nil },
		"TestDepartureTypesSideBySideInCustomData",
	},
	{
		"customdata of dates beside durations", "Cannot cast array data from dtype('<m8",
		func(args map[string]any) bool { return args["hover_data"] != nil || args["custom_data"] != nil },
		"TestDepartureTypesSideBySideInCustomData",
	},
	{
		"a size on an empty frame has no largest", "unsupported operand type(s) for /: 'NoneType' and 'int'",
		func(args map[string]any) bool { return args["size"] != nil },
		"TestTrap30EmptyFrames",
	},
	{
		"the first color of a scale that has a name or stops", "Invalid value of type",
		func(args map[string]any) bool { return args["color_continuous_scale"] != nil },
		"TestDepartureMarginalsOfAColorScale",
	},
	{
		"a stop of a scale taken for a color", "",
		func(args map[string]any) bool {
			return args["color_continuous_scale"] != nil && (args["marginal_x"] != nil || args["marginal_y"] != nil)
		},
		"TestDepartureMarginalsOfAColorScale",
	},
	{
		"WebGL draws no splines, even if there is no trace", "",
		func(args map[string]any) bool {
			return args["line_shape"] == "spline" && args["render_mode"] == "webgl"
		},
		"TestBuildErrors",
	},
	{
		"an overall trendline of an empty frame", "IndexError: list index out of range",
		func(args map[string]any) bool { return args["trendline_scope"] == "overall" },
		"TestDepartureTrendlines",
	},
	{
		"a trendline of a column over itself", "DuplicateError",
		func(args map[string]any) bool { return args["trendline"] != nil && args["x"] == args["y"] },
		"TestDepartureTrendlines",
	},
	{"NaN is a value like others", "KeyError: nan", named("nan"), "TestDepartureNaNOrdersAxes"},
	{"NaN is missing to a trendline", "", fitted("nan"), "TestDepartureNaNIsMissingToATrendline"},
	{"durations are nanoseconds", "timedelta is not JSON serializable", named("wait", "wait ns"), "TestDepartureDurationsAreNanoseconds"},
	{"decimals are numbers, as sizes too", "Invalid element(s) received for the 'size' property", named("price"), "TestDepartureDecimalsAreNumbers"},
	{"decimals are numbers, to a trendline too", "TypeError", fitted("price"), "TestDepartureDecimalsAreNumbers"},
	{"date64 is a date, to a trendline too", "Unsupported cast from date64[ms] to double", fitted("date64"), "TestDepartureTrendlinesAlongDate64"},
	{
		"logarithms of short numbers are those of float64", "",
		func(args map[string]any) bool { return short(args) && withOption(args, "log_x", "log_y") },
		"TestTrendlineLogarithmsInDoublePrecision",
	},
	{
		"squares of short numbers do not overflow", "",
		func(args map[string]any) bool { return short(args) && withOption(args, "add_constant") },
		"TestDepartureSquaresOfShortNumbers",
	},
}

// short is about fits of numbers that px leaves in fewer than 64 bits.
var short = fitted("f32", "i8", "i16", "u8", "u16")

// named is about calls that have one of the columns in an argument.
func named(columns ...string) func(args map[string]any) bool {
	return func(args map[string]any) bool {
		for _, value := range args {
			if isOneOf(columns, value) {
				return true
			}
		}
		return false
	}
}

// fitted is about calls that fit a line to one of the columns.
func fitted(columns ...string) func(args map[string]any) bool {
	return func(args map[string]any) bool {
		return args["trendline"] != nil && (isOneOf(columns, args["x"]) || isOneOf(columns, args["y"]))
	}
}

// isOneOf reports whether a value is one of the columns, or a list with one.
func isOneOf(columns []string, value any) bool {
	switch v := value.(type) {
	case string:
		return slices.Contains(columns, v)
	case []any:
		return slices.ContainsFunc(v, func(v any) bool { return isOneOf(columns, v) })
	case map[string]any:
		for key := range v {
			if isOneOf(columns, key) {
				return true
			}
		}
	}
	return false
}

func withOption(args map[string]any, names ...string) bool {
	options, _ := args["trendline_options"].(map[string]any)
	return slices.ContainsFunc(names, func(name string) bool { return options[name] != nil })
}

func isDeparture(t testing.TB, c call, pxError string) bool {
	var args map[string]any
	require.NoError(t, json.Unmarshal(c.Args, &args))
	return slices.ContainsFunc(departures, func(d departure) bool {
		return strings.Contains(pxError, d.error) && d.about(args)
	})
}

// TestDeparturesAreTested: a call may be left out only for what a test holds.
func TestDeparturesAreTested(t *testing.T) {
	files, err := filepath.Glob("../../figure/*_test.go")
	require.NoError(t, err)
	var source strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		source.Write(text)
	}
	for _, d := range departures {
		assert.Contains(t, source.String(), "\nfunc "+d.test+"(t *testing.T) {", d.why)
	}
}
