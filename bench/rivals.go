package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	goccy "github.com/goccy/go-json"

	"github.com/pointillist-go/pointillist/encode"
)

// rivals times the same figure made in other ways. The Go rivals are given the
// filtered columns and only encode them; Pointillist and plotly.py filter,
// build and encode.
func (b *bench) rivals() (section, error) {
	s := section{
		Title: "Milliseconds for the seed's figure",
		About: "Pointillist and plotly.py filter, build and encode; the others are given the filtered numbers and only encode them. One core.",
	}
	x, err := numbers("trip_distance")
	if err != nil {
		return s, err
	}
	y, err := numbers("total_amount")
	if err != nil {
		return s, err
	}
	plain := map[string]any{"data": []any{map[string]any{"type": "scattergl", "x": x, "y": y}}}
	e := bare()
	contenders := []contender{
		timed("Pointillist, typed arrays", func() error { _, err := figureOf(e, seedRequest(encode.Typed)); return err }),
		timed("Pointillist, text arrays", func() error { _, err := figureOf(e, seedRequest(encode.Text)); return err }),
		timed("encoding/json, []float64", func() error { return json.NewEncoder(io.Discard).Encode(plain) }),
		timed("goccy/go-json, []float64", func() error { return goccy.NewEncoder(io.Discard).Encode(plain) }),
		timed("go-echarts, chart as JSON", func() error { return echarts(x, y) }),
	}
	var least []time.Duration
	err = onOneCore(func() error {
		for i := range contenders {
			contenders[i] = best(5, contenders[i])
		}
		least, err = interleaved(b.slowRounds, contenders...)
		return err
	})
	if err != nil {
		return s, err
	}
	for i, c := range contenders {
		s.Rows = append(s.Rows, row{What: c.name, Value: ms(least[i]), Unit: "ms"})
	}
	s.Rows = append(s.Rows, row{What: "plotly.py " + b.plotly, Value: ms(b.px), Unit: "ms"})
	return s, nil
}

// echarts builds a scatter as go-echarts' users do, and encodes it.
func echarts(x, y []float64) error {
	points := make([]opts.ScatterData, len(x))
	for i := range x {
		points[i].Value = [2]float64{x[i], y[i]}
	}
	scatter := charts.NewScatter()
	scatter.AddSeries("", points)
	scatter.Validate()
	return json.NewEncoder(io.Discard).Encode(scatter.JSON())
}
