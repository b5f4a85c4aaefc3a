package decimate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A decimator is what the conformance suite knows of a line decimator.
type decimator[X Coord, Y Value] struct {
	name string
	run  func(dst []uint32, x []X, y []Y, v View[X], size int) []uint32
	// limit is the most rows that it may append, without those for gaps.
	limit func(size int) int
	// identity is the largest input returned whole.
	identity func(size int) int
	perGap   int
	// byError says that size is 1/maxError, and that a second pass may choose
	// fewer rows.
	byError bool
}

func decimators[X Coord, Y Value]() []decimator[X, Y] {
	budget := func(size int) int { return max(size, 2) }
	same := func(size int) int { return size }
	return []decimator[X, Y]{
		{"Every", Every[X, Y], budget, same, 3, false},
		{"LTTB", LTTB[X, Y], budget, same, 3, false},
		{"MinMaxLTTB", MinMaxLTTB[X, Y], budget, same, 3, false},
		{"MinMax", MinMax[X, Y], func(n int) int { return 2*n + 6 }, func(n int) int { return 2 * n }, 5, false},
		{"M4", M4[X, Y], func(n int) int { return 4*n + 2 }, func(n int) int { return 4 * n }, 5, false},
		{"Swing", swingBy[X, Y], func(int) int { return math.MaxInt / 2 }, func(int) int { return 0 }, 0, true},
	}
}

// swingBy is Swing with an error in the place of a size.
func swingBy[X Coord, Y Value](dst []uint32, x []X, y []Y, v View[X], size int) []uint32 {
	return Swing(dst, x, y, v, 1/float64(size))
}

// series are the shapes that every decimator is tried on.
var series = []struct {
	name string
	y    func(r *rand.Rand, i int) float64
}{
	{"noise", func(r *rand.Rand, _ int) float64 { return r.NormFloat64() }},
	{"constant", func(*rand.Rand, int) float64 { return 7 }},
	{"ramp", func(_ *rand.Rand, i int) float64 { return float64(i) }},
	{"steps", func(_ *rand.Rand, i int) float64 { return float64(i / 37 % 3) }},
	{"spikes", func(r *rand.Rand, _ int) float64 { return math.Floor(r.ExpFloat64() * 0.4) }},
	{"signed zeros", func(r *rand.Rand, _ int) float64 { return math.Copysign(0, r.Float64()-0.5) }},
	{"rare gaps", func(r *rand.Rand, _ int) float64 { return gapOr(r, 0.01, r.NormFloat64()) }},
	{"many gaps", func(r *rand.Rand, _ int) float64 { return gapOr(r, 0.5, r.NormFloat64()) }},
	{"infinities", func(r *rand.Rand, _ int) float64 {
		return []float64{1, 2, 3, 4, math.Inf(1), math.Inf(-1), math.NaN()}[r.IntN(7)]
	}},
	{"only gaps", func(*rand.Rand, int) float64 { return math.NaN() }},
	{"extremes", func(r *rand.Rand, _ int) float64 {
		return []float64{math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}[r.IntN(3)]
	}},
}

func gapOr(r *rand.Rand, p, v float64) float64 {
	if r.Float64() < p {
		return math.NaN()
	}
	return v
}

// steps advance x: even, with duplicates, and with holes wider than a bucket.
var steps = []struct {
	name string
	next func(r *rand.Rand) float64
}{
	{"even", func(*rand.Rand) float64 { return 1 }},
	{"duplicates", func(r *rand.Rand) float64 { return float64(r.IntN(2)) }},
	{"holes", func(r *rand.Rand) float64 { return math.Floor(math.Exp(r.NormFloat64() * 3)) }},
	{"one x", func(*rand.Rand) float64 { return 0 }},
}

func TestConformanceFloat64(t *testing.T) { conformance[float64, float64](t) }

func TestConformanceFloat32(t *testing.T) { conformance[float32, float32](t) }

func TestConformanceInt64(t *testing.T) { conformance[int64, float64](t) }

func conformance[X Coord, Y Value](t *testing.T) {
	for _, d := range decimators[X, Y]() {
		for _, s := range series {
			for _, st := range steps {
				t.Run(d.name+"/"+s.name+"/"+st.name, func(t *testing.T) {
					r := rand.New(rand.NewPCG(1, 2))
					for _, n := range []int{0, 1, 2, 3, 17, 500} {
						x, y := make([]X, n), make([]Y, n)
						at := X(-100)
						for i := range x {
							at += X(st.next(r))
							x[i], y[i] = at, Y(s.y(r, i))
						}
						for _, v := range views(x) {
							for _, size := range []int{1, 2, 3, 10, 64, 1000} {
								conforms(t, d, x, y, v, size)
							}
						}
					}
				})
			}
		}
	}
}

// views returns all of x, its middle, a sliver between two rows, a point and
// views beyond both ends.
func views[X Coord](x []X) []View[X] {
	if len(x) == 0 {
		return []View[X]{{Lo: 0, Hi: 1}}
	}
	first, mid, last := x[0], x[len(x)/2], x[len(x)-1]
	return []View[X]{
		{first, last}, {x[len(x)/4], x[len(x)*3/4]}, {mid, mid},
		{first - 1000, last + 1000}, {first - 20, first - 10}, {last + 10, last + 20}, {mid, mid + 3},
	}
}

func conforms[X Coord, Y Value](t *testing.T, d decimator[X, Y], x []X, y []Y, v View[X], size int) {
	t.Helper()
	at := fmt.Sprintf("%d rows, view %v, size %d", len(x), v, size)
	marker := []uint32{math.MaxUint32}
	got := d.run(marker, x, y, v, size)
	require.Equal(t, marker, got[:1], "%s: what dst held is kept", at)
	got = got[1:]

	for k, i := range got {
		// Compared here, since a call of require for each row takes seconds.
		if int(i) >= len(x) || k > 0 && i <= got[k-1] {
			require.FailNow(t, "rows must ascend and be in range", "%s: row %d at %d", at, i, k)
		}
	}
	if len(x) <= d.identity(size) {
		require.Len(t, got, len(x), "%s: a small input is returned whole", at)
	}
	lo, hi := v.window(x)
	rs := runs(nil, y, lo, hi)
	if len(x) > d.limit(size) {
		require.LessOrEqual(t, len(got), d.limit(size)+d.perGap*max(len(rs)-1, 0), "%s: over budget", at)
	}
	requireRuns(t, y, got, rs, at)

	if d.byError {
		return
	}
	x2, y2 := make([]X, len(got)), make([]Y, len(got))
	for k, i := range got {
		x2[k], y2[k] = x[i], y[i]
	}
	require.Equal(t, appendRows(nil, 0, len(got)), append([]uint32(nil), d.run(nil, x2, y2, v, size)...),
		"%s: a second pass changes the rows", at)
}

// requireRuns checks gap truth: the ends of every run are kept, the first gap
// row between two runs is kept, and so nothing else of the gap unless all is.
func requireRuns[Y Value](t *testing.T, y []Y, got []uint32, rs []run, at string) {
	t.Helper()
	kept := make(map[uint32]bool, len(got))
	for _, i := range got {
		kept[i] = true
	}
	for k, r := range rs {
		if !kept[uint32(r.lo)] || !kept[uint32(r.hi-1)] {
			require.FailNow(t, "an end of a run is lost", "%s: run %v", at, r)
		}
		if k+1 < len(rs) && !kept[uint32(r.hi)] {
			require.FailNow(t, "a gap is lost", "%s: row %d", at, r.hi)
		}
	}
	if len(rs) > 0 && len(got) > 0 && int(got[0]) >= rs[0].lo && int(got[len(got)-1]) < rs[len(rs)-1].hi {
		require.Equal(t, len(rs)-1, breaks(y, got), "%s: breaks of the line", at)
	}
}

// onCores runs work on so many processors.
func onCores(t *testing.T, n int, work func()) {
	t.Helper()
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	work()
}

func TestMisusePanics(t *testing.T) {
	one := []float64{1}
	v := View[float64]{0, 1}
	for _, d := range decimators[float64, float64]() {
		assert.PanicsWithValue(t, badLength, func() { d.run(nil, one, nil, v, 1) }, d.name)
		if !d.byError {
			assert.PanicsWithValue(t, badSize, func() { d.run(nil, one, one, v, 0) }, d.name)
		}
		assert.PanicsWithValue(t, badView, func() { d.run(nil, one, one, View[float64]{1, 0}, 1) }, d.name)
		assert.PanicsWithValue(t, badView, func() { d.run(nil, one, one, View[float64]{math.NaN(), 0}, 1) }, d.name)
	}
}

// TestTies pins which of equal candidates is kept.
func TestTies(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	y := []float64{0, 5, 5, -5, -5, 5, -5, 0, 0, 0}
	v := View[float64]{0, 9}
	assert.Equal(t, []uint32{0, 1, 3, 9}, MinMax(nil, x, y, v, 1))
	assert.Equal(t, []uint32{0, 1, 3, 9}, M4(nil, x, y, v, 1))
	assert.Equal(t, []uint32{0, 1, 9}, LTTB(nil, x, y, v, 3))
	assert.Equal(t, []uint32{0, 4, 9}, Every(nil, x, y, v, 3))
}
