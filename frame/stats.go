package frame

// BlockRows is the number of rows of a statistics block. A block never spans
// chunks, so the last one of each chunk may be shorter.
const BlockRows = 1 << 16

// Stats describe a column's values.
type Stats struct {
	Summary
	Blocks []Block // in row order

	// Scale is the smallest number of decimals s ≤ 9 such that every number of
	// the column is exactly n/10^s for an integer n that a float64 holds with
	// at most 15 digits; −1 if there is none or the column is not of floats.
	// It is 0 for integral floats.
	Scale int
	// Single reports whether every number is exactly a float32.
	Single bool
}

// A Block is the summary of BlockRows rows or fewer.
type Block struct {
	Chunk, First, N int // rows First ≤ i < First+N of the chunk
	Summary
}

// A Summary tells of some rows how many values are missing, and the bounds of
// the others. NaN counts as missing beside the nulls.
type Summary struct {
	Rows, Nulls, NaNs int
	Min, Max          Bound // zero if every value is missing
}

// Empty reports whether every value is missing.
func (s Summary) Empty() bool { return s.Nulls+s.NaNs == s.Rows }

// A Bound is a value in the field of its column's kind.
type Bound struct {
	Int   int64   // Int, Bool (0, 1), Date, Timestamp, Time, Duration: in the Arrow type's own unit
	Uint  uint64  // Uint
	Float float64 // Float, Decimal (widened outwards so that it still bounds)
	Text  string  // Text, bytewise order
}

func newStats(c *Column) *Stats {
	s := &Stats{Scale: -1}
	s.Rows = c.Rows()
	return s
}

func (s *Stats) bytes() int64 { return int64(len(s.Blocks)) * 96 }
