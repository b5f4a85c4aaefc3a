package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPack(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		forType[int8](t, testPack[int8])
		forType[uint8](t, testPack[uint8])
		forType[int16](t, testPack[int16])
		forType[uint16](t, testPack[uint16])
		forType[int32](t, testPack[int32])
		forType[uint32](t, testPack[uint32])
		forType[float32](t, testPack[float32])
		forType[int64](t, testPack[int64])
		forType[uint64](t, testPack[uint64])
		forType[float64](t, testPack[float64])
		forType[day](t, testPack[day])
	})
}

func testPack[T Number](t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		for range 4 {
			src := make([]T, n)
			for i := range src {
				src[i] = T(i) // wraps around in bytes, at another period than the words
			}
			mask := randomWords(r, Words(n)) // with bits beyond n
			want := []T{}
			for i, v := range src {
				if mask[i/64]>>(i%64)&1 == 1 {
					want = append(want, v)
				}
			}
			dst := make([]T, len(want)+PackSlack)
			kept := Pack(dst, src, mask)
			require.Equal(t, want, dst[:kept], "%d rows", n)
		}
	}
}

func TestPackStaysInSlack(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		mask := []uint64{1 << 63, 0, 1}
		dst := make([]float64, 2+PackSlack+1)
		dst[2+PackSlack] = 42
		assert.Equal(t, 2, Pack(dst, make([]float64, 129), mask))
		assert.Equal(t, 42.0, dst[2+PackSlack])
		assert.Panics(t, func() { Pack(dst[:1+PackSlack:1+PackSlack], make([]float64, 129), mask) })
	})
}

func TestFillNaN(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := newRand()
		for _, n := range lengths {
			src, valid := random[float64](r, n), randomWords(r, Words(n))
			want := make([]uint64, n)
			for i, v := range src {
				want[i] = math.Float64bits(math.NaN())
				if valid[i/64]>>(i%64)&1 == 1 {
					want[i] = math.Float64bits(v)
				}
			}
			got := make([]float64, n)
			FillNaN(got, src, valid)
			require.Equal(t, want, as[uint64](got), "%d rows", n)
			FillNaN(src, src, valid)
			require.Equal(t, want, as[uint64](src), "%d rows, in place", n)
		}
	})
}

func FuzzPack(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz, and then some more to fill a second word"), uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, data []byte, a, b uint64) {
		data = data[:len(data)/8*8]
		mask := make([]uint64, Words(len(data)))
		for i := range mask {
			mask[i] = a
			a, b = b, a*b
		}
		variants(func(name string) {
			fuzzPack(t, name, reread[uint8](data), mask)
			fuzzPack(t, name, reread[uint16](data), mask)
			fuzzPack(t, name, reread[uint32](data), mask)
			fuzzPack(t, name, reread[uint64](data), mask)
		})
	})
}

func fuzzPack[T Integer](t *testing.T, variant string, src []T, mask []uint64) {
	want := []T{}
	for i, v := range src {
		if mask[i/64]>>(i%64)&1 == 1 {
			want = append(want, v)
		}
	}
	dst := make([]T, len(want)+PackSlack)
	require.Equal(t, want, dst[:Pack(dst, src, mask)], "%s %T", variant, src)
}
