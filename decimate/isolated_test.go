package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowIsolated compares each row with each other.
func slowIsolated(x, y []float64, a Area, radius float64) []uint32 {
	p := a.projection(1)
	rows := []uint32{}
	for i := range x {
		px, py := p.px(x[i]), p.py(y[i])
		if !(px >= 0 && py >= 0 && px <= a.Width && py <= a.Height) {
			continue
		}
		alone := true
		for j := range x {
			dx, dy := px-p.px(x[j]), py-p.py(y[j])
			alone = alone && (i == j || !(dx*dx+dy*dy < radius*radius))
		}
		if alone {
			rows = append(rows, uint32(i))
		}
	}
	return rows
}

func TestIsolatedFindsTheOutliers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	n := 200_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i] = 30+3*r.NormFloat64(), 30+3*r.NormFloat64()
	}
	want := []uint32{7, 4711, 150_000}
	x[7], y[7] = 90, 90
	x[4711], y[4711] = 80, 10
	x[150_000], y[150_000] = 0, 100 // a corner
	x[9], y[9] = math.NaN(), 50
	x[10], y[10] = math.Inf(1), 50
	x[11], y[11], x[12], y[12] = 60, 90, 60, 90 // one spot
	a := Area{Left: 0, Right: 100, Bottom: 0, Top: 100, Width: 500, Height: 500}
	got := Isolated([]uint32{3}, x, y, a, 12)
	assert.Subset(t, got[1:], want)
	assert.NotContains(t, got, uint32(11))
	assert.IsIncreasing(t, got[1:])
	assert.Less(t, float64(len(got)), 512*512/(math.Pi*36))
	assert.Equal(t, slowIsolated(x[:3000], y[:3000], a, 12), Isolated([]uint32{}, x[:3000], y[:3000], a, 12))
	assert.Panics(t, func() { Isolated(nil, x, y[1:], a, 12) })
	assert.Panics(t, func() { Isolated(nil, x, y, a, math.NaN()) })
}

// FuzzIsolated compares with the slow way, in areas of any shape.
func FuzzIsolated(f *testing.F) {
	f.Add(uint64(1), uint16(300), 100.0, 80.0, 12.0, false)
	f.Add(uint64(2), uint16(50), 3.0, 500.0, 40.0, true)
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, width, height, radius float64, reversed bool) {
		a := Area{Left: -1, Right: 1, Bottom: 0, Top: 10, Width: width, Height: height}
		if reversed {
			a.Left, a.Right = 1, -1
		}
		if a.Validate() != nil || !(radius > 0.1 && radius < 1000) || width > 2000 || height > 2000 || n > 500 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 1))
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = gapOr(r, 0.1, math.Round(r.NormFloat64()*40)/30), gapOr(r, 0.1, 10*r.Float64())
		}
		require.Equal(t, slowIsolated(x, y, a, radius), Isolated([]uint32{}, x, y, a, radius))
	})
}
