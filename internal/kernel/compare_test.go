package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type day int32 // a named type, as Arrow's dates are

func TestCompare(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[int8](t, testCompare[int8])
		forType[int16](t, testCompare[int16])
		forType[int32](t, testCompare[int32])
		forType[int64](t, testCompare[int64])
		forType[uint8](t, testCompare[uint8])
		forType[uint16](t, testCompare[uint16])
		forType[uint32](t, testCompare[uint32])
		forType[uint64](t, testCompare[uint64])
		forType[float32](t, testCompare[float32])
		forType[float64](t, testCompare[float64])
		forType[day](t, testCompare[day])
	})
}

func testCompare[T Number](t *testing.T) {
	r := newRand()
	operators := []struct {
		name    string
		compare func(dst []uint64, x []T, v T)
		is      func(x, v T) bool
	}{
		{"==", Equal[T], func(x, v T) bool { return x == v }},
		{"<", Less[T], func(x, v T) bool { return x < v }},
		{"<=", LessEqual[T], func(x, v T) bool { return x <= v }},
		{">", Greater[T], func(x, v T) bool { return x > v }},
		{">=", GreaterEqual[T], func(x, v T) bool { return x >= v }},
	}
	for _, n := range lengths {
		x := random[T](r, n)
		for _, v := range random[T](r, 12) {
			for _, op := range operators {
				got := dirty(Words(n))
				op.compare(got, x, v)
				require.Equal(t, bitmap(n, func(i int) bool { return op.is(x[i], v) }), got, "x %s %v, %d rows", op.name, v, n)
			}
			hi := random[T](r, 1)[0]
			got := dirty(Words(n))
			Between(got, x, v, hi)
			require.Equal(t, bitmap(n, func(i int) bool { return v <= x[i] && x[i] <= hi }), got, "%v <= x <= %v, %d rows", v, hi, n)
		}
	}
}

func TestNaN(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[float32](t, testNaN[float32])
		forType[float64](t, testNaN[float64])
	})
}

func testNaN[T Float](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		x := random[T](r, n)
		nan, num := dirty(Words(n)), dirty(Words(n))
		IsNaN(nan, x)
		NotNaN(num, x)
		require.Equal(t, bitmap(n, func(i int) bool { return math.IsNaN(float64(x[i])) }), nan)
		require.Equal(t, bitmap(n, func(i int) bool { return !math.IsNaN(float64(x[i])) }), num)
	}
}

func TestCompareShortDst(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		assert.Panics(t, func() { Equal(make([]uint64, 1), make([]int64, 65), 0) })
	})
}

func TestInSet(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[int8](t, testInSet[int8])
		forType[uint8](t, testInSet[uint8])
		forType[uint16](t, testInSet[uint16])
		forType[int32](t, testInSet[int32])
		forType[uint32](t, testInSet[uint32])
		forType[int64](t, testInSet[int64])
	})
}

func testInSet[T Integer](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		codes := random[T](r, n)
		for _, words := range []int{0, 1, 2, 4, 5, 40} {
			for i := range codes {
				if words > 2 && r.IntN(2) == 0 {
					codes[i] = T(r.IntN(64*words + 64))
				}
			}
			set := randomWords(r, words)
			got := dirty(Words(n))
			InSet(got, codes, set)
			require.Equal(t, bitmap(n, func(i int) bool {
				c := codes[i]
				return c >= 0 && uint64(c) < uint64(64*words) && set[c/64]>>(c%64)&1 == 1
			}), got, "%d rows, %d words", n, words)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add([]byte("some rows of whatever type there is, and more than one word of them"), uint64(1), uint64(2))
	f.Add(make([]byte, 700), uint64(0), uint64(0))
	f.Fuzz(func(t *testing.T, data []byte, lo, hi uint64) {
		data = append([]byte(nil), data[:len(data)/8*8]...)
		variants(func(name string) {
			fuzzBetween(t, name, data, uint8(lo), uint8(hi))
			fuzzBetween(t, name, as[int8](data), int8(lo), int8(hi))
			if len(data) == 0 {
				return
			}
			fuzzBetween(t, name, reread[int16](data), int16(lo), int16(hi))
			fuzzBetween(t, name, reread[int32](data), int32(lo), int32(hi))
			fuzzBetween(t, name, reread[uint64](data), lo, hi)
			fuzzBetween(t, name, reread[int64](data), int64(lo), int64(hi))
			fuzzBetween(t, name, reread[float32](data), math.Float32frombits(uint32(lo)), math.Float32frombits(uint32(hi)))
			fuzzBetween(t, name, reread[float64](data), math.Float64frombits(lo), math.Float64frombits(hi))
		})
	})
}

func fuzzBetween[T Number](t *testing.T, variant string, x []T, lo, hi T) {
	got := dirty(Words(len(x)))
	Between(got, x, lo, hi)
	require.Equal(t, bitmap(len(x), func(i int) bool { return lo <= x[i] && x[i] <= hi }), got, "%s %T", variant, lo)
}
