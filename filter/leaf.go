package filter

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A leaf finds the rows where one column satisfies a condition.
type leaf struct {
	number    int // among the leaves of the program
	column    *frame.Column
	condition condition
	parts     []part // one a chunk
}

// A part is the test of one chunk. It gives nulls their answer as well.
type part struct {
	tester
	ofMissing bool
	valid     []byte // Arrow's validity bitmap; nil if there is no null
	offset    int    // of the first row in valid
}

func newLeaf(c *frame.Column, cond condition, number int) *leaf {
	l := &leaf{number: number, column: c, condition: cond, parts: make([]part, c.Chunks())}
	dictionaries := make(map[arrow.ArrayData][]uint64) // chunks often share one
	for i := range l.parts {
		l.parts[i] = newPart(c.Chunk(i), cond, dictionaries)
	}
	return l
}

func newPart(chunk arrow.Array, cond condition, dictionaries map[arrow.ArrayData][]uint64) part {
	p := part{ofMissing: cond.ofMissing()}
	switch chunk.DataType().ID() {
	case arrow.NULL:
		p.tester = constantTester(p.ofMissing)
		return p
	case arrow.DICTIONARY:
		values := chunk.(*array.Dictionary).Dictionary()
		codes, ok := dictionaries[values.Data()]
		if !ok {
			codes = codesOf(values, cond)
			dictionaries[values.Data()] = codes
		}
		p.tester = codeTester(chunk, codes)
	default:
		p.tester = cond.tester(chunk)
	}
	if chunk.NullN() > 0 {
		p.valid, p.offset = chunk.NullBitmapBytes(), chunk.Data().Offset()
	}
	return p
}

// codesOf returns the bitmap of the dictionary's entries that satisfy cond.
func codesOf(values arrow.Array, cond condition) []uint64 {
	p, s := newPart(values, cond, nil), new(scratch)
	codes := make([]uint64, kernel.Words(values.Len()))
	for first := 0; first < values.Len(); first += areaRows {
		n := min(areaRows, values.Len()-first)
		p.test(s, codes[first/64:][:kernel.Words(n)], nil, first, n)
	}
	return codes
}

// codeTester returns the test of a dictionary array, whose codes are unsigned
// whatever their type says.
func codeTester(chunk arrow.Array, codes []uint64) tester {
	switch index := chunk.DataType().(*arrow.DictionaryType).IndexType.(arrow.FixedWidthDataType); index.BitWidth() {
	case 8:
		return codesIn[uint8](chunk, codes)
	case 16:
		return codesIn[uint16](chunk, codes)
	case 32:
		return codesIn[uint32](chunk, codes)
	}
	return codesIn[uint64](chunk, codes)
}

func codesIn[T uint8 | uint16 | uint32 | uint64](chunk arrow.Array, codes []uint64) tester {
	x, ok := fixed[T](chunk)
	if !ok {
		return constantTester(false)
	}
	spans := runs[T](codes)
	if len(spans) > maxPasses && len(gaps(spans)) > maxPasses {
		return memberTester[T]{x, codes}
	}
	return integerTester(x, spans)
}

// runs returns the runs of set bits.
func runs[T kernel.Integer](set []uint64) []span[T] {
	var spans []span[T]
	for v := range len(set) * 64 {
		if set[v/64]>>(v%64)&1 == 0 {
			continue
		}
		if last := len(spans) - 1; last >= 0 && spans[last].hi+1 == T(v) {
			spans[last].hi = T(v)
		} else {
			spans = append(spans, span[T]{T(v), T(v)})
		}
	}
	return spans
}

// test is as tester's, and also right for nulls.
func (p *part) test(s *scratch, dst, candidates []uint64, first, n int) {
	p.tester.test(s, dst, candidates, first, n)
	if p.valid == nil {
		return
	}
	valid := s.take(len(dst))
	defer s.give()
	kernel.LoadBits(valid, p.valid, p.offset+first, n)
	if !p.ofMissing {
		kernel.And(dst, dst, valid)
		return
	}
	kernel.Not(valid, valid, n)
	kernel.Or(dst, dst, valid)
}

func (l *leaf) cost() int {
	most := 0
	for i := range l.parts {
		most = max(most, l.parts[i].cost())
	}
	return most
}

func (l *leaf) known(s *scratch) outcome { return s.known[l.number] }

func (l *leaf) narrow(s *scratch, a area, dst []uint64, in outcome) outcome {
	if known := s.known[l.number]; known != some {
		return known
	}
	s.read[l.number] = true
	p := &l.parts[a.chunk]
	if in == all {
		p.test(s, dst, nil, a.first, a.n)
		return some
	}
	tested := s.take(len(dst))
	p.test(s, tested, dst, a.first, a.n)
	kernel.And(dst, dst, tested)
	s.give()
	return some
}
