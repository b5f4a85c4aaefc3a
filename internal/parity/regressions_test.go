package parity_test

import (
	"testing"
)

// regressions are random calls that once differed, as they were shrunk; now they are
// equal, or listed departures.
var regressions = []struct {
	name string
	seed uint64 // of the frames
	rows int    // of the frame among them; the first with so many
	kind string
	args string
}{
	{
		"a rolling mean keeps its digits when 1e16 leaves", 1795540593140277458, smallRows,
		"scatter", `{"y": "step", "trendline": "rolling", "trendline_options": {"window": 5, "center": true}}`,
	},
	{
		"an overall rolling mean of columns of several sizes", 1795540593140277458, smallRows,
		"scatter", `{"y": ["v", "n", "f32"], "x": "flag", "trendline": "rolling", "trendline_options": {"window": 5, "center": true}, "trendline_scope": "overall"}`,
	},
	{
		"lowess whose residuals are rounding", 1795542730916092354, largeRows,
		"scatter", `{"x": "u64", "y": "n", "animation_frame": "moment", "trendline": "lowess", "trendline_options": {"frac": 0.4}}`,
	},
	{
		"sizes that are booleans, and no trace", 1795542730916092354, 2,
		"scatter", `{"y": "t", "symbol": "wait", "size": [true, false], "facet_row": "none"}`,
	},
	{
		"a text beside NaN that no line is fitted to", 1795544235732489231, 2,
		"scatter", `{"x": "site", "y": "nan", "trendline": "ols"}`,
	},
	{
		"a line through NaN and infinities", 1795542578776654401, 15,
		"scatter", `{"y": "nan", "trendline": "ols"}`,
	},
	{
		"a line of a group of NaN", 1795544728921530825, 300,
		"scatter", `{"y": "nan", "symbol": "i16", "trendline": "ols"}`,
	},
	{
		"lowess of points on a line", 1795553640708204814, 300,
		"scatter", `{"x": "second", "y": "u8", "color": "html <b>", "trendline": "lowess"}`,
	},
	{
		"a mean that begins with rows without one", 1795553640708204814, largeRows,
		"scatter", `{"y": ["v", "n"], "x": "n", "trendline": "expanding", "trendline_options": {"min_periods": 3}}`,
	},
	{
		"a line over one x of float32", 1795553640708204814, 300,
		"scatter", `{"x": "f32", "symbol": "v", "trendline": "ols"}`,
	},
	{
		"a line over an infinite x beside NaN", 1795960922024118148, 2,
		"scatter", `{"x": "nan", "trendline": "ols"}`,
	},
	{
		"a line over the logarithm of one short number", 1795961784833947016, 2,
		"scatter", `{"x": "u8", "trendline": "ols", "trendline_options": {"log_x": true}}`,
	},
	{
		"numbers that are symbols", 1795961784833947016, 2,
		"scatter", `{"x": "n", "symbol": [true, 336], "symbol_map": "identity"}`,
	},
	{
		"texts of numbers that are symbols", 1795961784833947016, 2,
		"scatter", `{"x": "n", "symbol": ["7", null], "symbol_map": "identity"}`,
	},
	{
		"a number that is no symbol", 1795961784833947016, 2,
		"scatter", `{"x": "n", "symbol": [0.5, 1], "symbol_map": "identity"}`,
	},
	{
		"lengths that are dashes", 1795961784833947016, 2,
		"line", `{"x": "n", "line_dash": ["5px 3px", "5"], "line_dash_map": "identity"}`,
	},
	{
		"a number that is no dash", 1795961784833947016, 2,
		"line", `{"x": "n", "line_dash": [1, 2], "line_dash_map": "identity"}`,
	},
	{
		"a text that is no dash", 1795961784833947016, 2,
		"line", `{"x": "n", "line_dash": ["dash", "wavy"], "line_dash_map": "identity"}`,
	},
	{
		"a text of a number that is no symbol", 1795961784833947016, 2,
		"scatter", `{"x": "n", "symbol": ["07", "7"], "symbol_map": "identity"}`,
	},
}

func TestRegressionsEqualPx(t *testing.T) {
	p := startPeer(t)
	for _, r := range regressions {
		t.Run(r.name, func(t *testing.T) {
			for _, data := range randomTables(t, r.seed) {
				if data.frame.Rows() != r.rows {
					continue
				}
				q := question{data: data, kind: r.kind, args: parse(t, r.args)}
				if found := q.compare(t, p); found.differs != "" {
					t.Errorf("%s: %s", q.call(), found.differs)
				}
			}
		})
	}
}
