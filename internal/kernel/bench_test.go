package kernel

import (
	"fmt"
	"math"
	"testing"
	"unsafe"
)

// The rows of the frame of the benchmarks in bench/, and what its filter keeps.
const (
	benchRows = 630_918
	benchKept = 0.85
)

func benchVariants(b *testing.B, name string, bytes int, run func()) {
	variants(func(variant string) {
		b.Run(name+"/variant="+variant, func(b *testing.B) {
			b.SetBytes(int64(bytes))
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	})
}

func benchMask() []uint64 {
	r := newRand()
	return bitmap(benchRows, func(int) bool { return r.Float64() < benchKept })
}

// prices have two decimals and a long tail.
func prices() []float64 {
	r := newRand()
	x := make([]float64, benchRows)
	for i := range x {
		x[i] = math.Round(r.ExpFloat64()*1500) / 100
	}
	return x
}

// BenchmarkCopy is the ceiling of all others.
func BenchmarkCopy(b *testing.B) {
	src, dst := prices(), make([]float64, benchRows)
	b.SetBytes(8 * benchRows)
	for b.Loop() {
		copy(dst, src)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func BenchmarkBetween(b *testing.B) {
	benchBetween[uint8](b)
	benchBetween[int16](b)
	benchBetween[int32](b)
	benchBetween[int64](b)
	benchBetween[float32](b)
	benchBetween[float64](b)
}

func benchBetween[T Number](b *testing.B) {
	x, dst := random[T](newRand(), benchRows), make([]uint64, Words(benchRows))
	benchVariants(b, fmt.Sprintf("dtype=%T", T(0)), benchRows*int(sizeOf[T]()), func() { Between(dst, x, 1, 50) })
}

func BenchmarkInSet(b *testing.B) {
	benchInSet[uint8](b, 200)
	benchInSet[int32](b, 200)
	benchInSet[int32](b, 5000)
}

func benchInSet[T Integer](b *testing.B, codes int) {
	r := newRand()
	x, dst := make([]T, benchRows), make([]uint64, Words(benchRows))
	for i := range x {
		x[i] = T(r.IntN(codes))
	}
	set := randomWords(r, Words(codes))
	benchVariants(b, fmt.Sprintf("dtype=%T/codes=%d", T(0), codes), benchRows*int(sizeOf[T]()), func() { InSet(dst, x, set) })
}

func BenchmarkPack(b *testing.B) {
	benchPack[uint8](b)
	benchPack[int16](b)
	benchPack[int32](b)
	benchPack[float64](b)
}

func benchPack[T Number](b *testing.B) {
	src, dst, mask := random[T](newRand(), benchRows), make([]T, benchRows+PackSlack), benchMask()
	benchVariants(b, fmt.Sprintf("dtype=%T", T(0)), benchRows*int(sizeOf[T]()), func() { Pack(dst, src, mask) })
}

func BenchmarkFillNaN(b *testing.B) {
	src, dst, mask := prices(), make([]float64, benchRows), benchMask()
	benchVariants(b, "dtype=float64", 8*benchRows, func() { FillNaN(dst, src, mask) })
}

func BenchmarkLoadBits(b *testing.B) {
	dst, src := make([]uint64, Words(benchRows)), make([]byte, benchRows/8+2)
	b.SetBytes(benchRows / 8)
	for b.Loop() {
		LoadBits(dst, src, 3, benchRows)
	}
}

func BenchmarkAppendBase64(b *testing.B) {
	for _, n := range []int{4096 * 8, 8 * benchRows} {
		src, dst := make([]byte, n), make([]byte, 0, n/3*4+4)
		benchVariants(b, fmt.Sprintf("bytes=%d", n), n, func() { AppendBase64(dst, src) })
	}
}

// BenchmarkExtremes has the few values of a bucket of a line, as many as fit
// L3, and more.
func BenchmarkExtremes(b *testing.B) {
	benchExtremes[float64](b)
	benchExtremes[float32](b)
}

func benchExtremes[T Float](b *testing.B) {
	r := newRand()
	for _, n := range []int{64, 500, benchRows, 1 << 24} {
		x := make([]T, n)
		for i := range x {
			x[i] = T(r.Float64())
		}
		benchVariants(b, fmt.Sprintf("dtype=%T/n=%d", T(0), n), int(sizeOf[T]())*n, func() { Extremes(x) })
	}
}

func BenchmarkMinMax(b *testing.B) {
	x, ints := prices(), random[int64](newRand(), benchRows)
	benchVariants(b, "dtype=float64", 8*benchRows, func() { MinMax(x) })
	benchVariants(b, "dtype=int64", 8*benchRows, func() { MinMax(ints) })
}

func BenchmarkAppendDecimals(b *testing.B) {
	r := newRand()
	for _, data := range []struct {
		name  string
		scale int
		value func() float64
	}{
		{"prices", 2, func() float64 { return math.Round(r.ExpFloat64()*1500) / 100 }},
		{"prices-gaps", 2, func() float64 {
			if r.IntN(20) == 0 {
				return math.NaN()
			}
			return math.Round(r.ExpFloat64()*1500) / 100
		}},
		{"degrees", 6, func() float64 { return math.Round((r.Float64()*360-180)*1e6) / 1e6 }},
		{"milliseconds", 0, func() float64 { return math.Round(1.5e12 + r.Float64()*1e11) }},
		{"random", 2, r.NormFloat64},
	} {
		x := make([]float64, benchRows)
		for i := range x {
			x[i] = data.value()
		}
		dst := make([]byte, 0, 32*benchRows)
		benchVariants(b, "data="+data.name, 8*benchRows, func() { AppendDecimals(dst, x, data.scale) })
	}
}

func BenchmarkDecimalScale(b *testing.B) {
	x := prices()
	benchVariants(b, "data=prices", 8*benchRows, func() { DecimalScale(x) })
}

func BenchmarkAppendInts(b *testing.B) {
	r := newRand()
	dst := make([]byte, 0, 32*benchRows)
	for _, digits := range []int{6, 13} {
		x := make([]int64, benchRows)
		for i := range x {
			x[i] = r.Int64N(int64(math.Pow10(digits)))
		}
		benchVariants(b, fmt.Sprintf("digits=%d", digits), 8*benchRows, func() { AppendInts(dst, x) })
	}
}

// BenchmarkTriangle does what LTTB does to a bucket.
func BenchmarkTriangle(b *testing.B) {
	benchTriangle[float64](b)
	benchTriangle[float32](b)
}

func benchTriangle[T Float](b *testing.B) {
	r := newRand()
	x, y := make([]T, 500), make([]T, 500)
	for i := range x {
		x[i], y[i] = T(i), T(r.NormFloat64())
	}
	bytes := int(sizeOf[T]()) * len(x)
	benchVariants(b, fmt.Sprintf("sum/dtype=%T/n=500", T(0)), bytes, func() { SumFrom(y, 1) })
	benchVariants(b, fmt.Sprintf("area/dtype=%T/n=500", T(0)), 2*bytes, func() { Largest(Triangle{0, 0, 700, 1}, x, y) })
}

// BenchmarkShade shades a disc of 12 × 12 cells, which is a marker of 6 pixels in
// scattergl, that stay lit.
func BenchmarkShade(b *testing.B) {
	const words = 4
	through, lit := fullLight(words, 16)
	rim := Rim{Inside: 5.31, B: 3, C: -2, Opacity: 1e-6, Dark: 0.5 / 255}
	s := Strip{Column: 13, Row: 2, Columns: 12, Rows: 12, X: -5.6, Y: -5.3}
	benchVariants(b, "columns=12/rows=12", 4*12*12, func() { Shade(through, lit, words, &s, &rim) })
}

// BenchmarkPath takes two columns the way of a figure, a chunk that fits L1 at
// a time: filter, pack, base64.
func BenchmarkPath(b *testing.B) {
	const chunk = 4096
	r := newRand()
	passengers := make([]uint8, benchRows)
	for i := range passengers {
		passengers[i] = 1
		if r.Float64() > benchKept {
			passengers[i] = uint8(2 + r.IntN(5))
		}
	}
	x, y := prices(), prices()
	mask := make([]uint64, Words(benchRows))
	packed := make([]float64, chunk+PackSlack)
	text := make([]byte, 0, chunk*8/3*4+8)
	benchVariants(b, "columns=2", 2*8*benchRows, func() {
		Equal(mask, passengers, 1)
		for _, column := range [][]float64{x, y} {
			for from := 0; from < benchRows; from += chunk {
				rows := column[from:min(from+chunk, benchRows)]
				n := Pack(packed, rows, mask[from/64:])
				AppendBase64(text, bytesOf(packed[:n]))
			}
		}
	})
}

func bytesOf(x []float64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 8*len(x))
}
