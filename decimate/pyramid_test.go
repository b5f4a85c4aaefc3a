package decimate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines calls do with lines of the conformance suite, of n rows each: with all
// of them if n is small.
func lines(n int, do func(name string, x, y []float64)) {
	for i, s := range series {
		for j, st := range steps {
			if n > 20_000 && (i+j)%len(steps) != 0 {
				continue
			}
			r := rand.New(rand.NewPCG(uint64(n), 2))
			x, y := make([]float64, n), make([]float64, n)
			at := -100.0
			for i := range x {
				at += st.next(r)
				x[i], y[i] = at, s.y(r, i)
			}
			do(s.name+"/"+st.name, x, y)
		}
	}
}

// TestPyramidPicksTheSame: on the same rows, what MinMax and M4 keep.
func TestPyramidPicksTheSame(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 2047, 2049, 5000, 140_001} {
		lines(n, func(name string, x, y []float64) {
			p := NewPyramid(Floats(x), Floats(y))
			require.NotNil(t, p)
			requireExtents(t, p, x, y, name)
			vs := views(x)
			if n > 3000 { // not only a view that bears on both ends of a block
				vs = append(vs, View[float64]{x[64], x[2*2048]}, View[float64]{x[2047], x[n-70]})
			}
			for _, v := range vs {
				for _, buckets := range []int{1, 2, 7, 64, 1000} {
					at := fmt.Sprintf("%s, %d rows, view %v, %d buckets", name, n, v, buckets)
					samePicks(t, at, p, x, y, v, buckets)
				}
			}
		})
	}
}

// TestPyramidAsksForFewRows: also where MinMax would rather read all rows, and on any
// number of goroutines.
func TestPyramidAsksForFewRows(t *testing.T) {
	lines(70_000, func(name string, x, y []float64) {
		p := NewPyramid(Floats(x), Floats(y))
		v := View[float64]{x[100], x[len(x)-100]}
		lo, hi := v.Rows(x)
		for _, buckets := range []int{1, 3, 40, 300, 3000, 9000} {
			for _, ends := range []bool{false, true} {
				if hi-lo <= 4*buckets {
					continue // kept whole
				}
				want := newScan(x, y, v, buckets, ends).serial(nil)
				for parts := 1; parts < 4; parts++ {
					q := query{p: p, x: Floats(x), y: Floats(y), v: v, buckets: buckets, ends: ends, lo: lo, hi: hi}
					if got := q.pick(nil, parts); !slices.Equal(want, got) {
						require.Equal(t, want, got, "%s, %d buckets, M4 %v, %d parts", name, buckets, ends, parts)
					}
				}
			}
		}
	})
}

// requireExtents checks the extents, bit for bit: of 0 and −0 the first.
func requireExtents(t *testing.T, p *Pyramid, x, y []float64, at string) {
	t.Helper()
	of := func(values []float64) [2]uint64 {
		s := onlyGaps
		for _, v := range values {
			if finite(v) && v < s.low {
				s.low = v
			}
			if finite(v) && v > s.high {
				s.high = v
			}
		}
		return [2]uint64{math.Float64bits(s.low), math.Float64bits(s.high)}
	}
	bits := func(low, high float64) [2]uint64 { return [2]uint64{math.Float64bits(low), math.Float64bits(high)} }
	want, got := of(y), bits(p.Extent())
	require.Equal(t, want, got, at)
	want, got = of(x), bits(p.Ends(Floats(x)))
	require.Equal(t, want, got, at)
}

func TestPyramidEnds(t *testing.T) {
	for _, x := range [][]float64{
		{math.Inf(-1), math.Inf(-1), -3, 5, math.Inf(1)}, {math.Inf(-1)}, {}, {-1, math.Copysign(0, -1), 0}, {0, math.Copysign(0, -1)},
	} {
		y := make([]float64, len(x))
		requireExtents(t, NewPyramid(Floats(x), Floats(y)), x, y, fmt.Sprint(x))
	}
}

func samePicks(t *testing.T, at string, p *Pyramid, x, y []float64, v View[float64], buckets int) {
	t.Helper()
	marker := []uint32{math.MaxUint32}
	if want, got := MinMax(marker, x, y, v, buckets), p.MinMax(marker, Floats(x), Floats(y), v, buckets); !assert.ObjectsAreEqual(want, got) {
		require.Equal(t, want, got, "MinMax: %s", at)
	}
	if want, got := M4(marker, x, y, v, buckets), p.M4(marker, Floats(x), Floats(y), v, buckets); !assert.ObjectsAreEqual(want, got) {
		require.Equal(t, want, got, "M4: %s", at)
	}
	lo, hi := v.Rows(x)
	gotLo, gotHi := p.Rows(Floats(x), v)
	require.Equal(t, [2]int{lo, hi}, [2]int{gotLo, gotHi}, at)
	require.Equal(t, countFinite(y[lo:hi]), p.CountFinite(Floats(y), lo, hi), at)
	o := LineOptions{Width: buckets}
	wantRows, want := Line(nil, x, y, v, o)
	gotRows, got := p.Line(nil, Floats(x), Floats(y), v, o)
	require.Equal(t, want, got, at)
	require.Len(t, gotRows, len(wantRows), at)
}

func FuzzPyramid(f *testing.F) {
	f.Add(uint64(1), uint16(3000), uint8(0), 0.1, 0.9, uint16(10))
	f.Add(uint64(2), uint16(50000), uint8(7), 0.0, 1.0, uint16(300))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, shape uint8, from, to float64, buckets uint16) {
		r := rand.New(rand.NewPCG(seed, 1))
		x, y := make([]float64, n), make([]float64, n)
		at := 0.0
		for i := range x {
			at += steps[int(shape)/len(series)%len(steps)].next(r)
			x[i], y[i] = at, series[int(shape)%len(series)].y(r, i)
		}
		v, err := ViewOf(at*from, at*to)
		if err != nil {
			return
		}
		samePicks(t, "", NewPyramid(Floats(x), Floats(y)), x, y, v, int(buckets)+1)
	})
}

func TestPyramidNeedsSortedX(t *testing.T) {
	for name, break_ := range map[string]func(x []float64){
		"in a node":        func(x []float64) { x[100] = -1 },
		"between nodes":    func(x []float64) { x[2048] = 2046 },
		"between segments": func(x []float64) { x[65_536] = 65_534 },
		"missing":          func(x []float64) { x[99_999] = math.NaN() },
	} {
		t.Run(name, func(t *testing.T) {
			x, y := walk(100_000)
			break_(x)
			require.Equal(t, Sorted(x), NewPyramid(Floats(x), Floats(y)) != nil)
			assert.Nil(t, NewPyramid(Floats(x), Floats(y)))
		})
	}
}

func TestPyramidExtended(t *testing.T) {
	x, y := walk(300_000)
	for i := range y {
		if i/1000%7 == 3 {
			y[i] = math.NaN()
		}
	}
	r := rand.New(rand.NewPCG(3, 3))
	p, n := NewPyramid(Floats(nil), Floats(nil)), 0
	for n < len(x) {
		n = min(n+r.IntN(1+r.IntN(60_000)), len(x))
		before := p
		p = p.Extend(Floats(x[:n]), Floats(y[:n]))
		require.Equal(t, NewPyramid(Floats(x[:n]), Floats(y[:n])), p)
		if before.rows > 0 {
			samePicks(t, "the old one", before, x[:before.rows], y[:before.rows], View[float64]{0, 1e6}, 100)
		}
	}
	assert.Nil(t, p.Extend(Floats(append(x, 5)), Floats(append(y, 5))), "an x below the last one")
}

func TestPyramidIsSmall(t *testing.T) {
	x, y := walk(1_000_000)
	assert.LessOrEqual(t, NewPyramid(Floats(x), Floats(y)).Bytes(), int64(8*len(y)*4/100))
}

func TestPyramidMisusePanics(t *testing.T) {
	one, two := Floats{1}, Floats{1, 2}
	p := NewPyramid(one, one)
	v := View[float64]{0, 1}
	assert.PanicsWithValue(t, badLength, func() { NewPyramid(one, two) })
	assert.PanicsWithValue(t, badSeries, func() { p.MinMax(nil, two, two, v, 1) })
	assert.PanicsWithValue(t, badSize, func() { p.MinMax(nil, one, one, v, 0) })
	assert.PanicsWithValue(t, badView, func() { p.M4(nil, one, one, View[float64]{1, 0}, 1) })
}
