package figure_test

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
)

func ExampleScatter_trendline() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", Color: "payment", Trendline: "ols"}.Build(f, nil)
	for _, fit := range fig.Fits {
		fmt.Printf("%s: %.2f + %.2f a mile\n", fit.Groups[0].Text, fit.Line.OLS.Intercept, fit.Line.OLS.Slope)
	}
	// Output:
	// card: 2.50 + 3.00 a mile
	// cash: -0.67 + 4.39 a mile
}

func TestTrendlineIsSortedAndComplete(t *testing.T) {
	f := newFrame(t, floats("x", 3, 1, nil, 2, 4), floats("y", 6, 2, 5, nil, 8))
	fig := scatter(t, f, `{"x": "x", "y": "y", "trendline": "ols"}`)
	line := written(t, fig, encode.Text)[1]
	assert.Equal(t, []any{1.0, 3.0, 4.0}, line["x"])
	assert.InDeltaSlice(t, []any{2.0, 6.0, 8.0}, line["y"], 1e-12)
	assert.Equal(t, "lines", line["mode"])
	assert.NotContains(t, line, "orientation")
}

func TestTrendlineSortsNanoseconds(t *testing.T) {
	nano := column{"t", &arrow.TimestampType{Unit: arrow.Nanosecond}, []any{
		"2020-01-01T00:00:00.000000003", nil, "2020-01-01T00:00:00.000000001", "2020-01-01T00:00:00.000000002",
	}}
	fig := scatter(t, xy(t, 4, nano), `{"x": "t", "y": "y", "trendline": "expanding"}`)
	line := written(t, fig, encode.Text)[1]
	assert.Equal(t, []any{4.0, 6.5, 13.0 / 3}, line["y"], "4, then 9, then 0")
}

func TestTrendlineOfOnePointIsEmpty(t *testing.T) {
	fig := scatter(t, xy(t, 3, texts("site", "N", "N", "S")), `{"x": "x", "y": "y", "color": "site", "trendline": "ols"}`)
	require.Len(t, fig.Data, 4)
	assert.False(t, fig.Data[3].Has("x"))
	assert.Equal(t, "site=S<extra></extra>", at(fig.Data[3], "hovertemplate"))
	assert.Len(t, fig.Fits, 1)
}

func TestOverallTrendlineInEveryPanel(t *testing.T) {
	fig := scatter(t, xy(t, 4, texts("site", "N", "S", "N", "S")), `{"x": "x", "y": "y", "facet_col": "site", "color": "site", "trendline": "ols", "trendline_scope": "overall"}`)
	require.Len(t, fig.Data, 4)
	assert.Equal(t, []any{"x", "x2", "x", "x2"}, each(fig, "xaxis"))
	assert.Equal(t, []any{true, true, false, true}, each(fig, "showlegend"))
	assert.Equal(t, "#00cc96", at(fig.Data[3], "line", "color"), "the next one unused")
	assert.Len(t, fig.Fits, 1)
}

func TestTrendlineLogarithmsInDoublePrecision(t *testing.T) {
	short := column{"short", arrow.PrimitiveTypes.Uint8, []any{3, 100, 7}}
	f := newFrame(t, floats("wide", 3, 100, 7), short, floats("y", 1, 2, 4))
	var slopes []float64
	for _, x := range []string{"wide", "short"} {
		fig := scatter(t, f, `{"x": "`+x+`", "y": "y", "trendline": "ols", "trendline_options": {"log_x": true}}`)
		slopes = append(slopes, fig.Fits[0].Line.OLS.Slope)
	}
	assert.Equal(t, slopes[0], slopes[1])
}

func TestTrendlineErrors(t *testing.T) {
	day := column{"day", arrow.FixedWidthTypes.Date32, []any{"2020-01-01", "2020-01-02"}}
	f := xy(t, 2, texts("site", "N", "S"), texts("digits", "1", "2"), day)
	for name, c := range map[string]struct{ args, pointer, message string }{
		"kind":       {`{"x": "x", "y": "y", "trendline": "olz"}`, "/trendline", "ols, lowess, rolling"},
		"scope":      {`{"x": "x", "y": "y", "trendline_scope": "all"}`, "/trendline_scope", "trace, overall"},
		"option":     {`{"x": "x", "y": "y", "trendline": "ols", "trendline_options": {"frac": 1}}`, "/trendline_options/frac", ""},
		"text":       {`{"x": "site", "y": "y", "trendline": "ols"}`, "/x", `not "N"`},
		"dates":      {`{"x": "x", "y": "day", "trendline": "ols"}`, "/y", "numbers"},
		"logarithm":  {`{"x": "x", "y": "y", "trendline": "ols", "trendline_options": {"log_x": true}}`, "/trendline", "above 0"},
		"two errors": {`{"x": "site", "y": "site", "trendline": "ols"}`, "/x", `not "N"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, f, "scatter", c.args)
			var where *figure.ArgumentError
			require.ErrorAs(t, err, &where)
			assert.Equal(t, c.pointer, where.Pointer)
			assert.ErrorContains(t, err, c.message)
		})
	}
	fig := scatter(t, f, `{"x": "digits", "y": "y", "trendline": "ols"}`)
	assert.InDelta(t, 1, fig.Fits[0].Line.OLS.Slope, 1e-12)
	fig = scatter(t, f, `{"x": "day", "y": "y", "trendline": "rolling", "trendline_options": {"window": "2D"}}`)
	assert.Equal(t, 2, at(fig.Data[1], "x").(*figure.Array).Len())
}
