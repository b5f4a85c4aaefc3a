package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// lengths lie around every width a loop works in, and around two of them.
var lengths = []int{0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 200, 2047, 2048, 2049, 5000}

// eachVariant runs test as a subtest of each variant.
func eachVariant(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	variants(func(name string) { t.Run(name, test) })
}

// random returns n values of T among which the extremes, zeros, and for
// floats NaN and infinities come up often, and equal values too.
func random[T Number](r *rand.Rand, n int) []T {
	special := []T{lowest[T](), highest[T](), 0, 1, lowest[T]() / 2, highest[T]() / 2}
	if isFloat[T]() {
		special = append(special, T(math.NaN()), T(math.Copysign(0, -1)), above(T(0)), below(T(0)))
	}
	x := make([]T, n)
	for i := range x {
		if r.IntN(8) == 0 {
			x[i] = special[r.IntN(len(special))]
		} else {
			x[i] = T(r.IntN(100))
		}
	}
	return x
}

func randomWords(r *rand.Rand, n int) []uint64 {
	words := make([]uint64, n)
	for i := range words {
		switch r.IntN(6) {
		case 0:
		case 1:
			words[i] = math.MaxUint64
		default:
			words[i] = r.Uint64()
		}
	}
	return words
}

// dirty is a bitmap that a function must overwrite.
func dirty(n int) []uint64 {
	words := make([]uint64, n)
	for i := range words {
		words[i] = 0xdeadbeefdeadbeef
	}
	return words
}

// bitmap is the plain way to make one.
func bitmap(n int, is func(i int) bool) []uint64 {
	words := make([]uint64, Words(n))
	for i := range n {
		if is(i) {
			words[i/64] |= 1 << (i % 64)
		}
	}
	return words
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(2, 3)) }

func forType[T Number](t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Run(fmt.Sprintf("%T", T(0)), test)
}

// reread makes values of T out of bytes.
func reread[T Number](data []byte) []T {
	x := make([]T, len(data)/int(sizeOf[T]()))
	if _, err := binary.Decode(data, binary.LittleEndian, x); err != nil {
		panic(err)
	}
	return x
}
