package frame

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
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
// Version of more, and of f if it is not known. What f's statistics say is not computed
// again, unless rows have left the window.
func (f *Frame) Append(more *Frame, window int) (*Frame, error) {
	if err := f.appendable(more, window); err != nil {
		return nil, err
	}
	from := 0
	if rows := f.Rows() + more.Rows(); window > 0 {
		from = max(0, rows-window)
	}
	a := newAppender(f)
	defer a.release()
	a.add(f, from)
	a.add(more, from-f.Rows())
	if err := a.mergeEnd(); err != nil {
		return nil, err
	}
	joined := assemble(f.schema, a.chunks, a.starts)
	joined.SetVersion(AppendedVersion(f.Version(), more.Version(), window))
	if from == 0 {
		a.goOn(joined, f)
		joined.begins = append([]Beginning{{f.Version(), f.Rows()}}, f.begins[:min(len(f.begins), maxBeginnings-1)]...)
	}
	keepAlive(joined, f, more)
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

// SetBeginnings tells a frame what it was made of, the newest first, for a store
// that has kept it in parts. It must be called before the frame is shared.
func (f *Frame) SetBeginnings(begins []Beginning) {
	f.begins = begins[:min(len(begins), maxBeginnings)]
}

func (f *Frame) appendable(more *Frame, window int) error {
	switch {
	case window < 0:
		return fmt.Errorf("frame: a window of %d rows", window)
	case uint64(f.Rows())+uint64(more.Rows()) > MaxRows:
		return fmt.Errorf("frame: %d and %d rows: %w: at most %d can be held", f.Rows(), more.Rows(), ErrTooLarge, uint32(MaxRows))
	}
	return f.sameColumns(more)
}

func (f *Frame) sameColumns(more *Frame) error {
	if len(f.columns) != len(more.columns) {
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
