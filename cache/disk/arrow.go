package disk

import (
	"bytes"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/frame"
)

// encode writes f as an uncompressed Arrow IPC file.
func encode(w io.Writer, f *frame.Frame) error {
	fw, err := ipc.NewFileWriter(&placed{w: w}, ipc.WithSchema(f.Schema()))
	if err != nil {
		return err
	}
	for i := range f.Chunks() {
		columns := make([]arrow.Array, len(f.Columns()))
		for c, column := range f.Columns() {
			columns[c] = unshared(column.Chunk(i))
			defer columns[c].Release()
		}
		record := array.NewRecord(f.Schema(), columns, int64(f.ChunkRows(i)))
		err := fw.Write(record)
		record.Release()
		if err != nil {
			return err
		}
	}
	return fw.Close()
}

// unshared returns the chunk with a dictionary that is not reference-counted:
// Arrow's file writer never releases those it has written.
func unshared(chunk arrow.Array) arrow.Array {
	d, ok := chunk.(*array.Dictionary)
	if !ok {
		chunk.Retain()
		return chunk
	}
	data := d.Data()
	indices := array.NewData(data.DataType(), data.Len(), data.Buffers(), nil, data.NullN(), data.Offset())
	indices.SetDictionary(rewrap(data.Dictionary()))
	defer indices.Release()
	return array.MakeFromData(indices)
}

func rewrap(data arrow.ArrayData) *array.Data {
	buffers := make([]*memory.Buffer, len(data.Buffers()))
	for i, b := range data.Buffers() {
		if b != nil {
			buffers[i] = memory.NewBufferBytes(b.Bytes())
		}
	}
	return array.NewData(data.DataType(), data.Len(), buffers, data.Children(), data.NullN(), data.Offset())
}

// placed is a writer that knows where it is, which is all that an IPC writer
// asks of a seeker.
type placed struct {
	w io.Writer
	n int64
}

func (p *placed) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.n += int64(n)
	return n, err
}

func (p *placed) Seek(int64, int) (int64, error) { return p.n, nil }

// decode returns the frame of a payload that was verified.
func decode(b []byte) (f *frame.Frame, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("arrow: %v", p)
		}
	}()
	r, err := ipc.NewFileReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var records []arrow.Record
	defer func() {
		for _, r := range records {
			r.Release()
		}
	}()
	for i := range r.NumRecords() {
		record, err := r.RecordAt(i)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return frame.New(r.Schema(), records)
}
