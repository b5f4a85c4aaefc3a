package decimate

import "slices"

// A grid is a set of cells, a bit for each.
type grid struct {
	columns, rows int
	stride        int // words of a row
	words         []uint64
}

// sized returns a grid of this size, without any cell, in the memory of g if it
// has enough.
func (g grid) sized(columns, rows int) grid {
	stride := (columns + 63) / 64
	words := slices.Grow(g.words[:0], stride*rows)[:stride*rows]
	clear(words)
	return grid{columns, rows, stride, words}
}

// fill puts all cells in.
func (g *grid) fill() {
	for i := range g.words {
		g.words[i] = ^uint64(0)
	}
}

func (g *grid) has(column, row int) bool {
	return g.words[row*g.stride+column>>6]>>(column&63)&1 != 0
}

func (g *grid) drop(column, row int) {
	g.words[row*g.stride+column>>6] &^= 1 << (column & 63)
}

// between returns the bits of the columns lo to hi in word w of a row, which has some.
func between(w, lo, hi int) uint64 {
	word := ^uint64(0)
	if w == lo>>6 {
		word <<= lo & 63
	}
	if w == hi>>6 {
		word &= ^uint64(0) >> (63 - hi&63)
	}
	return word
}

// any reports whether any of the columns lo to hi of row j is in the grid.
func (g *grid) any(j, lo, hi int) bool {
	if lo > hi {
		return false
	}
	row := g.words[j*g.stride:][:g.stride]
	first, last := lo>>6, hi>>6
	head, tail := ^uint64(0)<<(lo&63), ^uint64(0)>>(63-hi&63)
	if first == last {
		return row[first]&head&tail != 0
	}
	some := row[first]&head | row[last]&tail
	for _, w := range row[first+1 : last] {
		some |= w
	}
	return some != 0
}

// remove takes the columns lo to hi of row j out.
func (g *grid) remove(j, lo, hi int) {
	if lo > hi {
		return
	}
	row := g.words[j*g.stride:][:g.stride]
	first, last := lo>>6, hi>>6
	head, tail := ^uint64(0)<<(lo&63), ^uint64(0)>>(63-hi&63)
	if first == last {
		row[first] &^= head & tail
		return
	}
	row[first] &^= head
	clear(row[first+1 : last])
	row[last] &^= tail
}
