package kernel

import (
	"math"
	"slices"
	"strconv"
)

// AppendFloat appends v as a JSON number: the shortest decimal that reads back
// as v, laid out as by encoding/json, with an exponent below 1e-6 and from
// 1e21 on. NaN and infinities become null, and −0 stays -0.
func AppendFloat(dst []byte, v float64) []byte {
	a := math.Abs(v)
	switch {
	case !(a <= math.MaxFloat64):
		return append(dst, "null"...)
	case a != 0 && (a < 1e-6 || a >= 1e21):
		dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
		if n := len(dst); dst[n-4] == 'e' && dst[n-2] == '0' { // e-09 is e-9
			dst[n-2] = dst[n-1]
			dst = dst[:n-1]
		}
		return dst
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}

// AppendInts appends the values of x as JSON numbers, separated by commas, and
// returns the extended slice. It takes about 4 ns a value of up to 8 digits.
func AppendInts[T Integer](dst []byte, x []T) []byte {
	if len(x) == 0 {
		return dst
	}
	for len(x) > 0 {
		rows := x[:min(decimalBlock, len(x))]
		x = x[len(rows):]
		dst = slices.Grow(dst, decimalBlock*maxNumberText)
		dst = appendIntBlock(dst, rows)
	}
	return dst[:len(dst)-1] // the last comma
}

func appendIntBlock[T Integer](dst []byte, x []T) []byte {
	buf, at := dst[:cap(dst)], len(dst)
	for _, v := range x {
		n := uint64(v)
		if v < 0 {
			n = -n
		}
		if n >= 1e16 {
			at = len(appendHugeInt(buf[:at], n, v < 0))
			continue
		}
		buf[at] = '-'
		at += int(bit(v < 0))
		at += putWhole(buf[at:], n)
		buf[at] = ','
		at++
	}
	return buf[:at]
}

func appendHugeInt(dst []byte, n uint64, negative bool) []byte {
	if negative {
		dst = append(dst, '-')
	}
	return append(strconv.AppendUint(dst, n, 10), ',')
}
