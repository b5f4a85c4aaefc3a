package frame

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/endian"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/internal/arrowmeta"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

// IPCOptions tell how to read Arrow IPC. The zero value reads everything.
type IPCOptions struct {
	Source   string   // what errors call the bytes; may be empty
	Columns  []string // to read, in the order wanted; nil: all
	MaxBytes int64    // of the source, and again of what compressed buffers become; 0: DefaultMaxBytes
}

// ReadIPC reads a stream or a file (which is also Feather, version 2) from r,
// which it reads to the end first.
func ReadIPC(r io.Reader, o IPCOptions) (*Frame, error) {
	limit := cmp.Or(o.MaxBytes, DefaultMaxBytes)
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d bytes: %w", limit, ErrTooLarge)
	}
	if err != nil {
		return nil, &SourceError{Source: o.Source, Row: -1, Err: err}
	}
	return OpenIPC(data, o)
}

// OpenIPC returns the frame that is stored in data as an Arrow IPC stream or
// file. It copies nothing but compressed buffers, and those that do not begin
// at a multiple of 8 bytes: data must not be modified while the frame is used.
//
// Everything is checked before it is used: metadata against the bounds of the
// data, lengths, offsets, dictionary codes, UTF-8. Corrupt data is an error or
// another valid frame; it is never a panic, nor the cause of an allocation
// beyond a small multiple of its size (o.MaxBytes for compressed buffers).
// Numbers are not checked, so the pages of a mapped file that hold them are
// not touched.
//
// Unions, run-end encoded arrays, views and big-endian data are not supported.
// An error is a *SourceError with the column where that is known.
func OpenIPC(data []byte, o IPCOptions) (f *Frame, err error) {
	r := &ipcReader{options: o, data: data, dictionaries: map[int64]arrow.ArrayData{}, room: cmp.Or(o.MaxBytes, DefaultMaxBytes)}
	defer func() {
		if p := recover(); p != nil {
			cause, ok := p.(brokenBody)
			if !ok {
				cause = brokenBody{fmt.Errorf("corrupt data: %v", p)} // a check is missing: Arrow refused it
			}
			err = r.sourceError(cause.error)
		}
	}()
	if err := r.read(); err != nil {
		return nil, r.sourceError(err)
	}
	return New(r.schema, r.batches)
}

// ipcMagic begins and ends a file; a stream begins with a message.
const ipcMagic = "ARROW1"

type ipcReader struct {
	options      IPCOptions
	data         []byte
	pos          int
	schema       *arrow.Schema // of the columns that are read
	all          *arrow.Schema
	fields       []arrowmeta.Field // of all
	keep         []int             // the columns that are read, as numbers in all
	values       map[int64]arrow.Field
	meta         map[int64]arrowmeta.Field
	dictionaries map[int64]arrow.ArrayData
	room         int64
	batches      []arrow.Record
	rows         int64
	column       string // the one being read
}

func (r *ipcReader) sourceError(err error) error {
	return &SourceError{Source: r.options.Source, Row: -1, Column: r.column, Err: err}
}

func (r *ipcReader) read() error {
	if err := r.unwrapFile(); err != nil {
		return err
	}
	for first := true; ; first = false {
		m, meta, body, err := r.message()
		switch {
		case errors.Is(err, io.EOF) && first:
			return errors.New("no Arrow data")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case first != (m.Kind == arrowmeta.Schema):
			return fmt.Errorf("byte %d: message of kind %d, want the schema first and once", r.pos, m.Kind)
		case first:
			err = r.readSchema(m, meta)
		case m.Kind == arrowmeta.DictionaryBatch:
			err = r.readDictionary(m, body)
		case m.Kind == arrowmeta.RecordBatch:
			err = r.readBatch(m, body)
		default:
			err = fmt.Errorf("byte %d: message of kind %d, want a batch", r.pos, m.Kind)
		}
		if err != nil {
			return err
		}
	}
}

// unwrapFile leaves the stream that a file is made of: it stands between the
// leading magic and the footer, which repeats where its messages are.
func (r *ipcReader) unwrapFile() error {
	const head, tail = 8, len(ipcMagic) + 4
	if !bytes.HasPrefix(r.data, []byte(ipcMagic)) {
		return nil
	}
	if len(r.data) < head+tail || !bytes.HasSuffix(r.data, []byte(ipcMagic)) {
		return errors.New("the Arrow file is cut off: it does not end with ARROW1")
	}
	footer := int64(int32(binary.LittleEndian.Uint32(r.data[len(r.data)-tail:])))
	if footer <= 0 || footer > int64(len(r.data)-head-tail) {
		return fmt.Errorf("a footer of %d bytes in a file of %d", footer, len(r.data))
	}
	r.data = r.data[:int64(len(r.data)-tail)-footer]
	r.pos = head
	return nil
}

// message returns the next message; io.EOF at the end of the stream.
func (r *ipcReader) message() (m arrowmeta.Message, meta, body []byte, err error) {
	const continuation = 0xFFFFFFFF
	word := func() uint32 {
		if len(r.data)-r.pos < 4 {
			err = fmt.Errorf("byte %d: cut off within a message's length", r.pos)
			return 0
		}
		r.pos += 4
		return binary.LittleEndian.Uint32(r.data[r.pos-4:])
	}
	if r.pos == len(r.data) {
		return m, nil, nil, io.EOF
	}
	size := word()
	if size == continuation { // left out before Arrow 0.15
		size = word()
	}
	switch {
	case err != nil:
		return m, nil, nil, err
	case size == 0:
		return m, nil, nil, io.EOF
	}
	if meta, err = r.take(int64(size), "metadata"); err != nil {
		return m, nil, nil, err
	}
	if m, err = arrowmeta.Parse(meta); err != nil {
		return m, nil, nil, fmt.Errorf("byte %d: %w", r.pos-len(meta), err)
	}
	body, err = r.take(m.BodyBytes, "a body")
	return m, meta, body, err
}

func (r *ipcReader) take(n int64, what string) ([]byte, error) {
	if left := int64(len(r.data) - r.pos); n < 0 || n > left {
		return nil, fmt.Errorf("byte %d: %s of %d bytes, but %d are left", r.pos, what, n, left)
	}
	r.pos += int(n)
	return r.data[r.pos-int(n) : r.pos], nil
}

// readSchema has Arrow read the types, after arrowmeta has checked the bounds.
func (r *ipcReader) readSchema(m arrowmeta.Message, meta []byte) error {
	message := ipc.NewMessage(memory.NewBufferBytes(meta), memory.NewBufferBytes(nil))
	reader, err := ipc.NewReaderFromMessageReader(&oneMessage{message})
	if err != nil {
		return err
	}
	defer reader.Release()
	r.all, r.fields = reader.Schema(), m.Fields
	if r.all.Endianness() != endian.LittleEndian {
		return errors.New("the data is big-endian")
	}
	if len(r.fields) != r.all.NumFields() {
		return fmt.Errorf("%d columns, but %d are described", r.all.NumFields(), len(r.fields))
	}
	if err := checkSchema(r.all); err != nil {
		return err
	}
	for i, f := range r.all.Fields() {
		if !utf8.ValidString(f.Name) {
			return fmt.Errorf("the name of column %d, %q, is not UTF-8", i, f.Name)
		}
	}
	r.values, r.meta = map[int64]arrow.Field{}, map[int64]arrowmeta.Field{}
	r.findDictionaries(r.all.Fields(), r.fields)
	return r.project()
}

// oneMessage is the message reader that ends after the schema.
type oneMessage struct{ message *ipc.Message }

func (m *oneMessage) Message() (*ipc.Message, error) { return m.message, nil }
func (m *oneMessage) Retain()                        {}
func (m *oneMessage) Release()                       {}

// findDictionaries notes what the dictionaries of the schema hold.
func (r *ipcReader) findDictionaries(fields []arrow.Field, meta []arrowmeta.Field) {
	for i := range min(len(fields), len(meta)) {
		t := fields[i].Type
		if d, ok := t.(*arrow.DictionaryType); ok {
			r.values[meta[i].Dictionary] = arrow.Field{Name: fields[i].Name, Type: d.ValueType}
			r.meta[meta[i].Dictionary] = arrowmeta.Field{Dictionary: -1, Children: meta[i].Children}
			t = d.ValueType
		}
		if nested, ok := t.(arrow.NestedType); ok {
			r.findDictionaries(nested.Fields(), meta[i].Children)
		}
	}
}

func (r *ipcReader) project() error {
	names := r.options.Columns
	if names == nil {
		for _, f := range r.all.Fields() {
			names = append(names, f.Name)
		}
	}
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		at := r.all.FieldIndices(name)
		if len(at) == 0 {
			all := make([]string, r.all.NumFields())
			for j, f := range r.all.Fields() {
				all[j] = f.Name
			}
			return &NoColumnError{Name: name, Columns: all, Nearest: nearest.Of(name, all)}
		}
		r.keep = append(r.keep, at[0])
		fields[i] = r.all.Field(at[0])
	}
	metadata := r.all.Metadata()
	r.schema = arrow.NewSchema(fields, &metadata)
	return checkSchema(r.schema)
}

func (r *ipcReader) readDictionary(m arrowmeta.Message, body []byte) error {
	field, ok := r.values[m.ID]
	if !ok {
		return fmt.Errorf("dictionary %d is of no column", m.ID)
	}
	r.column = field.Name
	b := &ipcBody{batch: m.Batch, body: body, dictionaries: r.dictionaries, room: &r.room}
	values := b.load(field.Type, r.meta[m.ID], m.Batch.Rows)
	if before := r.dictionaries[m.ID]; m.Delta && before != nil {
		both, err := array.Concatenate([]arrow.Array{array.MakeFromData(before), array.MakeFromData(values)}, memory.DefaultAllocator)
		if err != nil {
			return err
		}
		values = both.Data()
	}
	r.dictionaries[m.ID] = values
	r.column = ""
	return nil
}

func (r *ipcReader) readBatch(m arrowmeta.Message, body []byte) error {
	if r.rows += m.Batch.Rows; m.Batch.Rows < 0 || m.Batch.Rows > MaxRows || r.rows > MaxRows {
		return fmt.Errorf("a batch of %d rows", m.Batch.Rows)
	}
	b := &ipcBody{batch: m.Batch, body: body, dictionaries: r.dictionaries, room: &r.room}
	columns := make([]arrow.Array, len(r.keep))
	for i, field := range r.all.Fields() {
		r.column = field.Name
		if at := slices.Index(r.keep, i); at >= 0 {
			columns[at] = array.MakeFromData(b.load(field.Type, r.fields[i], m.Batch.Rows))
		} else {
			b.skip(field.Type)
		}
	}
	r.column = ""
	r.batches = append(r.batches, array.NewRecord(r.schema, columns, m.Batch.Rows))
	return nil
}
