package decimate

// A Series is a column of coordinates that need not lie in one slice, so that
// an index can be asked without reading all of them. One that has a method
//
//	Slice(from, to int) ([]float64, bool)
//
// is not copied where that returns true.
type Series interface {
	// Len returns the number of rows.
	Len() int
	// At returns the coordinate of row i.
	At(i int) float64
	// Read fills dst with the coordinates of the rows from, from+1, …
	Read(dst []float64, from int)
}

// A slicer is a Series of which some parts lie in one slice.
type slicer interface {
	// Slice returns the rows from <= i < to, which must not be written to, and
	// false if they do not lie in one slice.
	Slice(from, to int) ([]float64, bool)
}

// slice returns rows of a series, read if need be.
func slice(s Series, from, to int) []float64 {
	if direct, ok := directly(s, from, to); ok {
		return direct
	}
	rows := make([]float64, to-from)
	s.Read(rows, from)
	return rows
}

func directly(s Series, from, to int) ([]float64, bool) {
	if s, ok := s.(slicer); ok {
		return s.Slice(from, to)
	}
	return nil, false
}

// A reader reads a series here and there: from a slice, where it lies in one.
type reader struct {
	Series
	direct []float64 // from first on
	first  int
}

// aim makes ready to read the rows from <= i < to.
func (r *reader) aim(from, to int) {
	r.first = from
	r.direct, _ = directly(r.Series, from, to)
}

func (r *reader) At(i int) float64 {
	if k := i - r.first; uint(k) < uint(len(r.direct)) {
		return r.direct[k]
	}
	return r.Series.At(i)
}

// touch reads a number of each line of memory that has rows from <= i < to.
func (r *reader) touch(from, to int) (sum float64) {
	if k := from - r.first; k >= 0 && to-r.first <= len(r.direct) {
		for ; k < to-r.first; k += lineBytes / 8 {
			sum += r.direct[k]
		}
		return sum
	}
	for ; from < to; from += lineBytes / 8 {
		sum += r.Series.At(from)
	}
	return sum
}

// rows returns the rows from <= i < to, in the buffer if need be.
func (r *reader) rows(buffer []float64, from, to int) []float64 {
	if k := from - r.first; k >= 0 && to-r.first <= len(r.direct) {
		return r.direct[k : to-r.first]
	}
	r.Read(buffer[:to-from], from)
	return buffer[:to-from]
}

// Floats is a slice as a Series.
type Floats []float64

// Slice returns the rows from <= i < to.
func (f Floats) Slice(from, to int) ([]float64, bool) { return f[from:to], true }

// Len returns the number of rows.
func (f Floats) Len() int { return len(f) }

// At returns the coordinate of row i.
func (f Floats) At(i int) float64 { return f[i] }

// Read fills dst with the coordinates of the rows from, from+1, …
func (f Floats) Read(dst []float64, from int) { copy(dst, f[from:from+len(dst)]) }
