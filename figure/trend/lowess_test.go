package trend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowLowess is Lowess without blocks.
func slowLowess(x, y []float64, o LowessOptions) []float64 {
	p, err := complete(x, y)
	if err != nil {
		panic(err)
	}
	s := newSmoother(p, o.neighbours(len(p.x)))
	s.sums = nil
	s.fit()
	for range robustPasses {
		s.reweigh()
		s.fit()
	}
	return p.spread(s.fitted)
}

// shapes are ways that x may lie.
var shapes = []func(r *rand.Rand) float64{
	func(r *rand.Rand) float64 { return r.Float64() },
	func(r *rand.Rand) float64 { return math.Exp(2 * r.NormFloat64()) },
	func(r *rand.Rand) float64 { return float64(r.IntN(30)) },
	func(r *rand.Rand) float64 { return 1.6e9 + 60*float64(r.IntN(1e5)) },
	func(r *rand.Rand) float64 { return float64(r.IntN(3))*1e6 + r.Float64() },
}

func sample(seed uint64, n int, shape func(*rand.Rand) float64) (x, y []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	x, y = make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = shape(r)
	}
	slices.Sort(x)
	for i, x := range x {
		y[i] = 1e3 + math.Sin(3*x) + r.NormFloat64()
		if r.IntN(20) == 0 {
			y[i] *= 3 // an outlier
		}
	}
	return x, y
}

func FuzzLowessBlocks(f *testing.F) {
	for shape := range shapes {
		f.Add(uint64(shape), uint16(900), uint8(shape), 0.6666666)
		f.Add(uint64(shape), uint16(2000), uint8(shape), 0.2)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, shape uint8, frac float64) {
		if frac = math.Abs(math.Mod(frac, 1)); math.IsNaN(frac) {
			frac = 0
		}
		x, y := sample(seed, 2+int(n)%3000, shapes[int(shape)%len(shapes)])
		got, err := Lowess(x, y, LowessOptions{Frac: frac})
		require.NoError(t, err)
		want := slowLowess(x, y, LowessOptions{Frac: frac})
		for i := range want {
			require.InEpsilon(t, want[i], got[i], 1e-6, "row %d", i)
		}
	})
}

func TestLowessOnAnyNumberOfCores(t *testing.T) {
	x, y := sample(1, 3000, shapes[1])
	want, err := Lowess(x, y, LowessOptions{})
	require.NoError(t, err)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, cores := range []int{1, 3, 8} {
		runtime.GOMAXPROCS(cores)
		got, err := Lowess(x, y, LowessOptions{})
		require.NoError(t, err)
		assert.Equal(t, want, got, "%d cores", cores)
	}
}

func TestLowessOfALineIsTheLine(t *testing.T) {
	x, _ := sample(2, 1000, shapes[1])
	y := make([]float64, len(x))
	for i, x := range x {
		y[i] = 3*x - 7
	}
	got, err := Lowess(x, y, LowessOptions{})
	require.NoError(t, err)
	for i := range y {
		assert.InDelta(t, y[i], got[i], 1e-8*max(1, math.Abs(y[i])))
	}
}

// The residuals of most rows are 0, so that the others must be too, for a row that
// is off by its rounding would weigh nothing.
func TestLowessOfStepsOnALineIsTheLine(t *testing.T) {
	for _, rows := range [][]int{{10, 5, 6}, {10, 5, 10}, {30, 5, 5}, {200, 40, 300}} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			var x, y []float64
			for step, n := range rows {
				x = append(x, slices.Repeat([]float64{1577836800 + float64(3600*step)}, n)...)
				y = append(y, slices.Repeat([]float64{float64(100 * step)}, n)...)
			}
			got, err := Lowess(x, y, LowessOptions{})
			require.NoError(t, err)
			assert.InDeltaSlice(t, y, got, 1e-9)
		})
	}
}

// statsmodels sums x as they are, and here divides the square of their rounding.
func TestLowessOfTimesIsThatOfTheirDifferences(t *testing.T) {
	const start = 1577836800 // seconds since 1970
	x, times, y := make([]float64, 240), make([]float64, 240), make([]float64, 240)
	for i := range x {
		x[i] = float64(i / 80 * 3600)
		times[i], y[i] = start+x[i], float64(i%5%2)
	}
	want, err := Lowess(x, y, LowessOptions{Frac: 0.4})
	require.NoError(t, err)
	got, err := Lowess(times, y, LowessOptions{Frac: 0.4})
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestLowessBesideAnOutlier(t *testing.T) {
	x, y := make([]float64, 60), make([]float64, 60)
	for i := range x {
		x[i], y[i] = float64(i), math.Sin(float64(i))
	}
	want, err := Lowess(x, y, LowessOptions{Frac: 0.2})
	require.NoError(t, err)
	y[59] = 1e16
	got, err := Lowess(x, y, LowessOptions{Frac: 0.2})
	require.NoError(t, err)
	assert.InDeltaSlice(t, want[:30], got[:30], 0.05, "the median residual is another")
	y[59] = 1e9
	other, err := Lowess(x, y, LowessOptions{Frac: 0.2})
	require.NoError(t, err)
	assert.InDeltaSlice(t, other[:30], got[:30], 1e-12, "of values near 1, whatever the outlier")
}

// FuzzLowessBesideOutliers compares each window of blocks with its rows, where
// y are of all sizes, by the rounding of the y that weigh in it.
func FuzzLowessBesideOutliers(f *testing.F) {
	for shape := range shapes {
		f.Add(uint64(shape), uint8(shape), uint8(16), 0.6666666)
		f.Add(uint64(shape), uint8(shape), uint8(200), 0.2)
	}
	f.Fuzz(func(t *testing.T, seed uint64, shape, outliers uint8, frac float64) {
		if frac = math.Abs(math.Mod(frac, 1)); math.IsNaN(frac) {
			frac = 0
		}
		x, y := sample(seed, 1000, shapes[int(shape)%len(shapes)])
		r := rand.New(rand.NewPCG(seed, 2))
		for range outliers {
			y[r.IntN(len(y))] = r.NormFloat64() * math.Pow(10, float64(r.IntN(34)-17))
		}
		p, err := complete(x, y)
		require.NoError(t, err)
		s := newSmoother(p, LowessOptions{Frac: frac}.neighbours(len(x)))
		for range robustPasses {
			s.fit()
			s.reweigh()
			s.requireExact(t)
		}
	})
}

func (s *smoother) requireExact(t testing.TB) {
	if s.sums == nil {
		return
	}
	s.sums.weigh(s)
	for i := range s.first {
		w := s.window(i)
		got, _, ok := s.fromTree(w)
		if !ok {
			continue
		}
		total, size := 0.0, 0.0
		for j := w.lo; j < w.hi; j++ {
			weight := tricube((s.x[j]-s.x[w.at])/w.radius) * s.robust[j]
			total += weight
			size += weight * math.Abs(s.y[j])
		}
		want, _ := s.direct(w)
		require.InDelta(t, want, got, 64*mostRounding*0x1p-52*(size/total+math.Abs(want)), "row %d", w.at)
	}
}

func TestLowessUsesItsBlocks(t *testing.T) {
	for shape, name := range map[int]string{0: "even", 1: "uneven", 2: "ties", 3: "times"} {
		x, y := sample(3, 3000, shapes[shape])
		p, err := complete(x, y)
		require.NoError(t, err)
		s := newSmoother(p, 2000)
		s.sums.weigh(s)
		for i := range s.first {
			_, _, ok := s.fromTree(s.window(i))
			require.True(t, ok, "%s, row %d", name, s.first[i])
		}
	}
}

func BenchmarkLowess(b *testing.B) {
	for _, n := range []int{1_000, 20_000, 200_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x, y := sample(1, n, shapes[0])
			b.SetBytes(int64(16 * n))
			for b.Loop() {
				if _, err := Lowess(x, y, LowessOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
