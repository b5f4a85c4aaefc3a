package encode

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// codes are the written forms of the values of one dictionary, so that each is
// escaped once and then only copied.
type codes struct {
	dictionary arrow.ArrayData
	text       []byte
	ends       []int // text[ends[i]:ends[i+1]] is value i
}

func (k *codes) of(i int) []byte { return k.text[k.ends[i]:k.ends[i+1]] }

// coded returns the cell of a dictionary chunk of which about rows values are
// written; nil for a type that cannot be written.
func (f *cells) coded(d *array.Dictionary, rows int) cell {
	values := d.Dictionary()
	value := f.of(values, rows)
	if value == nil {
		return nil
	}
	if values.Len() > rows { // not worth writing all of them
		return f.orMissing(d, func(dst []byte, i int) []byte { return value(dst, d.GetValueIndex(i)) })
	}
	if f.codes.dictionary != values.Data() { // chunks often share one
		f.codes = newCodes(values, value)
	}
	k := f.codes
	return f.orMissing(d, func(dst []byte, i int) []byte { return append(dst, k.of(d.GetValueIndex(i))...) })
}

func newCodes(values arrow.Array, value cell) codes {
	k := codes{dictionary: values.Data(), ends: make([]int, 1, values.Len()+1)}
	for i := range values.Len() {
		k.text = value(k.text, i)
		k.ends = append(k.ends, len(k.text))
	}
	return k
}
