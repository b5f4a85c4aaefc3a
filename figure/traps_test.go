package figure_test

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// The traps in px.scatter's behaviour and in plotly.js's, one test each. Where
// we step around a trap that px falls into, doc.go says so.

var sites = texts("site", "N", "S", nil, "E")

func TestTrap01OrderOfObjects(t *testing.T) {
	f := xy(t, 4, sites)
	fig := scatter(t, f, `{"x": "x", "y": "y", "color": "site", "category_orders": {"site": ["E", "S"]}, "hover_data": {"site": true, "y": true, "x": true}}`)
	assert.Equal(t, []any{"E", "S", "N"}, each(fig, "name"))

	a := scatter(t, f, `{"x": "x", "y": "y", "labels": {"x": "one", "y": "one"}, "hover_data": {"y": false}}`)
	b := scatter(t, f, `{"x": "x", "y": "y", "labels": {"y": "one", "x": "one"}, "hover_data": {"y": false}}`)
	assert.Equal(t, "<extra></extra>", at(a.Data[0], "hovertemplate"), "the last label of a text leads back: to y")
	assert.Equal(t, "one=%{y}<extra></extra>", at(b.Data[0], "hovertemplate"), "to x")
}

func TestTrap02HoverLinesReplacedInPlace(t *testing.T) {
	fig := scatter(t, xy(t, 2, ints("n", 1, 2)), `{"x": "x", "y": "y", "size": "n", "hover_data": ["n"], "labels": {"y": "x"}}`)
	assert.Equal(t, "x=%{y}<br>n=%{customdata[0]}<extra></extra>", at(fig.Data[0], "hovertemplate"))
}

func TestTrap03NullGroups(t *testing.T) {
	fig := scatter(t, xy(t, 4, sites), `{"x": "x", "y": "y", "color": "site"}`)
	assert.Equal(t, []any{"N", "S", "E"}, each(fig, "name"), "the null is dropped")
	assert.Equal(t, []any{"#636efa", "#EF553B", "#ab63fa"}, each(fig, "marker", "color"), "and has taken the third color")

	fig = scatter(t, xy(t, 2, texts("site", nil, nil)), `{"x": "x", "y": "y", "color": "site"}`)
	require.Len(t, fig.Data, 1)
	assert.Equal(t, "None", at(fig.Data[0], "name"))
	assert.Equal(t, 2, at(fig.Data[0], "x").(*figure.Array).Len())
}

func TestTrap04PaletteCountsUnusedEntries(t *testing.T) {
	fig := scatter(t, xy(t, 4, sites), `{"x": "x", "y": "y", "color": "site", "color_discrete_map": {"nowhere": "red", "S": "blue"}}`)
	assert.Equal(t, []any{"#00cc96", "blue", "#FFA15A"}, each(fig, "marker", "color"))
}

func TestTrap05NamesWithoutOne(t *testing.T) {
	fig := scatter(t, xy(t, 4), `{"x": "x", "y": "y", "color": "x"}`)
	assert.Equal(t, "coloraxis", at(fig.Data[0], "marker", "coloraxis"))
	assert.True(t, fig.Layout.Has("coloraxis"))
	assert.Equal(t, "x", at(fig.Data[0], "xaxis"))
	assert.Equal(t, "y", at(fig.Data[0], "yaxis"))
}

func TestTrap06CustomDataIsRowLists(t *testing.T) {
	fig := scatter(t, xy(t, 2, ints("n", 1, 2)), `{"x": "x", "y": "y", "custom_data": ["n", "x"]}`)
	want := []any{[]any{1.0, 0.0}, []any{2.0, 1.0}}
	assert.Equal(t, want, written(t, fig, encode.Typed)[0]["customdata"])
}

func TestTrap07WebGLTextHasNoNull(t *testing.T) {
	f := xy(t, 2, texts("tag", "a", nil), floats("f", 1.5, nil))
	for column, want := range map[string][]any{"tag": {"a", ""}, "f": {"1.5", ""}} {
		fig := scatter(t, f, `{"x": "x", "y": "y", "text": "`+column+`", "render_mode": "webgl"}`)
		assert.Equal(t, want, written(t, fig, encode.Typed)[0]["text"])
	}
	fig := scatter(t, f, `{"x": "x", "y": "y", "text": "tag"}`)
	assert.Equal(t, []any{"a", nil}, written(t, fig, encode.Typed)[0]["text"], "SVG takes null")
}

func TestTrap08DatesAreText(t *testing.T) {
	zoned := column{"t", &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"}, []any{"2020-01-01T12:00:00Z", nil}}
	fig := scatter(t, xy(t, 2, zoned), `{"x": "t", "y": "y"}`)
	assert.Equal(t, []any{"2020-01-01T07:00:00", nil}, written(t, fig, encode.Typed)[0]["x"])
}

func TestTrap09NumbersAsPythonWritesThem(t *testing.T) {
	f := newFrame(t, floats("v", 1234567, 0.0001, 0.00001, 1e15, 1e16, -0.5))
	c, err := f.Column("v")
	require.NoError(t, err)
	for row, want := range []string{"1234567.0", "0.0001", "1e-05", "1000000000000000.0", "1e+16", "-0.5"} {
		assert.Equal(t, want, figure.Text(c, row))
	}
}

func TestTrap10UserTextIsHarmless(t *testing.T) {
	f := xy(t, 2, texts("a<b", "%{x}", "<b>}"))
	args := `{"x": "x", "y": "y", "color": "a<b"}`
	fig := scatter(t, f, args)
	assert.Equal(t, []any{"%&#123;x}", "&lt;b>}"}, each(fig, "name"))
	assert.Contains(t, at(fig.Data[1], "hovertemplate"), "a&lt;b=&lt;b>")

	kind, err := figure.ParseArgs("scatter", []byte(args))
	require.NoError(t, err)
	fig, err = figure.ExactPx(kind).Build(f, nil)
	require.NoError(t, err)
	assert.Equal(t, []any{"%{x}", "<b>}"}, each(fig, "name"))
}

func TestTrap11Sizes(t *testing.T) {
	args := `{"x": "x", "y": "y", "size": "n"}`
	for name, c := range map[string]column{
		"null":     floats("n", 1, nil, 3),
		"NaN":      floats("n", 1, "NaN", 3),
		"negative": ints("n", 1, -1, 3),
	} {
		err := refused(t, xy(t, 3, c), "scatter", args)
		var where *figure.ArgumentError
		require.ErrorAs(t, err, &where, name)
		require.ErrorIs(t, err, figure.ErrData, name)
		assert.EqualValues(t, 1, where.Row, name)
		assert.Equal(t, "n", where.Column, name)
	}
	require.ErrorIs(t, refused(t, xy(t, 1, texts("n", "a")), "scatter", args), frame.ErrType)

	fig := scatter(t, xy(t, 2, ints("n", 0, 0)), args)
	assert.Equal(t, 0.0, at(fig.Data[0], "marker", "sizeref"))
	fig = scatter(t, xy(t, 2, ints("n", 10, 40)), args)
	assert.Equal(t, 0.1, at(fig.Data[0], "marker", "sizeref"))
}

func TestTrap12PlainTraceSaysAll(t *testing.T) {
	trace := scatter(t, xy(t, 2), `{"x": "x", "y": "y"}`).Data[0]
	assert.Equal(t, "#636efa", at(trace, "marker", "color"))
	assert.Equal(t, "circle", at(trace, "marker", "symbol"))
	assert.Equal(t, []any{"", false}, []any{at(trace, "name"), at(trace, "showlegend")}, "both written out")
}

func TestTrap13MarginWithoutTitle(t *testing.T) {
	assert.Equal(t, 60, at(scatter(t, xy(t, 2), `{"x": "x", "y": "y", "title": ""}`).Layout, "margin", "t"))
	assert.False(t, scatter(t, xy(t, 2), `{"x": "x", "y": "y", "title": "T"}`).Layout.Has("margin"))
}

func TestTrap14AxisOfAGroupingColumn(t *testing.T) {
	f := xy(t, 4, sites)
	fig := scatter(t, f, `{"x": "site", "y": "y", "color": "site"}`)
	assert.Equal(t, []any{"N", "S", nil, "E"}, at(fig.Layout, "xaxis", "categoryarray"))
	fig = scatter(t, f, `{"x": "x", "y": "site", "color": "site"}`)
	assert.Equal(t, []any{"E", nil, "S", "N"}, at(fig.Layout, "yaxis", "categoryarray"))
}

func TestTrap15FacetRowsFromTheTop(t *testing.T) {
	fig := scatter(t, xy(t, 3, texts("site", "N", "S", "E")), `{"x": "x", "y": "y", "facet_row": "site"}`)
	assert.Equal(t, []any{"y3", "y2", "y"}, each(fig, "yaxis"))
	notes := fig.Layout.Get("annotations")
	assert.Equal(t, "site=E", at(notes, 0, "text"), "labels run from the bottom")
	assert.Equal(t, "site=N", at(notes, 2, "text"))
}

func TestTrap16RangesOfLogAxes(t *testing.T) {
	fig := scatter(t, xy(t, 2), `{"x": "x", "y": "y", "log_x": true, "range_x": [1, 1000], "range_y": [null, 5]}`)
	assert.Equal(t, []any{0.0, math.Log(1000) / math.Ln10}, at(fig.Layout, "xaxis", "range"))
	assert.Equal(t, []any{nil, 5}, at(fig.Layout, "yaxis", "range"))
	for _, low := range []string{"null", "0", "-1", `"a"`} {
		err := refused(t, xy(t, 2), "scatter", `{"x": "x", "y": "y", "log_x": true, "range_x": [`+low+`, 10]}`)
		assert.ErrorIs(t, err, figure.ErrData, low)
	}
}

func TestTrap17RangeOnOuterAxesOnly(t *testing.T) {
	fig := scatter(t, xy(t, 2, texts("site", "N", "S")), `{"x": "x", "y": "y", "facet_col": "site", "facet_row": "site", "log_x": true, "range_x": [1, 10], "range_y": [0, 1]}`)
	for axis, ranged := range map[string]bool{
		"xaxis": true, "xaxis2": true, "xaxis3": false, "xaxis4": false,
		"yaxis": true, "yaxis2": false, "yaxis3": true, "yaxis4": false,
	} {
		assert.Equal(t, ranged, at(fig.Layout, axis).(*figure.Object).Has("range"), axis)
	}
	assert.Equal(t, "log", at(fig.Layout, "xaxis4", "type"))
}

func TestTrap18WebGLAboveAThousandRows(t *testing.T) {
	args := `{"x": "x", "y": "y"}`
	assert.Equal(t, "scatter", at(scatter(t, xy(t, 1000), args).Data[0], "type"))
	assert.Equal(t, "scattergl", at(scatter(t, xy(t, 1001), args).Data[0], "type"))
	assert.Equal(t, "scattergl", at(scatter(t, xy(t, 501), `{"y": ["x", "y"]}`).Data[0], "type"), "1002 rows of the wide form")

	f := xy(t, 1001)
	fig, err := figure.Scatter{X: "x", Y: "y"}.Build(f, frame.IndexRows(f, []uint32{5, 7}))
	require.NoError(t, err)
	assert.Equal(t, "scatter", at(fig.Data[0], "type"), "the rows drawn count")
}

func TestTrap19WholeNumbersBeyondFloats(t *testing.T) {
	f := newFrame(t, ints("x", "9007199254740993", 1))
	plan, err := encode.New(scatter(t, f, `{"x": "x"}`), encode.Options{Arrays: encode.Typed})
	require.NoError(t, err)
	assert.Contains(t, text(t, plan), "[9007199254740993,1]")
}

func TestTrap20SinglePrecisionInHovers(t *testing.T) {
	single := column{"f", arrow.PrimitiveTypes.Float32, []any{"0.1"}}
	fig := scatter(t, xy(t, 1, single), `{"x": "x", "y": "y", "hover_data": ["f"]}`)
	assert.Equal(t, []any{[]any{float64(float32(0.1))}}, written(t, fig, encode.Typed)[0]["customdata"])
}

func TestTrap21OneTypeForAColumn(t *testing.T) {
	fig := scatter(t, newFrame(t, ints("x", 1, 2, 300), texts("site", "N", "N", "S")), `{"x": "x", "color": "site"}`)
	data := written(t, fig, encode.Typed)
	assert.Equal(t, "i2", data[0]["x"].(map[string]any)["dtype"], "px has i1 here")
	assert.Equal(t, "i2", data[1]["x"].(map[string]any)["dtype"])
}

func TestTrap22BarmodeOfADroppedMarginal(t *testing.T) {
	fig := scatter(t, xy(t, 2, texts("site", "N", "S")), `{"x": "x", "y": "y", "facet_col": "site", "marginal_y": "histogram"}`)
	assert.Equal(t, "overlay", fig.Layout.Get("barmode"))
	assert.Len(t, fig.Data, 2, "no marginal is drawn")
}

func TestTrap23HiddenHoverColumnsAreShipped(t *testing.T) {
	trace := scatter(t, xy(t, 2, ints("n", 1, 2)), `{"x": "x", "y": "y", "hover_data": {"n": false, "y": false}}`).Data[0]
	assert.Equal(t, "x=%{x}<extra></extra>", at(trace, "hovertemplate"))
	assert.Len(t, at(trace, "customdata").(*figure.Table).Columns, 1)
}

func TestTrap24RepeatedHoverColumns(t *testing.T) {
	trace := scatter(t, xy(t, 2, ints("n", 1, 2), ints("m", 3, 4)), `{"x": "x", "y": "y", "hover_data": ["n", "n", "m"]}`).Data[0]
	assert.Contains(t, at(trace, "hovertemplate"), "n=%{customdata[0]}<br>m=%{customdata[1]}<")
	assert.Len(t, at(trace, "customdata").(*figure.Table).Columns, 2)
}

func TestTrap25FramesThatLackAGroup(t *testing.T) {
	f := xy(t, 3, texts("site", "N", "S", "S"), ints("year", 1, 1, 2))
	args := `{"x": "x", "y": "y", "color": "site", "animation_frame": "year"}`
	fig := scatter(t, f, args)
	require.Len(t, fig.Frames, 2)
	second := at(fig.Frames[1], "data").([]any)
	require.Len(t, second, 2, "an empty N comes before S")
	assert.Equal(t, "N", at(second[0], "name"))
	assert.Zero(t, at(second[0], "x").(*figure.Array).Len())
	assert.Equal(t, 1, at(second[1], "x").(*figure.Array).Len())

	fig, err := figure.Scatter{X: "x", Y: "y", Color: "site", AnimationFrame: "year", ExactPx: true}.Build(f, nil)
	require.NoError(t, err)
	assert.Len(t, at(fig.Frames[1], "data"), 1, "px leaves it out")
}

func TestTrap26NaNIsAGroup(t *testing.T) {
	fig := scatter(t, xy(t, 3, floats("k", 1, "NaN", "NaN")), `{"x": "x", "y": "y", "symbol": "k"}`)
	assert.Equal(t, []any{"1.0", "nan"}, each(fig, "name"))
}

func TestTrap27TitlesAreObjects(t *testing.T) {
	layout := scatter(t, xy(t, 2), `{"x": "x", "y": "y", "color": "x", "title": "T", "subtitle": "S"}`).Layout
	assert.Equal(t, "T", at(layout, "title", "text"))
	assert.Equal(t, "S", at(layout, "title", "subtitle", "text"))
	assert.Equal(t, "x", at(layout, "xaxis", "title", "text"))
	assert.Equal(t, "x", at(layout, "coloraxis", "colorbar", "title", "text"))
}

func TestTrap28DictionaryOrderIsIgnored(t *testing.T) {
	kind := column{"kind", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String, Ordered: true}, []any{"b", "a", "b"}}
	fig := scatter(t, xy(t, 3, kind), `{"x": "x", "y": "y", "color": "kind"}`)
	assert.Equal(t, []any{"b", "a"}, each(fig, "name"))
}

func TestTrap29UnsignedColorIsContinuous(t *testing.T) {
	unsigned := column{"u", arrow.PrimitiveTypes.Uint8, []any{1, 2}}
	fig := scatter(t, xy(t, 2, unsigned), `{"x": "x", "y": "y", "color": "u"}`)
	assert.Len(t, fig.Data, 1)
	assert.True(t, fig.Layout.Has("coloraxis"))
}

func TestTrap30EmptyFrames(t *testing.T) {
	f := xy(t, 0, texts("site"))
	data := written(t, scatter(t, f, `{"x": "x", "y": "y", "facet_col": "site"}`), encode.Typed)
	require.Len(t, data, 1)
	assert.Equal(t, []any{}, data[0]["x"])

	fig := scatter(t, f, `{"x": "x", "y": "y", "color": "site"}`)
	assert.Empty(t, fig.Data)
	assert.False(t, at(fig.Layout, "legend").(*figure.Object).Has("title"))
	assert.Nil(t, at(scatter(t, f, `{"x": "x", "y": "y", "size": "x"}`).Data[0], "marker", "sizeref"))
}
