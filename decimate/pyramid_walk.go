package decimate

import "math"

// A walker goes through a bucket that has gaps, or few rows.
type walker struct {
	*shortlist
	extremes
	open bool // there is a run
}

// walk lists the ends and the extremes of each run among the rows from <= i < to, and
// the first row of each gap.
func (w *walker) walk(from, to int) {
	for row := from; row < to; {
		part, at, n := w.p.largest(row, to)
		switch {
		case n == 0:
			n = min(to, (row/blockRows+1)*blockRows) - row
			w.visit(row, row+n)
		case part.empty():
			w.gap(row)
		default:
			w.run(row)
			w.join(part, at.low, at.high)
		}
		row += n
	}
	w.close(to)
}

// visit reads the rows from <= i < to of a block.
func (w *walker) visit(from, to int) {
	y := w.y.rows(w.buffer[:], from, to)
	for k := 0; k < len(y); {
		part, low, high, n := extremesOf(y[k:])
		if n == 0 {
			w.gap(from + k)
			k++
			continue
		}
		w.run(from + k)
		w.join(part, place{row: from + k + low}, place{row: from + k + high})
		k += n
	}
}

// run begins a run at a row, if none is open.
func (w *walker) run(row int) {
	if !w.open {
		w.keep(row, w.y.At(row))
		w.open, w.extremes = true, none
	}
}

// gap visits rows that are all gaps, of which the given one is the first.
func (w *walker) gap(row int) {
	if w.open {
		w.close(row)
		w.keep(row, math.NaN())
	}
}

// close ends the open run, if any, before row end.
func (w *walker) close(end int) {
	if w.open {
		w.extremes.locate(w.shortlist.p)
		w.shortlist.extremes(&w.extremes)
		w.keep(end-1, w.y.At(end-1))
		w.open = false
	}
}

// largest returns the summary of the largest part of the pyramid that begins
// at the row, ends by end and is not mixed, and the number of its rows; 0 if
// there is none.
func (p *Pyramid) largest(row, end int) (part summary, at places, n int) {
	for size := segmentRows; size >= blockRows; size /= fanOut {
		if n = min(size, p.rows-row); row%size != 0 || row+n > end {
			continue
		}
		if part, at = p.partAt(row, size); part != mixed {
			return part, at, n
		}
	}
	return part, at, 0
}

// partAt returns the summary of the part of the given size that begins at the row.
func (p *Pyramid) partAt(row, size int) (summary, places) {
	switch size {
	case segmentRows:
		s := p.segments[row/segmentRows]
		return s.summary, placesIn(row, s.at)
	case nodeRows:
		n := p.node(row / nodeRows)
		return n.summary, placesIn(row, n.at)
	}
	at := place{row, true}
	return p.block(row / blockRows), places{at, at}
}

// places say where in a part its extremes are.
type places struct{ low, high place }

func placesIn(row int, at wideSpot) places {
	return places{place{row: row + int(at.low)}, place{row: row + int(at.high)}}
}
