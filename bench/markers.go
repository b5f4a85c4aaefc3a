package main

import (
	"math/rand/v2"
	"time"

	"github.com/pointillist-go/pointillist/decimate"
)

// markers measures what a figure of markers costs to reduce.
func (b *bench) markers() (section, error) {
	s := section{
		Title: "Markers",
		About: "10,000,000 rows: 12 Gaussian clusters and 1 % scattered evenly, 1000 × 600 pixels, size 6, opacity 1; the time of all cores together.",
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
	s.Rows = []row{r.gated(gate{0.4, 0.3})}
	return s, nil
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
