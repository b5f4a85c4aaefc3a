package parquet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

// Options tell how to read a file. The zero value reads all columns.
type Options struct {
	Source   string                  // what errors call the file; may be empty
	Columns  []string                // to read, in the order wanted; nil: all that are not nested
	MaxBytes int64                   // of memory; 0: 4 GiB. See Read
	Progress func(done, total int64) // is told the bytes of column chunks read; may be nil
}

const (
	defaultMaxBytes = 4 << 30

	// A file may ask for memory in proportion to its size: text repeats, and
	// 1000 is what the best codecs make of it. The allowance lets small files
	// hold columns of one value.
	maxRatio  = 1000
	allowance = 256 << 20
)

// Open reads the file at path; errors call it by its path.
func Open(path string, o Options) (*frame.Frame, error) {
	o.Source = cmp.Or(o.Source, path)
	f, err := os.Open(path)
	if err != nil {
		return nil, o.error("", errors.Unwrap(err))
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, o.error("", err)
	}
	return Read(f, info.Size(), o)
}

// Read returns the frame in the Parquet file of size bytes. Column chunks are
// read in parallel; a row group becomes a chunk of the frame, or several if its
// text exceeds 2 GiB. Nested columns are left out, and an error if they are
// among o.Columns.
//
// Page headers are checked before Arrow sees them, its panics are recovered,
// and it gets no more memory than 256 MiB + 1000 × size, at most o.MaxBytes.
// Pages have no checksum here, so a flipped bit may be an altered value.
//
// An error is a *frame.SourceError with the column where that is known; it
// wraps frame.ErrTooLarge if a limit was reached, frame.ErrNoColumn if a
// column does not exist.
func Read(r io.ReaderAt, size int64, o Options) (f *frame.Frame, err error) {
	limit := min(cmp.Or(o.MaxBytes, defaultMaxBytes), allowance+maxRatio*size)
	p := &reader{options: o, r: r, size: size, limit: limit, mem: newLimiter(limit)}
	if err := p.safely(p.open); err != nil {
		return nil, o.error("", err)
	}
	defer func() { _ = p.file.Close() }() // only read
	return p.read()
}

func (o Options) error(column string, err error) error {
	return &frame.SourceError{Source: o.Source, Row: -1, Column: column, Err: err}
}

type reader struct {
	options Options
	r       io.ReaderAt
	size    int64
	limit   int64
	mem     memory.Allocator
	file    *file.Reader
	arrow   *pqarrow.FileReader
	schema  *arrow.Schema
	columns []int // of the manifest

	progress    sync.Mutex
	done, total int64
}

// safely returns the panics of f as errors: Arrow trusts what it reads.
func (p *reader) safely(f func() error) (err error) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case tooMuch:
			err = cause.error
		default:
			err = fmt.Errorf("corrupt data: %v", cause)
		}
	}()
	return f()
}

func (p *reader) open() (err error) {
	const magic = "PAR1"
	head := make([]byte, len(magic))
	if _, err := p.r.ReadAt(head, 0); err != nil || string(head) != magic {
		return errors.New("not a Parquet file: it does not begin with PAR1")
	}
	properties := parquet.NewReaderProperties(p.mem)
	if p.file, err = file.NewParquetReader(io.NewSectionReader(p.r, 0, p.size), file.WithReadProps(properties)); err != nil {
		return fmt.Errorf("the file is cut off, or not Parquet: %w", err)
	}
	if err := checkSchema(p.file.MetaData()); err != nil {
		return err
	}
	if err := checkRows(p.file.MetaData()); err != nil {
		return err
	}
	if p.arrow, err = pqarrow.NewFileReader(p.file, pqarrow.ArrowReadProperties{}, p.mem); err != nil {
		return err
	}
	if err := p.project(); err != nil {
		return err
	}
	p.total = p.totalBytes()
	return nil
}

// project chooses the columns.
func (p *reader) project() error {
	var names []string
	index := map[string]int{}
	for i, f := range p.arrow.Manifest.Fields {
		index[f.Field.Name] = i
		if len(f.Children) == 0 || p.options.Columns != nil {
			names = append(names, f.Field.Name)
		}
	}
	if len(index) < len(p.arrow.Manifest.Fields) {
		return errors.New("two columns have the same name")
	}
	wanted := p.options.Columns
	if wanted == nil {
		wanted = names
	}
	fields := make([]arrow.Field, len(wanted))
	for i, name := range wanted {
		at, ok := index[name]
		if !ok {
			return &frame.NoColumnError{Name: name, Columns: names, Nearest: nearest.Of(name, names)}
		}
		field := p.arrow.Manifest.Fields[at]
		if len(field.Children) > 0 {
			return fmt.Errorf("column %q is nested: %w", name, frame.ErrType)
		}
		p.columns = append(p.columns, at)
		fields[i] = *field.Field
		fields[i].Metadata = arrow.Metadata{}
	}
	p.schema = arrow.NewSchema(fields, nil)
	return nil
}

// read reads all chunks of all columns, a few at a time.
func (p *reader) read() (*frame.Frame, error) {
	groups := p.file.NumRowGroups()
	chunks := make([][]*arrow.Chunked, len(p.columns))
	errs := make([]error, len(p.columns)*groups)
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	var failed atomic.Bool
	for i := range p.columns {
		chunks[i] = make([]*arrow.Chunked, groups)
	}
	for g := range groups {
		for i := range p.columns {
			limit <- struct{}{}
			if failed.Load() {
				<-limit
				continue
			}
			wg.Go(func() {
				defer func() { <-limit }()
				err := p.safely(func() (err error) {
					chunks[i][g], err = p.chunk(g, p.columns[i])
					return err
				})
				if err != nil {
					failed.Store(true)
					errs[g*len(p.columns)+i] = p.options.error(p.schema.Field(i).Name, err)
				}
			})
		}
	}
	wg.Wait()
	defer release(chunks)
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	var f *frame.Frame
	err := p.safely(func() (err error) {
		f, err = p.frame(chunks)
		return err
	})
	if err != nil {
		return nil, p.options.error("", err)
	}
	return f, nil
}

// chunk reads one column of one row group.
func (p *reader) chunk(group, column int) (*arrow.Chunked, error) {
	rows := p.file.RowGroup(group)
	leaf := p.arrow.Manifest.Fields[column].ColIndex
	if err := checkChunk(p.r, p.size, rows, leaf, p.limit); err != nil {
		return nil, err
	}
	chunked, err := p.arrow.RowGroup(group).Column(column).Read(context.Background())
	if err != nil {
		return nil, err
	}
	if int64(chunked.Len()) != rows.NumRows() {
		defer chunked.Release()
		return nil, fmt.Errorf("%d values for %d rows", chunked.Len(), rows.NumRows())
	}
	if err := checkValues(chunked); err != nil {
		defer chunked.Release()
		return nil, err
	}
	p.report(group, leaf)
	return chunked, nil
}

// report calls Progress, from one goroutine at a time.
func (p *reader) report(group, leaf int) {
	if p.options.Progress == nil {
		return
	}
	p.progress.Lock()
	defer p.progress.Unlock()
	p.done += p.chunkBytes(group, leaf)
	p.options.Progress(p.done, p.total)
}

func (p *reader) chunkBytes(group, leaf int) int64 {
	chunk, err := p.file.RowGroup(group).MetaData().ColumnChunk(leaf)
	if err != nil {
		return 0 // and reading it fails
	}
	return chunk.TotalCompressedSize()
}

func (p *reader) totalBytes() (n int64) {
	for g := range p.file.NumRowGroups() {
		for _, column := range p.columns {
			n += p.chunkBytes(g, p.arrow.Manifest.Fields[column].ColIndex)
		}
	}
	return n
}

// frame puts the chunks of each column one after the other.
func (p *reader) frame(chunks [][]*arrow.Chunked) (*frame.Frame, error) {
	columns := make([]arrow.Column, len(chunks))
	for i, groups := range chunks {
		var arrays []arrow.Array
		for _, group := range groups {
			arrays = append(arrays, group.Chunks()...)
		}
		field := p.schema.Field(i)
		chunked := arrow.NewChunked(field.Type, arrays)
		defer chunked.Release()
		columns[i] = *arrow.NewColumn(field, chunked)
		defer columns[i].Release()
	}
	table := array.NewTable(p.schema, columns, p.file.NumRows())
	defer table.Release()
	return frame.FromTable(table)
}

func release(chunks [][]*arrow.Chunked) {
	for _, groups := range chunks {
		for _, chunked := range groups {
			if chunked != nil {
				chunked.Release()
			}
		}
	}
}
