package decimate

import "slices"

// A batch is some rows of a slab, ascending, and their places.
type batch struct {
	rows  []uint32
	first int // the row of the first, if they are one after the other and rows is nil
	x, y  []float64
	spare []uint32
}

func (r *batch) row(i int) uint32 {
	if r.rows == nil {
		return uint32(r.first + i)
	}
	return r.rows[i]
}

// read returns the rows from first to last−1 of a series, as they are or else in
// memory, which it returns grown.
func read(memory []float64, series Series, first, last int) (values, grown []float64) {
	if values, ok := directly(series, first, last); ok {
		return values, memory
	}
	memory = slices.Grow(memory[:0], last-first)[:last-first]
	series.Read(memory, first)
	return memory, memory
}

// gather gathers the rows that were found from first to last−1, sorts them and reads
// their places.
func (r *batch) gather(v *cull, first, last int) {
	r.rows = r.rows[:0]
	for _, p := range v.parts {
		r.rows = slices.Grow(r.rows, len(p.rows))
		all, n := r.rows[:cap(r.rows)], len(r.rows)
		for _, row := range p.rows {
			all[n] = row // and over it, if it is another's: a branch would be guessed
			if uint(row)-uint(first) < uint(last-first) {
				n++
			}
		}
		r.rows = all[:n]
	}
	r.rows, r.spare = sortRows(r.rows, r.spare, first, last)
	r.x, r.y = gather(r.x[:0], v.cloud.X, r.rows), gather(r.y[:0], v.cloud.Y, r.rows)
}

// rowsPerBatch is the least work for a goroutine that sorts rows and reads their places.
const rowsPerBatch = 1024

func gather(dst []float64, series Series, rows []uint32) []float64 {
	dst = slices.Grow(dst, len(rows))
	if all, ok := directly(series, 0, series.Len()); ok {
		for _, i := range rows {
			dst = append(dst, all[i])
		}
		return dst
	}
	for _, i := range rows {
		dst = append(dst, series.At(int(i)))
	}
	return dst
}
