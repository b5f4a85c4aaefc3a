package frame

import (
	"math"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// BlockRows is the number of rows of a statistics block. A block never spans
// chunks, so the last one of each chunk may be shorter.
const BlockRows = 1 << 16

// Stats describe a column's values.
type Stats struct {
	Summary
	Blocks []Block // in row order

	// Scale is the smallest number of decimals s ≤ 8 such that every number of
	// the column is exactly n/10^s for an integer n of at most 15 digits; −1
	// if there is none (as with an infinity) or the column is not of floats.
	// It is 0 for integral floats, and where every value is missing.
	Scale int
	// Single reports whether every number of a column of floats is exactly a
	// float32. It is false for other kinds.
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

// A Bound is a value in the field of its column's kind. The others are zero,
// and so is the whole of it for columns of Unsupported kind.
type Bound struct {
	Int   int64   // Int, Bool (0, 1), Date, Timestamp, Time, Duration: in the Arrow type's own unit
	Uint  uint64  // Uint
	Float float64 // Float, Decimal (widened outwards so that it still bounds)
	Text  string  // Text, bytewise order
}

// less reports whether a is below b; only one field of a kind is ever set.
func (a Bound) less(b Bound) bool {
	return a.Int < b.Int || a.Uint < b.Uint || a.Float < b.Float || a.Text < b.Text
}

func newStats(c *Column) *Stats {
	s := &Stats{Scale: -1, Blocks: blocksOf(c)}
	floats := summarize(c, s.Blocks[c.before.copy(s.Blocks):])
	floats.merge(c.before.shape(c))
	for _, b := range s.Blocks {
		s.merge(b.Summary)
	}
	if floats != nil {
		s.Scale, s.Single = floats.scaleWithin(s.Summary), floats.single
	}
	return s
}

func blocksOf(c *Column) (blocks []Block) {
	for i, chunk := range c.chunks {
		for first := 0; first < chunk.Len(); first += BlockRows {
			blocks = append(blocks, Block{Chunk: i, First: first, N: min(BlockRows, chunk.Len()-first)})
		}
	}
	return blocks
}

// summarize summarizes the blocks, a share of them on each core, and returns
// the shape of all floats; nil if c is not a column of floats.
func summarize(c *Column, blocks []Block) *floatShape {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(blocks)))
	shapes := make([]*floatShape, workers)
	work := func(worker int) {
		shapes[worker] = newFloatShape(c)
		chunk, summarize := -1, (func(first, n int) Summary)(nil)
		share := blocks[worker*len(blocks)/workers : (worker+1)*len(blocks)/workers]
		for i, b := range share {
			if b.Chunk != chunk {
				chunk, summarize = b.Chunk, summarizer(c.chunks[b.Chunk], shapes[worker])
			}
			share[i].Summary = summarize(b.First, b.N)
		}
	}
	var wait sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		wait.Go(func() { work(worker) })
	}
	work(0)
	wait.Wait()
	for _, shape := range shapes[1:] {
		shapes[0].merge(shape)
	}
	return shapes[0]
}

// merge makes s a summary of its rows and those of b.
func (s *Summary) merge(b Summary) {
	if !b.Empty() {
		if s.Empty() || b.Min.less(s.Min) {
			s.Min = b.Min
		}
		if s.Empty() || s.Max.less(b.Max) {
			s.Max = b.Max
		}
	}
	s.Rows += b.Rows
	s.Nulls += b.Nulls
	s.NaNs += b.NaNs
}

func (s *Stats) bytes() int64 {
	n := int64(unsafe.Sizeof(*s)) + int64(cap(s.Blocks))*int64(unsafe.Sizeof(Block{}))
	for _, b := range s.Blocks {
		n += int64(len(b.Min.Text) + len(b.Max.Text))
	}
	return n
}

// summarizer returns a function that summarizes rows first ≤ i < first+n of
// the chunk.
func summarizer(chunk arrow.Array, floats *floatShape) func(first, n int) Summary {
	switch a := chunk.(type) {
	case *array.Int8:
		return integers(a, a.Int8Values(), signed)
	case *array.Int16:
		return integers(a, a.Int16Values(), signed)
	case *array.Int32:
		return integers(a, a.Int32Values(), signed)
	case *array.Int64:
		return integers(a, a.Int64Values(), signed)
	case *array.Uint8:
		return integers(a, a.Uint8Values(), unsigned)
	case *array.Uint16:
		return integers(a, a.Uint16Values(), unsigned)
	case *array.Uint32:
		return integers(a, a.Uint32Values(), unsigned)
	case *array.Uint64:
		return integers(a, a.Uint64Values(), unsigned)
	case *array.Date32:
		return integers(a, a.Date32Values(), signed)
	case *array.Date64:
		return integers(a, a.Date64Values(), signed)
	case *array.Timestamp:
		return integers(a, a.TimestampValues(), signed)
	case *array.Time32:
		return integers(a, a.Time32Values(), signed)
	case *array.Time64:
		return integers(a, a.Time64Values(), signed)
	case *array.Duration:
		return integers(a, a.DurationValues(), signed)
	case *array.Float64:
		return floats.summarizer(a, func(i, n int) []float64 { return a.Float64Values()[i : i+n] })
	case *array.Float16, *array.Float32:
		at := validFloatsOf(a)
		return floats.summarizer(a, func(first, n int) []float64 {
			values := make([]float64, n)
			for i := range values {
				values[i] = at(first + i)
			}
			return values
		})
	case *array.Dictionary:
		return newUses(a, floats).summarize
	}
	return valueByValue(chunk)
}

func signed[T kernel.Integer](v T) Bound   { return Bound{Int: int64(v)} }
func unsigned[T kernel.Integer](v T) Bound { return Bound{Uint: uint64(v)} }

func integers[T kernel.Integer](chunk arrow.Array, values []T, bound func(T) Bound) func(first, n int) Summary {
	return func(first, n int) Summary {
		s := Summary{Rows: n, Nulls: nullsWithin(chunk, first, n)}
		block := values[first : first+n]
		if s.Nulls > 0 {
			block = dropNulls(make([]T, 0, n-s.Nulls), block, chunk, first)
		}
		if lo, hi, ok := kernel.MinMax(block); ok {
			s.Min, s.Max = bound(lo), bound(hi)
		}
		return s
	}
}

// dropNulls appends those of values, the rows of chunk from first on, that are
// not null.
func dropNulls[T any](dst, values []T, chunk arrow.Array, first int) []T {
	for i, v := range values {
		if chunk.IsValid(first + i) {
			dst = append(dst, v)
		}
	}
	return dst
}

// nullsWithin counts the nulls among rows first ≤ i < first+n. Codes of a
// dictionary that stand for null are not among them.
func nullsWithin(chunk arrow.Array, first, n int) int {
	switch bitmap := chunk.NullBitmapBytes(); {
	case chunk.DataType().ID() == arrow.NULL:
		return n
	case chunk.NullN() == 0 || len(bitmap) == 0:
		return 0
	default:
		return n - bitutil.CountSetBits(bitmap, chunk.Data().Offset()+first, n)
	}
}

// valueByValue summarizes what has no slice of numbers to look at.
func valueByValue(chunk arrow.Array) func(first, n int) Summary {
	bounds := boundsOf(chunk)
	return func(first, n int) Summary {
		s := Summary{Nulls: nullsWithin(chunk, first, n)}
		s.Rows = s.Nulls
		if bounds == nil {
			s.Rows = n
			return s
		}
		for i := first; i < first+n; i++ {
			if chunk.IsValid(i) {
				s.extend(bounds, i, 1)
			}
		}
		s.own()
		return s
	}
}

// extend makes s a summary of its rows and of uses more that hold value i.
func (s *Summary) extend(bounds func(i int) (lo, hi Bound), i, uses int) {
	lo, hi := bounds(i)
	value := Summary{Rows: uses, Min: lo, Max: hi}
	if lo.Float != lo.Float {
		value = Summary{Rows: uses, NaNs: uses}
	}
	s.merge(value)
}

// own copies the texts: they pointed into the chunk, whose memory may be that
// of a mapped file.
func (s *Summary) own() {
	s.Min.Text, s.Max.Text = strings.Clone(s.Min.Text), strings.Clone(s.Max.Text)
}

// boundsOf returns a function that gives the bounds of one value, which differ
// for decimals only; nil for types without order.
func boundsOf(chunk arrow.Array) func(i int) (lo, hi Bound) {
	point := func(at func(i int) Bound) func(i int) (lo, hi Bound) {
		return func(i int) (lo, hi Bound) { b := at(i); return b, b }
	}
	switch KindOf(chunk.DataType()) {
	case Text:
		if a, ok := chunk.(*array.String); ok {
			return point(func(i int) Bound { return Bound{Text: a.Value(i)} })
		}
		a := chunk.(*array.LargeString)
		return point(func(i int) Bound { return Bound{Text: a.Value(i)} })
	case Bool:
		a := chunk.(*array.Boolean)
		return point(func(i int) Bound {
			if a.Value(i) {
				return Bound{Int: 1}
			}
			return Bound{}
		})
	case Float:
		at := validFloatsOf(chunk)
		return point(func(i int) Bound { return Bound{Float: at(i) + 0} })
	case Decimal:
		at := validFloatsOf(chunk)
		return func(i int) (lo, hi Bound) {
			v := at(i)
			return Bound{Float: v - math.Abs(v)*decimalError}, Bound{Float: v + math.Abs(v)*decimalError}
		}
	case Int, Date, Timestamp, Time, Duration:
		return point(signedAt(chunk))
	case Uint:
		at := keyOf(chunk)
		return point(func(i int) Bound { return Bound{Uint: at(i)} })
	}
	return nil
}

// Arrow turns a decimal into a float64 with an error of a few units in the
// last place.
const decimalError = 1.0 / (1 << 49)

// signedAt extends the sign of what keyOf gives.
func signedAt(chunk arrow.Array) func(i int) Bound {
	at, shift := keyOf(chunk), 64-8*widthOf(chunk.DataType())
	return func(i int) Bound { return Bound{Int: int64(at(i)<<shift) >> shift} }
}
