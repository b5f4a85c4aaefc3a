package frame

import (
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// A Kind says how a column's values are compared, drawn and written: it is
// what remains of an Arrow type when widths and encodings are put aside.
type Kind uint8

// The kinds. A dictionary column has the kind of its values.
const (
	Unsupported Kind = iota // nested, binary and other types: carried, never drawn
	Null                    // every value is missing
	Bool
	Int       // int8 … int64
	Uint      // uint8 … uint64
	Float     // float16, float32, float64
	Decimal   // decimal128, decimal256
	Text      // utf8, large_utf8
	Date      // date32, date64: a day, no zone
	Timestamp // an instant if the type has a zone, else a wall-clock time
	Time      // time32, time64: a time of day
	Duration
)

var kindNames = [...]string{"unsupported", "null", "bool", "int", "uint", "float", "decimal", "text", "date", "timestamp", "time", "duration"}

func (k Kind) String() string { return kindNames[k] }

// Numeric reports whether values of the kind are numbers: Int, Uint, Float or
// Decimal. Bool, dates and times are not.
func (k Kind) Numeric() bool { return k == Int || k == Uint || k == Float || k == Decimal }

// Temporal reports whether values of the kind lie on a date axis.
func (k Kind) Temporal() bool { return k == Date || k == Timestamp }

// KindOf returns the kind of an Arrow type.
func KindOf(t arrow.DataType) Kind {
	switch t.ID() {
	case arrow.NULL:
		return Null
	case arrow.BOOL:
		return Bool
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return Int
	case arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return Uint
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return Float
	case arrow.DECIMAL128, arrow.DECIMAL256:
		return Decimal
	case arrow.STRING, arrow.LARGE_STRING:
		return Text
	case arrow.DATE32, arrow.DATE64:
		return Date
	case arrow.TIMESTAMP:
		return Timestamp
	case arrow.TIME32, arrow.TIME64:
		return Time
	case arrow.DURATION:
		return Duration
	case arrow.DICTIONARY:
		return KindOf(t.(*arrow.DictionaryType).ValueType)
	}
	return Unsupported
}

// A Column is one named column of a frame, in the frame's chunks. It is
// immutable and lives as long as the frame that it was had from.
type Column struct {
	field  arrow.Field
	kind   Kind
	chunks []arrow.Array
	starts []int // shared with the frame

	before  *prefix      // what is known of the first chunks
	derived atomic.Int64 // bytes of what follows
	kept    bool         // the statistics need not be computed
	known   atomic.Pointer[Stats]
	stats   func() *Stats
	codes   func() *Codes
}

func newColumn(field arrow.Field, chunks []arrow.Array, starts []int) *Column {
	c := &Column{field: field, kind: KindOf(field.Type), chunks: chunks, starts: starts}
	for _, chunk := range chunks {
		settleNulls(chunk)
	}
	c.statsFrom(newStats)
	c.codes = sync.OnceValue(func() *Codes {
		k := newCodes(c)
		c.derived.Add(k.bytes())
		return k
	})
	return c
}

// statsFrom says how the statistics are had when they are asked for.
func (c *Column) statsFrom(make func(c *Column) *Stats) {
	c.stats = sync.OnceValue(func() *Stats {
		s := make(c)
		c.derived.Add(s.bytes())
		c.known.Store(s)
		return s
	})
}

// settleNulls makes Arrow count the nulls: a slice of an array does so at the
// first call of NullN, which would be a data race later.
func settleNulls(chunk arrow.Array) {
	chunk.NullN()
	if d, ok := chunk.(*array.Dictionary); ok {
		d.Indices().NullN()
		settleNulls(d.Dictionary())
	}
}

func (c *Column) retain() {
	for _, chunk := range c.chunks {
		chunk.Retain()
	}
}

func (c *Column) release() {
	for _, chunk := range c.chunks {
		chunk.Release()
	}
}

// Name returns the column's name.
func (c *Column) Name() string { return c.field.Name }

// Type returns the Arrow type; for a dictionary column, the dictionary type.
func (c *Column) Type() arrow.DataType { return c.field.Type }

// Kind returns the kind of the values.
func (c *Column) Kind() Kind { return c.kind }

// ValueType returns the Arrow type of the values: that of the dictionary for a
// dictionary column, else Type.
func (c *Column) ValueType() arrow.DataType {
	if d, ok := c.field.Type.(*arrow.DictionaryType); ok {
		return d.ValueType
	}
	return c.field.Type
}

// Rows returns the number of rows.
func (c *Column) Rows() int { return c.starts[len(c.starts)-1] }

// Chunks returns the number of chunks.
func (c *Column) Chunks() int { return len(c.chunks) }

// Chunk returns the Arrow array of chunk i. It must not be released.
func (c *Column) Chunk(i int) arrow.Array { return c.chunks[i] }

// Nulls returns the number of missing values. NaN is not counted: Stats does.
func (c *Column) Nulls() int {
	n := 0
	for _, chunk := range c.chunks {
		n += nullsIn(chunk)
	}
	return n
}

// Stats returns statistics of the column and of each block of BlockRows rows.
// They are computed at the first call, in one pass, and kept.
func (c *Column) Stats() *Stats { return c.stats() }

// Codes returns the column as dictionary codes. They are computed at the first
// call and kept: four bytes a row.
func (c *Column) Codes() *Codes { return c.codes() }

// nullsIn counts the missing values of a chunk. A dictionary array's own count
// leaves out codes that stand for a null in the dictionary.
func nullsIn(chunk arrow.Array) int {
	if chunk.DataType().ID() == arrow.NULL {
		return chunk.Len()
	}
	d, ok := chunk.(*array.Dictionary)
	if !ok || d.Dictionary().NullN() == 0 {
		return chunk.NullN()
	}
	n := 0
	for i := range d.Len() {
		if d.IsNull(i) || d.Dictionary().IsNull(d.GetValueIndex(i)) {
			n++
		}
	}
	return n
}
