package reduce_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// unit is a plot of 100 × 100 pixels, each a unit of x and y.
var unit = reduce.Options{Width: 100, Height: 100, X: &reduce.Range{To: 100}, Y: &reduce.Range{To: 100}}

func frameOf(t testing.TB, columns ...frame.Series) *frame.Frame {
	t.Helper()
	f, err := frame.FromSlices(columns...)
	require.NoError(t, err)
	t.Cleanup(f.Release)
	return f
}

func pick(t testing.TB, fig *figure.Figure, o reduce.Options, p reduce.Point) *reduce.Picked {
	t.Helper()
	picked, err := reduce.Pick(fig, o, p)
	require.NoError(t, err)
	return picked
}

func rowsOf(p *reduce.Picked) []int {
	rows := []int{}
	for _, hit := range p.Hits {
		rows = append(rows, hit.Row)
	}
	return rows
}

// TestPickAStack: rows on one spot are all there, in data order, whatever the
// traces that draw them.
func TestPickAStack(t *testing.T) {
	f := frameOf(t,
		frame.Slice("x", []float64{50, 10, 50, 50, math.NaN(), 50, 50, math.Inf(1)}),
		frame.Slice("y", []float64{50, 10, 50, 50, 50, math.NaN(), 50, 50}),
		frame.Slice("kind", []string{"b", "a", "a", "b", "a", "a", "a", "a"}),
	)
	fig := build(t, f, figure.Scatter{X: "x", Y: "y", Color: "kind"})
	picked := pick(t, fig, unit, reduce.Point{X: 51.0, Y: 49})
	assert.Equal(t, 4, picked.Total)
	assert.Equal(t, []int{0, 2, 3, 6}, rowsOf(picked))
	assert.Equal(t, []int{0, 1, 0, 1}, []int{picked.Hits[0].Trace, picked.Hits[1].Trace, picked.Hits[2].Trace, picked.Hits[3].Trace})
	assert.Equal(t, []int{0, 1, 1, 4}, []int{picked.Hits[0].Point, picked.Hits[1].Point, picked.Hits[2].Point, picked.Hits[3].Point})
	assert.Equal(t, 6, picked.Top.Row, "the last of the last trace")

	limited := pick(t, fig, unit, reduce.Point{X: 50, Y: 50, Limit: 2})
	assert.Equal(t, []int{0, 2}, rowsOf(limited))
	assert.Equal(t, 4, limited.Total)
	assert.Equal(t, picked.Top, limited.Top)
	assert.Equal(t, true, limited.Object().Get("more"))

	assert.Equal(t, []int{2, 6}, rowsOf(pick(t, fig, unit, reduce.Point{X: 50, Y: 50, Traces: []int{1}})), "the other is hidden")
	none := pick(t, fig, unit, reduce.Point{X: 80, Y: 80})
	assert.Zero(t, none.Total)
	assert.Nil(t, none.Object().Get("top"))
	assert.Empty(t, none.Object().Get("rows"))
	assert.Empty(t, pick(t, fig, unit, reduce.Point{X: 50, Y: 50, Traces: []int{}}).Hits)
	assert.Equal(t, []int{0, 1, 2, 3, 6}, rowsOf(pick(t, fig, unit, reduce.Point{X: 50, Y: 50, Radius: 60})))
}

// TestPickAMarker tries points around one marker of each look.
func TestPickAMarker(t *testing.T) {
	for name, tc := range map[string]struct {
		kind    figure.Scatter
		in, out [][2]float64 // from its middle, CSS px
	}{
		"circle":  {figure.Scatter{}, [][2]float64{{2.9, 0}, {2.1, -2.1}}, [][2]float64{{3.1, 0}, {2.2, 2.2}}},
		"square":  {figure.Scatter{SymbolSequence: []string{"square"}}, [][2]float64{{2.9, 2.9}}, [][2]float64{{3.1, 0}}},
		"diamond": {figure.Scatter{SymbolSequence: []string{"diamond"}}, [][2]float64{{0, 3.8}, {1.9, 1.9}}, [][2]float64{{2, 2}}},
		"cross":   {figure.Scatter{SymbolSequence: []string{"cross"}}, [][2]float64{{3.5, 1.1}, {0, -3.5}}, [][2]float64{{1.3, 1.3}, {3.7, 0}}},
		"x":       {figure.Scatter{SymbolSequence: []string{"x"}}, [][2]float64{{2.5, 2.4}}, [][2]float64{{2, 0}, {3, 3}}},
		"another": {figure.Scatter{SymbolSequence: []string{"star"}}, [][2]float64{{5, 5}}, [][2]float64{{6, 6}}},
		"bubble":  {figure.Scatter{Size: "size", SizeMax: 20}, [][2]float64{{14.6, 0}}, [][2]float64{{14.7, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := frameOf(t, frame.Slice("x", []float64{50}), frame.Slice("y", []float64{50}), frame.Slice("size", []float64{4}))
			tc.kind.X, tc.kind.Y = "x", "y"
			fig := build(t, f, tc.kind)
			for _, at := range tc.in {
				assert.Equal(t, 1, pick(t, fig, unit, reduce.Point{X: 50 + at[0], Y: 50 + at[1]}).Total, at)
			}
			for _, at := range tc.out {
				assert.Zero(t, pick(t, fig, unit, reduce.Point{X: 50 + at[0], Y: 50 + at[1]}).Total, at)
			}
		})
	}
}

// TestPickOnAxes: a point is given as Plotly's events have it.
func TestPickOnAxes(t *testing.T) {
	f := frameOf(t,
		frame.Slice("x", []float64{1, 10, 100}), frame.Slice("y", []float64{1, 2, 3}),
		frame.Slice("kind", []string{"ant", "bee", "ant"}), frame.Slice("ok", []bool{true, false, true}),
		frame.Slice("zero", []float64{0, -1, 5}),
	)
	day := frameOf(t, frame.Slice("day", []float64{0, 1, 2}), frame.Slice("y", []float64{1, 2, 3}))
	dates, err := frame.FromSlices(frame.Slice("at", []time.Time{time.Unix(-86400, 0).UTC(), time.Unix(0, 0).UTC(), time.Unix(400*86400, 0).UTC()}), frame.Slice("y", []float64{1, 2, 3}))
	require.NoError(t, err)
	t.Cleanup(dates.Release)
	screen := reduce.Options{Width: 300, Height: 300}
	for name, tc := range map[string]struct {
		f     *frame.Frame
		kind  figure.Kind
		point reduce.Point
		want  []int
	}{
		"linear":              {f, figure.Scatter{X: "x", Y: "y"}, reduce.Point{X: 10, Y: 2}, []int{1}},
		"log":                 {f, figure.Scatter{X: "x", Y: "y", LogX: true}, reduce.Point{X: 100, Y: 3}, []int{2}},
		"log, none to show":   {f, figure.Scatter{X: "zero", Y: "y", LogX: true}, reduce.Point{X: 5, Y: 3}, []int{2}},
		"categories":          {f, figure.Scatter{X: "kind", Y: "y"}, reduce.Point{X: "bee", Y: 2}, []int{1}},
		"a place among them":  {f, figure.Scatter{X: "kind", Y: "y"}, reduce.Point{X: 1.01, Y: 2}, []int{1}},
		"truth values":        {f, figure.Scatter{X: "ok", Y: "y"}, reduce.Point{X: false, Y: 2}, []int{1}},
		"dates":               {dates, figure.Scatter{X: "at", Y: "y"}, reduce.Point{X: "1969-12-31", Y: 1}, []int{0}},
		"milliseconds":        {dates, figure.Scatter{X: "at", Y: "y"}, reduce.Point{X: 0, Y: 2}, []int{1}},
		"a facet":             {f, figure.Scatter{X: "x", Y: "y", FacetCol: "kind"}, reduce.Point{X: 10, Y: 2, XAxis: "x2", YAxis: "y2"}, []int{1}},
		"not the other facet": {f, figure.Scatter{X: "x", Y: "y", FacetCol: "kind"}, reduce.Point{X: 10, Y: 2, XAxis: "x", YAxis: "y"}, []int{}},
		"the wide form":       {day, figure.Scatter{}, reduce.Point{X: 2, Y: 2}, []int{2}},
		"and its second part": {day, figure.Scatter{}, reduce.Point{X: 2, Y: 3}, []int{2}},
		"a line":              {f, figure.Line{X: "x", Y: "y"}, reduce.Point{X: 11, Y: 2.01}, []int{1}},
		"beside a line":       {f, figure.Line{X: "x", Y: "y"}, reduce.Point{X: 20, Y: 2}, []int{}},
		"wider":               {f, figure.Line{X: "x", Y: "y"}, reduce.Point{X: 20, Y: 2, Radius: 60}, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, rowsOf(pick(t, build(t, tc.f, tc.kind), screen, tc.point)))
		})
	}
}

func TestPickRefuses(t *testing.T) {
	f := frameOf(t, frame.Slice("x", []float64{1, 2}), frame.Slice("text", []string{"1", "2"}), frame.Slice("kind", []string{"ant", "bee"}))
	for name, tc := range map[string]struct {
		kind            figure.Scatter
		point           reduce.Point
		pointer, detail string
	}{
		"no point":              {point: reduce.Point{}, pointer: "/x", detail: "none is given"},
		"NaN":                   {point: reduce.Point{X: math.NaN(), Y: 1}, pointer: "/x", detail: "no place"},
		"infinity":              {point: reduce.Point{X: 1, Y: math.Inf(-1)}, pointer: "/y", detail: "no place"},
		"a list":                {point: reduce.Point{X: []any{1}, Y: 1}, pointer: "/x", detail: "neither a number nor a text"},
		"a text among numbers":  {point: reduce.Point{X: "ant", Y: 1}, pointer: "/x", detail: "want a number"},
		"no such category":      {kind: figure.Scatter{X: "kind"}, point: reduce.Point{X: "cow", Y: 1}, pointer: "/x", detail: "no category cow"},
		"a log axis's zero":     {kind: figure.Scatter{LogX: true}, point: reduce.Point{X: 0, Y: 1}, pointer: "/x", detail: "log axis"},
		"an axis":               {point: reduce.Point{X: 1, Y: 1, XAxis: "x9"}, pointer: "/xaxis", detail: `"x9"`},
		"an axis the other way": {point: reduce.Point{X: 1, Y: 1, YAxis: "x"}, pointer: "/yaxis", detail: `no y axis "x"`},
		"a trace":               {point: reduce.Point{X: 1, Y: 1, Traces: []int{0, 1}}, pointer: "/traces/1", detail: "has 1"},
		"a negative radius":     {point: reduce.Point{X: 1, Y: 1, Radius: -1}, pointer: "/radius", detail: "from 0"},
		"a large limit":         {point: reduce.Point{X: 1, Y: 1, Limit: 1e9}, pointer: "/limit", detail: "from 0"},
		"texts like numbers":    {kind: figure.Scatter{X: "text"}, point: reduce.Point{X: 1, Y: 1}, pointer: "", detail: "trace 0"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.kind.X == "" {
				tc.kind.X = "x"
			}
			tc.kind.Y = "x"
			_, err := reduce.Pick(build(t, f, tc.kind), unit, tc.point)
			var point *reduce.PointError
			require.ErrorAs(t, err, &point)
			assert.Equal(t, tc.pointer, point.Pointer)
			assert.ErrorContains(t, err, tc.detail)
		})
	}
	_, err := reduce.Pick(build(t, f, figure.Scatter{X: "x", Y: "x"}), reduce.Options{X: &reduce.Range{From: 1, To: 1}}, reduce.Point{X: 1, Y: 1})
	require.ErrorContains(t, err, "no range")
}

// TestPickNothing: figures without a row to pick.
func TestPickNothing(t *testing.T) {
	for name, values := range map[string][]float64{"no rows": {}, "no place": {math.NaN()}} {
		fig := build(t, frameOf(t, frame.Slice("x", values)), figure.Scatter{X: "x", Y: "x"})
		assert.Zero(t, pick(t, fig, reduce.Options{}, reduce.Point{X: 1, Y: 1}).Total, name)
	}
}

// FuzzPick compares with all distances, in a plot whose axes run either way.
func FuzzPick(f *testing.F) {
	f.Add(uint64(1), 20.0, 30.0, 6.0, false)
	f.Add(uint64(2), 99.0, 1.0, 12.0, true)
	f.Fuzz(func(t *testing.T, seed uint64, px, py, size float64, reversed bool) {
		if !(px >= 0 && px <= 100 && py >= 0 && py <= 100 && size > 0 && size < 50) {
			return
		}
		r := rand.New(rand.NewPCG(seed, 0))
		n := 1 + r.IntN(300)
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = math.Round(r.Float64()*40)*2.5, r.Float64()*100
		}
		o := unit
		if reversed {
			o.X = &reduce.Range{From: 100}
		}
		fig := build(t, frameOf(t, frame.Slice("x", x), frame.Slice("y", y)), figure.Scatter{X: "x", Y: "y"})
		fig.Data[0].Object("marker").Set("size", size)
		want := []int{}
		for i := range n {
			if math.Hypot(x[i]-px, y[i]-py) <= size/2 {
				want = append(want, i)
			}
		}
		picked := pick(t, fig, o, reduce.Point{X: px, Y: py})
		assert.Equal(t, want, rowsOf(picked))
		assert.Equal(t, len(want), picked.Total)
	})
}
