package figure_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
)

// The departures of doc.go's table that no trap, and no test of their own
// elsewhere, is about.

func TestDepartureMarginalsOfAColorScale(t *testing.T) {
	for _, scale := range []string{`"RdBu"`, `[[0, "rgb(103,0,31)"], [1, "red"]]`, `["rgb(103,0,31)", "red"]`} {
		fig := scatter(t, xy(t, 3), `{"x": "x", "y": "y", "color": "y", "marginal_x": "histogram", "color_continuous_scale": `+scale+`}`)
		assert.Equal(t, "rgb(103,0,31)", at(fig.Data[1], "marker", "color"), scale)
	}
}

func TestDepartureDecimalsAreNumbers(t *testing.T) {
	price := column{"price", &arrow.Decimal128Type{Precision: 9, Scale: 2}, []any{"1.50", "6.25"}}
	fig := scatter(t, xy(t, 2, price, texts("site", "N", "S")), `{"x": "x", "y": "y", "size": "price", "hover_data": ["site"]}`)
	assert.Equal(t, 6.25/400, at(fig.Data[0], "marker", "sizeref"))
	fig = scatter(t, xy(t, 2, price, ints("n", 1, 2)), `{"x": "x", "y": "y", "custom_data": ["price", "n"]}`)
	assert.Equal(t, []any{[]any{1.5, 1.0}, []any{6.25, 2.0}}, written(t, fig, encode.Typed)[0]["customdata"])
	fig = scatter(t, newFrame(t, floats("x", 0, 1), price), `{"x": "x", "y": "price", "trendline": "ols"}`)
	assert.InDelta(t, 4.75, fig.Fits[0].Line.OLS.Slope, 1e-12)
}

func TestDepartureTypesSideBySideInCustomData(t *testing.T) {
	nano := column{"nano", &arrow.TimestampType{Unit: arrow.Nanosecond}, []any{"2020-01-01T00:00:00.000000007"}}
	day := column{"day", arrow.FixedWidthTypes.Date32, []any{"2020-01-31"}}
	flag := column{"flag", arrow.FixedWidthTypes.Boolean, []any{true}}
	wait := column{"wait", arrow.FixedWidthTypes.Duration_ms, []any{"1500ms"}}
	fig := scatter(t, xy(t, 1, nano, day, flag, wait, ints("n", 3)), `{"x": "x", "y": "y", "custom_data": ["n", "day", "flag", "nano", "wait"]}`)
	want := []any{[]any{3.0, "2020-01-31", true, "2020-01-01T00:00:00.000000007", 1.5e9}}
	assert.Equal(t, want, written(t, fig, encode.Typed)[0]["customdata"])
}

func TestDepartureMissingValuesOfADictionary(t *testing.T) {
	kind := column{"kind", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, []any{"a", nil, "b"}}
	fig := scatter(t, xy(t, 3, kind), `{"x": "kind", "y": "y", "custom_data": ["kind"]}`)
	trace := written(t, fig, encode.Typed)[0]
	assert.Equal(t, []any{"a", nil, "b"}, trace["x"])
	assert.Equal(t, []any{[]any{"a"}, []any{nil}, []any{"b"}}, trace["customdata"])
}

func TestDepartureKeysAreComparedByText(t *testing.T) {
	fig := scatter(t, xy(t, 2, ints("n", 1, 2)), `{"x": "x", "y": "y", "symbol": "n", "symbol_map": {"2": "star"}}`)
	assert.Equal(t, []any{"diamond", "star"}, each(fig, "marker", "symbol"))
}

func TestDepartureNaNIsMissingToATrendline(t *testing.T) {
	fig := scatter(t, newFrame(t, floats("x", 0, 1, "NaN", 3), floats("y", 0, 2, 7, "NaN")), `{"x": "x", "y": "y", "trendline": "ols"}`)
	assert.InDelta(t, 2, fig.Fits[0].Line.OLS.Slope, 1e-12)
	fig = scatter(t, newFrame(t, texts("x", "N", "S"), floats("y", "NaN", "NaN")), `{"x": "x", "y": "y", "trendline": "ols"}`)
	assert.Empty(t, fig.Fits, "no row to fit, so none whose text is no number: px fails")
	fig = scatter(t, newFrame(t, floats("x", "+Inf", "NaN"), floats("y", 1, 2)), `{"x": "x", "y": "y", "trendline": "ols"}`)
	assert.Empty(t, fig.Fits, "one row is no line, so none is infinite: px fails")
}

func TestDepartureZonedCategoriesHaveNoOffset(t *testing.T) {
	zoned := column{"t", &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}, []any{"2020-01-01T12:00:00Z"}}
	trace := scatter(t, xy(t, 1, zoned), `{"x": "t", "y": "y", "color": "t"}`)
	assert.Equal(t, []any{"2020-01-01T07:00:00"}, at(trace.Layout, "xaxis", "categoryarray"))
}

func TestDepartureDurationsAreNanoseconds(t *testing.T) {
	wait := column{"wait", arrow.FixedWidthTypes.Duration_ms, []any{"1500ms"}}
	fig := scatter(t, xy(t, 1, wait), `{"x": "wait", "y": "y"}`)
	assert.Equal(t, []any{1.5e9}, written(t, fig, encode.Text)[0]["x"])
}

func TestDepartureTrendlines(t *testing.T) {
	fig := scatter(t, xy(t, 0), `{"x": "x", "y": "y", "trendline": "ols", "trendline_scope": "overall"}`)
	assert.Empty(t, fig.Fits, "of no rows: px fails")
	fig = scatter(t, xy(t, 3), `{"x": "x", "y": "x", "trendline": "ols"}`)
	assert.InDelta(t, 1, fig.Fits[0].Line.OLS.Slope, 1e-12, "of a column over itself: px fails")
	fig = scatter(t, xy(t, 3, texts("c", "red", "blue", "red")), `{"x": "x", "y": "y", "color": "c", "color_discrete_map": "identity", "trendline": "ols", "trendline_scope": "overall"}`)
	require.Len(t, fig.Fits, 1, "beside colors of the data: px fails")
	assert.Equal(t, 3, fig.Fits[0].Line.OLS.N)
}

func TestDepartureTrendlinesAlongDate64(t *testing.T) {
	day := column{"day", arrow.FixedWidthTypes.Date64, []any{"2020-01-01", "2020-01-02", "2020-01-03"}}
	fig := scatter(t, newFrame(t, day, floats("y", 1, 2, 3)), `{"x": "day", "y": "y", "trendline": "ols"}`)
	assert.InDelta(t, 1.0/86400, fig.Fits[0].Line.OLS.Slope, 1e-12, "a second")
}

func TestDepartureNaNOrdersAxes(t *testing.T) {
	fig := scatter(t, xy(t, 3, floats("k", 1, "NaN", 2)), `{"x": "x", "y": "y", "symbol": "k", "facet_col": "k"}`)
	require.Len(t, fig.Data, 3)
	assert.Equal(t, "k=nan", at(fig.Layout.Get("annotations"), 1, "text"))
}

func TestDepartureTextsOfAnAxisAreColumns(t *testing.T) {
	err := refused(t, xy(t, 2), "scatter", `{"x": ["x", "z"]}`)
	var where *figure.ArgumentError
	require.ErrorAs(t, err, &where)
	assert.Equal(t, "/x/1", where.Pointer)
}

func TestDepartureSquaresOfShortNumbers(t *testing.T) {
	short := column{"y", arrow.PrimitiveTypes.Int8, []any{100, -100, 100}}
	fig := scatter(t, newFrame(t, floats("x", 1, 2, 3), short), `{"x": "x", "y": "y", "trendline": "ols", "trendline_options": {"add_constant": false}}`)
	assert.InDelta(t, 4.0/42, fig.Fits[0].Line.OLS.R2, 1e-12, "of squares that int8 cannot hold")
}

func TestDepartureRollingMeanOfItsWindow(t *testing.T) {
	f := newFrame(t, floats("x", 0, 1, 2, 3, 4, 5), floats("y", 3, 1e16, 3, 3, 12.25, 12.25))
	fig := scatter(t, f, `{"x": "x", "y": "y", "trendline": "rolling", "trendline_options": {"window": 4}}`)
	assert.Equal(t, 7.625, fig.Fits[0].Line.Y[5], "px has 8.125")
}

func TestDepartureLowessOfRowsOnALine(t *testing.T) {
	x, y := floats("x"), floats("y")
	for step, rows := range []int{10, 5, 6} {
		for range rows {
			x.values, y.values = append(x.values, 1577836800+3600*float64(step)), append(y.values, 100*float64(step))
		}
	}
	fig := scatter(t, newFrame(t, x, y), `{"x": "x", "y": "y", "trendline": "lowess"}`)
	assert.InDelta(t, 200, fig.Fits[0].Line.Y[20], 1e-9)
}

func TestDepartureSizesAreNumbersEvenOfNoTrace(t *testing.T) {
	flag := column{"flag", arrow.FixedWidthTypes.Boolean, []any{true, false}}
	f := xy(t, 2, flag, texts("one", "N", nil), texts("other", nil, "S"))
	err := refused(t, f, "scatter", `{"x": "x", "y": "y", "size": "flag", "color": "one", "symbol": "other"}`)
	assert.ErrorContains(t, err, "want numbers")
}

func TestDepartureSymbolsByTheirName(t *testing.T) {
	fig := scatter(t, xy(t, 2, texts("site", "N", "S")), `{"x": "x", "y": "y", "symbol": "site", "symbol_sequence": [1, 101]}`)
	assert.Equal(t, []any{"square", "square-open"}, each(fig, "marker", "symbol"))
}
