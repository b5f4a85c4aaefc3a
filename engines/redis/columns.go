package redis

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/frame"
)

// The streams of columns start at multiples of 64 bytes, so that no buffer has
// to be copied to where Arrow wants it.
const alignment = 64

// writeColumns writes each column as a stream of its own, and returns where
// each ends.
func writeColumns(w io.Writer, f *frame.Frame) (ends []int64, err error) {
	at := &counter{w: w}
	for _, name := range f.Names() {
		column, err := f.Select(name)
		if err != nil {
			return nil, err
		}
		err = frame.WriteIPCStream(at, column)
		column.Release()
		if err == nil {
			_, err = at.Write(make([]byte, -at.n&(alignment-1)))
		}
		if err != nil {
			return nil, err
		}
		ends = append(ends, at.n)
	}
	return ends, nil
}

// schemaOf returns the stream of no rows of a frame.
func schemaOf(f *frame.Frame) ([]byte, error) {
	none := f.Slice(0, 0)
	defer none.Release()
	var b bytes.Buffer
	err := frame.WriteIPCStream(&b, none)
	return b.Bytes(), err
}

// A counter counts what is written to it, and passes it on if it is to.
type counter struct {
	w io.Writer // nil: nowhere
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	if c.w == nil {
		return len(p), nil
	}
	return c.w.Write(p)
}

// read returns the frame of some columns of a loan, of all for nil, with a
// reference for the caller, which has one to the loan.
func (s *Store) read(ctx context.Context, l *loan, columns []string) (*frame.Frame, error) {
	which := strings.Join(columns, "\x00")
	if columns != nil {
		which += "\x00"
	}
	f, _, err := s.loads.Do(ctx, l.id+which, func(ctx context.Context) (*frame.Frame, error) {
		s.mu.Lock()
		f := l.frames[which]
		if f != nil {
			f.Retain()
		}
		s.mu.Unlock()
		if f != nil {
			return f, nil
		}
		return s.copy(ctx, l, columns, which)
	})
	if err != nil {
		return nil, err
	}
	defer f.Release()
	return f.Share(), nil
}

// copy reads the chunks that the columns are in, and keeps the frame with the
// loan for other readers.
func (s *Store) copy(ctx context.Context, l *loan, columns []string, which string) (*frame.Frame, error) {
	schema, wanted, err := l.project(columns)
	if err != nil {
		return nil, err
	}
	parts := make([]*frame.Frame, len(wanted))
	defer func() {
		for _, p := range parts {
			if p != nil {
				p.Release()
			}
		}
	}()
	if err := s.readColumns(ctx, l.manifest, wanted, parts); err != nil {
		return nil, err
	}
	f, err := join(schema, parts)
	if err != nil || int64(f.Rows()) != l.rows {
		return nil, l.damaged("its columns do not fit together: %w", first(err, errRows))
	}
	if columns == nil {
		f.SetVersion(l.version)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.refs > 0 { // else all who wanted it have left
		f.Retain()
		l.frames[which] = f
	}
	return f, nil
}

// A columnsError is what is wrong with the columns that were asked for.
type columnsError struct{ error }

func (e *columnsError) Unwrap() error { return e.error }

// project returns the schema of the named columns, of all for nil, and their
// numbers.
func (m *manifest) project(names []string) (*arrow.Schema, []int, error) {
	all, err := frame.OpenIPC(m.schema, frame.IPCOptions{})
	if err != nil {
		return nil, nil, m.damaged("its schema: %w", err)
	}
	defer all.Release()
	if len(all.Columns()) != len(m.ends) {
		return nil, nil, m.damaged("a schema of %d columns, and %d are there", len(all.Columns()), len(m.ends))
	}
	schema := all.Schema()
	if names != nil {
		some, err := all.Select(names...)
		if err != nil {
			return nil, nil, &columnsError{err}
		}
		defer some.Release()
		schema = some.Schema()
	}
	wanted := make([]int, schema.NumFields())
	for i, field := range schema.Fields() {
		wanted[i] = slices.Index(all.Names(), field.Name)
	}
	return schema, wanted, nil
}

// readColumns reads the wanted columns into parts. Columns that lie side by
// side are read together, so that no chunk is read twice.
func (s *Store) readColumns(ctx context.Context, m *manifest, wanted []int, parts []*frame.Frame) error {
	order := make([]int, len(wanted))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return wanted[a] - wanted[b] })
	for len(order) > 0 {
		n, from, to := m.run(wanted, order)
		payload, err := s.readChunks(ctx, m, from, to)
		if err != nil {
			return err
		}
		for _, i := range order[:n] {
			start, end := m.column(wanted[i])
			first := int64(from) * chunkBytes
			parts[i], err = frame.OpenIPC(payload[start-first:end-first], frame.IPCOptions{MaxBytes: m.info.Bytes})
			if err != nil {
				return m.damaged("column %d: %w", wanted[i], err)
			}
		}
		order = order[n:]
	}
	return nil
}

// run returns how many of the wanted columns, in that order, are in chunks that
// touch, and the chunks.
func (m *manifest) run(wanted, order []int) (n, from, to int) {
	for _, i := range order {
		start, end := m.column(wanted[i])
		first, last := int(start/chunkBytes), chunks(end)
		if n == 0 {
			from = first
		} else if first > to {
			break
		}
		n, to = n+1, last
	}
	return n, from, to
}

var errRows = errors.New("other rows than are said to be there")

// join returns the columns as one frame.
func join(schema *arrow.Schema, parts []*frame.Frame) (*frame.Frame, error) {
	batches := make([]arrow.Record, parts[0].Chunks())
	for chunk := range batches {
		columns := make([]arrow.Array, len(parts))
		for i, p := range parts {
			if p.Chunks() != len(batches) || p.ChunkRows(chunk) != parts[0].ChunkRows(chunk) || !p.Schema().Field(0).Equal(schema.Field(i)) {
				return nil, errRows
			}
			columns[i] = p.Columns()[0].Chunk(chunk)
		}
		batches[chunk] = array.NewRecord(schema, columns, int64(parts[0].ChunkRows(chunk)))
		defer batches[chunk].Release()
	}
	return frame.New(schema, batches)
}
