package decimate

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowBucketed is MinMax (ends = false) and M4 (ends = true) as a sentence: a
// row at a time, its bucket from big integers or from all edges, the rows to
// keep in a set.
func slowBucketed[X Coord, Y Value](x []X, y []Y, v View[X], buckets int, ends bool) []uint32 {
	limit := 2 * buckets
	if ends {
		limit = 4 * buckets
	}
	lo, hi := 0, len(x)
	for lo < hi && x[lo] < v.Lo {
		lo++
	}
	for hi > lo && x[hi-1] > v.Hi {
		hi--
	}
	first, last := max(lo-1, 0), min(hi+1, len(x))
	if len(x) <= limit {
		return appendRows(nil, 0, len(x))
	}
	if hi-lo <= limit {
		return appendRows(nil, first, last)
	}

	bucket := make([]int, len(x)) // of rows in the window; the neighbours have their own
	used := map[int]bool{}
	for i := first; i < last; i++ {
		switch {
		case i < lo:
			bucket[i] = -2
		case i >= hi:
			bucket[i] = buckets + 1
		default:
			bucket[i] = slowBucket(x[i], v, buckets)
			used[bucket[i]] = true
		}
	}
	keep := map[int]bool{}
	rs := runs(nil, y, first, last)
	for k, r := range rs {
		keep[r.lo], keep[r.hi-1] = true, true
		if k+1 < len(rs) {
			keep[r.hi] = true
		}
		for i := r.lo; i < r.hi; {
			low, high, j := i, i, i
			for ; j < r.hi && bucket[j] == bucket[i]; j++ {
				if y[j] < y[low] {
					low = j
				}
				if y[j] > y[high] {
					high = j
				}
			}
			keep[low], keep[high] = true, true
			if j < r.hi && (ends || bucket[j] > bucket[i]+1) {
				keep[j-1], keep[j] = true, true
			}
			i = j
		}
	}
	// A bucket that is empty of rows is a hole; one of gap rows lies in a gap.
	var rows []uint32
	for i := range keep {
		rows = append(rows, uint32(i))
	}
	slices.Sort(rows)
	return rows
}

func slowBucket[X Coord](x X, v View[X], n int) int {
	if lo, ok := any(v.Lo).(int64); ok {
		hi, at := any(v.Hi).(int64), any(x).(int64)
		span := new(big.Int).Sub(big.NewInt(hi), big.NewInt(lo))
		if span.Sign() == 0 {
			return n - 1
		}
		d := new(big.Int).Sub(big.NewInt(at), big.NewInt(lo))
		d.Mul(d, big.NewInt(int64(n))).Quo(d, span)
		return min(int(d.Int64()), n-1)
	}
	b := 0
	for b+1 < n && x >= v.edge(b+1, n) {
		b++
	}
	return b
}

// fromBytes makes a series of data: two bytes a row, a step in x and a y.
func fromBytes[X Coord](data []byte, scale X) (x []X, y []float64) {
	at := X(0)
	for len(data) >= 2 {
		at += X(data[0]) * scale
		v := float64(int8(data[1]))
		switch data[1] {
		case 0x80:
			v = math.NaN()
		case 0x7f:
			v = math.Inf(1)
		}
		x, y, data = append(x, at), append(y, v), data[2:]
	}
	return x, y
}

func FuzzBucketed(f *testing.F) {
	f.Add([]byte{}, uint8(1), int64(0), int64(1), int64(1))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"), uint8(3), int64(90), int64(900), int64(1))
	// More parts than buckets with rows: the first parts are empty.
	f.Add([]byte("000\x8000"), uint8(1), int64(85), int64(995), int64(1))
	f.Add(binary.BigEndian.AppendUint64(nil, 0x0180017f01050102), uint8(1), int64(0), int64(9), int64(1<<50))
	f.Fuzz(func(t *testing.T, data []byte, size uint8, a, b, scale int64) {
		n := max(int(size), 1)
		scale &= 1<<44 - 1 // x stays below 2^62
		if len(data) > 2048 {
			return
		}
		xi, y := fromBytes(data, scale)
		vi, err := ViewOf(a, b)
		require.NoError(t, err)
		require.Equal(t, slowBucketed(xi, y, vi, n, false), MinMax(nil, xi, y, vi, n))
		for _, ends := range []bool{false, true} {
			s := newScan(xi, y, vi, n, ends)
			if s.lo < s.hi {
				require.Equal(t, s.serial(nil), s.parallel(nil, 2+int(size%5)))
			}
		}
		require.Equal(t, slowBucketed(xi, y, vi, n, true), M4(nil, xi, y, vi, n))

		xf, _ := fromBytes(data, float64(scale)/3)
		vf, err := ViewOf(float64(a)/7, float64(b)/7)
		require.NoError(t, err)
		require.Equal(t, slowBucketed(xf, y, vf, n, false), MinMax(nil, xf, y, vf, n))
		require.Equal(t, slowBucketed(xf, y, vf, n, true), M4(nil, xf, y, vf, n))
		narrowIsWide(t, xf, y, vf, n)
	})
}

// narrowIsWide requires of every decimator that the rows of float32 columns are
// those of the same numbers in float64.
func narrowIsWide(t *testing.T, x, y []float64, v View[float64], size int) {
	t.Helper()
	x4, x8, y4, y8 := make([]float32, len(x)), make([]float64, len(x)), make([]float32, len(x)), make([]float64, len(x))
	for i := range x {
		x4[i], y4[i] = float32(x[i]), float32(y[i])
		x8[i], y8[i] = float64(x4[i]), float64(y4[i])
	}
	v4 := View[float32]{float32(v.Lo), float32(v.Hi)}
	if !finite(v4.Lo) || !finite(v4.Hi) {
		return
	}
	v8 := View[float64]{float64(v4.Lo), float64(v4.Hi)}
	narrow, wide, mixed := decimators[float32, float32](), decimators[float64, float64](), decimators[float64, float32]()
	for k, d := range wide {
		want := d.run(nil, x8, y8, v8, size)
		require.Equal(t, want, narrow[k].run(nil, x4, y4, v4, size), "%s, float32", d.name)
		require.Equal(t, want, mixed[k].run(nil, x8, y4, v8, size), "%s, y of float32", d.name)
	}
}

func FuzzConformance(f *testing.F) {
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz0123456789"), uint8(3), 90.0, 900.0)
	f.Fuzz(func(t *testing.T, data []byte, size uint8, a, b float64) {
		v, err := ViewOf(a, b)
		if err != nil || len(data) > 2048 {
			return
		}
		x, y := fromBytes(data, 1.0)
		for _, d := range decimators[float64, float64]() {
			conforms(t, d, x, y, v, max(int(size), 1))
		}
	})
}

// TestParallelIsSerial runs a line that is long enough to be split.
func TestParallelIsSerial(t *testing.T) {
	n := 3*rowsPerCore + 5
	x, y := walk(n)
	for i := 1000; i < n; i += 100_003 {
		y[i] = math.NaN()
	}
	v := View[float64]{x[10], x[n-10]}
	s := newScan(x, y, v, 1000, false)
	want := s.serial(nil)
	require.Equal(t, want, MinMax(nil, x, y, v, 1000))
	for parts := 2; parts < 9; parts++ {
		require.Equal(t, want, s.parallel(nil, parts), "%d parts", parts)
	}
}
