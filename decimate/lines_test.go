package decimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var nan = math.NaN()

// TestNanoseconds: the rows of a line of timestamps do not depend on when it
// was; a float64 cannot tell a hundred neighbouring nanoseconds apart in any of
// these years but the one around 1970.
func TestNanoseconds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const n = 5000
	x, y := make([]int64, n), make([]float64, n)
	at := int64(0)
	for i := range x {
		at += int64(r.IntN(3))
		x[i], y[i] = at, gapOr(r, 0.002, r.NormFloat64())
	}
	v := View[int64]{x[100], x[n-100]}
	for _, start := range []string{"1677-09-22T00:00:00Z", "1913-07-30T12:30:00.123456789Z", "1969-12-31T23:59:59.999998Z", "2026-11-24T00:00:00.000000001Z", "2262-04-11T00:00:00Z"} {
		when, err := time.Parse(time.RFC3339Nano, start)
		require.NoError(t, err)
		moved := slices.Clone(x)
		for i := range moved {
			moved[i] += when.UnixNano()
		}
		for _, d := range decimators[int64, float64]() {
			require.Equal(t, d.run(nil, x, y, v, 300),
				d.run(nil, moved, y, View[int64]{v.Lo + when.UnixNano(), v.Hi + when.UnixNano()}, 300), "%s, %s", d.name, start)
		}
	}
}

// TestBreaksAreTheFullLines: wherever the line breaks, all decimators break it,
// and nowhere else.
func TestBreaksAreTheFullLines(t *testing.T) {
	for _, s := range series {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(6, 6))
			const n = 3000
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i], y[i] = float64(i), s.y(r, i)
			}
			want := breaksOf(y, appendRows(nil, 0, n))
			for _, d := range decimators[float64, float64]() {
				for _, size := range []int{1, 30, 400} {
					require.Equal(t, want, breaksOf(y, d.run(nil, x, y, View[float64]{0, n}, size)), "%s, size %d", d.name, size)
				}
			}
			rows, _ := Path(nil, x, y, Area{Right: n, Bottom: -5, Top: 5, Width: 100, Height: 100})
			require.Equal(t, want, breaksOf(y, rows), "Path")
		})
	}
}

// breaksOf returns the last row before each break of a line, and the first
// behind it.
func breaksOf(y []float64, rows []uint32) (ends [][2]uint32) {
	last, broken := -1, false
	for _, i := range rows {
		switch {
		case !finite(y[i]):
			broken = last >= 0
		case broken:
			ends = append(ends, [2]uint32{uint32(last), i})
			fallthrough
		default:
			last, broken = int(i), false
		}
	}
	return ends
}

// TestStrangeX: an x that is not sorted, or not finite, gives some rows and no
// panic. Sorted says so beforehand.
func TestStrangeX(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const n = 2000
	shuffled, logs, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range y {
		shuffled[i], y[i] = r.Float64(), gapOr(r, 0.01, r.NormFloat64())
		logs[i] = float64(i)
	}
	copy(logs, []float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}) // of zeros on a log axis
	require.False(t, Sorted(shuffled))
	require.True(t, Sorted(logs))
	for _, d := range decimators[float64, float64]() {
		for _, v := range []View[float64]{{0, 1}, {0.4, 0.6}, {0, n}} {
			for _, x := range [][]float64{shuffled, logs} {
				rows := d.run(nil, x, y, v, 50)
				require.True(t, slices.IsSorted(rows), d.name)
				require.Less(t, int(slices.Max(append(rows, 0))), n, d.name)
			}
		}
	}
}
