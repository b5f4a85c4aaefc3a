package kernel

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jsonText is the reference: encoding/json, and null for what JSON has not.
func jsonText(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "null"
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func jsonTexts(x []float64) string {
	texts := make([]string, len(x))
	for i, v := range x {
		texts[i] = jsonText(v)
	}
	return strings.Join(texts, ",")
}

func TestAppendFloat(t *testing.T) {
	for text, v := range map[string]float64{
		"0":                        0,
		"-0":                       math.Copysign(0, -1),
		"null":                     math.NaN(),
		"1":                        1,
		"-12.5":                    -12.5,
		"0.000001":                 1e-6,
		"9.999999e-7":              9.999999e-7,
		"1e-10":                    1e-10,
		"100000000000000000000":    1e20,
		"1e+21":                    1e21,
		"5e-324":                   5e-324,
		"-1.7976931348623157e+308": -math.MaxFloat64,
		"0.30000000000000004":      0.30000000000000004,
	} {
		assert.Equal(t, text, string(AppendFloat(nil, v)))
		assert.Equal(t, text, jsonText(v))
	}
	assert.Equal(t, "null", string(AppendFloat(nil, math.Inf(1))))
	assert.Equal(t, "null", string(AppendFloat(nil, math.Inf(-1))))
}

func TestAppendDecimals(t *testing.T) {
	edges := []float64{
		0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1),
		1, -1, 0.5, 0.1, 0.01, 0.25, 9.99, 10, 99.99, 9999, 9999.99, 9999.9999, 10000, 10000.01,
		99999999, 99999999.99, 1e8, 1e8 - 0.5, 1e14, 1e15 - 1, 1e15, 1e15 + 1, 1e16, 9007199254740993, 1e20, 1e21, 1e22,
		1e-4, 1e-5, 1e-6, 1e-7, 1.5e-6, 9e-7, 1e-8, 1e-9, 0.12345678, 1234.5678, 12345678.12345678,
		math.MaxFloat64, math.SmallestNonzeroFloat64, 0.30000000000000004, math.Pi, 1 / 3.0, 4.35, 1.005, 2.675, 1e-300,
		math.MaxInt64, math.MinInt64, math.MaxUint64, 92233720368547758.07,
	}
	for _, v := range edges {
		for scale := range MaxScale + 1 {
			x := []float64{v, -v, math.Nextafter(v, 0), 1}
			require.Equal(t, jsonTexts(x), string(AppendDecimals(nil, x, scale)), "scale %d", scale)
			for _, v := range x {
				require.Equal(t, jsonText(v), string(AppendDecimal(nil, v, scale)), "scale %d", scale)
			}
		}
	}
	assert.Equal(t, "[", string(AppendDecimals([]byte("["), nil, 2)))
	assert.Equal(t, "[1.5", string(AppendDecimals([]byte("["), []float64{1.5}, 2)))
}

func TestAppendDecimalsRandom(t *testing.T) {
	r := newRand()
	for round := range 3000 {
		scale := r.IntN(MaxScale + 1)
		magnitude := math.Pow(10, r.Float64()*17)
		x := make([]float64, 1+r.IntN(3*decimalBlock))
		for i := range x {
			x[i] = math.Trunc((r.Float64()-0.4)*magnitude) / pow10[scale]
			if round%2 == 0 && r.IntN(200) == 0 {
				x[i] = []float64{math.NaN(), math.Copysign(0, -1), r.NormFloat64(), math.Float64frombits(r.Uint64())}[r.IntN(4)]
			}
		}
		want := jsonTexts(x)
		for _, hint := range []int{scale, r.IntN(MaxScale + 1)} {
			require.Equal(t, want, string(AppendDecimals(nil, x, hint)), "scale %d, hint %d", scale, hint)
			require.Equal(t, jsonText(x[0]), string(AppendDecimal(nil, x[0], hint)), "scale %d, hint %d", scale, hint)
		}
	}
}

// Every number of up to four whole digits and four decimals, and every table entry with it.
func TestAppendDecimalsShort(t *testing.T) {
	for scale := range 5 {
		x := make([]float64, 0, 20000)
		for i := range 10000 {
			x = append(x, float64(i)/pow10[scale], -float64(i*10000)/pow10[scale], float64(i*7919%100000000)/1e4)
		}
		require.Equal(t, jsonTexts(x), string(AppendDecimals(nil, x, scale)), "scale %d", scale)
	}
}

func TestDecimalScale(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, test := range []struct {
		name  string
		x     []float64
		scale int
		ok    bool
	}{
		{"nothing", nil, 0, true},
		{"nothing finite", []float64{nan, inf, -inf}, 0, true},
		{"whole", []float64{1, -2, 3e9}, 0, true},
		{"prices", []float64{1, nan, 12.5, -0.07}, 2, true},
		{"six decimals", []float64{40.712776, -74.005974}, 6, true},
		{"most decimals", []float64{0.12345678}, 8, true},
		{"too many decimals", []float64{0.123456789}, 0, false},
		{"a sum", []float64{0.30000000000000004}, 0, false},
		{"a third", []float64{1, 1 / 3.0}, 0, false},
		{"largest", []float64{999999999999999}, 0, true},
		{"too large", []float64{1e15}, 0, false},
		{"too large at the scale of another", []float64{1e14, 0.01}, 0, false},
		{"too large at its scale", []float64{0.01, 1e14}, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			scale, ok := DecimalScale(test.x)
			assert.Equal(t, test.ok, ok)
			if ok {
				assert.Equal(t, test.scale, scale)
			}
		})
	}
}

func TestAppendInts(t *testing.T) {
	forType[int8](t, testAppendInts[int8])
	forType[uint8](t, testAppendInts[uint8])
	forType[int16](t, testAppendInts[int16])
	forType[uint16](t, testAppendInts[uint16])
	forType[int32](t, testAppendInts[int32])
	forType[uint32](t, testAppendInts[uint32])
	forType[int64](t, testAppendInts[int64])
	forType[uint64](t, testAppendInts[uint64])
	forType[day](t, testAppendInts[day])
}

func testAppendInts[T Integer](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		x, texts := random[T](r, n), make([]string, n)
		for i := range x {
			if r.IntN(2) == 0 {
				x[i] = T(r.Uint64() >> r.IntN(64))
			}
			texts[i] = fmt.Sprint(x[i])
		}
		require.Equal(t, "["+strings.Join(texts, ","), string(AppendInts([]byte("["), x)))
	}
}

func TestAppendIntsPowers(t *testing.T) {
	for p := int64(1); p > 0 && p <= 1e18; p *= 10 {
		x := []int64{p - 1, p, p + 1, -p, 1 - p}
		require.Equal(t, fmt.Sprintf("%d,%d,%d,%d,%d", x[0], x[1], x[2], x[3], x[4]), string(AppendInts(nil, x)))
	}
}

func TestAppendNumbersAllocations(t *testing.T) {
	x, y := []float64{1.25, math.NaN(), 0.30000000000000004}, []int64{1, -2}
	dst := make([]byte, 0, 8192)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		AppendDecimals(dst, x, 2)
		AppendInts(dst, y)
	}))
}

func FuzzAppendDecimals(f *testing.F) {
	f.Add(1.25, int64(125), 2)
	f.Add(math.NaN(), int64(-1), 8)
	f.Add(1e-7, int64(99999999999), 5)
	f.Fuzz(func(t *testing.T, v float64, n int64, scale int) {
		scale &= 7
		x := []float64{v, float64(n) / pow10[scale], float64(int32(n)) / pow10[scale]}
		for i := range x {
			require.Equal(t, jsonText(x[i]), string(AppendDecimals(nil, x[i:i+1], scale)))
		}
		require.Equal(t, jsonTexts(x), string(AppendDecimals(nil, x, scale)))
		got, ok := DecimalScale(x)
		if ok {
			require.LessOrEqual(t, decimalsOf(jsonTexts(x)), got)
		}
	})
}

// decimalsOf is the most digits after a point in a list of numbers.
func decimalsOf(text string) int {
	most := 0
	for number := range strings.SplitSeq(text, ",") {
		if _, fraction, ok := strings.Cut(number, "."); ok && !strings.Contains(number, "e") {
			most = max(most, len(fraction))
		}
	}
	return most
}
