package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// markers measures what a figure of markers costs to reduce.
func (b *bench) markers() (section, error) {
	s := section{
		Title: "Markers",
		About: "Size 6, opacity 1. Cold: 10,000,000 rows, 12 Gaussian clusters and 1 % scattered evenly, on 1000 × 600 pixels; the time of all cores together. Rows kept: of 50,000,000, on 900 × 600 pixels, by auto without a budget, those for a larger page included; the most of nine pictures.",
	}
	x, y := clusters(10_000_000)
	canvas, err := decimate.NewCanvas(decimate.Area{Right: 1, Top: 1, Width: 1000, Height: 600}, decimate.SVG)
	if err != nil {
		return s, err
	}
	var rows []uint32
	least, err := interleaved(b.slowRounds, contender{"visible", func() (time.Duration, error) {
		return elapsed(processorTime, func() {
			canvas.Reset()
			rows, _ = canvas.Visible(rows[:0], decimate.Markers{X: x, Y: y, Size: 6, Opacity: 1})
		}), nil
	}})
	if err != nil {
		return s, err
	}
	r := row{What: "the visible set, cold", Unit: "s of CPU", Value: least[0].Seconds(), Times: map[string]float64{"visible": ms(least[0])}}
	kept, err := rowsKept()
	s.Rows = append([]row{r.gated(gate{0.4, 0.3})}, kept...)
	return s, err
}

// A spread is rows that a picture is full of.
type spread struct {
	name   string
	points func(n int) (x, y []float64)
	view   *reduce.Range // of both axes; nil is Plotly's
}

var (
	clustered = spread{"clusters", clusters, nil}
	even      = spread{"evenly spread", evenly, nil}
	evenAll   = spread{"the same, to the edges of the plot", evenly, &reduce.Range{To: 1}}
)

// rowsKept measures how many rows of such pictures are drawn.
func rowsKept() ([]row, error) {
	most := row{What: "rows kept, for each pixel of the plot", Unit: "rows a px"}.gated(gate{0.25, 0.25})
	var notes []string
	for _, s := range []spread{clustered, even, evenAll} {
		var cells []string
		err := s.each(reduce.Auto, func(picture string, kept float64, counted bool) {
			cell := "counts"
			if !counted {
				most.Value = max(most.Value, kept)
				cell = strings.TrimSpace(quantity(kept, ""))
			}
			cells = append(cells, picture+" "+cell)
		})
		if err != nil {
			return nil, err
		}
		notes = append(notes, s.name+": "+strings.Join(cells, ", "))
	}
	most.Note = strings.Join(notes, " · ")
	all := row{What: "… evenly spread, by the method visible", Unit: "rows a px"}
	var cells []string
	err := even.each(reduce.Visible, func(picture string, kept float64, _ bool) {
		all.Value = max(all.Value, kept)
		cells = append(cells, picture+" "+strings.TrimSpace(quantity(kept, "")))
	})
	all.Note = strings.Join(cells, ", ")
	return []row{most, all}, err
}

// each reduces the pictures of fifty million rows.
func (s spread) each(method string, tell func(picture string, kept float64, counted bool)) error {
	const rows = 50_000_000
	x, y := s.points(rows)
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	if err != nil {
		return err
	}
	defer f.Release()
	for _, picture := range []struct {
		name, mode string
		ratio      float64
	}{{"SVG", "svg", 1}, {"SVG at ratio 2", "svg", 2}, {"WebGL", "webgl", 1}} {
		o := reduce.Options{Method: method, Budget: rows, Margin: 1.5, PixelRatio: picture.ratio, X: s.view, Y: s.view}
		kept, counted, err := keptOf(f, picture.mode, o)
		if err != nil {
			return err
		}
		tell(picture.name, kept, counted)
	}
	return nil
}

// keptOf returns how many rows there are on a pixel, and whether they are counted instead.
func keptOf(f *frame.Frame, mode string, o reduce.Options) (kept float64, counted bool, err error) {
	o.Width, o.Height = 900, 600
	fig, err := figure.Scatter{X: "x", Y: "y", RenderMode: mode}.Build(f, nil)
	if err != nil {
		return 0, false, err
	}
	record, err := reduce.Apply(fig, o)
	if err != nil {
		return 0, false, err
	}
	if record.Counted == 0 && record.RowsOut == record.RowsIn {
		return 0, false, fmt.Errorf("%s: nothing is reduced", mode)
	}
	return float64(record.RowsOut) / (o.Width * o.Height), record.Counted > 0, nil
}

// evenly is n points anywhere in [0, 1]².
func evenly(n int) (x, y []float64) {
	r := rand.New(rand.NewPCG(13, 1))
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
	}
	return x, y
}

// clusters is n points in [0, 1]².
func clusters(n int) (x, y []float64) {
	r := rand.New(rand.NewPCG(12, 1))
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		if i%100 == 0 {
			x[i], y[i] = r.Float64(), r.Float64()
			continue
		}
		k := r.IntN(12)
		x[i] = 0.125 + 0.25*float64(k%4) + r.NormFloat64()*0.04
		y[i] = 1.0/6 + float64(k/4)/3 + r.NormFloat64()*0.04
	}
	return x, y
}
