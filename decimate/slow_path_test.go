package decimate

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowPath is Path as a sentence: a row is kept if it is the first or the last of its run,
// the first in its cell or the first or the last beyond an edge, or the first gap between
// two runs.
func slowPath(x, y []float64, a Area) []uint32 {
	gap := func(i int) bool { return i < 0 || i >= len(x) || !finite(x[i]) || !finite(y[i]) }
	p := a.projection(2 * a.ratio())
	last := len(x) - 1
	for last >= 0 && gap(last) {
		last--
	}
	var rows []uint32
	for i, runs := 0, 0; i <= last; i++ {
		if gap(i) {
			if runs > 0 && !gap(i-1) {
				rows = append(rows, uint32(i))
			}
			continue
		}
		runs++
		here := p.cell(x[i], y[i])
		if gap(i-1) || gap(i+1) || p.cell(x[i-1], y[i-1]) != here || here.outside() && p.cell(x[i+1], y[i+1]) != here {
			rows = append(rows, uint32(i))
		}
	}
	return rows
}

func FuzzPath(f *testing.F) {
	f.Add([]byte("a path of which each letter is a step, back and forth, and beyond the edges"), 1.0)
	f.Add(bytes.Repeat([]byte{100, 1, 100, 2, 100, 1, 100, 0, 100, 1, 156, 1, 156, 0, 156, 1, 156, 1, 156, 3}, 9), 1.0)
	f.Add([]byte("\x80\x80abc\x80\x80\x80\x80defg\x7f\x00hij\x80\x80"), 0.1)
	f.Fuzz(func(t *testing.T, data []byte, scale float64) {
		if len(data) > 2048 || !finite(scale) {
			return
		}
		var x, y []float64
		at, high := 20.0, 20.0
		for ; len(data) >= 2; data = data[2:] {
			dx, dy := float64(int8(data[0])), float64(int8(data[1]))
			if data[0] == 0x80 {
				x, y = append(x, math.NaN()), append(y, math.Inf(int(dy)))
				continue
			}
			at, high = at+dx*scale/16, high+dy*scale/16
			x, y = append(x, at), append(y, high)
		}
		a := Area{Right: 40, Bottom: 40, Width: 40, Height: 30, PixelRatio: 1.5}
		rows, red := Path(nil, x, y, a)
		require.Equal(t, slowPath(x, y, a), rows)
		require.Equal(t, len(rows), red.RowsOut)
		requirePathRuns(t, x, y, rows, red.Gaps)
	})
}

// FuzzTurns: a line that never goes back has the corners of all its rows; of any other the
// rows are in view, in order, and drawn.
func FuzzTurns(f *testing.F) {
	f.Add([]byte("steps to the right, and steps up"), 1e-3, 1e-3, 0.0, 40.0)
	f.Add(bytes.Repeat([]byte("a smooth line"), 80), 2e-5, 3e-6, 0.0, 40.0)
	f.Add([]byte("\x00\x80ab\x01\x02\xff\xff\x00\x00"), 0.01, -0.002, 40.0, 0.1)
	f.Fuzz(func(t *testing.T, data []byte, dx, dy, left, right float64) {
		a := Area{Left: left, Right: right, Bottom: -1, Top: 1, Width: 40, Height: 30}
		if a.Validate() != nil || !(dx >= 0 && dx < 1 && dy > -1 && dy < 1) || math.Abs(left)+math.Abs(right) > 1e6 || len(data) > 2048 {
			return
		}
		var x, y, back []float64
		at, high := 0.0, 0.0
		for ; len(data) >= 2; data = data[2:] {
			at, high = at+float64(data[0])*dx, high+float64(data[1])*dy
			x, y = append(x, at), append(y, high)
			v := float64(int8(data[1])) * dy
			if data[1] == 0x80 {
				v = math.NaN()
			}
			back = append(back, v)
		}
		var all []uint32
		for i, v := range x {
			if v >= min(left, right) && v <= max(left, right) {
				all = append(all, uint32(i))
			}
		}
		require.Equal(t, outline(x, y, all, a), outline(x, y, Turns(nil, Floats(x), Floats(y), a), a))
		rows := Turns(nil, Floats(x), Floats(back), a)
		require.Empty(t, missing(all, rows))
		require.IsIncreasing(t, append([]int{-2, -1}, ints(rows)...))
		for _, i := range rows {
			require.True(t, finite(back[i]), "row %d is a gap", i)
		}
	})
}

func ints(rows []uint32) (list []int) {
	for _, i := range rows {
		list = append(list, int(i))
	}
	return list
}
