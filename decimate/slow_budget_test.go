package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowSpend is the frame of Every, LTTB and MinMaxLTTB as a sentence: the ends
// of each run and a row of each gap first, the rest of the budget to the runs in
// proportion to their inner rows, rounded down as a running total.
func slowSpend(x, y []float64, v View[float64], budget int, pick func(x, y []float64, m int) []uint32) (rows []uint32) {
	if len(x) <= budget {
		return appendRows(nil, 0, len(x))
	}
	lo, hi := v.window(x)
	if hi-lo <= budget {
		return appendRows(nil, lo, hi)
	}
	rs := runs(nil, y, lo, hi)
	spare, inner := budget, 0
	for k, r := range rs {
		spare -= min(r.len(), 2)
		if k > 0 {
			spare--
		}
		inner += max(r.len()-2, 0)
	}
	given, before := 0, 0
	for k, r := range rs {
		if k > 0 {
			rows = append(rows, uint32(rs[k-1].hi))
		}
		m := min(r.len(), 2)
		if before += max(r.len()-2, 0); inner > 0 && spare > 0 {
			m += spare*before/inner - given
			given = spare * before / inner
		}
		if m >= r.len() {
			rows = appendRows(rows, r.lo, r.hi)
			continue
		}
		for _, i := range pick(x[r.lo:r.hi], y[r.lo:r.hi], m) {
			rows = append(rows, uint32(r.lo)+i)
		}
	}
	return rows
}

func slowEvery(x, _ []float64, m int) (rows []uint32) {
	for k := range m {
		rows = append(rows, uint32(k*(len(x)-1)/(m-1)))
	}
	return rows
}

// slowChoose is LTTB a bucket after the other, with the mean of the next bucket
// as seen from the row before, added up as kernel.SumFrom does.
func slowChoose(x, y []float64, m int) []uint32 {
	start := func(k int) int {
		if k >= m-2 {
			return len(x) - 1 + k - (m - 2)
		}
		return 1 + k*(len(x)-2)/(m-2)
	}
	rows, a := []uint32{0}, 0
	for k := range m - 2 {
		n := float64(start(k+2) - start(k+1))
		cx := slowSum(x[start(k+1):start(k+2)], x[a]) / n
		cy := slowSum(y[start(k+1):start(k+2)], y[a]) / n
		best, largest := start(k), -1.0
		for i := start(k); i < start(k+1); i++ {
			if area := math.Abs(float64(cx*(y[i]-y[a])) - float64(cy*(x[i]-x[a]))); area > largest {
				best, largest = i, area
			}
		}
		rows, a = append(rows, uint32(best)), best
	}
	return append(rows, uint32(len(x)-1))
}

func slowSum(x []float64, a float64) float64 {
	var sums [16]float64
	whole := len(x) / 16 * 16
	for i, v := range x[:whole] {
		sums[i%16] += v - a
	}
	for _, apart := range []int{8, 4, 2, 1} {
		for i := range apart {
			sums[i] += sums[i+apart]
		}
	}
	for _, v := range x[whole:] {
		sums[0] += v - a
	}
	return sums[0]
}

func slowMinMaxChoose(x, y []float64, m int) []uint32 {
	n, buckets := len(x), 2*m
	kept := []uint32{0}
	for b := range buckets {
		lo, hi := 1+b*(n-2)/buckets, 1+(b+1)*(n-2)/buckets
		low, high := lo, lo
		for i := lo; i < hi; i++ {
			if y[i] < y[low] {
				low = i
			}
			if y[i] > y[high] {
				high = i
			}
		}
		if lo < hi {
			kept = append(kept, uint32(min(low, high)))
		}
		if low != high {
			kept = append(kept, uint32(max(low, high)))
		}
	}
	kept = append(kept, uint32(n-1))
	if n <= 4*m || len(kept) <= m {
		return slowChoose(x, y, m)
	}
	var cx, cy []float64
	for _, i := range kept {
		cx, cy = append(cx, x[i]), append(cy, y[i])
	}
	rows := slowChoose(cx, cy, m)
	for k, i := range rows {
		rows[k] = kept[i]
	}
	return rows
}

func FuzzBudget(f *testing.F) {
	f.Add([]byte{}, uint8(1), 0.0, 1.0)
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"), uint8(3), 90.0, 900.0)
	f.Add([]byte("a\x80c\x80\x80fghijklmnopqr\x7ftuvwxyz0123456789ABCDEFGHIJKLMNOPQ"), uint8(9), 0.0, 9000.0)
	f.Fuzz(func(t *testing.T, data []byte, budget uint8, a, b float64) {
		v, err := ViewOf(a, b)
		if err != nil || len(data) > 2048 {
			return
		}
		n := max(int(budget), 1)
		x, y := fromBytes(data, 1.0/3)
		require.Equal(t, slowSpend(x, y, v, n, slowEvery), Every(nil, x, y, v, n))
		require.Equal(t, slowSpend(x, y, v, n, slowChoose), LTTB(nil, x, y, v, n))
		require.Equal(t, slowSpend(x, y, v, n, slowMinMaxChoose), MinMaxLTTB(nil, x, y, v, n))
	})
}

// TestLTTBOnManyCores: whatever the first guess of a part, the rows are those
// of one core. On a staircase, and where areas are equal or are no numbers, a
// guess leads to other rows for long.
func TestLTTBOnManyCores(t *testing.T) {
	for _, s := range series {
		t.Run(s.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			n, m := 20_000, 1200
			x, y := make([]float64, n), make([]float64, n)
			for i := range x {
				x[i], y[i] = float64(i/3), s.y(r, i)
			}
			all := func(parts int) ([]uint32, bool) {
				tr := triangles[float64, float64]{x: x, y: y, rows: make([]uint32, m)}
				ok := tr.all(parts)
				return tr.rows, ok
			}
			want, ok := all(1)
			for parts := 2; parts < 9; parts++ {
				got, gotOK := all(parts)
				require.Equal(t, ok, gotOK)
				if ok {
					require.Equal(t, want, got, "%d parts", parts)
				}
			}
		})
	}
}

// TestCoresDoNotMatter runs all line decimators on a line that is long enough
// to be split.
func TestCoresDoNotMatter(t *testing.T) {
	n := 2*rowsPerCore + 5
	x, y := walk(n)
	broken := append([]float64(nil), y...)
	for i := 1000; i < n; i += 300_007 {
		broken[i] = math.NaN()
	}
	v := View[float64]{x[10], x[n-10]}
	for _, d := range decimators[float64, float64]() {
		for k, y := range [][]float64{y, broken} {
			var want []uint32
			onCores(t, 1, func() { want = d.run(nil, x, y, v, 1000) })
			onCores(t, 3, func() {
				require.Equal(t, want, d.run(nil, x, y, v, 1000), "%s, line %d", d.name, k)
			})
		}
	}
}
