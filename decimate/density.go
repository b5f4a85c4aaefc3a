package decimate

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Bins cuts a plot into equal rectangles to count the rows in each: what to
// draw where a million translucent markers would overlap.
//
// Cell (column, row) is at row·Columns+column; row 0 is at Bottom, as in the z
// of a heatmap trace. A cell includes its edges towards Left and Bottom, the
// last ones both edges. All coordinates are axis coordinates.
type Bins struct {
	Left, Right, Bottom, Top float64
	Columns, Rows            int
}

// Validate returns an error that wraps [ErrView] if a range is empty or not
// finite or if there are no cells, or more than 2^26.
func (b Bins) Validate() error {
	if b.Columns < 1 || b.Rows < 1 || b.Columns > maxCells/b.Rows {
		return fmt.Errorf("%w: %d × %d bins, of 1 to %d", ErrView, b.Columns, b.Rows, maxCells)
	}
	return b.area().Validate()
}

func (b Bins) area() Area {
	return Area{
		Left: b.Left, Right: b.Right, Bottom: b.Bottom, Top: b.Top,
		Width: float64(b.Columns), Height: float64(b.Rows),
	}
}

// Count appends to dst the number of rows in each cell and returns the
// extended slice. The counts add up to the rows in view: those whose x and y
// are numbers within the ranges. It panics if the lengths differ.
//
//   - Shapes: len(x) == len(y); Columns·Rows counts are appended.
//   - Cost: O(len(x) + Columns·Rows).
func (b Bins) Count(dst []uint32, x, y []float64) []uint32 {
	return b.CountBy(dst, x, y, nil, 1)
}

// CountBy is Count for each category: it appends Columns·Rows counts for code
// 0, then as many for code 1, up to categories−1. Rows with another code are
// not counted. Without codes every row has code 0.
func (b Bins) CountBy(dst []uint32, x, y []float64, codes []int32, categories int) []uint32 {
	if len(x) != len(y) || codes != nil && len(codes) != len(x) {
		panic(badLength)
	}
	from := len(dst)
	dst = append(dst, make([]uint32, b.Columns*b.Rows*categories)...)
	counts := dst[from:]
	p := b.area().projection(1)
	for i := range x {
		k, ok := b.cell(p, x[i], y[i])
		if !ok {
			continue
		}
		if codes != nil {
			c := codes[i]
			if uint(c) >= uint(categories) {
				continue
			}
			k += int(c) * b.Columns * b.Rows
		}
		counts[k]++
	}
	return dst
}

// Mean appends to dst the mean of v over the rows in each cell and returns the
// extended slice. Rows where v is not finite do not count; the mean of a cell
// without rows is NaN. It panics if the lengths differ.
func (b Bins) Mean(dst, x, y, v []float64) []float64 {
	if len(x) != len(y) || len(x) != len(v) {
		panic(badLength)
	}
	from := len(dst)
	dst = append(dst, make([]float64, b.Columns*b.Rows)...)
	sums, counts := dst[from:], make([]float64, b.Columns*b.Rows)
	p := b.area().projection(1)
	for i := range x {
		if k, ok := b.cell(p, x[i], y[i]); ok && finite(v[i]) {
			sums[k] += v[i]
			counts[k]++
		}
	}
	for k, n := range counts {
		sums[k] /= n // 0/0 is the NaN of an empty cell
	}
	return dst
}

// cell returns the place of a row's cell; ok is false for NaN too. Whether a row
// is in view is asked of its coordinates, which do not round.
func (b Bins) cell(p projection, x, y float64) (k int, ok bool) {
	if !(x >= min(b.Left, b.Right) && x <= max(b.Left, b.Right) && y >= min(b.Bottom, b.Top) && y <= max(b.Bottom, b.Top)) {
		return 0, false
	}
	column := max(0, min(int(p.px(x)), b.Columns-1))
	row := max(0, min(int(p.height-p.py(y)), b.Rows-1))
	return row*b.Columns + column, true
}

// Equalize appends to dst the rank of each count among the counts that are not
// 0, from just above 0 to 1, and returns the extended slice; 0 becomes NaN.
// Drawn in place of counts it spends the colours evenly over the cells that
// have rows: the equalised histogram of datashader. Equal counts have equal
// ranks, those of the last of them.
//
//   - Cost: O(len(counts) + d log d) for d different counts.
func Equalize(dst []float64, counts []uint32) []float64 {
	ranks := make(map[uint32]int)
	cells := 0
	for _, n := range counts {
		if n > 0 {
			ranks[n]++
			cells++
		}
	}
	below := 0
	for _, n := range slices.Sorted(maps.Keys(ranks)) {
		below += ranks[n]
		ranks[n] = below
	}
	for _, n := range counts {
		if n == 0 {
			dst = append(dst, math.NaN())
		} else {
			dst = append(dst, float64(ranks[n])/float64(cells))
		}
	}
	return dst
}
