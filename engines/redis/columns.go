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
// loan for other readers. Rows that this process has already are not read again.
func (s *Store) copy(ctx context.Context, l *loan, columns []string, which string) (*frame.Frame, error) {
	schema, wanted, err := l.project(columns)
	if err != nil {
		return nil, err
	}
	var has *frame.Frame
	parts := l.parts
	if columns == nil {
		if has, parts = s.beginning(l); has != nil {
			defer has.Release()
		}
	}
	f, err := s.readParts(ctx, l.manifest, parts, schema, wanted)
	if err != nil {
		return nil, err
	}
	if f, err = l.assemble(has, f); err != nil {
		return nil, err
	}
	if columns == nil {
		f.SetVersion(l.version)
		if has == nil {
			f.SetBeginnings(l.beginnings())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.refs > 0 { // else all who wanted it have left
		f.Retain()
		l.frames[which] = f
	}
	return f, nil
}

// assemble returns the entry's rows: the last ones of what this process has, which
// may be nil, and of f, which it releases.
func (m *manifest) assemble(has, f *frame.Frame) (*frame.Frame, error) {
	defer f.Release()
	there, rows := f.Rows(), int(m.rows)
	switch {
	case has != nil:
		f.SetVersion(frame.Version{}) // that of the whole is known
		return has.Append(f, max(rows, 1))
	case there > rows:
		return f.Slice(there-rows, there), nil
	}
	f.Retain()
	return f, nil
}

// A callError is what is wrong with the columns that were asked for or given.
type callError struct{ error }

func (e *callError) Unwrap() error { return e.error }

// project returns the schema of the named columns, of all for nil, and their
// numbers.
func (m *manifest) project(names []string) (*arrow.Schema, []int, error) {
	all, err := frame.OpenIPC(m.schema, frame.IPCOptions{})
	if err != nil {
		return nil, nil, m.damaged("its schema: %w", err)
	}
	defer all.Release()
	if len(all.Columns()) != len(m.own().ends) {
		return nil, nil, m.damaged("a schema of %d columns, and %d are there", len(all.Columns()), len(m.own().ends))
	}
	schema := all.Schema()
	if names != nil {
		some, err := all.Select(names...)
		if err != nil {
			return nil, nil, &callError{err}
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

// readParts returns the rows of some parts as one frame.
func (s *Store) readParts(ctx context.Context, m *manifest, parts []part, schema *arrow.Schema, wanted []int) (*frame.Frame, error) {
	var blocks []block
	pieces := make([][]piece, len(parts))
	for i := range parts {
		pieces[i] = parts[i].cut(wanted)
		for _, piece := range pieces[i] {
			blocks = append(blocks, piece.blocks(&parts[i])...)
		}
	}
	if err := s.readBlocks(ctx, m, blocks); err != nil {
		return nil, err
	}
	frames := make([]*frame.Frame, 0, len(parts))
	defer func() {
		for _, f := range frames {
			f.Release()
		}
	}()
	for i := range parts {
		f, err := m.openPart(&parts[i], pieces[i], schema, wanted)
		if err != nil {
			return nil, err
		}
		frames = append(frames, f)
	}
	if len(frames) == 1 {
		frames[0].Retain()
		return frames[0], nil
	}
	all, err := frame.Concat(frames...)
	if err != nil {
		return nil, m.damaged("its parts do not fit together: %w", err)
	}
	defer all.Release()
	return all.Compact()
}

// openPart returns the rows of a part that was read.
func (m *manifest) openPart(p *part, pieces []piece, schema *arrow.Schema, wanted []int) (*frame.Frame, error) {
	columns := make([]*frame.Frame, len(wanted))
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for _, piece := range pieces {
		for _, i := range piece.columns {
			from, to := p.column(wanted[i])
			skipped := int64(piece.from) * chunkBytes
			var err error
			columns[i], err = frame.OpenIPC(piece.payload[from-skipped:to-skipped], frame.IPCOptions{MaxBytes: p.bytes()})
			if err != nil {
				return nil, m.damaged("column %d: %w", wanted[i], err)
			}
		}
	}
	f, err := join(schema, columns)
	if err == nil && int64(f.Rows()) != p.rows {
		f.Release()
		err = errRows
	}
	if err != nil {
		return nil, m.damaged("its columns do not fit together: %w", err)
	}
	return f, nil
}

// A piece is some chunks of a part, one after the other, and which of the wanted
// columns they have.
type piece struct {
	columns  []int
	from, to int
	payload  []byte
}

// cut returns the pieces that the wanted columns are in. Columns that lie side
// by side are read together, so that no chunk is read twice.
func (p *part) cut(wanted []int) (pieces []piece) {
	order := make([]int, len(wanted))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return wanted[a] - wanted[b] })
	for len(order) > 0 {
		n, from, to := p.run(wanted, order)
		first := int64(from) * chunkBytes
		payload := make([]byte, min(int64(to)*chunkBytes, p.bytes())-first)
		pieces = append(pieces, piece{order[:n], from, to, payload})
		order = order[n:]
	}
	return pieces
}

// blocks returns the chunks of a piece.
func (p *piece) blocks(of *part) []block {
	var all []block
	for i := p.from; i < p.to; i++ {
		all = append(all, block{of, i, p.payload[int64(i-p.from)*chunkBytes:][:of.size(i)]})
	}
	return all
}

// run returns how many of the wanted columns, in that order, are in chunks that
// touch, and the chunks.
func (p *part) run(wanted, order []int) (n, from, to int) {
	for _, i := range order {
		start, end := p.column(wanted[i])
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
