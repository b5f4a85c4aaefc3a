package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBitmapOperators(t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		a, b := randomWords(r, Words(n)), randomWords(r, Words(n))
		clearTail(a, n)
		clearTail(b, n)
		has := func(words []uint64, i int) bool { return words[i/64]>>(i%64)&1 == 1 }
		got := dirty(Words(n))
		And(got, a, b)
		assert.Equal(t, bitmap(n, func(i int) bool { return has(a, i) && has(b, i) }), got)
		Or(got, a, b)
		assert.Equal(t, bitmap(n, func(i int) bool { return has(a, i) || has(b, i) }), got)
		AndNot(got, a, b)
		assert.Equal(t, bitmap(n, func(i int) bool { return has(a, i) && !has(b, i) }), got)
		Not(got, a, n)
		assert.Equal(t, bitmap(n, func(i int) bool { return !has(a, i) }), got)
		assert.Equal(t, n, Count(a)+Count(got))
		Ones(got, n)
		assert.Equal(t, bitmap(n, func(int) bool { return true }), got)
		And(a, a, b)
		And(got, a, b)
		assert.Equal(t, got, a, "in place")
	}
}

func TestLoadBits(t *testing.T) {
	r := newRand()
	for _, n := range lengths {
		for offset := range 70 {
			// Exactly the bytes that hold the bits: a read beyond would panic.
			bytes := make([]byte, (offset+n+7)/8)
			for i := range bytes {
				bytes[i] = byte(r.Uint32())
			}
			got := dirty(Words(n))
			LoadBits(got, bytes, offset, n)
			require.Equal(t, bitmap(n, func(i int) bool {
				at := offset + i
				return bytes[at/8]>>(at%8)&1 == 1
			}), got, "%d bits from %d", n, offset)
		}
	}
	assert.Panics(t, func() { LoadBits(make([]uint64, 1), make([]byte, 1), 3, 6) })
}
