package figure_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

func TestParseArgsReadsEveryArgument(t *testing.T) {
	got, err := figure.ParseArgs("scatter", []byte(`{
		"x": "a", "y": ["b", "c"], "color": null, "symbol": "s", "size": "n",
		"hover_name": "h", "hover_data": {"p": true, "q": false, "r": ":.1f"}, "custom_data": "c", "text": "t",
		"facet_col_wrap": 2, "facet_row_spacing": 0.1, "error_x_minus": "e",
		"category_orders": {"z": ["q", 1, 1.5, null, true], "a": []},
		"labels": {"z": "Z", "a": "A"},
		"color_discrete_sequence": ["red"], "color_discrete_map": {"z": "red", "a": "blue"},
		"color_continuous_scale": [[0, "red"], [1, "blue"]], "range_color": [null, 4], "color_continuous_midpoint": 2,
		"symbol_sequence": [0, "star"], "symbol_map": "identity", "opacity": 1, "size_max": 30,
		"trendline": "ols", "trendline_options": {"add_constant": false},
		"log_x": true, "range_x": [1, 1e3], "range_y": ["2020-01-01", null],
		"title": "T", "template": {"layout": {"width": 1}}, "width": 500
	}`))
	require.NoError(t, err)
	s := got.(figure.Scatter)
	require.Len(t, s.RangeColor, 2)
	assert.True(t, math.IsNaN(s.RangeColor[0]))
	s.RangeColor = s.RangeColor[1:]
	assert.Equal(t, figure.Scatter{
		X: "a", YColumns: []string{"b", "c"}, Symbol: "s", Size: "n",
		HoverName: "h", HoverData: []figure.Hover{{Column: "p"}, {Column: "q", Hide: true}, {Column: "r", Format: ":.1f"}},
		CustomData: []string{"c"}, Text: "t",
		FacetColWrap: 2, FacetRowSpacing: 0.1, ErrorXMinus: "e",
		CategoryOrders:        []figure.Order{{Column: "z", Values: []any{"q", 1, 1.5, nil, true}}, {Column: "a", Values: []any{}}},
		Labels:                []figure.Label{{Column: "z", Text: "Z"}, {Column: "a", Text: "A"}},
		ColorDiscreteSequence: []string{"red"},
		ColorDiscreteMap:      figure.Mapping{{Value: "z", Use: "red"}, {Value: "a", Use: "blue"}},
		ColorContinuousScale:  figure.ColorScale{Stops: []figure.ColorStop{{At: 0, Color: "red"}, {At: 1, Color: "blue"}}},
		RangeColor:            []float64{4}, ColorContinuousMidpoint: new(2.0),
		SymbolSequence: []string{"circle", "star"}, SymbolMap: figure.Identity(), Opacity: new(1.0), SizeMax: 30,
		Trendline: "ols", TrendlineOptions: map[string]any{"add_constant": false},
		LogX: true, RangeX: []any{1, 1000.0}, RangeY: []any{"2020-01-01", nil},
		Title:    "T",
		Template: figure.Template{Own: figure.NewObject(figure.Member{Key: "layout", Value: figure.NewObject(figure.Member{Key: "width", Value: 1})})},
		Width:    500,
	}, s)
}

func TestParseArgsErrors(t *testing.T) {
	for name, c := range map[string]struct{ kind, args, pointer, message string }{
		"no object":             {"scatter", `[]`, "", "want an object"},
		"cut off":               {"scatter", `{"x": `, "", "byte 5: the JSON text ends too early"},
		"trailing text":         {"scatter", `{} {}`, "", "text after"},
		"key twice":             {"scatter", `{"x": "a", "x": "b"}`, "", `two members "x"`},
		"too deep":              {"scatter", strings.Repeat(`{"a":`, 200), "", "levels of nesting"},
		"number too large":      {"scatter", `{"opacity": 1e999}`, "", "out of range"},
		"misspelt":              {"scatter", `{"hovername": "a"}`, "/hovername", `did you mean "hover_name"`},
		"frame":                 {"scatter", `{"data_frame": "a"}`, "/data_frame", "outside"},
		"of px.line":            {"scatter", `{"markers": true}`, "/markers", "belongs to px.line"},
		"of px.scatter":         {"line", `{"size": "a"}`, "/size", "belongs to px.scatter"},
		"ours":                  {"scatter", `{"exact_px": true}`, "/exact_px", "no such argument"},
		"list for an argument":  {"scatter", `{"title": [1, 2]}`, "/title", "is a list, want text"},
		"list in a column":      {"scatter", `{"color": [1, []]}`, "/color/1", "is a list, want a value"},
		"number for a column":   {"scatter", `{"size": 3}`, "/size", "is a number, want text"},
		"text for a number":     {"scatter", `{"opacity": "0.5"}`, "/opacity", "is text, want a number"},
		"float for a whole":     {"scatter", `{"facet_col_wrap": 1.5}`, "/facet_col_wrap", "whole number"},
		"text for a flag":       {"scatter", `{"log_x": "yes"}`, "/log_x", "true or false"},
		"list for an order":     {"scatter", `{"category_orders": ["a"]}`, "/category_orders", "object of columns"},
		"text for a list":       {"scatter", `{"category_orders": {"a/b": "x"}}`, "/category_orders/a~1b", "list of values"},
		"list for a value":      {"scatter", `{"category_orders": {"a": [[]]}}`, "/category_orders/a/0", "want a value"},
		"number for a label":    {"scatter", `{"labels": {"a": 1}}`, "/labels/a", "want text"},
		"number for a color":    {"scatter", `{"color_discrete_map": {"a": 1}}`, "/color_discrete_map/a", "want text"},
		"list for a map":        {"scatter", `{"color_discrete_map": []}`, "/color_discrete_map", "identity"},
		"number in a sequence":  {"scatter", `{"color_discrete_sequence": ["a", 1]}`, "/color_discrete_sequence/1", "want text"},
		"text for a sequence":   {"scatter", `{"color_discrete_sequence": "a"}`, "/color_discrete_sequence", "list of texts"},
		"number for hover":      {"scatter", `{"hover_data": {"a": 1}}`, "/hover_data/a", "format"},
		"values in hover":       {"scatter", `{"hover_data": {"a": [1, 2, {}]}}`, "/hover_data/a/2", "want a value"},
		"text in range_color":   {"scatter", `{"range_color": ["a", 1]}`, "/range_color/0", "want a number"},
		"number for a scale":    {"scatter", `{"color_continuous_scale": 1}`, "/color_continuous_scale", "list of colors"},
		"bad stop":              {"scatter", `{"color_continuous_scale": [[0]]}`, "/color_continuous_scale/0", "[position, color]"},
		"list for a template":   {"scatter", `{"template": []}`, "/template", "a name or an object"},
		"text for fit options":  {"scatter", `{"trendline_options": "a"}`, "/trendline_options", "want an object"},
		"number among the wide": {"scatter", `{"y": ["a", 1]}`, "/y/1", "want text"},
		"object for an axis":    {"scatter", `{"y": {}}`, "/y", "list of columns"},
		"object for hover_data": {"scatter", `{"hover_data": 5}`, "/hover_data", "list of columns"},
		"text for a range of x": {"scatter", `{"range_x": "a"}`, "/range_x", "two ends"},
		"object in range_color": {"scatter", `{"range_color": {}}`, "/range_color", "two numbers"},
		"pair in hover":         {"scatter", `{"hover_data": {"a": [3, [1]]}}`, "/hover_data/a", "format"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := figure.ParseArgs(c.kind, []byte(c.args))
			var where *figure.ArgumentError
			require.ErrorAs(t, err, &where)
			assert.Equal(t, c.pointer, where.Pointer)
			assert.ErrorContains(t, err, c.message)
		})
	}
	_, err := figure.ParseArgs("bar", []byte(`{}`))
	assert.ErrorContains(t, err, `no kind "bar"`)
}

func TestBuildErrors(t *testing.T) {
	binary := column{"raw", arrow.BinaryTypes.Binary, []any{"YQ==", "YQ=="}}
	f := xy(t, 2, texts("site", "N", "S"), texts("color", "a", "b"), binary)
	for name, c := range map[string]struct{ kind, args, pointer, message string }{
		"values too few":       {"line", `{"x": "x", "line_group": ["a"]}`, "/line_group", "1 values for a frame of 2 rows"},
		"a name of values":     {"scatter", `{"x": "color", "color": [1, 2]}`, "/x", "the values in color"},
		"values of two types":  {"line", `{"x": "x", "color": ["a", 1]}`, "/color", "value 1 is int64"},
		"unknown column":       {"scatter", `{"x": "x", "y": "z"}`, "/y", `no column "z"`},
		"near column":          {"scatter", `{"x": "x", "y": "y", "color": "sit"}`, "/color", `did you mean "site"`},
		"in hover_data":        {"scatter", `{"x": "x", "y": "y", "hover_data": ["x", "zz"]}`, "/hover_data/1", `no column "zz"`},
		"in custom_data":       {"scatter", `{"x": "x", "y": "y", "custom_data": ["zz"]}`, "/custom_data/0", `no column "zz"`},
		"in the wide form":     {"scatter", `{"y": ["x", "zz"]}`, "/y/1", `no column "zz"`},
		"not drawable":         {"scatter", `{"x": "raw", "y": "y"}`, "/x", "cannot be drawn"},
		"both wide":            {"scatter", `{"x": ["x"], "y": ["y"]}`, "/y", "cannot both be lists"},
		"wide of mixed types":  {"scatter", `{"y": ["x", "site"]}`, "/y", "different types"},
		"opacity":              {"scatter", `{"x": "x", "opacity": 2}`, "/opacity", "from 0 to 1"},
		"size_max":             {"scatter", `{"x": "x", "size_max": -2}`, "/size_max", "above 0"},
		"width":                {"scatter", `{"x": "x", "width": 5}`, "/width", "at least 10"},
		"orientation":          {"scatter", `{"x": "x", "orientation": "u"}`, "/orientation", "v, h"},
		"render_mode":          {"scatter", `{"x": "x", "render_mode": "canvas"}`, "/render_mode", "auto, svg, webgl"},
		"range of three":       {"scatter", `{"x": "x", "range_x": [1, 2, 3]}`, "/range_x", "3 ends"},
		"range_color of one":   {"scatter", `{"x": "x", "range_color": [1]}`, "/range_color", "1 ends"},
		"symbol":               {"scatter", `{"x": "x", "symbol_sequence": ["circel"]}`, "/symbol_sequence/0", `did you mean "circle"`},
		"symbol of a value":    {"scatter", `{"x": "x", "symbol_map": {"N": 999}}`, "/symbol_map/N", `no symbol "999"`},
		"template":             {"scatter", `{"x": "x", "template": "plotly_drak"}`, "/template", `did you mean "plotly_dark"`},
		"template of a path":   {"scatter", `{"x": "x", "template": "../templates/plotly"}`, "/template", "no template"},
		"template's members":   {"scatter", `{"x": "x", "template": {"data": [], "x": {}}}`, "/template", "layout and data"},
		"scale":                {"scatter", `{"x": "x", "color": "y", "color_continuous_scale": "viridus"}`, "/color_continuous_scale", `did you mean "viridis"`},
		"scale of one color":   {"scatter", `{"x": "x", "color": "y", "color_continuous_scale": ["red"]}`, "/color_continuous_scale", "at least two"},
		"scale that falls":     {"scatter", `{"x": "x", "color": "y", "color_continuous_scale": [[0, "red"], [0.7, "red"], [0.6, "red"], [1, "red"]]}`, "/color_continuous_scale", "comes after"},
		"scale to 2":           {"scatter", `{"x": "x", "color": "y", "color_continuous_scale": [[0, "red"], [2, "blue"]]}`, "/color_continuous_scale", "from 0 to 1"},
		"color":                {"scatter", `{"x": "x", "color_discrete_sequence": ["#fff", "ligthblue"]}`, "/color_discrete_sequence/1", `did you mean "lightblue"`},
		"color of a value":     {"scatter", `{"x": "x", "color_discrete_map": {"N": "#ffffg0"}}`, "/color_discrete_map/N", "CSS color"},
		"color of a stop":      {"scatter", `{"x": "x", "color_continuous_scale": [[0, "red"], [1, "rgb()"]]}`, "/color_continuous_scale/1/1", "no color"},
		"color of a scale":     {"scatter", `{"x": "x", "color_continuous_scale": ["red", "bleu"]}`, "/color_continuous_scale/1", "blue"},
		"color of a trendline": {"scatter", `{"x": "x", "trendline_color_override": "x"}`, "/trendline_color_override", "no color"},
		"color of the data":    {"scatter", `{"x": "x", "color": "site", "color_discrete_map": "identity"}`, "/color", `no color "N"`},
		"number of the data":   {"line", `{"x": "x", "color": "y", "color_discrete_map": "identity"}`, "/color", "no number"},
		"symbol of the data":   {"scatter", `{"x": "x", "symbol": "site", "symbol_map": "identity"}`, "/symbol", `no symbol "N"`},
		"number for a symbol":  {"scatter", `{"x": "x", "symbol": [0.5, 1], "symbol_map": "identity"}`, "/symbol", "and their numbers"},
		"dash of the data":     {"line", `{"x": "x", "line_dash": "site", "line_dash_map": "identity"}`, "/line_dash", `no dash "N"`},
		"truth of the data":    {"scatter", `{"x": "x", "y": "y", "color": [true, false], "color_discrete_map": "identity", "marginal_x": "rug"}`, "/color", "no color true"},
		"color of no column":   {"scatter", `{"x": "x", "color_discrete_map": "identity"}`, "/color_discrete_map", "set color"},
		"symbol of no column":  {"scatter", `{"x": "x", "symbol_map": "identity"}`, "/symbol_map", "set symbol"},
		"dash of no column":    {"line", `{"x": "x", "line_dash_map": "identity"}`, "/line_dash_map", "set line_dash"},
		"marginal":             {"scatter", `{"x": "x", "marginal_x": "bars"}`, "/marginal_x", "histogram, box, violin, rug"},
		"wrap":                 {"scatter", `{"x": "x", "facet_col": "site", "facet_col_wrap": -1}`, "/facet_col_wrap", "0 or more"},
		"gap of columns":       {"scatter", `{"x": "x", "facet_col": "site", "facet_col_spacing": 1.5}`, "/facet_col_spacing", "2 panels"},
		"gap of rows":          {"scatter", `{"x": "x", "facet_row": "site", "facet_row_spacing": -0.5}`, "/facet_row_spacing", "2 panels"},
		"line_shape":           {"line", `{"x": "x", "line_shape": "wave"}`, "/line_shape", "linear, spline"},
		"spline of WebGL":      {"line", `{"x": "x", "line_shape": "spline", "render_mode": "webgl"}`, "/line_shape", "no splines"},
		"dash":                 {"line", `{"x": "x", "line_dash_sequence": ["solid", "wavy"]}`, "/line_dash_sequence/1", `no dash "wavy"`},
		"dash of WebGL":        {"line", `{"x": "x", "line_dash_map": {"a": "5px"}, "render_mode": "webgl"}`, "/line_dash_map/a", "WebGL"},
		"column listed twice":  {"scatter", `{"x": "x", "hover_data": ["x"], "color": "nope", "size": "site"}`, "/color", `no column "nope"`},
		"size of text":         {"scatter", `{"x": "x", "size": "site"}`, "/size", "want numbers"},
		"range of text, log":   {"scatter", `{"x": "x", "log_x": true, "range_x": ["a", 1]}`, "/range_x/0", "logarithmic"},
		"wide and no columns":  {"scatter", `{"y": ["x"], "color": "x"}`, "/y", "no columns"},
		"an order given twice": {"scatter", `{"x": "x", "category_orders": {"a": [1]}, "orientation": "u"}`, "/orientation", "v, h"},
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, f, c.kind, c.args)
			var where *figure.ArgumentError
			require.ErrorAs(t, err, &where)
			assert.Equal(t, c.pointer, where.Pointer)
			assert.ErrorContains(t, err, c.message)
		})
	}
}

func TestTooManyTracesAndPanels(t *testing.T) {
	const n = figure.MaxTraces + 1
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	f, err := frame.FromSlices(frame.Slice("i", rows), frame.Slice("thousand", modulo(rows, 1000)), frame.Slice("hundred", modulo(rows, 101)))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		s        figure.Scatter
		argument string
	}{
		"traces":         {figure.Scatter{X: "i", Symbol: "i"}, "symbol"},
		"padded frames":  {figure.Scatter{X: "i", Symbol: "thousand", AnimationFrame: "hundred"}, "symbol"},
		"panels":         {figure.Scatter{X: "i", FacetCol: "thousand"}, "facet_col"},
		"panels of both": {figure.Scatter{X: "i", FacetCol: "hundred", FacetRow: "hundred", FacetColSpacing: 0.001, FacetRowSpacing: 0.001}, "facet_row"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.s.Build(f, nil)
			var where *figure.ArgumentError
			require.ErrorAs(t, err, &where)
			assert.ErrorIs(t, err, figure.ErrData)
			assert.Equal(t, c.argument, where.Argument)
		})
	}
}

func modulo(values []int, by int) []int {
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = v % by
	}
	return out
}

func TestGiven(t *testing.T) {
	f := xy(t, 3)
	fig := scatter(t, f, `{"x": [3, 2.5, null], "y": "y", "color": ["a", "b", "a"], "hover_data": {"extra": [":.1f", [1, 2, 3]], "y": false}}`)
	assert.Equal(t, []any{"a", "b"}, each(fig, "name"))
	assert.Equal(t, "x", at(fig.Layout, "xaxis", "title", "text"))
	assert.Equal(t, "color=a<br>x=%{x}<br>extra=%{customdata[0]:.1f}<extra></extra>", at(fig.Data[0], "hovertemplate"))

	fig, err := figure.Scatter{
		X: "rank", Y: "y", Text: "all",
		Given: []figure.Given{{Name: "rank"}, {Name: "all", Constant: "same"}},
	}.Build(f, frame.IndexRows(f, []uint32{2, 0}))
	require.NoError(t, err)
	data := written(t, fig, encode.Text)
	assert.Equal(t, []any{0.0, 1.0}, data[0]["x"])
	assert.Equal(t, []any{"same", "same"}, data[0]["text"])

	for message, given := range map[string][]figure.Given{
		"given twice":         {{Name: "a"}, {Name: "a"}},
		"1 values for a fram": {{Name: "a", Values: []any{1}}},
		"is a []int":          {{Name: "a", Constant: []int{1}}},
	} {
		_, err = figure.Scatter{X: "x", Given: given}.Build(f, nil)
		assert.ErrorContains(t, err, message)
	}
}

func TestAllErrorsAreJoined(t *testing.T) {
	err := refused(t, xy(t, 2), "scatter", `{"x": "a", "y": "b", "opacity": 7, "template": "none such", "width": 1}`)
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	assert.Len(t, joined.Unwrap(), 5)
	assert.ErrorIs(t, err, frame.ErrNoColumn)

	_, err = figure.Scatter{X: "x", CategoryOrders: []figure.Order{{Column: "a"}, {Column: "a"}}}.Build(xy(t, 2), nil)
	assert.ErrorContains(t, err, "listed twice")
	_, err = figure.Scatter{X: "x", Y: "y", YColumns: []string{"x"}}.Build(xy(t, 2), nil)
	assert.ErrorContains(t, err, "both the column")
	_, err = figure.Scatter{X: "x", Color: "y", ColorContinuousScale: figure.ColorScale{Name: "viridis", Colors: []string{"red"}}}.Build(xy(t, 2), nil)
	assert.ErrorContains(t, err, "only one of them")
}

func TestErrorsAreBounded(t *testing.T) {
	for name, args := range map[string]string{
		"names of no columns": `{"y": [` + strings.Repeat(`"z",`, 9999) + `"z"]}`,
		"numbers for names":   `{"hover_data": [` + strings.Repeat(`1,`, 9999) + `1]}`,
	} {
		err := refused(t, xy(t, 2), "scatter", args)
		assert.Less(t, len(err.Error()), 5000, name)
	}
	err := refused(t, xy(t, 2), "scatter", `{"hover_data": {`+goodHovers(30)+`"bad": 7}}`)
	assert.ErrorContains(t, err, "bad", "after many that are right")
}

func goodHovers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"c%d": true, `, i)
	}
	return b.String()
}

// FuzzParseArgs: any text is read or refused with a place, and what is read is
// built or refused, never a panic.
func FuzzParseArgs(f *testing.F) {
	f.Add("scatter", `{"x": "x", "y": "y", "color": "site", "hover_data": {"x": ":.1f"}, "template": {"data": {"scatter": [1]}}}`)
	f.Add("line", `{"y": ["x", "y"], "category_orders": {"variable": [1, null, "x"]}, "line_dash_map": {"x": "5px"}}`)
	f.Add("scatter", `{"x": "x", "facet_row": "site", "facet_col": "site", "marginal_x": "box", "range_x": [true, null]}`)
	f.Add("scatter", `{"x": "x", "animation_frame": "site", "color_continuous_scale": "x_r", "color": "x", "template": "none+none"}`)
	f.Fuzz(func(t *testing.T, kind, args string) {
		fr := xy(t, 4, sites)
		k, err := figure.ParseArgs(kind, []byte(args))
		if err == nil {
			_, err = k.Build(fr, nil)
		}
		var where *figure.ArgumentError
		if err != nil && (kind == "scatter" || kind == "line") && !errors.As(err, &where) {
			t.Fatalf("%T has no place: %v", err, err)
		}
	})
}
