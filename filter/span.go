package filter

import (
	"math"
	"sort"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A span is lo ≤ x ≤ hi, what a set's interval comes down to for the values
// that a column's type can hold. Lists of spans ascend and do not touch.
type span[T any] struct{ lo, hi T }

const (
	// maxPasses is how many spans are tested one after the other. With AVX2 a
	// pass takes a tenth of a look-up's time, in plain Go about half.
	maxPasses = 4
	// maxMembers bounds the bitmap in which integers are looked up: 128 KB.
	maxMembers = 1 << 20
)

// A spanTester compares with each span in turn.
type spanTester[T kernel.Number] struct {
	values   []T
	spans    []span[T]
	inverted bool // what is outside the spans satisfies it
	nan      bool // so does NaN
}

func (t spanTester[T]) cost() int { return max(1, len(t.spans)) }

func (t spanTester[T]) test(s *scratch, dst, _ []uint64, first, n int) {
	x := t.values[first : first+n]
	if len(t.spans) == 0 {
		clear(dst)
	}
	more := s.take(len(dst))
	defer s.give()
	for i, span := range t.spans {
		if i == 0 {
			kernel.Between(dst, x, span.lo, span.hi)
			continue
		}
		kernel.Between(more, x, span.lo, span.hi)
		kernel.Or(dst, dst, more)
	}
	if t.inverted {
		kernel.Not(dst, dst, n)
	}
	if t.nan {
		kernel.Between(more, x, T(math.Inf(-1)), T(math.Inf(1)))
		kernel.Not(more, more, n)
		kernel.Or(dst, dst, more)
	}
}

// integerTester chooses how integers are compared with the spans.
func integerTester[T kernel.Integer](values []T, spans []span[T]) tester {
	inverted := false
	if rest := gaps(spans); len(rest) < len(spans) {
		spans, inverted = rest, true
	}
	switch {
	case len(spans) <= maxPasses:
		return spanTester[T]{values: values, spans: spans, inverted: inverted}
	case !inverted && spans[0].lo >= 0 && uint64(spans[len(spans)-1].hi) < maxMembers:
		return memberTester[T]{values, members(spans)}
	}
	return rowTester(func(i int) bool { return within(spans, values[i]) != inverted })
}

// gaps returns the values of T that are in no span.
func gaps[T kernel.Integer](spans []span[T]) []span[T] {
	lowest, highest := limits[T]()
	var rest []span[T]
	next := lowest
	for _, s := range spans {
		if s.lo > next {
			rest = append(rest, span[T]{next, s.lo - 1})
		}
		if s.hi == highest {
			return rest
		}
		next = s.hi + 1
	}
	return append(rest, span[T]{next, highest})
}

// members returns the bitmap of the integers in the spans.
func members[T kernel.Integer](spans []span[T]) []uint64 {
	set := make([]uint64, kernel.Words(int(spans[len(spans)-1].hi)+1))
	for _, s := range spans {
		for v := uint64(s.lo); v <= uint64(s.hi); v++ {
			set[v/64] |= 1 << (v % 64)
		}
	}
	return set
}

// within reports whether v is in one of the spans.
func within[T kernel.Number](spans []span[T], v T) bool {
	i := sort.Search(len(spans), func(i int) bool { return v <= spans[i].hi })
	return i < len(spans) && spans[i].lo <= v
}

func limits[T kernel.Integer]() (lowest, highest T) {
	if minusOne := T(0) - 1; minusOne > 0 {
		return 0, minusOne
	}
	lowest = T(1) << (8*unsafe.Sizeof(lowest) - 1) // the sign bit alone
	return lowest, lowest - 1
}

// integerSpans returns the values of T in s. W holds every value of T.
func integerSpans[T kernel.Integer, W int64 | uint64](s set[W]) []span[T] {
	lowest, highest := limits[T]()
	least, most := limits[W]()
	var spans []span[T]
	for _, i := range s {
		lo, hi := W(lowest), W(highest)
		switch {
		case i.from.side == before:
			lo = max(lo, i.from.at)
		case i.from.side == after && i.from.at == most:
			continue
		case i.from.side == after:
			lo = max(lo, i.from.at+1)
		}
		switch {
		case i.to.side == before && i.to.at == least:
			continue
		case i.to.side == before:
			hi = min(hi, i.to.at-1)
		case i.to.side == after:
			hi = min(hi, i.to.at)
		}
		last := len(spans) - 1
		switch {
		case lo > hi:
		case last >= 0 && spans[last].hi+1 == T(lo):
			spans[last].hi = T(hi)
		default:
			spans = append(spans, span[T]{T(lo), T(hi)})
		}
	}
	return spans
}

// floatSpans returns the values of T in s, whose cuts lie at values of T.
func floatSpans[T kernel.Float](s set[float64]) []span[T] {
	var spans []span[T]
	for _, i := range s {
		lo, hi := T(math.Inf(-1)), T(math.Inf(1))
		switch i.from.side {
		case before:
			lo = T(i.from.at)
		case after: // at is finite: literals are
			lo = towards(T(i.from.at), 1)
		}
		switch i.to.side {
		case before:
			hi = towards(T(i.to.at), -1)
		case after:
			hi = T(i.to.at)
		}
		if lo <= hi {
			spans = append(spans, span[T]{lo, hi})
		}
	}
	return spans
}

// towards returns the next value of T in the direction of the infinity of the
// given sign.
func towards[T kernel.Float](v T, sign int) T {
	if unsafe.Sizeof(v) == 4 {
		return T(math.Nextafter32(float32(v), float32(math.Inf(sign))))
	}
	return T(math.Nextafter(float64(v), math.Inf(sign)))
}

func signedTester(p *predicate[int64], values arrow.Array) tester {
	switch values.DataType().ID() {
	case arrow.BOOL:
		return boolTester(p, values)
	case arrow.INT8:
		return integers[int8](p.values, values)
	case arrow.INT16:
		return integers[int16](p.values, values)
	case arrow.INT32, arrow.DATE32, arrow.TIME32:
		return integers[int32](p.values, values)
	}
	return integers[int64](p.values, values)
}

func unsignedTester(p *predicate[uint64], values arrow.Array) tester {
	switch values.DataType().ID() {
	case arrow.UINT8:
		return integers[uint8](p.values, values)
	case arrow.UINT16:
		return integers[uint16](p.values, values)
	case arrow.UINT32:
		return integers[uint32](p.values, values)
	}
	return integers[uint64](p.values, values)
}

func integers[T arrow.IntType | arrow.UintType, W int64 | uint64](s set[W], values arrow.Array) tester {
	x, ok := fixed[T](values)
	if !ok {
		return constantTester(false)
	}
	return integerTester(x, integerSpans[T](s))
}

func boolTester(p *predicate[int64], values arrow.Array) tester {
	cmp := p.domain.order
	no, yes := cmp.contains(p.values, 0), cmp.contains(p.values, 1)
	bitmap := values.Data().Buffers()[1]
	if no == yes || bitmap == nil {
		return constantTester(yes)
	}
	return bitTester{bitmap.Bytes(), values.Data().Offset(), yes}
}

func floatingTester(p *predicate[float64], values arrow.Array) tester {
	switch values.DataType().ID() {
	case arrow.FLOAT64:
		return floats[float64](p, values)
	case arrow.FLOAT32:
		return floats[float32](p, values)
	}
	x, ok := fixed[float16.Num](values)
	if !ok {
		return constantTester(false)
	}
	spans := floatSpans[float64](p.values)
	return rowTester(func(i int) bool {
		v := float64(x[i].Float32())
		return v != v && p.missing || within(spans, v)
	})
}

func floats[T float32 | float64](p *predicate[float64], values arrow.Array) tester {
	x, ok := fixed[T](values)
	if !ok {
		return constantTester(false)
	}
	spans := floatSpans[T](p.values)
	if len(spans) <= maxPasses {
		return spanTester[T]{values: x, spans: spans, nan: p.missing}
	}
	return rowTester(func(i int) bool { return x[i] != x[i] && p.missing || within(spans, x[i]) })
}
