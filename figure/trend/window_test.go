package trend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowReduce reduces the values of one window by the textbook.
func slowReduce(r Reduction, values []float64, least int) float64 {
	n := float64(len(values))
	if len(values) < least {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	if r.name() == Sum {
		return sum
	}
	if n == 0 {
		return math.NaN()
	}
	power := func(p float64) (s float64) {
		for _, v := range values {
			s += math.Pow(v-sum/n, p)
		}
		return s / n
	}
	sorted := slices.Sorted(slices.Values(values))
	switch r.name() {
	case Mean:
		return sum / n
	case Median:
		return (sorted[len(sorted)/2] + sorted[(len(sorted)-1)/2]) / 2
	case Quantile:
		at := r.Q * (n - 1)
		low, high := sorted[int(at)], sorted[int(math.Ceil(at))]
		return low + (high-low)*(at-math.Floor(at))
	case Min:
		return sorted[0]
	case Max:
		return sorted[len(sorted)-1]
	case First:
		return values[0]
	case Last:
		return values[len(values)-1]
	case Var:
		return power(2) * n / (n - 1)
	case Std:
		return math.Sqrt(power(2) * n / (n - 1))
	case Sem:
		return math.Sqrt(power(2) / (n - 1))
	case Skew:
		return power(3) / math.Pow(power(2), 1.5) * math.Sqrt(n*(n-1)) / (n - 2)
	default:
		return ((n*n-1)*power(4)/(power(2)*power(2)) - 3*(n-1)*(n-1)) / ((n - 2) * (n - 3))
	}
}

// slowRolling looks at all rows for each row. A window that is not centred ends
// with its row.
func slowRolling(y []float64, at []int64, o RollingOptions) []float64 {
	out := make([]float64, len(y))
	for i := range y {
		from, to := float64(at[i])-float64(o.Duration), float64(at[i])
		if o.Center {
			from, to = to-float64(o.Duration)/2, to+float64(o.Duration)/2
		}
		var values []float64
		for j, v := range y {
			t := float64(at[j])
			inside := (t > from || o.Closed.left() && t == from) && (t < to || o.Closed.right() && t == to)
			if inside && (o.Center || j <= i) && v == v {
				values = append(values, v)
			}
		}
		out[i] = slowReduce(o.Reduction, values, *o.MinPeriods)
	}
	return out
}

func FuzzRolling(f *testing.F) {
	for i := range windowFunctions {
		f.Add(uint64(i), uint8(60), uint8(i), uint8(i), uint8(7), uint8(3), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, n, function, closed, width, least uint8, center bool) {
		r := rand.New(rand.NewPCG(seed, 2))
		y, at := make([]float64, n), make([]int64, n)
		for i := range y {
			y[i] = r.NormFloat64() * math.Pow(10, float64(r.IntN(4)))
			if r.IntN(5) == 0 {
				y[i] = math.NaN()
			}
			if i > 0 {
				at[i] = at[i-1] + int64(r.IntN(4))
			}
		}
		o := RollingOptions{
			Reduction:  Reduction{Function: windowFunctions[int(function)%len(windowFunctions)], Q: r.Float64()},
			Duration:   time.Duration(1 + width%20),
			MinPeriods: new(int(least % 6)), Center: center, Closed: closings[closed%4],
		}
		if o.Function == Count {
			o.Function = Mean // it does not count values: TestCount
		}
		got, err := Rolling(y, Times{At: at, Unit: 1}, o)
		require.NoError(t, err)
		want := slowRolling(y, at, o)
		require.Len(t, got, len(want))
		for i := range want {
			if math.IsNaN(want[i]) || math.IsInf(want[i], 0) {
				require.True(t, math.IsNaN(got[i]), "%s, row %d: %v, want NaN", o.Function, i, got[i])
			} else {
				require.InDelta(t, want[i], got[i], 1e-9*max(1, math.Abs(want[i])), "%s, row %d", o.Function, i)
			}
		}
	})
}

func TestCount(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	got, err := Rolling([]float64{nan, 1, inf, nan}, Times{}, RollingOptions{Rows: 2, Reduction: Reduction{Function: Count}})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 2, 1}, got[1:], "an infinity is a value")
	assert.True(t, math.IsNaN(got[0]), "one row is not two")
}

func TestExpandingIsRollingOverAllRows(t *testing.T) {
	_, y := sample(5, 300, shapes[0])
	for _, function := range windowFunctions {
		r := Reduction{Function: function, Q: 0.3}
		want, err := Rolling(y, Times{}, RollingOptions{Reduction: r, Rows: len(y), MinPeriods: new(1)})
		require.NoError(t, err)
		got, err := Expanding(y, ExpandingOptions{Reduction: r})
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i := range want {
			same := want[i] == got[i] || math.IsNaN(want[i]) && math.IsNaN(got[i])
			assert.True(t, same, "%s, row %d: %v, want %v", function, i, got[i], want[i])
		}
	}
}

func TestEWMSpeedsSayTheSame(t *testing.T) {
	_, y := sample(6, 50, shapes[0])
	want, err := EWM(y, EWMOptions{Alpha: new(0.25)})
	require.NoError(t, err)
	for name, o := range map[string]EWMOptions{
		"com":      {COM: new(3.0)},
		"span":     {Span: new(7.0)},
		"halflife": {Halflife: new(math.Log(0.5) / math.Log(0.75))},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := EWM(y, o)
			require.NoError(t, err)
			assert.InDeltaSlice(t, want, got, 1e-9)
		})
	}
}

func TestArgumentsAreLeftAlone(t *testing.T) {
	x, y := sample(7, 200, shapes[0])
	y[3] = math.Inf(1)
	p := Points{X: x, Y: y}
	before := slices.Clone(y)
	for _, o := range []Trend{OLSOptions{}, RollingOptions{Rows: 3}, ExpandingOptions{}, EWMOptions{Span: new(3.0)}} {
		_, err := o.Fit(p)
		require.NoError(t, err)
		assert.Equal(t, before, y, "%T", o)
	}
}

func TestWrongTimes(t *testing.T) {
	o := RollingOptions{Duration: time.Hour}
	y := []float64{1, 2, 3}
	for _, c := range []struct {
		name, want string
		times      Times
	}{
		{"x is no time", "trend: window: 1h0m0s, want a number of rows: x is not a time", Times{}},
		{"missing", "trend: x, row 2: is missing, want a time at each row for a window in time", Times{[]int64{0, 1, math.MinInt64}, 1}},
		{"descending", "trend: x, row 1: is before the row above it, want ascending times", Times{[]int64{5, 4, 6}, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Rolling(y, c.times, o)
			assert.EqualError(t, err, c.want)
		})
	}
	assert.PanicsWithValue(t, badLength, func() { _, _ = Rolling(y, Times{At: []int64{1}, Unit: 1}, o) })
}

func TestReachOverAllOfInt64(t *testing.T) {
	assert.True(t, reach{width: math.MaxInt64}.covers(-4e18, 5e18))
	assert.False(t, reach{width: math.MaxInt64}.covers(math.MinInt64+1, math.MaxInt64))
	assert.True(t, reach{width: 3, half: true}.covers(0, 1))
	assert.False(t, reach{width: 3, half: true, closed: true}.covers(0, 2))
}

func BenchmarkRolling(b *testing.B) {
	_, y := sample(1, 100_000, shapes[0])
	for _, function := range []Function{Mean, Median, Max, Std, Kurt} {
		for _, rows := range []int{7, 1000} {
			b.Run(fmt.Sprintf("n=1e5/function=%s/window=%d", function, rows), func(b *testing.B) {
				b.SetBytes(int64(8 * len(y)))
				for b.Loop() {
					if _, err := Rolling(y, Times{}, RollingOptions{Rows: rows, Reduction: Reduction{Function: function}}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkOLS(b *testing.B) {
	x, y := sample(1, 100_000, shapes[0])
	b.SetBytes(int64(16 * len(y)))
	for b.Loop() {
		if _, err := OLS(x, y, OLSOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEWM(b *testing.B) {
	_, y := sample(1, 100_000, shapes[0])
	b.SetBytes(int64(8 * len(y)))
	for b.Loop() {
		if _, err := EWM(y, EWMOptions{Span: new(10.0)}); err != nil {
			b.Fatal(err)
		}
	}
}
