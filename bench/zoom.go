package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

const (
	zoomRows = 100_000_000
	// zoomRounds is how often all views are asked for, one after the other: the
	// least time of each counts, and nothing of it is left in the processor's
	// caches from one round to the next.
	zoomRounds = 8
)

// zoom measures what the next view of a large figure costs.
func (b *bench) zoom() (section, error) {
	s := section{
		Title: "Zoom",
		About: "Two float64 columns, 740 × 460 pixels: 300 views of a line of 100,000,000 rows, from the whole to a millionth of it, and 60 of 100,000,000 markers in 12 clusters, from the whole to a hundredth of each axis, one after the other, eight times: build, reduce and encode, with nothing memoised. The least time of each view counts.",
	}
	for _, measure := range []func() ([]row, error){lineIndex, lineZoom, cloudZoom} {
		rows, err := measure()
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, rows...)
		runtime.GC() // gigabytes
	}
	return s, nil
}

// longLine is a noisy random walk sampled at nearly even distances.
func longLine(n int) (x, y []float64) {
	r := rand.New(rand.NewPCG(7, 1))
	x, y = make([]float64, n), make([]float64, n)
	level := 0.0
	for i := range x {
		noise := r.Uint64()
		level += float64(int32(noise)) / math.MaxInt32
		x[i], y[i] = float64(i)+float64(noise>>33)/(1<<32), level+3*float64(int32(noise>>32))/math.MaxInt32
	}
	return x, y
}

// lineIndex measures the index of a line by itself.
func lineIndex() ([]row, error) {
	x, y := longLine(zoomRows)
	var p *decimate.Pyramid
	whole, err := interleaved(2, timed("build", func() error {
		p = decimate.NewPyramid(decimate.Floats(x), decimate.Floats(y))
		return nil
	}))
	if err != nil {
		return nil, err
	}
	const added = 1000
	before := decimate.NewPyramid(decimate.Floats(x[:zoomRows-added]), decimate.Floats(y[:zoomRows-added]))
	grown, err := interleaved(20, timed("append", func() error {
		before.Extend(decimate.Floats(x), decimate.Floats(y))
		return nil
	}))
	if err != nil {
		return nil, err
	}
	return []row{
		row{What: "index of a line: build", Unit: "ms", Value: ms(whole[0])}.gated(gate{2000, 1000}),
		row{What: "… its bytes, of those of y", Unit: "%", Value: 100 * float64(p.Bytes()) / float64(8*zoomRows)}.gated(gate{4, 4}),
		row{What: "… 1,000 rows more", Unit: "ms", Value: ms(grown[0])}.gated(gate{1, 0.5}),
	}, nil
}

func lineZoom() ([]row, error) {
	x, y := longLine(zoomRows)
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	if err != nil {
		return nil, err
	}
	defer f.Release()
	q := pointillist.Request{Frame: f, Kind: figure.Line{X: "x", Y: "y"}, Refine: true}
	r := rand.New(rand.NewPCG(8, 1))
	rows, err := zoomed("line", q, 300, func() (x, y *reduce.Range) {
		span := zoomRows * math.Pow(10, -6*r.Float64())
		from := (zoomRows - span) * r.Float64()
		return &reduce.Range{From: from, To: from + span}, nil
	})
	if err != nil {
		return nil, err
	}
	rows[0] = rows[0].gated(gate{10, 5})
	return rows, nil
}

func cloudZoom() ([]row, error) {
	x, y := clusters(zoomRows)
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	if err != nil {
		return nil, err
	}
	defer f.Release()
	q := pointillist.Request{Frame: f, Kind: figure.Scatter{X: "x", Y: "y"}, Refine: true}
	r := rand.New(rand.NewPCG(9, 1))
	rows, err := zoomed("markers", q, 60, func() (x, y *reduce.Range) {
		span := math.Pow(10, -2*r.Float64())
		left, bottom := (1-span)*r.Float64(), (1-span)*r.Float64()
		return &reduce.Range{From: left, To: left + span}, &reduce.Range{From: bottom, To: bottom + span}
	})
	if err != nil {
		return nil, err
	}
	rows[0] = rows[0].gated(gate{50, 25})
	return rows, nil
}

// zoomed measures refinements of a figure for views that next makes, snapped as
// those of a page are.
func zoomed(what string, q pointillist.Request, views int, next func() (x, y *reduce.Range)) ([]row, error) {
	e := pointillist.New(pointillist.Options{MemoBytes: -1, IndexBytes: 2 << 30})
	ask := func(o reduce.Options) (time.Duration, error) {
		q.Reduce = o
		start := time.Now()
		_, err := figureOf(e, q)
		return time.Since(start), err
	}
	asked := make([]reduce.Options, views)
	for i := range asked {
		o := reduce.Options{Method: reduce.Auto, Width: 740, Height: 460}
		o.X, o.Y = next()
		asked[i] = o.Snap()
	}
	q.Frame.Version() // of a frame that is stored it is known
	first, err := ask(asked[0])
	if err != nil {
		return nil, err
	}
	took := slices.Repeat([]time.Duration{math.MaxInt64}, views)
	for range zoomRounds {
		for i, o := range asked {
			d, err := ask(o)
			if err != nil {
				return nil, err
			}
			took[i] = min(took[i], d)
		}
	}
	slices.Sort(took)
	at := func(share float64) time.Duration { return took[int(share*float64(len(took)-1))] }
	return []row{
		{What: what + ", the next view: 99 of 100 within", Unit: "ms", Value: ms(at(0.99)),
			Times: map[string]float64{"median": ms(at(0.5)), "longest": ms(at(1))}},
		{What: "… half of them within", Unit: "ms", Value: ms(at(0.5))},
		{What: "… the first view, which makes the index", Unit: "ms", Value: ms(first)},
	}, nil
}
