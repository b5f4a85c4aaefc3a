package reduce_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// cloud is n rows of which most hide others, a few lie far out, and one has a
// category of its own. Each row has its number in "id".
func cloud(t testing.TB, n int) *frame.Frame {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	x, y, size, id := make([]float64, n), make([]float64, n), make([]float64, n), make([]int64, n)
	kind := make([]string, n)
	for i := range n {
		x[i], y[i] = math.Exp(r.NormFloat64()/4), math.Exp(r.NormFloat64()/4)
		size[i], id[i] = 1+9*r.Float64(), int64(i)
		kind[i] = []string{"card", "cash", "none"}[min(r.IntN(20)/9, 2)]
	}
	x[n/2], y[n/3], kind[n/2] = 40, 50, "rare"
	x[1], y[2] = math.NaN(), math.NaN()
	f, err := frame.FromSlices(
		frame.Slice("x", x), frame.Slice("y", y), frame.Slice("size", size),
		frame.Slice("id", id), frame.Slice("kind", kind),
	)
	require.NoError(t, err)
	t.Cleanup(f.Release)
	return f
}

func build(t testing.TB, f *frame.Frame, kind figure.Kind) *figure.Figure {
	t.Helper()
	fig, err := kind.Build(f, nil)
	require.NoError(t, err)
	return fig
}

func apply(t testing.TB, fig *figure.Figure, o reduce.Options) *reduce.Record {
	t.Helper()
	record, err := reduce.Apply(fig, o)
	require.NoError(t, err)
	return record
}

// numbers are the values of a column of a trace.
func numbers(t testing.TB, value any) []float64 {
	t.Helper()
	a := value.(*figure.Array)
	v, err := a.Column.AppendFloats(nil, a.Rows)
	require.NoError(t, err)
	return v
}

func attribute(o *figure.Object, path ...string) any {
	for _, key := range path[:len(path)-1] {
		o = o.Get(key).(*figure.Object)
	}
	return o.Get(path[len(path)-1])
}

var screen = reduce.Options{Width: 600, Height: 400, PixelRatio: 1}

func with(o reduce.Options, change func(*reduce.Options)) reduce.Options {
	change(&o)
	return o
}

func TestNoneLeavesTheFigure(t *testing.T) {
	f := cloud(t, 20_000)
	fig := build(t, f, figure.Scatter{X: "x", Y: "y"})
	for _, method := range []string{"", reduce.None} {
		assert.Nil(t, apply(t, fig, reduce.Options{Method: method}))
		assert.Equal(t, 20_000, fig.Data[0].Get("x").(*figure.Array).Len())
		assert.False(t, fig.Layout.Has("meta"))
	}
}

// TestColumnsStayTogether: every attribute of a trace keeps the same rows.
func TestColumnsStayTogether(t *testing.T) {
	f := cloud(t, 30_000)
	kinds := map[string]figure.Kind{
		"all at once": figure.Scatter{
			X: "x", Y: "y", Color: "size", Size: "size", HoverName: "id",
			CustomData: []string{"id", "size"}, AnimationGroup: "id",
		},
		"groups": figure.Scatter{X: "x", Y: "y", Color: "kind", Symbol: "kind", HoverName: "id", CustomData: []string{"id"}},
		"facets": figure.Scatter{X: "x", Y: "y", FacetCol: "kind", HoverName: "id", CustomData: []string{"id"}},
		"log":    figure.Scatter{X: "x", Y: "y", LogX: true, LogY: true, HoverName: "id", CustomData: []string{"id"}},
		"line":   figure.Line{X: "id", Y: "y", HoverName: "id", CustomData: []string{"id"}},
		"path":   figure.Line{X: "x", Y: "y", HoverName: "id", CustomData: []string{"id"}},
	}
	for name, kind := range kinds {
		for _, method := range reduce.Methods[1:] {
			t.Run(name+"/"+method, func(t *testing.T) {
				full, fig := build(t, f, kind), build(t, f, kind)
				record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method, o.Budget = method, 5000 }))
				assert.Less(t, record.RowsOut, record.RowsIn)
				out := 0
				for i, trace := range fig.Data[:len(full.Data)] {
					rows := trace.Get("x").(*figure.Array).Rows
					index := rows.AppendIndex(nil)
					out += len(index)
					assert.IsIncreasing(t, index)
					all := full.Data[i].Get("x").(*figure.Array).Rows.AppendIndex(nil)
					assert.False(t, slices.ContainsFunc(index, func(row uint32) bool {
						_, found := slices.BinarySearch(all, row)
						return !found
					}), "a row of another trace")
					for _, key := range []string{"y", "hovertext", "ids"} {
						if a, ok := trace.Get(key).(*figure.Array); ok {
							assert.Same(t, rows, a.Rows, key)
						}
					}
					for _, key := range []string{"color", "size"} {
						if a, ok := attribute(trace, "marker", key).(*figure.Array); ok {
							assert.Same(t, rows, a.Rows, key)
						}
					}
					assert.Same(t, rows, trace.Get("customdata").(*figure.Table).Rows)
				}
				assert.Equal(t, record.RowsOut, out)
			})
		}
	}
}

// TestNothingVanishes: no category, and no extreme of an axis.
func TestNothingVanishes(t *testing.T) {
	f := cloud(t, 50_000)
	for _, method := range []string{reduce.Auto, reduce.Visible, reduce.Sample} {
		t.Run(method, func(t *testing.T) {
			fig := build(t, f, figure.Scatter{X: "x", Y: "y", Color: "kind"})
			record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method, o.Budget = method, 2000 }))
			require.Len(t, record.Categories, 4)
			var xs []float64
			for i, c := range record.Categories {
				assert.Positive(t, c.Out+c.Counted, c.Name)
				assert.LessOrEqual(t, c.Out, c.In, c.Name)
				assert.Equal(t, c.Name, fig.Data[i].Get("name"))
				xs = append(xs, numbers(t, fig.Data[i].Get("x"))...)
			}
			assert.Contains(t, xs, 40.0, "the rare one is drawn as it is")
			meta := attribute(fig.Layout, "meta", "reduction").(*figure.Object)
			assert.Equal(t, 50_000, meta.Get("rows_in"))
			assert.Equal(t, record.RowsOut, meta.Get("rows_out"))
			assert.Equal(t, len(xs), record.RowsOut)
		})
	}
}

// TestMargin: the rows for the page that was asked for, and some more.
func TestMargin(t *testing.T) {
	f := cloud(t, 50_000)
	rows := func(margin float64, more func(*reduce.Options)) []uint32 {
		fig := build(t, f, figure.Scatter{X: "x", Y: "y"})
		o := with(screen, func(o *reduce.Options) { o.Method, o.Margin = reduce.Visible, margin })
		more(&o)
		record := apply(t, fig, o)
		kept := fig.Data[0].Get("x").(*figure.Array).Rows.AppendIndex(nil)
		assert.Len(t, kept, record.RowsOut)
		return kept
	}
	plain := func(*reduce.Options) {}
	exact, spare := rows(0, plain), rows(1.5, plain)
	assert.Equal(t, exact, rows(1, plain))
	assert.Subset(t, spare, exact)
	assert.Greater(t, len(spare), len(exact))
	budget := (len(exact) + len(spare)) / 2
	few := func(o *reduce.Options) { o.Method, o.Budget = reduce.Auto, budget }
	assert.LessOrEqual(t, len(rows(1.5, few)), budget+4, "the budget has no room for them")
	huge := func(o *reduce.Options) { o.Width, o.Height = 4096, 4000 }
	assert.NotEmpty(t, rows(4, huge), "the margin is as large as a canvas can be")
}

// evenly is n rows anywhere in a square.
func evenly(t *testing.T, n int) *frame.Frame {
	r := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	require.NoError(t, err)
	t.Cleanup(f.Release)
	return f
}

// TestMarginOfAFullPage: a quarter of a row on each pixel is enough, at 6 px, and goes for
// what a larger page would need, too.
func TestMarginOfAFullPage(t *testing.T) {
	f := evenly(t, 400_000)
	for _, render := range []string{"svg", "webgl"} {
		kept := func(margin float64) float64 {
			fig := build(t, f, figure.Scatter{X: "x", Y: "y", RenderMode: render})
			record := apply(t, fig, reduce.Options{Method: reduce.Visible, Width: 400, Height: 300, Margin: margin})
			return float64(record.RowsOut) / (400 * 300)
		}
		exact, some, more := kept(1), kept(1.1), kept(1.5)
		assert.Less(t, exact, some, render)
		assert.LessOrEqual(t, some, more, render)
		assert.LessOrEqual(t, more, 0.25+4.0/(400*300), render)
	}
}

// TestAutoDrawsNoCrowd: however large the budget, opaque discs are at most a quarter of a
// row on each pixel, at 6 px. A cloud that ends within the plot has more in SVG, whose rims
// hide nothing for certain.
func TestAutoDrawsNoCrowd(t *testing.T) {
	const n, width, height = 1_000_000, 400, 300
	f := evenly(t, n)
	reduced := func(mode, method string, view *reduce.Range, opacity float64) *reduce.Record {
		fig := build(t, f, figure.Scatter{X: "x", Y: "y", RenderMode: mode, Opacity: &opacity})
		return apply(t, fig, reduce.Options{Method: method, Width: width, Height: height, Budget: n, X: view, Y: view})
	}
	assert.Greater(t, reduced("svg", reduce.Visible, nil, 1).RowsOut, width*height/4)
	edge := reduced("svg", reduce.Auto, nil, 1)
	assert.Equal(t, reduce.Density, edge.Method)
	assert.Equal(t, n, edge.Counted)
	full := &reduce.Range{To: 1}
	for name, record := range map[string]*reduce.Record{
		"a cloud that fills the plot": reduced("svg", reduce.Auto, full, 1), "webgl": reduced("webgl", reduce.Auto, nil, 1),
	} {
		assert.Equal(t, reduce.Visible, record.Method, name)
		assert.LessOrEqual(t, record.RowsOut, width*height/4, name)
	}
	faint := reduced("svg", reduce.Auto, nil, 0.9)
	assert.Equal(t, reduce.Visible, faint.Method, "of translucent ones the budget alone is the limit")
	assert.Greater(t, faint.RowsOut, width*height/4)
}

func TestSampleKeepsItsBudget(t *testing.T) {
	fig := build(t, cloud(t, 50_000), figure.Scatter{X: "x", Y: "y", Color: "kind"})
	record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method, o.Budget = reduce.Sample, 2000 }))
	const extremes, alone = 4 * 4, 60
	assert.InDelta(t, 2000, record.RowsOut, extremes+alone+4*45, "4 standard deviations")
	assert.Equal(t, reduce.Sample, record.Method)
	assert.EqualValues(t, "none", record.BoundKind)
}

// TestAutoCountsWhatCannotBeCulled: a density leaves nothing out. With texts, which
// cells have not, a sample remains.
func TestAutoCountsWhatCannotBeCulled(t *testing.T) {
	f := cloud(t, 50_000)
	faint := 0.01
	auto := with(screen, func(o *reduce.Options) { o.Method, o.Budget = reduce.Auto, 3000 })
	record := apply(t, build(t, f, figure.Scatter{X: "x", Y: "y", Opacity: &faint}), auto)
	assert.Equal(t, reduce.Density, record.Method)
	assert.LessOrEqual(t, record.RowsOut, 4)
	assert.Equal(t, 49_998, record.Counted)
	record = apply(t, build(t, f, figure.Scatter{X: "x", Y: "y", Opacity: &faint, Text: "kind"}), auto)
	assert.Equal(t, reduce.Sample, record.Method)
	assert.Less(t, record.RowsOut, 3500)
}

func TestFewRowsAreDrawnAsTheyAre(t *testing.T) {
	fig := build(t, cloud(t, 5000), figure.Scatter{X: "x", Y: "y"})
	record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method = reduce.Auto }))
	assert.Equal(t, reduce.None, record.Method)
	assert.Equal(t, 5000, record.RowsOut)
	assert.False(t, attribute(fig.Layout, "xaxis").(*figure.Object).Has("range"), "the range is Plotly's")
}

// TestLeftWhole: what is known not to survive a reduction is not reduced.
func TestLeftWhole(t *testing.T) {
	f := cloud(t, 20_000)
	for name, kind := range map[string]figure.Kind{
		"text":       figure.Scatter{X: "x", Y: "y", Text: "kind"},
		"error bars": figure.Scatter{X: "x", Y: "y", ErrorX: "size"},
		"animation":  figure.Scatter{X: "x", Y: "y", AnimationFrame: "kind"},
		"spline":     figure.Line{X: "id", Y: "y", LineShape: "spline"},
	} {
		t.Run(name, func(t *testing.T) {
			record := apply(t, build(t, f, kind), with(screen, func(o *reduce.Options) { o.Method = reduce.Visible }))
			assert.Equal(t, record.RowsIn, record.RowsOut)
		})
	}
}

func TestLine(t *testing.T) {
	const n = 200_000
	f := cloud(t, n)
	for _, tc := range []struct {
		method, renderer string
		most             int
		kind             string
	}{
		{reduce.Auto, "svg", 2*8*600 + 20, "hausdorff_px"}, // eight buckets of two rows a pixel
		{reduce.MinMax, "svg", 4*600 + 20, "hausdorff_px"},
		{reduce.M4, "svg", 4*600 + 20, "hausdorff_px"},
		{reduce.LTTB, "webgl", 4*1200 + 20, "none"},
		{reduce.MinMaxLTTB, "webgl", 4*1200 + 20, "none"},
		{reduce.Every, "webgl", 4*1200 + 20, "none"},
		{reduce.Swing, "svg", n, "hausdorff_px"}, // of noise, most
	} {
		t.Run(tc.method, func(t *testing.T) {
			fig := build(t, f, figure.Line{X: "id", Y: "y", RenderMode: tc.renderer})
			record := apply(t, fig, with(screen, func(o *reduce.Options) { o.Method = tc.method }))
			assert.Less(t, record.RowsOut, tc.most)
			assert.EqualValues(t, tc.kind, record.BoundKind)
			assert.Equal(t, 1, record.Gaps, "where y is missing")
			line := fig.Data[0].Get("line").(*figure.Object)
			assert.Equal(t, tc.renderer == "svg", line.Get("simplify") == false, "Plotly moves no point")
			assert.Equal(t, []any{0.0, float64(n - 1)}, attribute(fig.Layout, "xaxis", "range"), "lines have no margin in x")
		})
	}
}

func TestScaleOfColorsIsOfAllRows(t *testing.T) {
	f := cloud(t, 30_000)
	for name, tc := range map[string]struct {
		kind figure.Scatter
		want func(least, most float64) [2]any
	}{
		"of the data":  {figure.Scatter{}, func(least, most float64) [2]any { return [2]any{least, most} }},
		"given":        {figure.Scatter{RangeColor: []float64{0, 5}}, func(_, _ float64) [2]any { return [2]any{0.0, 5.0} }},
		"around a mid": {figure.Scatter{ColorContinuousMidpoint: new(float64)}, func(_, most float64) [2]any { return [2]any{-most, most} }},
	} {
		t.Run(name, func(t *testing.T) {
			tc.kind.X, tc.kind.Y, tc.kind.Color = "x", "y", "size"
			fig := build(t, f, tc.kind)
			all := numbers(t, attribute(fig.Data[0], "marker", "color"))
			apply(t, fig, with(screen, func(o *reduce.Options) { o.Method = reduce.Visible }))
			axis := fig.Layout.Get("coloraxis").(*figure.Object)
			assert.Equal(t, tc.want(slices.Min(all), slices.Max(all)), [2]any{axis.Get("cmin"), axis.Get("cmax")})
		})
	}
}

func TestApplyIsDeterministic(t *testing.T) {
	f := cloud(t, 50_000)
	rows := func() []uint32 {
		fig := build(t, f, figure.Scatter{X: "x", Y: "y"})
		apply(t, fig, with(screen, func(o *reduce.Options) { o.Method = reduce.Visible }))
		return fig.Data[0].Get("x").(*figure.Array).Rows.AppendIndex(nil)
	}
	assert.Equal(t, rows(), rows())
}

// TestSamplesAreNested: a zoomed view keeps the rows of the sample that it contains,
// and a sample keeps every outlier, at the least budget too.
func TestSamplesAreNested(t *testing.T) {
	f := cloud(t, 60_000)
	kept := func(o reduce.Options) map[float64][2]float64 {
		o.Method = reduce.Sample
		fig := build(t, f, figure.Scatter{X: "x", Y: "y", Color: "kind", HoverName: "id"})
		record := apply(t, fig, o)
		ids := map[float64][2]float64{}
		for i, trace := range fig.Data {
			assert.Positive(t, record.Categories[i].Out)
			x, y := numbers(t, trace.Get("x")), numbers(t, trace.Get("y"))
			for j, id := range numbers(t, trace.Get("hovertext")) {
				ids[id] = [2]float64{x[j], y[j]}
			}
		}
		return ids
	}
	outer := with(screen, func(o *reduce.Options) { o.Budget, o.X, o.Y = 1000, &reduce.Range{To: 4}, &reduce.Range{To: 4} })
	all := kept(outer)
	for range 3 {
		inner := with(outer, func(o *reduce.Options) {
			o.X = &reduce.Range{From: outer.X.From + 0.3, To: outer.X.To - 0.9}
			o.Y = &reduce.Range{From: outer.Y.From + 0.3, To: outer.Y.To - 0.9}
		})
		zoomed := kept(inner)
		for id, at := range all {
			if at[0] >= inner.X.From && at[0] <= inner.X.To && at[1] >= inner.Y.From && at[1] <= inner.Y.To {
				assert.Contains(t, zoomed, id)
			}
		}
		outer, all = inner, zoomed
	}
	least := kept(with(screen, func(o *reduce.Options) { o.Budget = 1 }))
	assert.Contains(t, least, 30_000.0, "the rare category, far out")
	assert.Contains(t, least, 20_000.0, "the other one far out")
}
