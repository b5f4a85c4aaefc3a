package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowSwing asks every row between the hinge and the next, again for each.
func slowSwing(x, y []float64, v View[float64], maxError float64) (rows []uint32) {
	lo, hi := v.window(x)
	rs := runs(nil, y, lo, hi)
	for k, r := range rs {
		if k > 0 {
			rows = append(rows, uint32(rs[k-1].hi))
		}
		rows = append(rows, uint32(r.lo))
		hinge := r.lo
		for i := r.lo + 1; i < r.hi; i++ {
			for j := hinge + 1; j < i; j++ {
				if !slowNear(x, y, hinge, j, i, maxError) {
					hinge = i - 1
					rows = append(rows, uint32(hinge))
					break
				}
			}
		}
		if r.len() > 1 {
			rows = append(rows, uint32(r.hi-1))
		}
	}
	return rows
}

// slowNear reports whether row j is near to the segment from row a to row b.
func slowNear(x, y []float64, a, j, b int, maxError float64) bool {
	slope := (y[b] - y[a]) / (x[b] - x[a])
	if !finite(slope) {
		return false
	}
	dx, dy := x[j]-x[a], y[j]-y[a]
	if dx == 0 {
		return math.Abs(dy) <= maxError
	}
	return (dy-maxError)/dx <= slope && slope <= (dy+maxError)/dx
}

func FuzzSwing(f *testing.F) {
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"), 2.5, 90.0, 900.0)
	f.Add([]byte("\x00a\x00bac\x80\x80\x80fgh\x7fijklmnopqr\x7ftu\x00\x00\x00vwxyz"), 0.0, 0.0, 9000.0)
	f.Fuzz(func(t *testing.T, data []byte, maxError, a, b float64) {
		v, err := ViewOf(a, b)
		if err != nil || len(data) > 1024 || !(maxError >= 0) {
			return
		}
		x, y := fromBytes(data, 1.0/3)
		rows := Swing(nil, x, y, v, maxError)
		require.Equal(t, slowSwing(x, y, v, maxError), rows)
		lo, hi := v.window(x)
		requireRuns(t, y, rows, runs(nil, y, lo, hi), "swing")
		requireNear(t, x, y, rows, maxError*(1+1e-9)+1e-9)
	})
}

// requireNear measures every row, but for gaps, against the line through the
// rows kept.
func requireNear(t *testing.T, x, y []float64, rows []uint32, limit float64) {
	t.Helper()
	for k := 1; k < len(rows); k++ {
		a, b := rows[k-1], rows[k]
		for i := a + 1; i < b; i++ {
			if !finite(y[i]) || !finite(y[a]) || !finite(y[b]) {
				continue
			}
			at := y[a]
			if x[b] > x[a] {
				at += (y[b] - y[a]) * (x[i] - x[a]) / (x[b] - x[a])
			}
			require.LessOrEqual(t, math.Abs(y[i]-at), limit, "row %d between %d and %d", i, a, b)
		}
	}
}

func TestSwing(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name     string
		x, y     []float64
		maxError float64
		want     []uint32
	}{
		{"no rows", nil, nil, 1, nil},
		{"one row", []float64{3}, []float64{1}, 1, []uint32{0}},
		{"only gaps", []float64{1, 2, 3}, []float64{nan, inf, nan}, 1, nil},
		{"a straight line", []float64{0, 1, 2, 5, 9}, []float64{0, 2, 4, 10, 18}, 0, []uint32{0, 4}},
		{"all equal", []float64{0, 1, 2, 5, 9}, []float64{7, 7, 7, 7, 7}, 0, []uint32{0, 4}},
		{"within the error", []float64{0, 1, 2, 3, 4}, []float64{0, 1, 0, 1, 0}, 1, []uint32{0, 4}},
		{"a spike", []float64{0, 1, 2, 3, 4}, []float64{0, 0, 9, 0, 0}, 1, []uint32{0, 1, 2, 3, 4}},
		{"a bend", []float64{0, 1, 2, 3, 4}, []float64{0, 1, 2, 1, 0}, 0.1, []uint32{0, 2, 4}},
		{"one x", []float64{2, 2, 2, 2}, []float64{0, 0.5, 9, 9}, 1, []uint32{0, 1, 2, 3}},
		{"a gap", []float64{0, 1, 2, 3, 4, 5, 6}, []float64{0, 0, 0, nan, inf, 0, 0}, 1, []uint32{0, 2, 3, 5, 6}},
		{"no limit", []float64{0, 1, 2, 3}, []float64{0, 1e9, -1e9, 0}, inf, []uint32{0, 3}},
		{"numbers that overflow", []float64{0, 1, 2, 3}, []float64{-math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, 0}, 1, []uint32{0, 1, 2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := View[float64]{0, 10}
			assert.Equal(t, c.want, Swing(nil, c.x, c.y, v, c.maxError))
		})
	}
}

func TestSwingMisuse(t *testing.T) {
	one, v := []float64{1}, View[float64]{0, 1}
	assert.PanicsWithValue(t, badError, func() { Swing(nil, one, one, v, -1) })
	assert.PanicsWithValue(t, badError, func() { Swing(nil, one, one, v, math.NaN()) })
	assert.PanicsWithValue(t, badLength, func() { Swing(nil, one, []float64(nil), v, 1) })
}

// TestSwingKeepsFewOfASmoothLine: what it is for.
func TestSwingKeepsFewOfASmoothLine(t *testing.T) {
	const n, maxError = 100_000, 1.0 / 2400 // a quarter of a pixel of 600
	x, y := make([]float64, n), make([]float64, n)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range x {
		x[i], y[i] = float64(i), math.Sin(float64(i)/8000)/2+r.NormFloat64()*1e-5
	}
	rows := Swing(nil, x, y, View[float64]{0, n}, maxError)
	assert.Less(t, len(rows), 150)
	requireNear(t, x, y, rows, maxError+1e-12)
}
