package frame

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// WriteIPC writes f as an Arrow IPC file: one batch a chunk, buffers at
// multiples of 8 bytes, not compressed, so that OpenMapped copies nothing. A
// file has one dictionary a column: where the chunks of f differ in theirs,
// the column is written by its Codes. An error of w is returned as it is.
func WriteIPC(w io.Writer, f *Frame) error {
	columns := make([][]arrow.Array, len(f.columns))
	for i, c := range f.columns {
		columns[i] = c.chunks
		t, ok := c.field.Type.(*arrow.DictionaryType)
		switch {
		case !ok:
		case sameDictionary(c.chunks):
			columns[i] = uncounted(c.chunks)
		default:
			unified, err := c.Codes().arrays(t)
			if err != nil {
				return &SourceError{Row: -1, Column: c.Name(), Err: err}
			}
			columns[i] = unified
		}
	}
	writer, err := ipc.NewFileWriter(&positioned{Writer: w}, ipc.WithSchema(f.schema))
	if err != nil {
		return err
	}
	return f.writeBatches(writer, columns)
}

// WriteIPCStream writes f as an Arrow IPC stream.
func WriteIPCStream(w io.Writer, f *Frame) error {
	columns := make([][]arrow.Array, len(f.columns))
	for i, c := range f.columns {
		columns[i] = c.chunks
	}
	return f.writeBatches(ipc.NewWriter(w, ipc.WithSchema(f.schema)), columns)
}

func (f *Frame) writeBatches(w interface {
	Write(arrow.Record) error
	Close() error
}, columns [][]arrow.Array) error {
	for i := range f.Chunks() {
		chunk := make([]arrow.Array, len(columns))
		for c := range columns {
			chunk[c] = columns[c][i]
		}
		batch := array.NewRecord(f.schema, chunk, int64(f.ChunkRows(i)))
		err := w.Write(batch)
		batch.Release()
		if err != nil {
			return errors.Join(err, w.Close())
		}
	}
	return w.Close()
}

// uncounted returns the same arrays without reference counts: Arrow's file
// writer retains the dictionaries that it has written and never releases them.
func uncounted(chunks []arrow.Array) []arrow.Array {
	arrays := make([]arrow.Array, len(chunks))
	for i, chunk := range chunks {
		arrays[i] = array.MakeFromData(uncountedData(chunk.Data()))
	}
	return arrays
}

func uncountedData(data arrow.ArrayData) *array.Data {
	buffers := make([]*memory.Buffer, len(data.Buffers()))
	for i, b := range data.Buffers() {
		if b != nil {
			buffers[i] = memory.NewBufferBytes(b.Bytes())
		}
	}
	children := make([]arrow.ArrayData, len(data.Children()))
	for i, child := range data.Children() {
		children[i] = uncountedData(child)
	}
	same := array.NewData(data.DataType(), data.Len(), buffers, children, data.NullN(), data.Offset())
	if data.DataType().ID() == arrow.DICTIONARY {
		same.SetDictionary(uncountedData(data.Dictionary()))
	}
	return same
}

func sameDictionary(chunks []arrow.Array) bool {
	for _, chunk := range chunks {
		if !array.Equal(chunk.(*array.Dictionary).Dictionary(), chunks[0].(*array.Dictionary).Dictionary()) {
			return false
		}
	}
	return true
}

// arrays returns the codes as dictionary arrays of the given type, in
// garbage-collected memory.
func (k *Codes) arrays(t *arrow.DictionaryType) ([]arrow.Array, error) {
	width := widthOf(t.IndexType)
	if KindOf(t.IndexType) == Int && width < 8 && k.Len() > 1<<(8*width-1) || width < 4 && k.Len() > 1<<(8*width) {
		return nil, fmt.Errorf("%d values do not fit a %s", k.Len(), t)
	}
	values := k.values.chunks[0]
	if !arrow.TypeEqual(values.DataType(), t.ValueType) {
		return nil, fmt.Errorf("a %s with different dictionaries cannot be written to a file: %w", t, ErrType)
	}
	arrays := make([]arrow.Array, len(k.chunks))
	for i, codes := range k.chunks {
		keys, valid := make([]uint64, len(codes)), make([]bool, len(codes))
		for row, code := range codes {
			keys[row], valid[row] = uint64(max(code, 0)), code != NoCode
		}
		buffers := []*memory.Buffer{bitmapOf(valid), memory.NewBufferBytes(narrow(keys, width))}
		data := array.NewData(t, len(codes), buffers, nil, array.UnknownNullCount, 0)
		data.SetDictionary(values.Data())
		arrays[i] = array.MakeFromData(data)
	}
	return arrays, nil
}

// positioned is the seeker that Arrow asks where it is, and nothing more.
type positioned struct {
	io.Writer
	pos int64
}

func (p *positioned) Write(b []byte) (int, error) {
	n, err := p.Writer.Write(b)
	p.pos += int64(n)
	return n, err
}

func (p *positioned) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, errors.ErrUnsupported
	}
	return p.pos, nil
}
