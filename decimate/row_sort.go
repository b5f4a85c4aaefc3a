package decimate

import (
	"math/bits"
	"slices"
)

// digitBits is the width of the digits that rows are sorted by: their counts stay in
// the first-level cache.
const digitBits = 11

// sortRows sorts rows from first to last−1, and returns them and memory for the next
// time: that of rows and spare, in either order. Rows in no order take a comparison
// sort ten times as long, which guesses half of its branches wrong.
func sortRows(rows, spare []uint32, first, last int) (sorted, rest []uint32) {
	wide := bits.Len(uint(last - first))
	passes := (wide + digitBits - 1) / digitBits
	for pass := range passes {
		spare = slices.Grow(spare[:0], len(rows))[:len(rows)]
		dealByDigit(spare, rows, uint32(first), pass*digitBits)
		rows, spare = spare, rows
	}
	return rows, spare
}

// dealByDigit puts rows into dst by the digit of row−first at shift, and leaves those
// with the same in their order.
func dealByDigit(dst, rows []uint32, first uint32, shift int) {
	var next [1 << digitBits]uint32
	for _, row := range rows {
		next[(row-first)>>shift%(1<<digitBits)]++
	}
	at := uint32(0)
	for digit, n := range next {
		next[digit] = at
		at += n
	}
	for _, row := range rows {
		digit := (row - first) >> shift % (1 << digitBits)
		dst[next[digit]] = row
		next[digit]++
	}
}
