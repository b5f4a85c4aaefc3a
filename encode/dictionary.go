package encode

import (
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// codes are the written forms of the values of one dictionary, so that each is
// escaped once and then only copied.
type codes struct {
	dictionary arrow.ArrayData
	ends       []int  // text[ends[i]:ends[i+1]] is value i
	text       []byte // and inline bytes beyond the last
	short      bool   // no value is longer than inline
}

// inline is how many bytes are copied for a value that may be shorter: two
// registers, and no branch on a length that is as good as random.
const inline = 32

func newCodes(values arrow.Array, value cell) *codes {
	k := &codes{dictionary: values.Data(), ends: make([]int, 1, values.Len()+1), short: true}
	for i := range values.Len() {
		k.text = value(k.text, i)
		k.ends = append(k.ends, len(k.text))
		k.short = k.short && k.ends[i+1]-k.ends[i] <= inline
	}
	k.text = append(k.text, make([]byte, inline)...)
	return k
}

// append appends value i.
func (k *codes) append(dst []byte, i int) []byte {
	from, to := k.ends[i], k.ends[i+1]
	if !k.short {
		return append(dst, k.text[from:to]...)
	}
	dst = slices.Grow(dst, inline)
	at := len(dst)
	*(*[inline]byte)(dst[at : at+inline]) = *(*[inline]byte)(k.text[from:])
	return dst[:at+to-from]
}

// maxCodes bounds the dictionaries whose values are written beforehand, which
// takes about 30 ns each. The values of larger ones are written row by row.
const maxCodes = 1 << 16

// coded returns the cell of a dictionary chunk.
func (f *cells) coded(d *array.Dictionary) cell {
	values := d.Dictionary()
	value := f.of(values)
	if values.Len() > maxCodes {
		return f.orMissing(d, func(dst []byte, i int) []byte { return value(dst, d.GetValueIndex(i)) })
	}
	if f.codes == nil || f.codes.dictionary != values.Data() { // chunks often share one
		f.codes = newCodes(values, value)
	}
	return f.orMissing(d, codeCell(d.Indices(), f.codes))
}

func codeCell(indices arrow.Array, k *codes) cell {
	switch a := indices.(type) {
	case *array.Int8:
		return codesOf(a.Int8Values(), k)
	case *array.Int16:
		return codesOf(a.Int16Values(), k)
	case *array.Int32:
		return codesOf(a.Int32Values(), k)
	case *array.Int64:
		return codesOf(a.Int64Values(), k)
	case *array.Uint8:
		return codesOf(a.Uint8Values(), k)
	case *array.Uint16:
		return codesOf(a.Uint16Values(), k)
	case *array.Uint32:
		return codesOf(a.Uint32Values(), k)
	case *array.Uint64:
		return codesOf(a.Uint64Values(), k)
	}
	return nil
}

func codesOf[T kernel.Integer](x []T, k *codes) cell {
	return func(dst []byte, i int) []byte { return k.append(dst, int(x[i])) }
}
