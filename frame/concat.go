package frame

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Concat returns a frame of the rows of all frames, one after the other. It
// shares their memory. Their schemas must be equal, but for their metadata: the
// first one's is kept. The caller releases all of them.
//
// Cost: O(chunks × columns), however many frames there are.
func Concat(frames ...*Frame) (*Frame, error) {
	if len(frames) == 0 {
		return nil, errors.New("frame: there is nothing to concatenate")
	}
	first, rows := frames[0], uint64(0)
	a := newAppender(first)
	defer a.release()
	for _, f := range frames {
		if err := first.sameColumns(f); err != nil {
			return nil, err
		}
		if rows += uint64(f.Rows()); rows > MaxRows {
			return nil, fmt.Errorf("frame: %d rows: %w: at most %d can be held", rows, ErrTooLarge, uint32(MaxRows))
		}
		a.add(f, 0)
	}
	joined := assemble(first.schema, a.chunks, a.starts)
	a.goOn(joined, frames...)
	keepAlive(joined, frames...)
	return joined, nil
}

// Compact returns a frame of the same rows, and of the same Version, that has no
// two chunks side by side of less than 64 Ki rows: such are copied into one. The
// caller releases both.
//
// Cost: O(chunks × columns), and a copy of the rows of short chunks.
func (f *Frame) Compact() (*Frame, error) {
	a := newAppender(f)
	defer a.release()
	a.add(f, 0)
	if err := a.mergeAll(); err != nil {
		return nil, err
	}
	compact := assemble(f.schema, a.chunks, a.starts)
	a.goOn(compact, f)
	compact.version, compact.begins = f.version, f.begins
	keepAlive(compact, f)
	return compact, nil
}

// keepAlive has a frame retain those of its parts that own memory that Arrow does
// not count, or what they retain for the same reason: a frame that was appended to
// a thousand times does not keep those that it was made of.
func keepAlive(f *Frame, parts ...*Frame) {
	var owners []*Frame
	for _, part := range parts {
		from := part.owners
		if part.onFree != nil && from == nil {
			from = []*Frame{part}
		}
		for _, owner := range from {
			if !slices.Contains(owners, owner) {
				owners = append(owners, owner)
				owner.sharing(f)
			}
		}
	}
	f.owners = owners
}

// An appender holds references to chunks, by column.
type appender struct {
	chunks [][]arrow.Array
	starts []int
	merged int // the first chunk that is one of several
}

func newAppender(f *Frame) *appender {
	return &appender{chunks: make([][]arrow.Array, len(f.columns)), starts: []int{0}, merged: math.MaxInt}
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

func (a *appender) short(i int) bool { return a.starts[i+1]-a.starts[i] < appendChunk }

// mergeEnd makes one chunk of the short ones at the end, if they are as long
// together as one should be.
func (a *appender) mergeEnd() error {
	last := len(a.starts) - 1
	first := last
	for first > 0 && a.short(first-1) && a.starts[last]-a.starts[first] < appendChunk {
		first--
	}
	if last-first < 2 || a.starts[last]-a.starts[first] < appendChunk {
		return nil
	}
	return a.merge(first, last)
}

// mergeAll makes one chunk of short ones side by side, up to as many as are as
// long together as one should be.
func (a *appender) mergeAll() error {
	for first := 0; first < len(a.starts)-1; first++ {
		last := first
		for last < len(a.starts)-1 && a.short(last) && a.starts[last]-a.starts[first] < appendChunk {
			last++
		}
		if last-first > 1 {
			if err := a.merge(first, last); err != nil {
				return err
			}
		}
	}
	return nil
}

// merge makes one chunk of those from the first to before the last.
func (a *appender) merge(first, last int) error {
	a.merged = min(a.merged, first)
	for c, chunks := range a.chunks {
		one, err := array.Concatenate(chunks[first:last], memory.DefaultAllocator)
		if err != nil {
			return fmt.Errorf("frame: column %d: %w", c, err)
		}
		for _, chunk := range chunks[first:last] {
			chunk.Release()
		}
		a.chunks[c] = append(append(chunks[:first], one), chunks[last:]...)
	}
	a.starts = append(a.starts[:first+1], a.starts[last:]...)
	return nil
}

// goOn tells what was made of all rows of some frames what is known of them.
func (a *appender) goOn(made *Frame, parts ...*Frame) {
	for i, c := range made.columns {
		for chunks, k := 0, 0; k < len(parts) && c.goOn(parts[k].columns[i], chunks, a.merged); k++ {
			chunks += parts[k].Chunks()
		}
	}
}

func (a *appender) release() {
	for _, chunks := range a.chunks {
		for _, chunk := range chunks {
			chunk.Release()
		}
	}
}
