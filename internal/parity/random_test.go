package parity_test

import (
	"encoding/json"
	"flag"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var (
	randomCalls = flag.Int("parity.n", 350, "random calls to compare with px, 5 of 7 of px.scatter, the others of px.line")
	randomWith  = flag.String("parity.with", "", "ask only random calls that have this argument")
	randomSeed  = flag.Uint64("parity.seed", uint64(time.Now().UnixNano()), "seed of the random calls")
)

// TestRandomCallsEqualPx compares figures of random calls over random frames.
// It prints its seed, and the smallest call that still differs where one does.
func TestRandomCallsEqualPx(t *testing.T) {
	t.Logf("replay with SEED=%d N=%d", *randomSeed, *randomCalls)
	tables := randomTables(t, *randomSeed)
	askAll(t, *randomCalls, func(i int) iter.Seq[question] { return randomQuestions(tables, *randomSeed, i) })
}

// randomTables makes the frames of random calls. Most are small, since px takes
// its time for every trace.
func randomTables(t testing.TB, seed uint64) []table {
	r := rand.New(rand.NewPCG(seed, 0))
	var tables []table
	for _, rows := range []int{0, 1, 2, 15, smallRows, smallRows, 300, largeRows} {
		tables = append(tables, newTable(t, rows, r.Perm(101)[:40]))
	}
	return tables
}

// randomQuestions draws call i of a seed: the first, unless that is a departure,
// then the next.
func randomQuestions(tables []table, seed uint64, i int) iter.Seq[question] {
	r := rand.New(rand.NewPCG(seed, uint64(i)+1))
	return func(yield func(question) bool) {
		for more := true; more; {
			kind, draw := "scatter", randomScatter
			if i%7 >= 5 {
				kind, draw = "line", randomLine
			}
			data := tables[r.IntN(len(tables))]
			q := question{data, kind, draw(r), someRows(r, data.frame.Rows())}
			if r.IntN(10) == 0 {
				q.bringValues(r)
			}
			if q.args.have(*randomWith) {
				more = yield(q)
			} else {
				i++ // the other kind may have it
			}
		}
	}
}

// bringValues replaces a column by values of its own, which px takes for all
// rows only.
func (q *question) bringValues(r *rand.Rand) {
	n := q.data.frame.Rows()
	for i, a := range q.args {
		if _, isText := a.value.(string); !isText || !slices.Contains(valueArguments, a.name) || n == 0 || n > 300 || r.IntN(2) == 0 {
			continue
		}
		from := someValues[r.IntN(len(someValues))]
		if _, isText := from[0].(string); isText && (a.name == "x" || a.name == "y") {
			continue // texts there are names of columns
		}
		values := make([]any, n)
		for row := range values {
			values[row] = from[row*7%len(from)]
		}
		q.args[i].value, q.rows = values, nil
		return
	}
}

// someRows selects all rows, or some of them.
func someRows(r *rand.Rand, n int) []uint32 {
	if r.IntN(2) == 0 {
		return nil
	}
	rows, keep := []uint32{}, r.IntN(4)
	for row := range n {
		if r.IntN(4) <= keep {
			rows = append(rows, uint32(row))
		}
	}
	return rows
}

var (
	axisColumns    = []string{"t", "v", "f32", "n", "n null", "i8", "u16", "u64", "few", "step", "site", "site null", "one", "none", "tag", "html <b>", "flag", "day", "second", "moment", "zoned", "price", "nan", "i16", "u8", "large", "nano", "milli", "date64", "clock", "wait", "wait ns", "kind", "color"}
	groupColumns   = []string{"few", "site", "site null", "one", "none", "html <b>", "flag", "day", "second", "moment", "zoned", "price", "kind", "kind null", "n", "v", "step", "i16", "u8", "large", "clock", "wait", "wait ns", "nano", "milli", "date64"}
	labelColumns   = slices.Concat(axisColumns, []string{"variable", "value", "index"})
	facetColumns   = []string{"few", "site", "site null", "one", "none", "html <b>", "flag", "day", "second", "moment"}
	customColumns  = []string{"t", "v", "f32", "n", "n null", "i8", "u16", "u64", "few", "step", "site", "tag", "html <b>", "flag", "nan", "i16", "u8", "large"}
	dateColumns    = []string{"day", "second", "moment", "zoned", "nano", "milli", "date64"}
	numberColumns  = []string{"f32", "n", "u64", "v", "few", "u16"}
	templates      = []string{"plotly", "plotly_white", "plotly_dark", "ggplot2", "seaborn", "simple_white", "presentation", "xgridoff", "ygridoff", "gridon", "none", "simple_white+gridon"}
	ownTemplate    = json.RawMessage(`{"layout": {"colorway": ["teal", "gold"], "margin": {"t": 20}}, "data": {"scatter": [{"marker": {"symbol": "x"}}]}}`)
	valueArguments = []string{"x", "y", "color", "symbol", "size", "text", "hover_name", "line_group", "facet_col", "error_y"}
	someValues     = [][]any{{1, 2, 3}, {"a", "b", nil}, {0.5, 2.5, 1.25, 3.5}, {true, false}, {"2020-01-01", "2021-02-03"}}
	formats        = []any{true, false, ":.2f", ":,", "|%b %Y"}
	someColors     = []string{"red", "rgb(1,2,3)", "#abc", "#00cc96", "hsl(10,20%,30%)"}
	someSymbols    = []string{"star", "x", "circle-open", "bowtie", "diamond-tall"}
	siteValues     = []any{"W", "N", "nowhere", "E"}
	orderedColumns = map[string][]any{"site": siteValues, "site null": siteValues, "few": {10, 2, 7}, "flag": {true}, "day": {"2020-01-03", "2020-01-01"}, "variable": {"n"}, "t": {3, 1}}
)

// A picker collects random arguments.
type picker struct {
	*rand.Rand
	args arguments
}

// some adds an argument in one of n calls.
func (p *picker) some(n int, name string, value func() any) {
	if p.IntN(n) == 0 {
		p.args = append(p.args, argument{name, value()})
	}
}

func (p *picker) column(n int, name string, from []string) {
	p.some(n, name, func() any { return from[p.IntN(len(from))] })
}

func (p *picker) has(name string, value any) bool {
	return slices.ContainsFunc(p.args, func(a argument) bool { return a.name == name && a.value == value })
}

func (p *picker) subset(from []string) []string {
	out := []string{}
	for _, i := range p.Perm(len(from))[:p.IntN(4)] {
		out = append(out, from[i])
	}
	return out
}

// custom is a subset for customdata.
func (p *picker) custom() []string {
	switch p.IntN(4) {
	case 0:
		return p.subset(slices.Concat(dateColumns, []string{"site", "tag", "html <b>"}))
	case 1:
		return p.subset(axisColumns)
	}
	return p.subset(customColumns)
}

// object is a JSON object of the keys in their order.
func object[V any](keys []string, value func(key string) V) json.RawMessage {
	var a arguments
	for _, key := range keys {
		a = append(a, argument{key, value(key)})
	}
	return json.RawMessage(a.String())
}

func randomScatter(r *rand.Rand) arguments {
	p := &picker{Rand: r}
	p.axes()
	p.column(2, "color", slices.Concat(groupColumns, numberColumns, []string{"color"}))
	p.column(3, "symbol", slices.Concat(groupColumns, []string{"shape"}))
	p.column(6, "size", []string{"n", "u64", "u16", "few", "n", "u64", "i8", "n null", "site"})
	p.texts()
	p.panels()
	p.looks()
	p.some(6, "opacity", func() any { return float64(r.IntN(11)) / 10 })
	p.some(6, "size_max", func() any { return 5 + r.IntN(40) })
	p.column(6, "marginal_x", []string{"histogram", "box", "violin", "rug"})
	p.column(6, "marginal_y", []string{"histogram", "box", "violin", "rug"})
	p.some(5, "color_continuous_scale", func() any {
		if i := r.IntN(4); i < 3 {
			return []any{"viridis", "RdBu_r", []string{"red", "blue"}}[i]
		}
		return [][]any{{0, "red"}, {0.5, "green"}, {1, "blue"}}
	})
	p.some(6, "range_color", func() any { return []any{r.IntN(10), 20.5} })
	p.some(6, "color_continuous_midpoint", func() any { return 3.5 })
	p.trendline()
	return p.args
}

// trendline adds one over any columns.
func (p *picker) trendline() {
	kind := []string{"ols", "ols", "lowess", "expanding", "rolling", "ewm"}[p.IntN(6)]
	p.column(4, "trendline", []string{kind})
	if p.has("trendline", kind) && (p.IntN(2) == 0 || kind == "rolling" || kind == "ewm") {
		options := trendOptions[kind]
		p.args = append(p.args, argument{"trendline_options", options[p.IntN(len(options))]})
	}
	p.column(3, "trendline_color_override", []string{"red"})
	p.column(3, "trendline_scope", []string{"trace", "overall"})
}

var trendOptions = map[string][]json.RawMessage{
	"ols":       {[]byte(`{}`), []byte(`{"add_constant": false}`), []byte(`{"log_x": true}`), []byte(`{"log_y": true}`)},
	"lowess":    {[]byte(`{"frac": 0.4}`)},
	"expanding": {[]byte(`{"function": "max"}`), []byte(`{"min_periods": 3}`)},
	"rolling":   {[]byte(`{"window": 3}`), []byte(`{"window": 4, "min_periods": 1, "function": "median"}`), []byte(`{"window": 5, "center": true}`)},
	"ewm":       {[]byte(`{"halflife": 2}`), []byte(`{"span": 5}`), []byte(`{"alpha": 0.3, "adjust": false}`), []byte(`{"com": 1, "function": "std"}`)},
}

func randomLine(r *rand.Rand) arguments {
	p := &picker{Rand: r}
	p.axes()
	p.column(2, "color", slices.Concat(groupColumns, numberColumns, []string{"color"}))
	p.column(3, "line_dash", groupColumns)
	p.column(4, "symbol", groupColumns)
	p.column(4, "line_group", groupColumns)
	p.texts()
	p.panels()
	p.looks()
	p.some(4, "line_dash_sequence", func() any { return []string{"dot", "dashdot"} })
	p.some(4, "line_dash_map", func() any { return object([]string{"E", "N"}, func(string) string { return "longdash" }) })
	p.some(4, "markers", func() any { return r.IntN(2) == 0 })
	p.column(4, "line_shape", []string{"linear", "hv", "spline", "vhv"})
	return p.args
}

// axes adds x and y: mostly both, sometimes the wide form.
func (p *picker) axes() {
	switch p.IntN(10) {
	case 0:
		p.column(1, "x", axisColumns)
	case 1:
		p.column(1, "y", axisColumns)
	case 2:
		p.args = append(p.args, argument{"y", []string{"v", "n", "f32"}[:1+p.IntN(3)]})
		p.column(2, "x", axisColumns)
	case 3:
		p.args = append(p.args, argument{"x", []string{"site", "tag"}[:1+p.IntN(2)]})
		p.column(2, "y", axisColumns)
	default:
		p.column(1, "x", axisColumns)
		p.column(1, "y", axisColumns)
	}
}

func (p *picker) texts() {
	p.column(5, "hover_name", customColumns)
	p.some(3, "hover_data", func() any { return p.custom() })
	if p.IntN(4) == 0 && !slices.ContainsFunc(p.args, func(a argument) bool { return a.name == "hover_data" }) {
		p.args = append(p.args, argument{"hover_data", object(p.custom(), func(string) any { return formats[p.IntN(len(formats))] })})
	}
	p.some(5, "custom_data", func() any { return p.custom() })
	p.column(6, "text", []string{"tag", "n", "site", "v", "flag"})
	for _, name := range []string{"error_x", "error_x_minus", "error_y", "error_y_minus"} {
		p.column(10, name, numberColumns)
	}
}

func (p *picker) panels() {
	p.column(5, "facet_row", facetColumns)
	p.column(5, "facet_col", facetColumns)
	p.some(4, "facet_col_wrap", func() any { return p.IntN(4) })
	p.some(8, "facet_row_spacing", func() any { return float64(p.IntN(5)) / 20 })
	p.some(8, "facet_col_spacing", func() any { return float64(p.IntN(5)) / 20 })
	p.column(6, "animation_frame", facetColumns)
	p.column(8, "animation_group", []string{"site", "n", "tag"})
}

func (p *picker) looks() {
	p.some(3, "category_orders", func() any {
		columns := []string{"site", "few", "site null", "day", "flag", "variable", "t"}
		return object(p.subset(columns), func(column string) []any { return orderedColumns[column] })
	})
	p.some(3, "labels", func() any {
		return object(p.subset(labelColumns), func(column string) string {
			return []string{"Label", "t", "<i>" + column + "</i>", "Überschrift"}[p.IntN(4)]
		})
	})
	p.column(10, "orientation", []string{"v", "h"})
	p.some(5, "color_discrete_sequence", func() any { return someColors[:1+p.IntN(len(someColors))] })
	p.some(5, "color_discrete_map", func() any {
		if p.has("color", "color") {
			return "identity"
		}
		return object([]string{"E", "nowhere", "2", "True"}[:1+p.IntN(4)], func(string) string { return someColors[p.IntN(len(someColors))] })
	})
	p.some(5, "symbol_sequence", func() any { return someSymbols[:1+p.IntN(len(someSymbols))] })
	p.some(5, "symbol_map", func() any {
		if p.has("symbol", "shape") {
			return "identity"
		}
		return object([]string{"E", "nowhere", "2"}, func(string) string { return "hash" })
	})
	p.some(6, "log_x", func() any { return p.IntN(2) == 0 })
	p.some(6, "log_y", func() any { return p.IntN(2) == 0 })
	p.some(8, "range_x", func() any { return []any{1 + p.IntN(3), 100.5} })
	p.some(8, "range_y", func() any { return []any{[]any{1, 0.5, nil}[p.IntN(3)], 10 + p.IntN(3)} })
	p.column(5, "render_mode", []string{"auto", "svg", "webgl"})
	p.column(4, "title", []string{"", "Title", "<b>T</b> & more"})
	p.column(8, "subtitle", []string{"", "Sub"})
	p.some(4, "template", func() any {
		if i := p.IntN(len(templates) + 1); i < len(templates) {
			return templates[i]
		}
		return ownTemplate
	})
	p.some(8, "width", func() any { return 100 + p.IntN(500) })
	p.some(8, "height", func() any { return 100 + p.IntN(500) })
}
