package parity_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
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
	why     string
	differs *regexp.Regexp // how: px's error, or where the figures differ first
	about   func(args map[string]any) bool
	test    string // the test in package figure that says what we do
}

// fit is where a trendline differs.
var fit = regexp.MustCompile(`^/(data|frames/\d+/data)/\d+/(hovertemplate|x|y)\b`)

func pxFails(with string) *regexp.Regexp { return regexp.MustCompile(`(?s)^px refuses it: .*` + with) }

var departures = []departure{
	{
		"customdata of dates beside numbers", pxFails(`could not be promoted by`),
		func(args map[string]any) bool { return args["hover_data"] != nil || args["custom_data"] != nil },
		"TestDepartureTypesSideBySideInCustomData",
	},
	{
		"customdata of dates beside durations", pxFails(`Cannot cast array data from dtype\('<m8`),
		func(args map[string]any) bool { return args["hover_data"] != nil || args["custom_data"] != nil },
		"TestDepartureTypesSideBySideInCustomData",
	},
	{
		"a size on an empty frame has no largest", pxFails(`unsupported operand type\(s\) for /: 'NoneType' and 'int'`),
		func(args map[string]any) bool { return args["size"] != nil },
		"TestTrap30EmptyFrames",
	},
	{
		"the first color of a scale that has a name or stops", pxFails(`Invalid value of type`),
		func(args map[string]any) bool { return args["color_continuous_scale"] != nil },
		"TestDepartureMarginalsOfAColorScale",
	},
	{
		"a stop of a scale taken for a color", regexp.MustCompile(`^/data/\d+/marker/color: `),
		func(args map[string]any) bool {
			return args["color_continuous_scale"] != nil && (args["marginal_x"] != nil || args["marginal_y"] != nil)
		},
		"TestDepartureMarginalsOfAColorScale",
	},
	{
		"WebGL draws no splines, even if there is no trace", regexp.MustCompile(`^we refuse it: `),
		func(args map[string]any) bool {
			return args["line_shape"] == "spline" && args["render_mode"] == "webgl"
		},
		"TestBuildErrors",
	},
	{
		"sizes are numbers, even if there is no trace", regexp.MustCompile(`^we refuse it: size, column "size": is bool`),
		func(args map[string]any) bool { return args["size"] != nil },
		"TestDepartureSizesAreNumbersEvenOfNoTrace",
	},
	{
		"an overall trendline of an empty frame", pxFails(`IndexError: list index out of range`),
		func(args map[string]any) bool { return args["trendline_scope"] == "overall" },
		"TestDepartureTrendlines",
	},
	{
		"an overall trendline beside colors of the data", pxFails(`'IdentityMap' has no len\(\)`),
		func(args map[string]any) bool {
			return args["trendline_scope"] == "overall" && args["color_discrete_map"] == "identity"
		},
		"TestDepartureTrendlines",
	},
	{
		"a trendline of a column over itself", pxFails(`DuplicateError`),
		func(args map[string]any) bool { return args["trendline"] != nil && args["x"] == args["y"] },
		"TestDepartureTrendlines",
	},
	{"NaN is a value like others", pxFails(`KeyError: nan`), named("nan"), "TestDepartureNaNOrdersAxes"},
	{"NaN is missing to a trendline, where px fails", pxFails(""), fitted("nan"), "TestDepartureNaNIsMissingToATrendline"}, // in as many ways as statsmodels, numpy and Arrow have
	{"NaN is missing to a trendline", fit, fitted("nan"), "TestDepartureNaNIsMissingToATrendline"},
	{"durations are nanoseconds", pxFails(`timedelta is not JSON serializable`), named("wait", "wait ns"), "TestDepartureDurationsAreNanoseconds"},
	{"decimals are numbers, as sizes too", pxFails(`Invalid element\(s\) received for the 'size' property`), named("price"), "TestDepartureDecimalsAreNumbers"},
	{"decimals are numbers, to a trendline too", pxFails(`TypeError`), fitted("price"), "TestDepartureDecimalsAreNumbers"},
	{"date64 is a date, to a trendline too", pxFails(`Unsupported cast from date64\[ms\] to double`), fitted("date64"), "TestDepartureTrendlinesAlongDate64"},
	{
		"logarithms of short numbers are those of float64", fit,
		func(args map[string]any) bool { return short(args) && withOption(args, "log_x", "log_y") },
		"TestTrendlineLogarithmsInDoublePrecision",
	},
	{
		"logarithms of short numbers are those of float64, where px fails", pxFails(`array type float16 is unsupported`),
		func(args map[string]any) bool { return short(args) && withOption(args, "log_x", "log_y") },
		"TestTrendlineLogarithmsInDoublePrecision",
	},
	{
		"squares of short numbers do not overflow", fit,
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

// departureOf says for which reason a call may differ as it does; "" if for none.
func departureOf(t testing.TB, c call, differs string) string {
	var args map[string]any
	require.NoError(t, json.Unmarshal(c.Args, &args))
	for _, d := range departures {
		if d.differs.MatchString(differs) && d.about(args) {
			return d.why
		}
	}
	return ""
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
