package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var turnsArea = Area{Left: 0, Right: 40, Bottom: -2, Top: 2, Width: 40, Height: 300}

// smoothLine is a sine of n rows over turnsArea.
func smoothLine(n int) (x, y []float64) {
	for i := range n {
		at := 40 * float64(i) / float64(n-1)
		x, y = append(x, at), append(y, math.Sin(at/4))
	}
	return x, y
}

// outline walks the rounded line of the rows and returns its corners: the dots
// that are neither repeated nor within a horizontal or vertical segment.
func outline(x, y []float64, rows []uint32, a Area) (corners []dot) {
	p := a.projection(hundredths)
	for _, i := range rows {
		d := dot{math.Round(p.px(x[i])), math.Round(p.py(y[i]))}
		if n := len(corners); n > 0 && corners[n-1] == d {
			continue
		}
		if n := len(corners); n > 1 && straight(corners[n-2], corners[n-1], d) {
			corners = corners[:n-1]
		}
		corners = append(corners, d)
	}
	return corners
}

// TestTurnsDrawTheSameLine: the corners are those of all rows.
func TestTurnsDrawTheSameLine(t *testing.T) {
	for _, n := range []int{1000, 30_000, 300_000} {
		x, y := smoothLine(n)
		rows := Turns(nil, Floats(x), Floats(y), turnsArea)
		assert.IsIncreasing(t, rows)
		all := outline(x, y, appendRows(nil, 0, n), turnsArea)
		require.Equal(t, all, outline(x, y, rows, turnsArea), "%d rows", n)
		if n == 300_000 {
			assert.Less(t, len(rows), 20_000)
			flipped := turnsArea
			flipped.Left, flipped.Right = flipped.Right, flipped.Left
			assert.InDelta(t, len(rows), len(Turns(nil, Floats(x), Floats(y), flipped)), 200, "a reversed axis")
		}
	}
}

func TestTurnsOf(t *testing.T) {
	x, y := smoothLine(30_000)
	assert.Equal(t, []uint32{7}, Turns([]uint32{7}, Floats(nil), Floats(nil), turnsArea), "nothing")

	r := rand.New(rand.NewPCG(27, 28))
	noise := make([]float64, len(y))
	for i := range noise {
		noise[i] = r.NormFloat64()
	}
	assert.Empty(t, Turns(nil, Floats(x), Floats(noise), turnsArea), "noise is for MinMax")

	gappy := append([]float64{}, y...)
	for i := range gappy {
		if i%5000 < 700 {
			gappy[i] = math.NaN()
		}
	}
	for _, i := range Turns(nil, Floats(x), Floats(gappy), turnsArea) {
		require.True(t, finite(gappy[i]), "row %d is a gap", i)
	}

	beyond := turnsArea
	beyond.Left, beyond.Right = 10, 12
	rows := Turns(nil, Floats(x), Floats(y), beyond)
	assert.GreaterOrEqual(t, x[rows[0]], 10.0)
	assert.LessOrEqual(t, x[rows[len(rows)-1]], 12.0)
	assert.PanicsWithValue(t, badLength, func() { Turns(nil, Floats(x), Floats(nil), turnsArea) })
}
