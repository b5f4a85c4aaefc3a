package decimate

import "math"

// Isolated appends to dst the rows in the area that have no other row within
// radius CSS pixels, in ascending order, and returns the extended slice: the
// outliers, which a sample of the rows would lose. A row that is not finite is
// none and has none beside it. It panics if the lengths differ or radius is not
// positive.
//
//   - Zoom: a row keeps being isolated when both axes are enlarged.
//   - Bound: there are at most (w+r)·(h+r)/(π·r²/4) such rows, for circles of half the
//     radius around them do not overlap.
//   - Cost: O(len(x) + w·h/r²).
func Isolated(dst []uint32, x, y []float64, a Area, radius float64) []uint32 {
	if len(x) != len(y) {
		panic(badLength)
	}
	if !(radius > 0) {
		panic(badSize)
	}
	g := newLoneGrid(a, radius)
	for i := range x {
		if cell := g.cell(x[i], y[i]); cell >= 0 {
			g.add(cell, i)
		}
	}
	g.compareLone(x, y)
	if g.crowds {
		g.compareCrowds(x, y)
	}
	for i := range x {
		if cell := g.cell(x[i], y[i]); cell >= 0 && g.alone[cell] && g.inside(x[i], y[i]) {
			dst = append(dst, uint32(i))
		}
	}
	return dst
}

// A loneGrid covers an area and radius around it with cells so small that two rows
// in one are within radius of each other. What is near a row lies in the 5 × 5 cells
// around its own.
type loneGrid struct {
	p             projection
	radius, side  float64
	columns, rows int
	count         []uint8  // rows in a cell, up to 2
	first         []uint32 // one of them
	alone         []bool   // the cell's row may be isolated
	crowded       []bool   // it has several rows, and one that may be isolated near it
	crowds        bool
}

func newLoneGrid(a Area, radius float64) *loneGrid {
	g := &loneGrid{p: a.projection(1), radius: radius, side: radius / math.Sqrt2}
	g.columns = int((a.Width+2*radius)/g.side) + 1
	g.rows = int((a.Height+2*radius)/g.side) + 1
	n := g.columns * g.rows
	g.count, g.first, g.alone, g.crowded = make([]uint8, n), make([]uint32, n), make([]bool, n), make([]bool, n)
	return g
}

// cell returns the cell of a place, −1 if it is too far outside.
func (g *loneGrid) cell(x, y float64) int {
	px, py := (g.p.px(x)+g.radius)/g.side, (g.p.py(y)+g.radius)/g.side
	if !(px >= 0 && py >= 0 && px < float64(g.columns) && py < float64(g.rows)) {
		return -1
	}
	return int(py)*g.columns + int(px)
}

func (g *loneGrid) inside(x, y float64) bool {
	px, py := g.p.px(x), g.p.py(y)
	return px >= 0 && py >= 0 && px <= g.p.width && py <= g.p.height
}

func (g *loneGrid) add(cell, row int) {
	switch g.count[cell]++; g.count[cell] {
	case 1:
		g.first[cell], g.alone[cell] = uint32(row), true
	case 3:
		g.count[cell] = 2
	default:
		g.alone[cell] = false
	}
}

// near visits the cells around one.
func (g *loneGrid) near(cell int, visit func(other int)) {
	row, column := cell/g.columns, cell%g.columns
	for j := max(row-2, 0); j <= min(row+2, g.rows-1); j++ {
		for k := max(column-2, 0); k <= min(column+2, g.columns-1); k++ {
			if other := j*g.columns + k; other != cell {
				visit(other)
			}
		}
	}
}

func (g *loneGrid) close(x, y []float64, i, j uint32) bool {
	dx, dy := g.p.px(x[i])-g.p.px(x[j]), g.p.py(y[i])-g.p.py(y[j])
	return dx*dx+dy*dy < g.radius*g.radius
}

// compareLone compares rows that are alone in their cells, and notes where others
// have several rows beside them.
func (g *loneGrid) compareLone(x, y []float64) {
	for cell, n := range g.count {
		if n != 1 {
			continue
		}
		g.near(cell, func(other int) {
			if g.count[other] == 1 && g.close(x, y, g.first[cell], g.first[other]) {
				g.alone[cell] = false
			}
		})
		if !g.alone[cell] {
			continue
		}
		g.near(cell, func(other int) {
			if g.count[other] > 1 {
				g.crowded[other], g.crowds = true, true
			}
		})
	}
}

// compareCrowds compares rows of crowded cells with the lone ones beside them.
func (g *loneGrid) compareCrowds(x, y []float64) {
	for i := range x {
		cell := g.cell(x[i], y[i])
		if cell < 0 || !g.crowded[cell] {
			continue
		}
		g.near(cell, func(other int) {
			if g.alone[other] && g.close(x, y, uint32(i), g.first[other]) {
				g.alone[other] = false
			}
		})
	}
}
