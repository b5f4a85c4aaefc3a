package figure

import (
	"fmt"
	"strconv"
)

// A grid is the panels of a figure: cells in rows and columns, of which a
// marginal takes the top row or the right column. Cells are numbered from 1,
// row by row from the bottom left, and so are their axes.
type grid struct {
	rows, cols int
	wrap       int      // facet_col_wrap if it is in force, else 0
	x          []extent // of the columns, left to right
	y          []extent // of the rows, bottom to top
}

// An extent is a part of the figure's width or height, 0 ≤ from ≤ to ≤ 1.
type extent struct{ from, to float64 }

func (e extent) middle() float64 { return (e.from + e.to) / 2 }

// maxPanels is the number of values that px numbers panels for.
const maxPanels = 999

// maxCells bounds the panels of both facets together: each has two axes.
const maxCells = 10_000

// Shares of width or height that make a row label and gaps, as px has them.
const (
	besideRowLabels = 0.98
	gapCols         = 0.02
	gapRows         = 0.03
	gapWrappedRows  = 0.07
	gapMarginalCol  = 0.005
	gapMarginalRow  = 0.01
)

// newGrid lays out the panels of the facet columns' values.
func (p *plan) newGrid() *grid {
	c := p.call
	g := &grid{rows: p.panels("facet_row"), cols: p.panels("facet_col")}
	gapX, gapY := orDefault(c.FacetColSpacing, gapCols), orDefault(c.FacetRowSpacing, gapRows)
	if c.FacetColWrap > 0 && c.FacetRow == "" && c.MarginalX == "" && c.MarginalY == "" {
		g.wrap = c.FacetColWrap
		g.rows, g.cols = (g.cols+g.wrap-1)/g.wrap, min(g.cols, g.wrap)
		gapY = orDefault(c.FacetRowSpacing, gapWrappedRows)
	}
	widths, heights := shares(g.cols), shares(g.rows)
	if c.MarginalY != "" {
		g.cols++
		widths, gapX = p.beside(widths, c.MarginalY), gapMarginalCol
	}
	if c.MarginalX != "" {
		g.rows++
		heights, gapY = p.beside(heights, c.MarginalX), gapMarginalRow
	}
	if g.rows*g.cols > maxCells {
		p.fail(&ArgumentError{
			Argument: "facet_row", Pointer: "/facet_row", Column: c.FacetRow, Row: -1,
			Err: fmt.Errorf("%d × %d panels, at most %d can be drawn: %w", g.rows, g.cols, maxCells, ErrData),
		})
	}
	p.checkGap("facet_col_spacing", gapX, g.cols)
	p.checkGap("facet_row_spacing", gapY, g.rows)
	width := 1.0
	if c.FacetRow != "" {
		width = besideRowLabels
	}
	g.x, g.y = extents(width, gapX, widths), extents(1, gapY, heights)
	return g
}

// panels returns the number of values of a facet role; 1 if it is unset.
func (p *plan) panels(argument string) int {
	r := p.role(argument)
	if r == nil || r.column == "" {
		return 1
	}
	if n := len(r.order.values); n > maxPanels {
		p.fail(&ArgumentError{Argument: argument, Pointer: pointer(argument), Column: r.column, Row: -1, Err: tooManyPanels(n)})
	}
	return len(r.order.values)
}

func orDefault(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

func shares(n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = 1
	}
	return s
}

// checkGap checks that n panels have room between their gaps.
func (p *plan) checkGap(argument string, gap float64, n int) {
	if n > 1 && !(gap >= 0 && gap <= 1/float64(n-1)) {
		p.fail(wrong(argument, "%v, want a number from 0 to %v: there are %d panels", gap, 1/float64(n-1), n))
	}
}

// extents divides the length by the weights. (The order of operations is
// plotly.py's, so that the results are, to the last bit.)
func extents(length, gap float64, weights []float64) []extent {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out, before := make([]extent, len(weights)), 0.0
	for i, w := range weights {
		size := (length - gap*float64(len(weights)-1)) * (w / sum)
		from := before + float64(i)*gap
		out[i] = extent{clamp(from), clamp(from + size)}
		before += size
	}
	return out
}

func clamp(v float64) float64 { return max(0, min(1, v)) }

// number returns the number of a cell; row 0 is the bottom row.
func (g *grid) number(row, col int) int { return row*g.cols + col + 1 }

// axisName is "xaxis", "xaxis2", … for prefix "xaxis".
func axisName(prefix string, number int) string {
	if number == 1 {
		return prefix
	}
	return prefix + strconv.Itoa(number)
}

// cellOf returns the cell of a group's trace: row 0 is the bottom row. The
// first value of facet_row is on top.
func (p *plan) cellOf(g group, marginal string) (row, col int) {
	fromTop := 0
	if p.call.MarginalX != "" && marginal != "x" {
		fromTop = 1
	}
	if marginal == "y" {
		col = 1
	}
	if r := p.role("facet_row"); r.column != "" {
		fromTop = int(r.place(g))
	}
	if r := p.role("facet_col"); r.column != "" {
		col = int(r.place(g))
		if p.grid.wrap > 0 {
			fromTop, col = col/p.grid.wrap, col%p.grid.wrap
		}
	}
	return p.grid.rows - 1 - fromTop, col
}

// placeTrace sets the axes of a group's trace.
func (p *plan) placeTrace(t *Object, g group, marginal string) {
	n := p.grid.number(p.cellOf(g, marginal))
	t.Set("xaxis", axisName("x", n))
	t.Set("yaxis", axisName("y", n))
}
