package decimate

// A Series is a column of coordinates that need not lie in one slice, so that
// an index can be asked without reading all of them.
type Series interface {
	// Len returns the number of rows.
	Len() int
	// At returns the coordinate of row i.
	At(i int) float64
	// Read fills dst with the coordinates of the rows from, from+1, …
	Read(dst []float64, from int)
}

// Floats is a slice as a Series.
type Floats []float64

// Len returns the number of rows.
func (f Floats) Len() int { return len(f) }

// At returns the coordinate of row i.
func (f Floats) At(i int) float64 { return f[i] }

// Read fills dst with the coordinates of the rows from, from+1, …
func (f Floats) Read(dst []float64, from int) { copy(dst, f[from:from+len(dst)]) }
