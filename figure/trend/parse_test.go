package trend_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure/trend"
)

func TestParseOptions(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		options    map[string]any
		want       trend.Trend
	}{
		{"nothing", "ols", nil, trend.OLSOptions{}},
		{"ols", "ols", map[string]any{"add_constant": false, "log_y": true}, trend.OLSOptions{NoConstant: true, LogY: true}},
		{"lowess", "lowess", map[string]any{"frac": 1}, trend.LowessOptions{Frac: 1}},
		{"lowess of two rows", "lowess", map[string]any{"frac": 0.0}, trend.LowessOptions{Frac: math.SmallestNonzeroFloat64}},
		{"rows", "rolling", map[string]any{"window": 3, "min_periods": 0, "center": true}, trend.RollingOptions{Rows: 3, MinPeriods: new(0), Center: true}},
		{"rows as JSON has them", "rolling", map[string]any{"window": 3.0}, trend.RollingOptions{Rows: 3}},
		{"time", "rolling", map[string]any{"window": "1D12h", "closed": "both"}, trend.RollingOptions{Duration: 36 * time.Hour, Closed: trend.ClosedBoth}},
		{"None", "expanding", map[string]any{"min_periods": nil, "function_args": nil}, trend.ExpandingOptions{}},
		{
			"function", "expanding", map[string]any{"function": "quantile", "function_args": map[string]any{"q": 0.5, "interpolation": "lower"}},
			trend.ExpandingOptions{Reduction: trend.Reduction{Function: trend.Quantile, Q: 0.5, Interpolation: trend.Lower}},
		},
		{
			"ewm", "ewm", map[string]any{"span": 3, "adjust": false, "function": "std", "function_args": map[string]any{"bias": true}},
			trend.EWMOptions{Span: new(3.0), SkipAdjust: true, Function: trend.Std, Bias: true},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := trend.ParseOptions(c.kind, c.options)
			require.NoError(t, err)
			if o, ok := got.(trend.LowessOptions); ok && c.options["frac"] == nil {
				assert.InDelta(t, 0.6666666, o.Frac, 0)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestWrongOptions(t *testing.T) {
	arguments := func(args map[string]any) map[string]any {
		return map[string]any{"window": 2, "function": "std", "function_args": args}
	}
	for _, c := range []struct {
		name, kind string
		options    map[string]any
		want       string
	}{
		{"kind", "spline", nil, `trend: trendline: no trendline "spline": there are ols, lowess, rolling, expanding, ewm`},
		{"unknown", "ols", map[string]any{"logx": true}, "trend: logx: is no option: ols takes add_constant, log_x, log_y"},
		{"not built", "rolling", map[string]any{"window": 2, "win_type": "triang"}, "trend: win_type: is no option: rolling takes min_periods, center, closed, function_args, function, window"},
		{"type", "ols", map[string]any{"log_x": 1}, "trend: log_x: 1, want true or false"},
		{"share", "lowess", map[string]any{"frac": 2}, "trend: frac: 2, want a share from 0 to 1"},
		{"no window", "rolling", nil, `trend: window: is missing, want a number of rows or a time such as "2D"`},
		{"window of no rows", "rolling", map[string]any{"window": 0}, "trend: window: 0 rows, want at least 1"},
		{"window of no time", "rolling", map[string]any{"window": "0D"}, `trend: window: "0D", want a time above 0`},
		{"window of months", "rolling", map[string]any{"window": "1ME"}, `trend: window: "1ME": want a time such as "2D", "1.5h" or "1D12h", in D, h, min, s, ms, us or ns, not "ME"`},
		{"window of half a row", "rolling", map[string]any{"window": 2.5}, "trend: window: 2.5, want a whole number"},
		{"more than the window", "rolling", map[string]any{"window": 2, "min_periods": 3}, "trend: min_periods: 3, want at most the window of 2 rows"},
		{"side", "rolling", map[string]any{"window": 2, "closed": "up"}, `trend: closed: no side "up": there are right, left, both, neither`},
		{"function", "ewm", map[string]any{"span": 2, "function": "median"}, `trend: function: no function "median": there are mean, sum, std, var`},
		{"argument", "rolling", arguments(map[string]any{"q": 1}), "trend: function_args/q: is no argument: std takes ddof"},
		{"argument's value", "rolling", arguments(map[string]any{"ddof": -1}), "trend: function_args/ddof: -1, want 0 or more"},
		{"no speed", "ewm", nil, "trend: com: of com, span, halflife and alpha 0 are given, want one"},
		{"halflife in time", "ewm", map[string]any{"halflife": "2D"}, `trend: halflife: "2D", want a number`},
		{"several", "lowess", map[string]any{"it": 3, "frac": "all"}, "trend: frac: \"all\", want a number\ntrend: it: is no option: lowess takes frac"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := trend.ParseOptions(c.kind, c.options)
			assert.EqualError(t, err, c.want)
			var option *trend.OptionError
			assert.ErrorAs(t, err, &option)
		})
	}
}

func TestWrongRows(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		fit  trend.Trend
		x, y []float64
		want string
	}{
		{"log of x", trend.OLSOptions{LogX: true}, []float64{1, 0}, []float64{1, 2}, "trend: x, row 1: 0 has no logarithm: want a number above 0, or leave the log option out"},
		{"log of y", trend.OLSOptions{LogY: true}, []float64{1, 2}, []float64{-3, nan}, "trend: y, row 0: -3 has no logarithm: want a number above 0, or leave the log option out"},
		{"infinite x", trend.OLSOptions{}, []float64{1, math.Inf(1)}, []float64{1, 2}, "trend: x, row 1: is infinite, want a finite number or a missing one"},
		{"infinite y", trend.LowessOptions{}, []float64{1, 2}, []float64{1, math.Inf(1)}, "trend: y, row 1: is infinite, want a finite number or a missing one"},
		{"nothing to fit", trend.OLSOptions{}, []float64{1, nan}, []float64{nan, 2}, trend.ErrNoPoints.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.fit.Fit(trend.Points{X: c.x, Y: c.y})
			assert.EqualError(t, err, c.want)
		})
	}
}

func TestCallersBugs(t *testing.T) {
	assert.PanicsWithValue(t, "trend: x, y and times differ in length", func() { _, _ = trend.OLS([]float64{1}, nil, trend.OLSOptions{}) })
	assert.PanicsWithValue(t, "trend: x is not sorted", func() {
		_, _ = trend.Lowess([]float64{2, 1}, []float64{1, 2}, trend.LowessOptions{})
	})
}

// C's %g has six digits, in exponents two at least.
func TestNumbersOfTheEquation(t *testing.T) {
	for slope, want := range map[float64]string{
		1: "1", 0.1: "0.1", 1234567: "1.23457e+06", 100000: "100000", 999999.5: "1e+06",
		0.00001: "1e-05", 0.0001234567: "0.000123457", -2.5: "-2.5", 1e300: "1e+300",
	} {
		f, err := trend.OLSOptions{NoConstant: true}.Fit(trend.Points{X: []float64{1, 2}, Y: []float64{slope, 2 * slope}})
		require.NoError(t, err)
		assert.Contains(t, f.Header("a", "b"), "b = "+want+" * a<br>")
	}
}
