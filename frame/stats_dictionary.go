package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// uses counts how often each value of a dictionary is used in a block: values
// that are not used must not widen the bounds.
type uses struct {
	chunk  *array.Dictionary
	floats *floatShape
	bounds func(i int) (lo, hi Bound) // nil if the values have no order
	counts []int32                    // zero between blocks
	used   []int                      // the values whose count is not zero
}

func newUses(chunk *array.Dictionary, floats *floatShape) *uses {
	values := chunk.Dictionary()
	return &uses{chunk: chunk, floats: floats, bounds: boundsOf(values), counts: make([]int32, values.Len())}
}

func (u *uses) summarize(first, n int) Summary {
	u.used = u.used[:0]
	for i := first; i < first+n; i++ {
		if u.chunk.IsValid(i) {
			value := u.chunk.GetValueIndex(i)
			if u.counts[value] == 0 {
				u.used = append(u.used, value)
			}
			u.counts[value]++
		}
	}
	s := Summary{Nulls: nullsWithin(u.chunk, first, n)}
	s.Rows = s.Nulls
	for _, value := range u.used {
		s.merge(u.value(value, int(u.counts[value])))
		u.counts[value] = 0
	}
	s.own()
	return s
}

// value summarizes n rows that hold one value of the dictionary.
func (u *uses) value(i, n int) Summary {
	switch {
	case u.chunk.Dictionary().IsNull(i) || u.chunk.Dictionary().DataType().ID() == arrow.NULL:
		return Summary{Rows: n, Nulls: n}
	case u.bounds == nil:
		return Summary{Rows: n}
	}
	var s Summary
	s.extend(u.bounds, i, n)
	if u.floats != nil {
		u.floats.add([]float64{s.Min.Float})
	}
	return s
}
