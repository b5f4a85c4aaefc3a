package frame

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// appendChunk is the least number of rows of a chunk that Append leaves alone.
const appendChunk = 1 << 16

// Append returns a frame of f's rows and then those of more, and of these the
// last window ones; a window of 0 is all of them. It shares the memory of both,
// which stay as they are: who reads f goes on with f. The schemas must be equal,
// but for their metadata: f's is kept. The caller releases all three.
//
// Chunks of less than 64 Ki rows at the end are copied into one when together
// they have as many, so that each row is copied once, however few are appended
// at a time. What leaves the window is freed by the chunk.
//
// The Version is a hash of the Versions of f and more and of the window, not of
// the contents: where equal contents were put together differently, the versions
// differ. Different contents have different versions, as always.
//
// Cost: O(chunks × columns), at times a copy of 64 Ki rows or a few more; the
// Version of more, and of f if it is not known.
func (f *Frame) Append(more *Frame, window int) (*Frame, error) {
	if err := f.appendable(more, window); err != nil {
		return nil, err
	}
	from := 0
	if rows := f.Rows() + more.Rows(); window > 0 {
		from = max(0, rows-window)
	}
	a := appender{chunks: make([][]arrow.Array, len(f.columns)), starts: []int{0}}
	defer a.release()
	a.add(f, from)
	a.add(more, from-f.Rows())
	if err := a.merge(); err != nil {
		return nil, err
	}
	joined := assemble(f.schema, a.chunks, a.starts)
	joined.SetVersion(AppendedVersion(f.Version(), more.Version(), window))
	if from == 0 {
		joined.begins = append([]Beginning{{f.Version(), f.Rows()}}, f.begins[:min(len(f.begins), maxBeginnings-1)]...)
	}
	for _, part := range []*Frame{f, more} {
		if part.onFree != nil { // it owns memory that Arrow does not count
			part.sharing(joined)
		}
	}
	return joined, nil
}

// maxBeginnings is how many appends a frame remembers.
const maxBeginnings = 64

// A Beginning is a frame by its version, and its number of rows.
type Beginning struct {
	Version Version
	Rows    int
}

// Beginnings returns the frames that [Frame.Append] made this one of, the newest
// first, of the last 64 appends: its first rows are theirs. What is known of their
// rows holds for these. There is none once rows have left a window. The slice must
// not be modified.
func (f *Frame) Beginnings() []Beginning { return f.begins }

func (f *Frame) appendable(more *Frame, window int) error {
	switch {
	case window < 0:
		return fmt.Errorf("frame: a window of %d rows", window)
	case uint64(f.Rows())+uint64(more.Rows()) > MaxRows:
		return fmt.Errorf("frame: %d and %d rows: %w: at most %d can be held", f.Rows(), more.Rows(), ErrTooLarge, uint32(MaxRows))
	case len(f.columns) != len(more.columns):
		return fmt.Errorf("frame: %d columns cannot be appended to %d", len(more.columns), len(f.columns))
	}
	for i, c := range f.columns {
		if other := more.columns[i]; other.Name() != c.Name() || !arrow.TypeEqual(other.Type(), c.Type()) {
			return fmt.Errorf("frame: column %d: %q of type %s cannot be appended to %q of type %s", i, other.Name(), other.Type(), c.Name(), c.Type())
		}
	}
	return nil
}

// AppendedVersion returns the Version of what Append makes of two frames of the
// given versions, for who adds the rows of one to a copy of the other elsewhere.
func AppendedVersion(f, more Version, window int) Version {
	b := append([]byte("append"), f[:]...)
	b = append(b, more[:]...)
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(b, uint64(window)))
	return Version(sum[:16])
}

// An appender holds references to chunks, by column.
type appender struct {
	chunks [][]arrow.Array
	starts []int
}

// add adds the rows of f from the given one on, which may be before the first.
func (a *appender) add(f *Frame, from int) {
	for i := range f.Chunks() {
		rows := f.ChunkRows(i)
		lo := min(max(0, from-f.starts[i]), rows)
		if lo == rows {
			continue
		}
		for c, column := range f.columns {
			a.chunks[c] = append(a.chunks[c], array.NewSlice(column.chunks[i], int64(lo), int64(rows)))
		}
		a.starts = append(a.starts, a.starts[len(a.starts)-1]+rows-lo)
	}
}

// merge makes one chunk of the short ones at the end, if they are as long
// together as one should be.
func (a *appender) merge() error {
	last := len(a.starts) - 1
	first := last
	for first > 0 && a.starts[first]-a.starts[first-1] < appendChunk {
		first--
	}
	if last-first < 2 || a.starts[last]-a.starts[first] < appendChunk {
		return nil
	}
	for c, chunks := range a.chunks {
		one, err := array.Concatenate(chunks[first:], memory.DefaultAllocator)
		if err != nil {
			return fmt.Errorf("frame: column %d: %w", c, err)
		}
		for _, chunk := range chunks[first:] {
			chunk.Release()
		}
		a.chunks[c] = append(chunks[:first], one)
	}
	a.starts = append(a.starts[:first+1], a.starts[last])
	return nil
}

func (a *appender) release() {
	for _, chunks := range a.chunks {
		for _, chunk := range chunks {
			chunk.Release()
		}
	}
}
