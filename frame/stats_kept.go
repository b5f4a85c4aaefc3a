package frame

import (
	"encoding/binary"
	"math"
)

// keptStats is the version of what AppendStats writes. Numbers are uvarints
// where nothing else is said:
//
//	version        byte
//	columns
//	of each column
//	    bytes of what follows for it; 0: none are kept
//	    scale + 1  byte
//	    single     byte
//	    of each block, as Stats has them
//	        nulls, NaNs
//	        min, max, unless every value is missing: a varint (Int and its
//	        like), uvarint (Uint), 8 bytes little-endian (Float, Decimal), or
//	        length and bytes (Text)
const keptStats = 1

// longestBound is the most bytes of a text that bounds a block. The statistics
// of a column with a longer one are not kept: they are to be small.
const longestBound = 256

// AppendStats appends the statistics of all columns, for SetStats of a frame
// that will have the same content in the same chunks. Those that are not known
// yet are computed. A block of a column takes some 20 bytes.
func (f *Frame) AppendStats(dst []byte) []byte {
	dst = append(dst, keptStats)
	dst = binary.AppendUvarint(dst, uint64(len(f.columns)))
	var one []byte
	for _, c := range f.columns {
		one = appendStats(one[:0], c.kind, c.Stats())
		dst = binary.AppendUvarint(dst, uint64(len(one)))
		dst = append(dst, one...)
	}
	return dst
}

// SetStats saves the frame the pass over each column that its Stats make: a
// store keeps with a frame what AppendStats has written for it. What does not
// fit the frame, or is of another version of this package, is as if it were not
// there. Nothing can tell whether bounds that fit are true: kept must come from
// where nobody else writes, or be verified. SetStats must be called before the
// frame is shared, and kept not be modified after.
//
// Cost: O(columns). What is kept of a column is read when its Stats are asked for.
func (f *Frame) SetStats(kept []byte) {
	r := &keptReader{b: kept}
	if r.byte() != keptStats || r.uvarint() != uint64(len(f.columns)) {
		return
	}
	for _, c := range f.columns {
		one := r.take(r.uvarint())
		if len(one) == 0 {
			continue
		}
		c.statsFrom(func(c *Column) *Stats {
			if s := readStats(one, c); s != nil {
				return s
			}
			return newStats(c)
		})
		c.kept = true
	}
}

// appendStats appends nothing if they are not to be kept.
func appendStats(dst []byte, k Kind, s *Stats) []byte {
	single := byte(0)
	if s.Single {
		single = 1
	}
	whole := len(dst)
	dst = append(dst, byte(s.Scale+1), single)
	for _, b := range s.Blocks {
		if max(len(b.Min.Text), len(b.Max.Text)) > longestBound {
			return dst[:whole]
		}
		dst = binary.AppendUvarint(dst, uint64(b.Nulls))
		dst = binary.AppendUvarint(dst, uint64(b.NaNs))
		if !b.Empty() {
			dst = appendBound(appendBound(dst, k, b.Min), k, b.Max)
		}
	}
	return dst
}

func appendBound(dst []byte, k Kind, b Bound) []byte {
	switch k {
	case Bool, Int, Date, Timestamp, Time, Duration:
		return binary.AppendVarint(dst, b.Int)
	case Uint:
		return binary.AppendUvarint(dst, b.Uint)
	case Float, Decimal:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(b.Float))
	case Text:
		return append(binary.AppendUvarint(dst, uint64(len(b.Text))), b.Text...)
	}
	return dst
}

// readStats returns nil for what does not fit the column.
func readStats(kept []byte, c *Column) *Stats {
	r := &keptReader{b: kept}
	s := &Stats{Scale: int(r.byte()) - 1, Single: r.byte() == 1, Blocks: blocksOf(c)}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		b.Summary = Summary{Rows: b.N, Nulls: int(r.uvarint()), NaNs: int(r.uvarint())}
		if b.Nulls < 0 || b.NaNs < 0 || b.Nulls > b.N || b.NaNs > b.N-b.Nulls {
			return nil
		}
		if !b.Empty() {
			b.Min, b.Max = r.bound(c.kind), r.bound(c.kind)
			if b.Max.less(b.Min) || math.IsNaN(b.Min.Float) || math.IsNaN(b.Max.Float) {
				return nil
			}
		}
		s.merge(b.Summary)
	}
	if r.failed || len(r.b) > 0 {
		return nil
	}
	return s
}

// A keptReader gives zeros once there is too little to read.
type keptReader struct {
	b      []byte
	failed bool
}

func (r *keptReader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.b, r.failed = nil, true
		return nil
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *keptReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *keptReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		n, r.failed = len(r.b), true
	}
	r.b = r.b[n:]
	return v
}

func (r *keptReader) varint() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		n, r.failed = len(r.b), true
	}
	r.b = r.b[n:]
	return v
}

func (r *keptReader) bound(k Kind) (b Bound) {
	switch k {
	case Bool, Int, Date, Timestamp, Time, Duration:
		b.Int = r.varint()
	case Uint:
		b.Uint = r.uvarint()
	case Float, Decimal:
		if eight := r.take(8); eight != nil {
			b.Float = math.Float64frombits(binary.LittleEndian.Uint64(eight))
		}
	case Text:
		b.Text = string(r.take(r.uvarint()))
	}
	return b
}
