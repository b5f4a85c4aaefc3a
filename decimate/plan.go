package decimate

// A prediction culls an eighth of the plot: tiles of 32 × 32 cells, in a
// lattice that is neither in rows nor in columns.
const (
	tileSide   = 32
	tilePeriod = 8
	tileSkew   = 3
)

// sampled reports whether the cell is in a tile that Predict looks at.
func sampled(column, row int) bool {
	return (column/tileSide+tileSkew*(row/tileSide))%tilePeriod == 0
}

// Predict estimates how many rows of m Visible would keep, and leaves the
// canvas empty. It culls the rows in an eighth of the plot, exactly, and takes
// the rest for alike; for clusters narrower than its tiles of 32 device pixels
// that is a guess.
//
// A random sample of the rows, which comes to mind first, predicts nothing:
// below the number that fills the plot nearly all rows are visible.
//
//   - Cost: 3 to 5 ns a row, and a fourth of what else the cull costs for
//     markers of 6 pixels, more for larger ones.
func (c *Canvas) Predict(m Markers) int {
	m.check()
	pen := c.pen(&m)
	c.light(int(pen.largest) + 1)
	rows, _ := c.visible(nil, &m, &pen)
	seen, cells := 0, 0
	for _, i := range rows {
		x, y := m.at(i)
		px, py := c.p.px(x)+c.margin, c.p.py(y)+c.margin
		if px >= 0 && py >= 0 && px < float64(c.columns) && py < float64(c.rows) && sampled(int(px), int(py)) {
			seen++
		}
	}
	for row := range c.rows {
		for column := range c.columns {
			if sampled(column, row) {
				cells++
			}
		}
	}
	c.Reset()
	return min(int(float64(seen)*float64(c.columns*c.rows)/float64(cells)), m.rows())
}

// light lets light through the sampled tiles, and through what a marker of a
// row in them touches: reach cells around. It leaves alive the rows that may
// hide these, which are another reach away, and no others.
func (c *Canvas) light(reach int) {
	c.Reset()
	clear(c.lit)
	for i := range c.dead {
		c.dead[i] = ^uint64(0)
	}
	for top := 0; top < c.rows; top += tileSide {
		for left := 0; left < c.columns; left += tileSide {
			if sampled(left, top) {
				c.around(left, top, reach, func(word, bit int) { c.lit[word] |= 1 << bit })
				c.around(left, top, 2*reach, func(word, bit int) { c.dead[word] &^= 1 << bit })
			}
		}
	}
}

// around visits the cells of a tile and those within margin cells of it.
func (c *Canvas) around(left, top, margin int, visit func(word, bit int)) {
	for j := max(top-margin, 0); j < min(top+tileSide+margin, c.rows); j++ {
		for k := max(left-margin, 0); k < min(left+tileSide+margin, c.columns); k++ {
			visit(j*c.stride+k>>6, k&63)
		}
	}
}

// Plan returns the method that draws m with at most budget rows, and how many
// rows it is likely to draw: all of them ([MethodNone]), the visible ones
// ([MethodVisible]), or, where markers are so small or so transparent that
// most of them show, none but their counts ([MethodDensity], see [Bins]). For
// a figure that must have markers, [SampleBy] takes the place of the last, and
// the reader must be told. It leaves the canvas empty.
//
//   - Cost: that of Predict, and nothing if m has no more rows than budget.
func (c *Canvas) Plan(m Markers, budget int) (method Method, rows int) {
	if n := m.rows(); n <= budget {
		return MethodNone, n
	}
	if rows = c.Predict(m); rows <= budget {
		return MethodVisible, rows
	}
	return MethodDensity, rows
}
