package encode

import (
	"encoding/binary"
	"unsafe"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// converter returns the function that writes floats in type d, of which every
// value is exact: what typed.bytes is.
func converter[T kernel.Float](d dtype) func(x []T, m *scratch) []byte {
	if d.size() == int(unsafe.Sizeof(T(0))) && !d.integer() {
		return littleEndian[T]
	}
	switch d {
	case i1:
		return converted[int8, T]
	case u1:
		return converted[uint8, T]
	case i2:
		return converted[int16, T]
	case u2:
		return converted[uint16, T]
	case i4:
		return converted[int32, T]
	case u4:
		return converted[uint32, T]
	case f4:
		return converted[float32, T]
	}
	return converted[float64, T]
}

// truncated is a stream of the low bytes of unsigned integers.
func truncated[T uint8 | uint16 | uint32 | uint64](rows *frame.Rows, d dtype, chunks [][]T) stream {
	t := &typed[T]{rows: rows, source: &plainSource[T]{chunks}}
	switch {
	case d.size() == int(unsafe.Sizeof(T(0))):
		t.bytes = littleEndian[T]
	case d.size() == 1:
		t.bytes = converted[uint8, T]
	case d.size() == 2:
		t.bytes = converted[uint16, T]
	default:
		t.bytes = converted[uint32, T]
	}
	return t
}

func recast[To, From kernel.Number](chunks [][]From) [][]To {
	to := make([][]To, len(chunks))
	for i, chunk := range chunks {
		to[i] = cast[To](chunk)
	}
	return to
}

func converted[To, From kernel.Number](x []From, m *scratch) []byte {
	to := view[To](m.narrow[:])[:len(x)]
	for i, v := range x {
		to[i] = To(v)
	}
	return littleEndian(to, m)
}

var bigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// littleEndian returns the bytes of x, lowest first: its own memory where the
// machine has it so.
func littleEndian[T kernel.Number](x []T, m *scratch) []byte {
	b := bytesOf(x)
	if bigEndian {
		m.swapped = appendSwapped(m.swapped[:0], b, int(unsafe.Sizeof(T(0))))
		return m.swapped
	}
	return b
}

// appendSwapped appends src with the bytes of each value reversed.
func appendSwapped(dst, src []byte, size int) []byte {
	for i := 0; i < len(src); i += size {
		for k := size - 1; k >= 0; k-- {
			dst = append(dst, src[i+k])
		}
	}
	return dst
}

// appendFloats appends floats as text. scale is that of the column's
// statistics: −1 if the values are not short decimals.
func appendFloats(dst []byte, x []float64, scale int) []byte {
	if scale >= 0 {
		return kernel.AppendDecimals(dst, x, min(scale, kernel.MaxScale))
	}
	for i, v := range x {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = kernel.AppendFloat(dst, v)
	}
	return dst
}
