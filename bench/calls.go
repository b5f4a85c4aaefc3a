package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// A pxCall is a call of px.scatter, made on both sides. px.py knows the same
// call by its name, which is that of the frame too.
type pxCall struct {
	name, what string
	frame      func() (*frame.Frame, error)
	call       figure.Scatter
	faster     gate
}

var pxCalls = []pxCall{
	{
		"plain", "100 rows, plain: px's fixed cost", plainFrame,
		figure.Scatter{X: "x", Y: "y"},
		gate{500, 1000},
	},
	{
		"hover", "100,000 rows, color of 10 values, size, hover_data of texts and dates", hoverFrame,
		figure.Scatter{X: "x", Y: "y", Color: "group", Size: "size", HoverData: []figure.Hover{{Column: "text"}, {Column: "day"}}},
		gate{100, 200},
	},
	{
		"groups", "500,000 rows, color of 1,000 values", groupsFrame,
		figure.Scatter{X: "x", Y: "y", Color: "group"},
		gate{100, 200},
	},
	{
		"facets", "1,000,000 rows in 10 × 10 facets", facetsFrame,
		figure.Scatter{X: "x", Y: "y", FacetRow: "row", FacetCol: "col"},
		gate{50, 100},
	},
	{
		"lowess", "20,000 rows with a lowess trendline, of statsmodels there", lowessFrame,
		figure.Scatter{X: "x", Y: "y", Trendline: "lowess"},
		gate{5, 20},
	},
}

// calls compares calls of px.scatter with more arguments than the seed's.
func (b *bench) calls() (section, error) {
	s := section{
		Title: "Other calls of px.scatter",
		About: "Against plotly.py " + b.plotly + " (pandas, px.scatter, to_json with orjson) in a warm process; Pointillist as it is by default, on all cores, but with nothing memoised. plotly.py uses one core. Both sides have read the frame. Ours keeps the codes of its grouping columns and the bounds of the others: the first figure, which makes them, is measured too. The content version of a frame, which a memo or an ETag needs once, is measured under Stages.",
	}
	px, err := b.startPx()
	if err != nil {
		return s, err
	}
	for _, c := range pxCalls {
		rows, err := b.againstCall(px, c)
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, rows...)
	}
	return s, px.stop()
}

// pxRounds are few, for px takes seconds.
const pxRounds = 3

func (b *bench) againstCall(px *peer, c pxCall) ([]row, error) {
	f, err := c.frame()
	if err != nil {
		return nil, err
	}
	if err := b.givePx(c.name, f); err != nil {
		return nil, err
	}
	least, err := interleaved(pxRounds,
		px.contender("plotly.py", c.name),
		best(10, timed("figure", func() error { return drawCall(f, c.call) })),
		best(3, contender{"first figure", func() (time.Duration, error) { return firstFigure(f, c.call) }}))
	against := func(what string, ours time.Duration) row {
		return row{What: what, Unit: "× faster", Value: ratioOf(least[0], ours),
			Times: map[string]float64{"plotly.py": ms(least[0]), "figure": ms(ours)}}
	}
	if err != nil {
		return nil, err
	}
	return []row{against(c.what, least[1]).gated(c.faster), against("… its first figure", least[2])}, nil
}

func drawCall(f *frame.Frame, kind figure.Kind) error {
	e := pointillist.New(pointillist.Options{MemoBytes: -1, SelectionBytes: -1})
	_, err := figureOf(e, pointillist.Request{Frame: f, Kind: kind, Arrays: encode.Typed})
	return err
}

// firstFigure times a figure of a frame that knows nothing of its columns yet.
func firstFigure(f *frame.Frame, kind figure.Kind) (time.Duration, error) {
	fresh := f.Slice(0, f.Rows())
	defer fresh.Release()
	start := time.Now()
	err := drawCall(fresh, kind)
	return time.Since(start), err
}

func plainFrame() (*frame.Frame, error) {
	x, y := cloud(100)
	return frame.FromSlices(x, y)
}

func hoverFrame() (*frame.Frame, error) {
	const n = 100_000
	x, y := cloud(n)
	size, days := make([]int64, n), make([]time.Time, n)
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range size {
		size[i], days[i] = int64(i*7%100), start.AddDate(0, 0, i*13%1000)
	}
	return frame.FromSlices(x, y, labels("group", n, 10), labels("text", n, 5000), frame.Slice("size", size), frame.Slice("day", days))
}

func groupsFrame() (*frame.Frame, error) {
	x, y := cloud(500_000)
	return frame.FromSlices(x, y, labels("group", 500_000, 1000))
}

func facetsFrame() (*frame.Frame, error) {
	x, y := cloud(1_000_000)
	return frame.FromSlices(x, y, labels("row", 1_000_000, 10), labels("col", 1_000_000, 10))
}

func lowessFrame() (*frame.Frame, error) {
	x, y := cloud(20_000)
	return frame.FromSlices(x, y)
}

// cloud is n points.
func cloud(n int) (x, y frame.Series) {
	r := rand.New(rand.NewPCG(uint64(n), 0))
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range xs {
		xs[i] = r.NormFloat64()
		ys[i] = xs[i]*xs[i] + r.NormFloat64()
	}
	return frame.Slice("x", xs), frame.Slice("y", ys)
}

// labels is a column of texts, with so many distinct ones in no order.
func labels(name string, n, distinct int) frame.Series {
	r := rand.New(rand.NewPCG(uint64(distinct), uint64(len(name))))
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("%s %d", name, r.IntN(distinct))
	}
	return frame.Slice(name, texts)
}
