package kernel

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The writers below have no branch on the data, for the lengths of prices
// are as good as random: a text is stored as a whole word and stepped over by
// its length, and what lies beyond is overwritten by the next one.

// whole holds the digits of 0 to 9999 without leading zeros, first one lowest;
// the length is in the highest byte.
var whole = func() (text [1e4]uint64) {
	for i := range text {
		zeros := bits.TrailingZeros32(values4[i]|1<<24) &^ 7 // at most three digits
		text[i] = uint64((values4[i]|zeros4)>>zeros) | uint64(4-zeros/8)<<56
	}
	return text
}()

// decimals holds ".dddd," for 0 to 9999 without trailing zeros, or "," for 0;
// the length is in the highest byte.
var decimals = func() (text [1e4]uint64) {
	text[0] = ',' | 1<<56
	for i := 1; i < len(text); i++ {
		digits := values4[i] | zeros4
		n := (bits.Len32(values4[i]) + 7) / 8
		kept := uint64(digits) & (1<<(8*n) - 1)
		text[i] = '.' | kept<<8 | ','<<(8*n+8) | uint64(n+2)<<56
	}
	return text
}()

// values4 holds the values, not the text, of the four digits of 0 to 9999.
var values4 = func() (values [1e4]uint32) {
	for i := range values {
		n := uint32(i)
		values[i] = n/1000 | n/100%10<<8 | n/10%10<<16 | n%10<<24
	}
	return values
}()

// digits8 is n < 10^8 as the values of eight digits, first one lowest. The
// table is faster than arithmetic here, which keeps the one port for
// multiplication busy.
func digits8(n uint64) uint64 {
	hi := n / 1e4
	return uint64(values4[hi]) | uint64(values4[n-hi*1e4])<<32
}

// trimmed is the text of eight digits without leading zeros, and its length.
func trimmed(digits uint64) (text uint64, length int) {
	zeros := bits.TrailingZeros64(digits|1<<56) &^ 7 // at most seven digits
	return (digits + zeros8) >> (zeros & 63), 8 - zeros>>3
}

// putWhole writes n < 10^16 and returns how many bytes that took. It
// overwrites up to 16.
func putWhole(buf []byte, n uint64) int {
	hi := n / 1e8
	if hi == 0 {
		text, length := trimmed(digits8(n))
		binary.LittleEndian.PutUint64(buf, text)
		return length
	}
	text, length := trimmed(digits8(hi))
	binary.LittleEndian.PutUint64(buf, text)
	binary.LittleEndian.PutUint64(buf[length:], digits8(n-hi*1e8)+zeros8)
	return length + 8
}

const (
	zeros4 = 0x30303030         // "0000"
	zeros8 = 0x3030303030303030 // "00000000"
)

var exp10 = [MaxScale + 1]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// appendScaled appends ±n/10^scale and a comma for each n of block. The signs
// are those of x. dst has room for maxNumberText bytes a value. short says
// that all whole parts, and scale, have at most four digits.
func appendScaled(dst []byte, block []uint64, x []float64, scale int, short bool) []byte {
	x = x[:len(block)]
	if short {
		return appendShort(dst, block, x, scale)
	}
	return appendLong(dst, block, x, scale)
}

func appendShort(dst []byte, block []uint64, x []float64, scale int) []byte {
	buf, at := dst[:cap(dst)], len(dst)
	pow, fill := exp10[scale], exp10[4-scale]
	inverse := (1<<40 + pow - 1) / pow // n*inverse>>40 is n/pow, as n*pow < 2^40
	for i, n := range block {
		q := n * inverse >> 40
		text, fraction := whole[q], decimals[(n-q*pow)*fill]
		buf[at] = '-'
		at += int(math.Float64bits(x[i]) >> 63)
		binary.LittleEndian.PutUint64(buf[at:], text)
		at += int(text >> 56)
		binary.LittleEndian.PutUint64(buf[at:], fraction)
		at += int(fraction >> 56)
	}
	return buf[:at]
}

func appendLong(dst []byte, block []uint64, x []float64, scale int) []byte {
	buf, at := dst[:cap(dst)], len(dst)
	pow, fill := exp10[scale], exp10[8-scale]
	inverse := inverses[scale]
	shift := uint(3*scale) & 63
	for i, n := range block {
		q, _ := bits.Mul64(n<<1, inverse)
		q >>= shift
		buf[at] = '-'
		at += int(math.Float64bits(x[i]) >> 63)
		at += putWhole(buf[at:], q)
		fraction := digits8((n - q*pow) * fill)
		buf[at] = '.'
		at += int(bit(fraction != 0))
		binary.LittleEndian.PutUint64(buf[at:], fraction+zeros8)
		at += (bits.Len64(fraction) + 7) >> 3
		buf[at] = ','
		at++
	}
	return buf[:at]
}

// inverses are ⌈2^(63+3·scale)/10^scale⌉. Each fits 64 bits, for 2^(3·scale)
// <= 10^scale, and is too large by less than 1, so that the error of n/10^scale
// stays below n/2^(63+3·scale), too little to reach the next whole number.
var inverses = func() (inverses [MaxScale + 1]uint64) {
	inverses[0] = 1 << 63
	for scale := 1; scale <= MaxScale; scale++ {
		quotient, rest := bits.Div64(1<<(3*scale-1), 0, exp10[scale])
		inverses[scale] = quotient + bit(rest != 0)
	}
	return inverses
}()
