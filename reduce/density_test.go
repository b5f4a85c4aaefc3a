package reduce_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

var dense = with(screen, func(o *reduce.Options) { o.Method = reduce.Density })

// countsOf are the heatmaps of a figure.
func countsOf(fig *figure.Figure) (list []*figure.Object) {
	for _, trace := range fig.Data {
		if trace.Get("type") == "heatmap" {
			list = append(list, trace)
		}
	}
	return list
}

// sumOf adds up a grid; what is missing counts 0.
func sumOf(grid any) (sum float64) {
	for _, row := range grid.([]any) {
		for _, v := range row.([]float64) {
			if v == v {
				sum += v
			}
		}
	}
	return sum
}

// TestCountsAreExact: they add up to the rows in view, on each kind of axis, whichever
// way it runs, in all and by trace.
func TestCountsAreExact(t *testing.T) {
	f := cloud(t, 20_000)
	for name, tc := range map[string]struct {
		kind  figure.Scatter
		x, y  *reduce.Range
		grids int
	}{
		"linear":           {figure.Scatter{X: "x", Y: "y"}, nil, nil, 1},
		"a window":         {figure.Scatter{X: "x", Y: "y"}, &reduce.Range{From: 0.9, To: 1.1}, &reduce.Range{From: 1, To: 2}, 1},
		"reversed":         {figure.Scatter{X: "x", Y: "y"}, &reduce.Range{From: 1.1, To: 0.9}, &reduce.Range{From: 2, To: 1}, 1},
		"log":              {figure.Scatter{X: "x", Y: "y", LogX: true}, nil, nil, 1},
		"colors":           {figure.Scatter{X: "x", Y: "y", Color: "kind"}, nil, nil, 4},
		"categories":       {figure.Scatter{X: "kind", Y: "y"}, nil, nil, 1},
		"both categories":  {figure.Scatter{X: "kind", Y: "kind"}, &reduce.Range{From: 0.5, To: 2.5}, nil, 1},
		"facets":           {figure.Scatter{X: "x", Y: "y", FacetCol: "kind"}, nil, nil, 4},
		"an empty window":  {figure.Scatter{X: "x", Y: "y"}, &reduce.Range{From: 900, To: 1000}, nil, 0},
		"edges of integer": {figure.Scatter{X: "id", Y: "id"}, &reduce.Range{From: 7, To: 7 + 600/3.0}, &reduce.Range{From: 7, To: 7 + 400/7.0}, 1},
	} {
		for _, scale := range []string{reduce.Linear, reduce.Log, reduce.Equalized} {
			t.Run(name+"/"+scale, func(t *testing.T) {
				fig := build(t, f, tc.kind)
				record := apply(t, fig, with(dense, func(o *reduce.Options) { o.X, o.Y, o.Scale = tc.x, tc.y, scale }))
				heatmaps := countsOf(fig)
				require.Len(t, heatmaps, tc.grids)
				sum := 0.0
				for _, h := range heatmaps {
					grid := h.Get("customdata")
					if scale == reduce.Linear {
						grid = h.Get("z")
					}
					sum += sumOf(grid)
				}
				assert.EqualValues(t, record.RowsInView, sum)
				assert.Equal(t, record.RowsInView, record.Counted)
				assert.Equal(t, reduce.Density, record.Method)
				assert.LessOrEqual(t, record.RowsOut, 4*max(tc.grids, 1), "the extremes remain, and with them the legend")
				assert.True(t, fig.Layout.Get("xaxis").(*figure.Object).Has("range"), "a heatmap would be ranged otherwise")
			})
		}
	}
}

// TestWhereCellsAre: the first cell begins at the range's lower end, on each axis in
// its own way.
func TestWhereCellsAre(t *testing.T) {
	f := cloud(t, 5000)
	window := with(dense, func(o *reduce.Options) { o.X, o.Y = &reduce.Range{From: -0.5, To: 3.5}, &reduce.Range{From: -1, To: 2} })
	fig := build(t, f, figure.Scatter{X: "x", Y: "y", LogY: true})
	apply(t, fig, window)
	h := countsOf(fig)[0]
	assert.InDelta(t, -0.5+4/600.0, h.Get("x0"), 1e-12)
	assert.InDelta(t, 4/300.0, h.Get("dx"), 1e-12)
	edges := h.Get("y").([]float64)
	require.Len(t, edges, 201)
	assert.InDelta(t, 0.1, edges[0], 1e-12)
	assert.InDelta(t, 100, edges[200], 1e-9)
	assert.Len(t, h.Get("z"), 200)
	assert.Len(t, h.Get("z").([]any)[0], 300)

	fig = build(t, f, figure.Scatter{X: "kind", Y: "y"})
	apply(t, fig, window)
	h = countsOf(fig)[0]
	assert.Len(t, h.Get("z").([]any)[0], 4, "as many as there are categories")
	assert.Equal(t, []any{0.0, 1.0}, []any{h.Get("x0"), h.Get("dx")})
	assert.Equal(t, "category", attribute(fig.Layout, "xaxis", "type"))
}

// TestMeansOfCells compares with the rows, cell by cell.
func TestMeansOfCells(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := 5000
	x, y, v := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i], v[i] = 100*r.Float64(), 100*r.Float64(), r.NormFloat64()
	}
	v[0] = math.NaN()
	f := frameOf(t, frame.Slice("x", x), frame.Slice("y", y), frame.Slice("v", v), frame.Slice("w", v))
	o := with(unit, func(o *reduce.Options) { o.Method, o.Mean = reduce.Density, "v" })
	fig := build(t, f, figure.Scatter{X: "x", Y: "y", Color: "w", HoverData: []figure.Hover{{Column: "v"}}})
	apply(t, fig, o)
	h := countsOf(fig)[0]
	for _, cell := range [][2]int{{0, 0}, {7, 31}, {49, 49}} {
		sum, count := 0.0, 0.0
		for i := range n {
			if int(x[i]/2) == cell[0] && int(y[i]/2) == cell[1] && v[i] == v[i] {
				sum, count = sum+v[i], count+1
			}
		}
		got := h.Get("z").([]any)[cell[1]].([]float64)[cell[0]]
		if count == 0 {
			assert.Zero(t, got)
		} else {
			assert.InDelta(t, sum/count, got, 1e-9)
		}
	}
	assert.False(t, h.Has("coloraxis"), "that is of another column")

	fig = build(t, f, figure.Scatter{X: "x", Y: "y", Color: "v"})
	apply(t, fig, with(o, func(o *reduce.Options) { o.Mean = "" }))
	assert.Equal(t, "coloraxis", countsOf(fig)[0].Get("coloraxis"), "markers with a color scale leave the mean of it")
	fig = build(t, f, figure.Scatter{X: "x", Y: "y", Color: "v"})
	apply(t, fig, with(o, func(o *reduce.Options) { o.Mean, o.By = "", reduce.ByPanel }))
	assert.False(t, countsOf(fig)[0].Has("coloraxis"))
}

// TestDensityOfManyTraces: cells grow, so that a figure of a thousand traces
// stays in bounds.
func TestDensityOfManyTraces(t *testing.T) {
	n := 20_000
	x, kind := make([]float64, n), make([]string, n)
	for i := range n {
		x[i], kind[i] = float64(i), string(rune('a'+i%20))+string(rune('a'+i/20%50))
	}
	f := frameOf(t, frame.Slice("x", x), frame.Slice("kind", kind))
	fig := build(t, f, figure.Scatter{X: "x", Y: "x", Color: "kind"})
	record := apply(t, fig, dense)
	cells := 0
	for _, h := range countsOf(fig) {
		z := h.Get("z").([]any)
		cells += len(z) * len(z[0].([]float64))
	}
	assert.Less(t, cells, 1<<21)
	assert.Equal(t, n, record.Counted)
}

func TestPatchOfADensity(t *testing.T) {
	fig := build(t, cloud(t, 5000), figure.Scatter{X: "x", Y: "y", Color: "kind"})
	apply(t, fig, dense)
	patch := reduce.Patch(fig, dense)
	assert.Len(t, patch.Get("traces"), 4)
	counts := patch.Get("counts").([]any)
	assert.Len(t, counts, 4)
	assert.Equal(t, 2, attribute(counts[2].(*figure.Object), "meta", "trace"))

	seen := with(dense, func(o *reduce.Options) { o.Method = reduce.Visible })
	fig = build(t, cloud(t, 5000), figure.Scatter{X: "x", Y: "y", Color: "kind"})
	apply(t, fig, seen)
	assert.Empty(t, reduce.Patch(fig, seen).Get("counts"))
}

// TestKeep: what the reader asks for is there, however the rest is reduced.
func TestKeep(t *testing.T) {
	f := cloud(t, 30_000)
	want := []float64{17, 4711, 29_999}
	const keep = "id in [17, 4711, 29999]"
	for _, method := range reduce.Methods[1:] {
		for name, kind := range map[string]figure.Kind{
			"markers": figure.Scatter{X: "x", Y: "y", Color: "kind", HoverName: "id"},
			"line":    figure.Line{X: "id", Y: "y", HoverName: "id"},
		} {
			t.Run(name+"/"+method, func(t *testing.T) {
				fig := build(t, f, kind)
				record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method, o.Keep, o.Budget = method, keep, 500 }))
				var ids []float64
				for _, trace := range fig.Data {
					if trace.Has("hovertext") {
						ids = append(ids, numbers(t, trace.Get("hovertext"))...)
					}
				}
				assert.Subset(t, ids, want)
				assert.Len(t, ids, record.RowsOut)
			})
		}
	}
	wide := build(t, frameOf(t, frame.Slice("a", make([]float64, 2000)), frame.Slice("b", make([]float64, 2000))), figure.Scatter{})
	record := apply(t, wide, with(dense, func(o *reduce.Options) { o.Keep = "a == 0" }))
	assert.Equal(t, 4000, record.RowsOut, "rows of the frame are in each column that is stacked")
}

func TestDensityRefuses(t *testing.T) {
	f := cloud(t, 100)
	for name, tc := range map[string]struct {
		change          func(*reduce.Options)
		pointer, detail string
	}{
		"by":                  {func(o *reduce.Options) { o.By = "row" }, "/by", "want one of trace, panel"},
		"scale":               {func(o *reduce.Options) { o.Scale = "sqrt" }, "/scale", "want one of log, linear, equalized"},
		"a mean by trace":     {func(o *reduce.Options) { o.By, o.Mean = reduce.ByTrace, "size" }, "/by", "panel"},
		"a mean of nothing":   {func(o *reduce.Options) { o.Mean = "no" }, "/mean", `no column "no"`},
		"a mean of texts":     {func(o *reduce.Options) { o.Mean = "kind" }, "/mean", "want numbers"},
		"keep, no filter":     {func(o *reduce.Options) { o.Keep = "x ==" }, "/keep", ""},
		"keep, no column":     {func(o *reduce.Options) { o.Keep = "z == 1" }, "/keep", "z"},
		"keep, the wrong way": {func(o *reduce.Options) { o.Keep = "x == 'a'" }, "/keep", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reduce.Apply(build(t, f, figure.Scatter{X: "x", Y: "y", HoverName: "kind"}), with(dense, tc.change))
			var option *reduce.OptionError
			require.ErrorAs(t, err, &option)
			assert.Equal(t, tc.pointer, option.Pointer)
			assert.ErrorContains(t, err, tc.detail)
		})
	}
}
