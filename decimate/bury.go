package decimate

import (
	"math"
	"runtime"
)

// reachOf returns how many columns to each side, in each of the rows from the
// topmost to the lowest, a disc of radius r touches when it is centred
// anywhere within one cell.
func reachOf(r float64, of grain) []int {
	n := int(math.Floor(r + 0.5 + of.high))
	columns := make([]int, 2*n+1)
	for j := range columns {
		dy := max(math.Abs(float64(j-n))-0.5-of.high, 0)
		columns[j] = int(math.Sqrt(max(r*r-dy*dy, 0)) + 0.5 + of.wide)
	}
	return columns
}

// quicken makes every cell alive where a disc with this reach may be centred.
// Beyond them none touches the canvas. wide says that the discs reach farther
// than is known: then only the cells of the canvas itself are watched, of each of
// which they reach all others.
func (c *Canvas) quicken(reach []int, wide bool) {
	if c.pad = len(reach) / 2; wide {
		c.pad = 0
	}
	c.alive = c.alive.sized(c.columns+2*c.pad, c.rows+2*c.pad)
	c.alive.fill()
}

// cell returns the cell of the grid of those alive that a place is in, and false
// if it is beside them or nowhere.
func (c *Canvas) cell(px, py float64) (column, row int, ok bool) {
	px, py = px+float64(c.pad), py+float64(c.pad)
	if !(px >= 0 && px < float64(c.alive.columns) && py >= 0 && py < float64(c.alive.rows)) {
		return 0, 0, false
	}
	return int(px), int(py), true
}

// bury leaves alive the cells where a disc with this reach, centred anywhere in
// them, can still be seen: those around the light. As light only decreases, no
// other ever comes alive again.
//
//   - Cost: half a nanosecond for each 64 cells of the canvas and cell of reach, where
//     there is light.
func (c *Canvas) bury(reach []int) {
	c.failed = 0
	parts := max(min(runtime.GOMAXPROCS(0), len(c.alive.words)/wordsPerCore), 1)
	atOnce(parts, func(k int) {
		c.spreadWithin(share(k, c.alive.rows, parts), share(k+1, c.alive.rows, parts), reach)
	})
}

// wordsPerCore is the least of the grid of those alive for a goroutine.
const wordsPerCore = 4096

// spreadWithin leaves alive, of the cells of the rows top <= row < bottom, those that are
// around light.
func (c *Canvas) spreadWithin(top, bottom int, reach []int) {
	if top >= bottom {
		return
	}
	clear(c.alive.words[top*c.alive.stride : bottom*c.alive.stride])
	line, n := make([]uint64, c.alive.stride), len(reach)/2
	for j := max(top-n-c.pad, 0); j < min(bottom+n-c.pad, c.rows); j++ {
		if c.lightOf(line, j) {
			c.spread(line, j+c.pad, top, bottom, reach)
		}
	}
}

// spread makes the cells around a line of light alive. The reach grows from the
// topmost row to the middle one, and shrinks alike.
func (c *Canvas) spread(line []uint64, row, top, bottom int, reach []int) {
	n, width := len(reach)/2, 0
	for k := range n + 1 {
		for ; width < reach[k]; width++ {
			widen(line)
		}
		for _, at := range [...]int{row - n + k, row + n - k} {
			if at >= top && at < bottom {
				or(c.alive.words[at*c.alive.stride:], line)
			}
		}
	}
}

// fail counts a row that did not show, and buries the cells that are dead once such rows
// have cost as much as that does.
func (c *Canvas) fail(reach []int) {
	if c.failed++; c.failed >= len(c.lit.words)*len(reach)/64+1 {
		c.bury(reach)
	}
}

// lightOf makes line the light of row j, as columns of the grid of those alive.
// It returns false if there is none.
func (c *Canvas) lightOf(line []uint64, j int) (any bool) {
	clear(line)
	row := c.lit.words[j*c.lit.stride:][:(c.columns+63)/64]
	word, shift := c.pad>>6, c.pad&63
	for k, w := range row {
		if k == len(row)-1 {
			w &= ^uint64(0) >> (63 - (c.columns-1)&63)
		}
		any = any || w != 0
		line[word+k] |= w << shift
		if over := w >> (64 - shift); over != 0 {
			line[word+k+1] |= over
		}
	}
	return any
}

// widen puts the neighbours of each bit in, to both sides.
func widen(line []uint64) {
	before := uint64(0) // the word to the left, as it was
	for k, w := range line {
		next := uint64(0)
		if k+1 < len(line) {
			next = line[k+1]
		}
		line[k] = w | w<<1 | w>>1 | before>>63 | next<<63
		before = w
	}
}

func or(dst, src []uint64) {
	dst = dst[:len(src)]
	for k, w := range src {
		dst[k] |= w
	}
}
