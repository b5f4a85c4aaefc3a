package parity_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// scatterCalls are calls of px.scatter over its arguments, one idea each.
var scatterCalls = []string{
	`{"x": "t", "y": "v"}`,
	`{"x": "t"}`,
	`{"y": "v"}`,
	`{"y": "site"}`,
	`{"x": "site", "y": "v"}`,
	`{"x": "t", "y": "site"}`,
	`{"x": "day", "y": "v"}`,
	`{"x": "moment", "y": "n null"}`,
	`{"x": "zoned", "y": "i8"}`,
	`{"x": "second", "y": "flag"}`,
	`{"x": "u16", "y": "u64"}`,
	`{"x": "f32", "y": "price"}`,
	`{"x": "t", "y": "v", "color": "site"}`,
	`{"x": "t", "y": "v", "color": "site null"}`,
	`{"x": "t", "y": "v", "color": "one"}`,
	`{"x": "t", "y": "v", "color": "none"}`,
	`{"x": "t", "y": "v", "color": "flag"}`,
	`{"x": "t", "y": "v", "color": "day"}`,
	`{"x": "t", "y": "v", "color": "second"}`,
	`{"x": "t", "y": "v", "color": "moment"}`,
	`{"x": "t", "y": "v", "color": "zoned"}`,
	`{"x": "t", "y": "v", "color": "kind"}`,
	`{"x": "t", "y": "v", "color": "html <b>"}`,
	`{"x": "t", "y": "v", "color": "n"}`,
	`{"x": "t", "y": "v", "color": "v"}`,
	`{"x": "t", "y": "v", "color": "u64"}`,
	`{"x": "t", "y": "v", "color": "f32"}`,
	`{"x": "t", "y": "v", "color": "n", "color_continuous_scale": "Viridis"}`,
	`{"x": "t", "y": "v", "color": "n", "color_continuous_scale": "rdbu_r"}`,
	`{"x": "t", "y": "v", "color": "n", "color_continuous_scale": ["red", "green", "blue"]}`,
	`{"x": "t", "y": "v", "color": "n", "color_continuous_scale": [[0, "red"], [0.25, "green"], [1, "blue"]]}`,
	`{"x": "t", "y": "v", "color": "n", "range_color": [0, 50], "color_continuous_midpoint": 20}`,
	`{"x": "t", "y": "v", "color": "n", "labels": {"n": "Count", "t": "Time (s)"}}`,
	`{"x": "t", "y": "v", "symbol": "site"}`,
	`{"x": "t", "y": "v", "symbol": "few"}`,
	`{"x": "t", "y": "v", "symbol": "step"}`,
	`{"x": "t", "y": "v", "symbol": "price"}`,
	`{"x": "t", "y": "v", "symbol": "i8"}`,
	`{"x": "t", "y": "v", "color": "site", "symbol": "few"}`,
	`{"x": "t", "y": "v", "color": "site", "symbol": "site"}`,
	`{"x": "t", "y": "v", "color": "site", "symbol": "flag", "labels": {"site": "A", "flag": "A"}}`,
	`{"x": "t", "y": "v", "color": "n", "symbol": "site"}`,
	`{"x": "t", "y": "v", "size": "n"}`,
	`{"x": "t", "y": "v", "size": "u64", "size_max": 60, "color": "site"}`,
	`{"x": "t", "y": "v", "size": "price"}`,
	`{"x": "t", "y": "v", "size": "n null"}`,
	`{"x": "t", "y": "v", "size": "i8"}`,
	`{"x": "t", "y": "v", "size": "site"}`,
	`{"x": "t", "y": "v", "hover_name": "site"}`,
	`{"x": "t", "y": "v", "hover_name": "n"}`,
	`{"x": "t", "y": "v", "hover_data": ["tag", "n"]}`,
	`{"x": "t", "y": "v", "hover_data": "tag"}`,
	`{"x": "t", "y": "v", "hover_data": ["t", "n", "f32"]}`,
	`{"x": "t", "y": "v", "hover_data": {"tag": true, "v": ":.1f", "t": false, "n": ":,", "f32": false}}`,
	`{"x": "t", "y": "v", "color": "site", "hover_data": {"site": false, "day": "|%b %Y"}}`,
	`{"x": "t", "y": "v", "color": "html <b>", "hover_data": {"html <b>": ":.2f"}}`,
	`{"x": "t", "y": "v", "size": "n", "hover_data": ["n", "u16"]}`,
	`{"x": "t", "y": "v", "color": "n", "hover_data": {"n": ":.3f"}}`,
	`{"x": "t", "y": "v", "hover_data": ["day", "moment", "zoned", "flag", "price"]}`,
	`{"x": "t", "y": "v", "custom_data": ["n", "tag"]}`,
	`{"x": "t", "y": "v", "custom_data": ["n", "tag"], "hover_data": ["tag", "site"]}`,
	`{"x": "t", "y": "v", "custom_data": ["n", "t"], "hover_data": {"n": ":.1f"}}`,
	`{"x": "t", "y": "v", "custom_data": []}`,
	`{"x": "t", "y": "v", "hover_data": []}`,
	`{"x": "t", "y": "v", "text": "tag"}`,
	`{"x": "t", "y": "v", "text": "n"}`,
	`{"x": "t", "y": "v", "error_x": "f32", "error_y": "n", "error_y_minus": "u64"}`,
	`{"x": "t", "y": "v", "error_x_minus": "f32"}`,
	`{"x": "t", "y": "v", "animation_group": "site"}`,
	`{"x": "t", "y": "v", "color": "site", "category_orders": {"site": ["W", "X", "N"]}}`,
	`{"x": "t", "y": "v", "color": "site", "symbol": "few", "category_orders": {"few": [10, 2], "site": ["E"]}}`,
	`{"x": "site", "y": "few", "category_orders": {"few": [10, 2, 10], "site": ["E"]}}`,
	`{"x": "site", "y": "v", "color": "site"}`,
	`{"x": "t", "y": "site null", "color": "site null"}`,
	`{"x": "day", "y": "v", "color": "day"}`,
	`{"x": "moment", "y": "v", "symbol": "moment"}`,
	`{"x": "t", "y": "step", "symbol": "step"}`,
	`{"x": "t", "y": "v", "color": "day", "category_orders": {"day": ["2020-01-03", "2020-01-01"]}}`,
	`{"x": "t", "y": "v", "color": "site", "color_discrete_map": {"S": "black", "Q": "white"}}`,
	`{"x": "t", "y": "v", "color": "site", "color_discrete_map": {"S": "black"}, "color_discrete_sequence": ["red", "blue"]}`,
	`{"x": "t", "y": "v", "color": "color", "color_discrete_map": "identity"}`,
	`{"x": "t", "y": "v", "color": "color", "color_discrete_map": "identity", "symbol": "site"}`,
	`{"x": "t", "y": "v", "symbol": "shape", "symbol_map": "identity"}`,
	`{"x": "t", "y": "v", "symbol": "site", "symbol_map": {"E": "star"}, "symbol_sequence": ["hexagon", "bowtie"]}`,
	`{"x": "t", "y": "v", "symbol": "few", "symbol_map": {"2": "star"}}`,
	`{"x": "t", "y": "v", "color_discrete_sequence": ["purple"], "symbol_sequence": ["square"]}`,
	`{"x": "t", "y": "v", "color_discrete_sequence": ["notacolor"]}`,
	`{"x": "t", "y": "v", "color": "site", "color_discrete_map": "identity"}`,
	`{"x": "t", "y": "v", "color_discrete_sequence": ["RGBA(1, 2, 3, 0.5)", "hsl(0deg 100% 50%)", "Light Blue"], "color": "site"}`,
	`{"x": "t", "y": "v", "opacity": 0.5}`,
	`{"x": "t", "y": "v", "opacity": 0, "size": "n"}`,
	`{"x": "t", "y": "v", "opacity": 1.5}`,
	`{"x": "t", "y": "v", "log_x": true, "log_y": true}`,
	`{"x": "t", "y": "v", "log_x": true, "range_x": [1, 1000], "range_y": [-5, 5.5]}`,
	`{"x": "day", "y": "v", "range_x": ["2020-01-01", "2020-02-01"]}`,
	`{"x": "t", "y": "v", "range_x": [null, 10]}`,
	`{"x": "t", "y": "v", "log_y": true, "range_y": [0, 10]}`,
	`{"x": "t", "y": "v", "orientation": "h"}`,
	`{"x": "t", "y": "v", "title": "Title", "subtitle": "Sub", "width": 500, "height": 300.5}`,
	`{"x": "t", "y": "v", "title": "", "subtitle": "Sub"}`,
	`{"x": "t", "y": "v", "width": 5}`,
	`{"x": "t", "y": "v", "template": "none"}`,
	`{"x": "t", "y": "v", "template": "simple_white", "color": "site", "size": "n"}`,
	`{"x": "t", "y": "v", "template": "ggplot2", "color": "site"}`,
	`{"x": "t", "y": "v", "template": "seaborn", "color": "n"}`,
	`{"x": "t", "y": "v", "template": "none", "color": "n"}`,
	`{"x": "t", "y": "v", "template": "none", "color": "site", "symbol": "few"}`,
	`{"x": "t", "y": "v", "template": "plotly_dark+presentation", "color": "site"}`,
	`{"x": "t", "y": "v", "template": "gridon"}`,
	`{"x": "t", "y": "v", "template": "no such"}`,
	`{"x": "t", "y": "v", "template": {"layout": {"margin": {"t": 10}, "legend": {"itemsizing": "trace"}, "colorway": ["red"]}}, "size": "n"}`,
	`{"x": "t", "y": "v", "template": {"data": {"scatter": [{"marker": {"color": "red", "symbol": "x"}}, {"marker": {"color": "blue", "symbol": "cross"}}]}}, "color": "site", "symbol": "few"}`,
	`{"x": "t", "y": "v", "render_mode": "webgl", "orientation": "h"}`,
	`{"x": "t", "y": "v", "render_mode": "webgl", "text": "tag"}`,
	`{"x": "t", "y": "v", "render_mode": "svg"}`,
	`{"x": "v", "y": "v", "labels": {"v": "one label"}}`,
	`{"x": "t", "y": "v", "labels": {"v": "t"}}`,
	`{"x": "t", "y": "v", "labels": {"v": "t"}, "hover_data": {"t": ":.1f", "v": false}}`,
	`{"x": "t", "y": "v", "size": "n", "labels": {"n": "t"}, "hover_data": ["tag"]}`,
	`{"x": "nope", "y": "v"}`,
	`{"x": "t", "y": "v", "color": "nope"}`,
	`{"x": "t", "y": "v", "colour": "site"}`,
	`{"x": "html <b>", "y": "v", "color": "html <b>", "title": "<i>t</i>"}`,
}

// columnCalls put every column on an axis, into groups and into customdata.
func columnCalls() []string {
	var calls []string
	for _, f := range fields {
		calls = append(calls, fmt.Sprintf(`{"x": "t", "y": "v", "symbol": %q}`, f.Name))
		if f.Name != "kind null" { // px shows a null of a dictionary as its last value
			calls = append(calls,
				fmt.Sprintf(`{"x": %q, "y": "t"}`, f.Name),
				fmt.Sprintf(`{"x": "t", "y": "v", "hover_data": [%q]}`, f.Name),
			)
		}
	}
	return calls
}

// panelCalls are calls of px.scatter with facets, marginals and animation.
var panelCalls = []string{
	`{"x": "t", "y": "v", "facet_col": "site"}`,
	`{"x": "t", "y": "v", "facet_row": "site"}`,
	`{"x": "t", "y": "v", "facet_row": "site", "facet_col": "few"}`,
	`{"x": "t", "y": "v", "facet_row": "site", "facet_col": "site", "color": "site"}`,
	`{"x": "t", "y": "v", "facet_row": "site null", "facet_col": "flag", "color": "kind"}`,
	`{"x": "t", "y": "v", "facet_col": "site", "facet_col_wrap": 3}`,
	`{"x": "t", "y": "v", "facet_col": "few", "facet_col_wrap": 2, "facet_row_spacing": 0.1, "facet_col_spacing": 0.05}`,
	`{"x": "t", "y": "v", "facet_col": "few", "facet_col_wrap": 2, "facet_row": "site"}`,
	`{"x": "t", "y": "v", "facet_col": "few", "facet_col_wrap": 20}`,
	`{"x": "t", "y": "v", "facet_col_wrap": 2}`,
	`{"x": "t", "y": "v", "facet_col": "one", "facet_row": "none"}`,
	`{"x": "t", "y": "v", "facet_col": "site", "facet_col_spacing": 0.4}`,
	`{"x": "t", "y": "v", "facet_row": "site", "facet_row_spacing": 0.2}`,
	`{"x": "t", "y": "v", "facet_col": "day", "facet_row": "moment", "labels": {"day": "Day"}}`,
	`{"x": "site", "y": "few", "facet_col": "site", "facet_row": "few", "log_x": true, "range_y": [0, 4]}`,
	`{"x": "t", "y": "v", "facet_col": "site", "category_orders": {"site": ["Z", "W"]}, "color": "html <b>"}`,
	`{"x": "t", "y": "v", "facet_col": "html <b>", "facet_row": "html <b>"}`,
	`{"x": "t", "y": "v", "marginal_x": "histogram"}`,
	`{"x": "t", "y": "v", "marginal_y": "box"}`,
	`{"x": "t", "y": "v", "marginal_x": "violin", "marginal_y": "rug"}`,
	`{"x": "t", "y": "v", "marginal_x": "histogram", "marginal_y": "violin", "color": "site", "symbol": "few"}`,
	`{"x": "t", "y": "v", "marginal_x": "rug", "marginal_y": "box", "color": "n", "symbol": "site"}`,
	`{"x": "t", "y": "v", "marginal_x": "box", "hover_name": "tag", "hover_data": ["n", "t"], "custom_data": ["f32"], "size": "n", "text": "tag"}`,
	`{"x": "t", "y": "v", "marginal_x": "box", "custom_data": ["f32"]}`,
	`{"x": "t", "y": "v", "marginal_x": "rug", "custom_data": ["f32"], "hover_data": []}`,
	`{"x": "t", "y": "v", "marginal_x": "histogram", "facet_col": "site"}`,
	`{"x": "t", "y": "v", "marginal_y": "histogram", "facet_col": "site"}`,
	`{"x": "t", "y": "v", "marginal_y": "box", "facet_row": "site", "color": "few"}`,
	`{"x": "t", "y": "v", "marginal_x": "box", "facet_row": "site", "facet_col_wrap": 2}`,
	`{"x": "t", "y": "v", "marginal_x": "box", "marginal_y": "violin", "log_x": true, "log_y": true, "range_x": [1, 10], "range_y": [2, 20]}`,
	`{"x": "site", "y": "v", "marginal_x": "box", "marginal_y": "histogram", "color": "site", "template": "simple_white"}`,
	`{"x": "site", "y": "v", "marginal_x": "histogram", "template": "gridon", "opacity": 0.3}`,
	`{"x": "t", "y": "v", "marginal_x": "bars"}`,
	`{"x": "t", "y": "v", "animation_frame": "few"}`,
	`{"x": "t", "y": "v", "animation_frame": "one"}`,
	`{"x": "t", "y": "v", "animation_frame": "day", "animation_group": "site", "color": "site null"}`,
	`{"x": "t", "y": "v", "animation_frame": "few", "color": "site", "category_orders": {"site": ["W"], "few": [10, 1, 7]}}`,
	`{"x": "t", "y": "v", "animation_frame": "few", "facet_col": "flag", "marginal_x": "rug", "labels": {"few": "Few"}}`,
	`{"x": "t", "y": "v", "animation_frame": "html <b>", "render_mode": "webgl", "size": "n"}`,
}

// trendCalls are calls of px.scatter with trendlines.
var trendCalls = []string{
	`{"x": "t", "y": "v", "trendline": "ols"}`,
	`{"x": "t", "y": "v", "color": "site", "trendline": "ols", "symbol": "few", "trendline_color_override": "black"}`,
	`{"x": "n", "y": "n null", "trendline": "ols", "trendline_options": {"add_constant": false}, "labels": {"n": "Count"}}`,
	`{"x": "u64", "y": "few", "trendline": "ols", "trendline_options": {"log_y": true}}`,
	`{"x": "u64", "y": "few", "trendline": "ols", "trendline_options": {"log_x": true}}`,
	`{"x": "t", "y": "few", "trendline": "ols", "trendline_options": {"base": 2}}`,
	`{"x": "moment", "y": "v", "trendline": "ols"}`,
	`{"x": "zoned", "y": "v", "trendline": "ols"}`,
	`{"x": "day", "y": "n", "trendline": "ols", "color": "site null"}`,
	`{"x": "site", "y": "v", "trendline": "ols"}`,
	`{"x": "t", "y": "v", "trendline": "lowess"}`,
	`{"x": "t", "y": "v", "trendline": "lowess", "trendline_options": {"frac": 0.3}, "color": "n"}`,
	`{"x": "t", "y": "v", "trendline": "rolling", "trendline_options": {"window": 5}}`,
	`{"x": "second", "y": "v", "trendline": "rolling", "trendline_options": {"window": 3, "function": "median", "min_periods": 1}}`,
	`{"x": "t", "y": "v", "trendline": "expanding", "trendline_options": {"function": "max"}, "color": "site"}`,
	`{"x": "t", "y": "v", "trendline": "ewm", "trendline_options": {"halflife": 2}}`,
	`{"x": "t", "y": "v", "trendline": "ols", "trendline_scope": "overall", "color": "site", "facet_col": "few"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "trendline_scope": "overall", "marginal_x": "box", "color": "n"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "trendline_scope": "overall", "color": "site", "color_discrete_map": {"Q": "red", "N": "blue"}}`,
	`{"x": "t", "y": "v", "trendline": "rolling", "trendline_options": {"window": 4}, "trendline_scope": "overall", "trendline_color_override": "gold", "animation_frame": "few"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "animation_frame": "few", "marginal_y": "histogram"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "hover_data": {"t": ":.1f", "v": false}, "hover_name": "tag"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "color": "n", "symbol": "site", "render_mode": "webgl"}`,
	`{"x": "t", "y": "v", "trendline": "ols", "color": "tag", "facet_row": "few"}`,
	`{"x": "t", "y": "v", "trendline": "spline"}`,
	`{"y": ["v", "n"], "trendline": "ols"}`,
}

// wideCalls are calls of either kind in the wide form.
var wideCalls = []string{
	`{"y": ["t", "v"]}`,
	`{"x": ["t", "v"]}`,
	`{"x": "t", "y": ["v", "f32"]}`,
	`{"x": ["n", "i8"], "y": "site"}`,
	`{"x": ["n", "i8"], "y": "v"}`,
	`{"x": "day", "y": ["v", "n"], "color": "site", "symbol": "variable"}`,
	`{"y": ["v", "n"], "color": "px_no_color_constant"}`,
	`{"y": ["v", "n"], "facet_col": "variable", "hover_data": ["value", "tag"]}`,
	`{"y": ["v", "n", "t"], "hover_data": ["t", "site"]}`,
	`{"y": ["site", "tag"], "labels": {"value": "V", "variable": "which"}}`,
	`{"y": ["day", "day"]}`,
	`{"y": ["v", "site"]}`,
	`{"y": ["v"], "x": ["t"]}`,
	`{"y": ["v"], "category_orders": {"variable": ["n", "v"]}}`,
	`{"y": ["u16", "u64", "n"], "color_discrete_map": {"u64": "black"}}`,
	`{"y": ["moment"]}`,
	`{}`,
}

var lineCalls = []string{
	`{"x": "t", "y": "v"}`,
	`{"y": "v"}`,
	`{"x": "t", "y": "v", "color": "site"}`,
	`{"x": "t", "y": "v", "color": "few"}`,
	`{"x": "t", "y": "v", "color": "n null"}`,
	`{"x": "t", "y": "v", "line_dash": "site"}`,
	`{"x": "t", "y": "v", "line_dash": "site", "color": "few", "symbol": "flag"}`,
	`{"x": "t", "y": "v", "line_dash": "site", "line_dash_map": {"E": "5px"}, "line_dash_sequence": ["dot", "solid"]}`,
	`{"x": "t", "y": "v", "line_group": "site"}`,
	`{"x": "t", "y": "v", "line_group": "site", "color": "few"}`,
	`{"x": "t", "y": "v", "line_group": "site", "color": "site"}`,
	`{"x": "t", "y": "v", "symbol": "kind"}`,
	`{"x": "t", "y": "v", "markers": true}`,
	`{"x": "t", "y": "v", "text": "tag", "color": "site null"}`,
	`{"x": "day", "y": "v", "line_shape": "hv", "error_y": "f32"}`,
	`{"x": "moment", "y": "v", "line_shape": "spline"}`,
	`{"x": "t", "y": "v", "line_shape": "spline", "render_mode": "webgl"}`,
	`{"x": "t", "y": "v", "line_shape": "zigzag"}`,
	`{"x": "t", "y": "v", "color": "site", "hover_data": {"tag": true, "site": false}, "custom_data": ["n"], "hover_name": "day"}`,
	`{"x": "t", "y": "v", "color": "site", "color_discrete_map": {"N": "black"}, "category_orders": {"site": ["S", "W"]}, "template": "plotly_white"}`,
	`{"x": "t", "y": "v", "color": "color", "color_discrete_map": "identity", "log_y": true, "title": "Lines"}`,
	`{"x": "t", "y": "v", "size": "n"}`,
}

var calls = map[string][]string{
	"scatter": slices.Concat(scatterCalls, columnCalls(), panelCalls, trendCalls, wideCalls),
	"line":    slices.Concat(lineCalls, wideCalls),
}

// TestArraysEqualPx compares calls that bring values along.
func TestArraysEqualPx(t *testing.T) {
	p := startPeer(t)
	data := newTable(t, 4, regular())
	for _, args := range []string{
		`{"x": [1, 2, 3, 4], "y": "v"}`,
		`{"x": [1, 2.5, null, 4], "y": [4, 3, 2, 1], "color": ["a", "b", "a", "c"]}`,
		`{"x": "t", "y": "v", "size": [1, 2, 3, 4], "hover_data": {"extra": [5, 6, 7, 8]}}`,
		`{"x": "t", "y": "v", "size": [1, 2, 3, 4], "labels": {"size": "S"}, "hover_name": ["a", null, "c", "d"]}`,
		`{"x": "t", "y": "v", "color": [true, false, true, true], "symbol": [2, 1, 2, 1]}`,
		`{"x": "t", "y": "v", "color": [1, 2]}`,
		`{"y": [1, 2, 3, 4]}`,
		`{"y": ["v", "n"], "facet_col": ["a", "b", "a", "b"]}`,
	} {
		c := call{Frame: data.path, Kind: "scatter", Args: json.RawMessage(args)}
		assert.Empty(t, mismatch(t, data.frame, p, c), "%s", c)
	}
}

func TestCallsEqualPx(t *testing.T) {
	p := startPeer(t)
	equal, asked := 0, 0
	for name, n := range map[string]int{"small": smallRows, "large": largeRows} {
		data := newTable(t, n, regular())
		for kind, list := range calls {
			for _, args := range list {
				c := call{Frame: data.path, Kind: kind, Args: json.RawMessage(args)}
				asked++
				if d := mismatch(t, data.frame, p, c); assert.Empty(t, d, "%s, %s frame", c, name) {
					equal++
				}
			}
		}
	}
	t.Logf("%d calls, %d equal", asked, equal)
}
