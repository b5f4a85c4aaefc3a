package frame

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// MaxRows is the largest number of rows a frame can hold: a row number fits in
// a uint32, which is what decimation and grouping count in.
const MaxRows = math.MaxUint32

const released = "frame: used after Release"

// A Frame is an immutable table of named Arrow columns. All columns have the
// same rows and the same chunk boundaries, so a row is found by one chunk
// number and one offset, whatever the column.
//
// A frame is safe for concurrent use. It is reference-counted: New returns it
// with one reference, Retain adds one, and the Release that drops the last one
// gives its Arrow memory back. Columns, chunks and values share the frame's
// memory and must not be used after that.
type Frame struct {
	schema  *arrow.Schema
	columns []*Column
	index   map[string]int
	starts  []int // starts[i] is the first row of chunk i; one more entry holds the number of rows

	refs    atomic.Int64
	onFree  func()
	owners  []*Frame // that onFree releases, if it does nothing else
	version func() Version
	begins  []Beginning // the newest first
}

// New returns a frame of the given record batches, in order, without copying
// them; it retains what it keeps. Batches without rows are left out. A frame
// without any column, or with two columns of one name, is an error, as is a
// batch whose schema differs from the given one.
//
// Cost: O(batches × columns), independent of the number of rows.
func New(schema *arrow.Schema, batches []arrow.Record) (*Frame, error) {
	if err := checkSchema(schema); err != nil {
		return nil, err
	}
	chunks := make([][]arrow.Array, schema.NumFields())
	starts := []int{0}
	for i, batch := range batches {
		if !batch.Schema().Equal(schema) {
			return nil, fmt.Errorf("frame: batch %d has the schema %s, want %s", i, batch.Schema(), schema)
		}
		if batch.NumRows() == 0 {
			continue
		}
		for c := range chunks {
			chunks[c] = append(chunks[c], batch.Column(c))
		}
		starts = append(starts, starts[len(starts)-1]+int(batch.NumRows()))
	}
	if uint64(starts[len(starts)-1]) > MaxRows {
		return nil, fmt.Errorf("frame: %d rows, at most %d can be held", starts[len(starts)-1], uint32(MaxRows))
	}
	return assemble(schema, chunks, starts), nil
}

// FromTable returns a frame of an Arrow table without copying it. Where the
// columns of the table are chunked differently, the frame's chunks are cut at
// every boundary of any column.
func FromTable(table arrow.Table) (*Frame, error) {
	reader := array.NewTableReader(table, 0)
	defer reader.Release()
	var batches []arrow.Record
	defer func() {
		for _, b := range batches {
			b.Release()
		}
	}()
	for reader.Next() {
		batch := reader.Record()
		batch.Retain()
		batches = append(batches, batch)
	}
	return New(table.Schema(), batches)
}

func checkSchema(schema *arrow.Schema) error {
	if schema.NumFields() == 0 {
		return fmt.Errorf("frame: no columns")
	}
	seen := make(map[string]bool, schema.NumFields())
	for i, field := range schema.Fields() {
		if seen[field.Name] {
			return fmt.Errorf("frame: column %d: the name %q is taken by an earlier column", i, field.Name)
		}
		seen[field.Name] = true
	}
	return nil
}

// assemble takes over nothing: it retains the chunks.
func assemble(schema *arrow.Schema, chunks [][]arrow.Array, starts []int) *Frame {
	columns := make([]*Column, len(chunks))
	for i, field := range schema.Fields() {
		columns[i] = newColumn(field, chunks[i], starts)
	}
	return of(schema, columns, starts)
}

func of(schema *arrow.Schema, columns []*Column, starts []int) *Frame {
	f := &Frame{schema: schema, columns: columns, starts: starts, index: make(map[string]int, len(columns))}
	for i, c := range columns {
		f.index[c.Name()] = i
		c.retain()
	}
	f.version = sync.OnceValue(func() Version { return hashFrame(f) })
	f.refs.Store(1)
	return f
}

// Retain adds a reference.
// It panics if the last one is gone already.
func (f *Frame) Retain() {
	if f.refs.Add(1) <= 1 {
		panic(released)
	}
}

// Release drops a reference. It panics if there is none left.
func (f *Frame) Release() {
	switch refs := f.refs.Add(-1); {
	case refs < 0:
		panic(released)
	case refs > 0:
		return
	}
	for _, c := range f.columns {
		c.release()
	}
	if f.onFree != nil {
		f.onFree()
	}
}

// OnFree arranges for fn to be called once the frame's last reference is
// dropped, after its columns are released: a mapped file is unmapped there. It
// must be called before the frame is shared.
func (f *Frame) OnFree(fn func()) {
	f.owners = nil
	if before := f.onFree; before != nil {
		f.onFree = func() { before(); fn() }
		return
	}
	f.onFree = fn
}

// Schema returns the Arrow schema.
func (f *Frame) Schema() *arrow.Schema { return f.schema }

// Rows returns the number of rows.
func (f *Frame) Rows() int { return f.starts[len(f.starts)-1] }

// Columns returns the columns in schema order. The slice must not be modified.
func (f *Frame) Columns() []*Column { return f.columns }

// Chunks returns the number of chunks that every column has.
func (f *Frame) Chunks() int { return len(f.starts) - 1 }

// ChunkStart returns the first row of chunk i; ChunkStart(Chunks()) is Rows().
func (f *Frame) ChunkStart(i int) int { return f.starts[i] }

// ChunkRows returns the number of rows of chunk i.
func (f *Frame) ChunkRows(i int) int { return f.starts[i+1] - f.starts[i] }

// Locate returns the chunk that holds the given row, and the row's place in it.
// It panics if there is no such row.
func (f *Frame) Locate(row int) (chunk, offset int) {
	if row < 0 || row >= f.Rows() {
		panic("frame: row out of range")
	}
	i := chunkOf(f.starts, row)
	return i, row - f.starts[i]
}

// Column returns the named column, or an error that wraps ErrNoColumn and
// names the nearest column there is.
func (f *Frame) Column(name string) (*Column, error) {
	if i, ok := f.index[name]; ok {
		return f.columns[i], nil
	}
	return nil, &NoColumnError{Name: name, Columns: f.Names(), Nearest: nearest.Of(name, f.Names())}
}

// Names returns the names of the columns in schema order.
func (f *Frame) Names() []string {
	names := make([]string, len(f.columns))
	for i, c := range f.columns {
		names[i] = c.Name()
	}
	return names
}

// Select returns a frame of the named columns, in the given order, that shares
// this frame's memory, statistics included. The caller releases both.
func (f *Frame) Select(names ...string) (*Frame, error) {
	columns := make([]*Column, len(names))
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		c, err := f.Column(name)
		if err != nil {
			return nil, err
		}
		columns[i], fields[i] = c, c.field
	}
	schema := arrow.NewSchema(fields, nil)
	if err := checkSchema(schema); err != nil {
		return nil, err
	}
	return f.sharing(of(schema, columns, f.starts)), nil
}

// Slice returns the rows from ≤ row < to as a frame that shares this frame's
// memory. It panics if the bounds are not 0 ≤ from ≤ to ≤ Rows().
func (f *Frame) Slice(from, to int) *Frame {
	if from < 0 || to < from || to > f.Rows() {
		panic("frame: slice out of range")
	}
	starts := []int{0}
	chunks := make([][]arrow.Array, len(f.columns))
	for i := range f.Chunks() {
		lo, hi := max(from, f.starts[i])-f.starts[i], min(to, f.starts[i+1])-f.starts[i]
		if lo >= hi {
			continue
		}
		for c, column := range f.columns {
			chunks[c] = append(chunks[c], array.NewSlice(column.chunks[i], int64(lo), int64(hi)))
		}
		starts = append(starts, starts[len(starts)-1]+hi-lo)
	}
	s := assemble(f.schema, chunks, starts)
	for _, column := range chunks {
		for _, chunk := range column {
			chunk.Release()
		}
	}
	return f.sharing(s)
}

// sharing makes child keep f alive: f may own memory, such as a mapped file,
// that its Arrow buffers do not count references of.
func (f *Frame) sharing(child *Frame) *Frame {
	f.Retain()
	child.OnFree(f.Release)
	return child
}

// Bytes returns the exact number of bytes of Arrow buffers that the frame
// holds: a buffer shared by several chunks or columns counts once, and a slice
// counts the whole of the buffer it keeps alive. What the frame computes about
// itself (statistics, dictionary codes) is in DerivedBytes.
func (f *Frame) Bytes() int64 {
	seen := make(map[*byte]bool)
	var n int64
	for _, c := range f.columns {
		for _, chunk := range c.chunks {
			n += bufferBytes(chunk.Data(), seen)
		}
	}
	return n
}

// DerivedBytes returns the bytes of dictionary codes and statistics that were
// computed so far. It grows as columns are used.
func (f *Frame) DerivedBytes() int64 {
	var n int64
	for _, c := range f.columns {
		n += c.derived.Load()
	}
	return n
}

func bufferBytes(data arrow.ArrayData, seen map[*byte]bool) int64 {
	var n int64
	for _, buffer := range data.Buffers() {
		if buffer == nil || buffer.Len() == 0 {
			continue
		}
		if first := &buffer.Bytes()[0]; !seen[first] {
			seen[first] = true
			n += int64(buffer.Cap())
		}
	}
	for _, child := range data.Children() {
		n += bufferBytes(child, seen)
	}
	if data.DataType().ID() == arrow.DICTIONARY { // Dictionary is a nil pointer in an interface otherwise
		n += bufferBytes(data.Dictionary(), seen)
	}
	return n
}
