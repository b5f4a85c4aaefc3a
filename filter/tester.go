package filter

import (
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// areaRows is the number of rows that are tested at a time. The bitmaps of an
// area stay in the first-level cache, the fixed cost of a call is spread over
// enough rows, and few rows are tested that an earlier test has ruled out.
const (
	areaRows  = 16384
	areaWords = areaRows / 64
)

// A tester tells which values of one Arrow array satisfy a predicate.
type tester interface {
	// test sets the bits in dst of the rows first ≤ i < first+n that satisfy
	// it; n ≤ areaRows, and dst has the words for n. Only rows in candidates (nil: all) are of interest,
	// the bits of others may come out either way. Bits beyond n are zero.
	// What a null comes out as does not matter; NaN must be right.
	test(s *scratch, dst, candidates []uint64, first, n int)
	// cost is the time for a row, in units of what a vector comparison takes.
	cost() int
}

// constantTester gives the same answer for every row.
type constantTester bool

func (t constantTester) cost() int { return 0 }

func (t constantTester) test(_ *scratch, dst, _ []uint64, _, n int) {
	if t {
		kernel.Ones(dst, n)
	} else {
		clear(dst)
	}
}

// A rowTester looks at each candidate by itself.
type rowTester func(i int) bool

func (t rowTester) cost() int { return 20 }

func (t rowTester) test(s *scratch, dst, candidates []uint64, first, n int) {
	if candidates == nil {
		candidates = s.take(len(dst))
		defer s.give()
		kernel.Ones(candidates, n)
	}
	for w := range dst {
		var word uint64
		for rest := candidates[w]; rest != 0; rest &= rest - 1 {
			j := bits.TrailingZeros64(rest)
			var bit uint64
			if t(first + w*64 + j) { // a SETcc, not a branch: a third less at random matches
				bit = 1
			}
			word |= bit << j
		}
		dst[w] = word
	}
}

// A memberTester looks integers up in a bitmap.
type memberTester[T kernel.Integer] struct {
	values []T
	set    []uint64
}

func (t memberTester[T]) cost() int { return 8 }

func (t memberTester[T]) test(_ *scratch, dst, _ []uint64, first, n int) {
	kernel.InSet(dst, t.values[first:first+n], t.set)
}

// A bitTester takes booleans that are true, or those that are false.
type bitTester struct {
	bitmap []byte
	offset int
	want   bool
}

func (t bitTester) cost() int { return 1 }

func (t bitTester) test(_ *scratch, dst, _ []uint64, first, n int) {
	kernel.LoadBits(dst, t.bitmap, t.offset+first, n)
	if !t.want {
		kernel.Not(dst, dst, n)
	}
}

// fixed returns the values of an array of fixed width; false if there is no
// buffer, which Arrow allows where all is null.
func fixed[T arrow.FixedWidthType](values arrow.Array) ([]T, bool) {
	x := arrow.GetValues[T](values.Data(), 1)
	return x, len(x) == values.Len()
}
