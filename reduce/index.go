package reduce

import (
	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/frame"
)

// IndexVersion changes when an index of the same rows does.
const IndexVersion = 1

// An Index is what is remembered of the rows of a trace, so that they need not
// all be read for the next view of it. It holds no memory of the frame, is
// immutable and safe for concurrent use.
type Index struct {
	line *decimate.Pyramid // nil if x decreases somewhere
}

// Bytes returns the memory that the index holds.
func (i *Index) Bytes() int64 {
	n := int64(128)
	if i.line != nil {
		n += i.line.Bytes()
	}
	return n
}

// A Subject says what an index is of: the rows of a trace on their axes.
type Subject struct {
	Trace      int // in the figure
	Rows       *frame.Rows
	X, Y       *frame.Column
	LogX, LogY bool
	Line       bool // or else markers
}

// Bytes returns about how large the index will be.
func (s Subject) Bytes() int64 { return int64(s.Rows.Len()) / 3 }

// A Keeper keeps indexes from one call of [ApplyIndexed] to the next.
type Keeper interface {
	// Index returns what build returns, or what it returned for the same
	// subject before. It may return nil: then the rows are read.
	Index(s Subject, build func() *Index) *Index
}

// indexable reports whether an index would do for the rows of the trace.
func (r *reduction) indexable(t *trace) bool {
	if r.keeper == nil || !t.known || t.rows == nil || t.look.bars || len(r.fig.Frames) > 0 {
		return false
	}
	if t.xAxis.kind == category || t.yAxis.kind == category {
		return false // places depend on the other traces
	}
	return t.look.lines && !t.look.markers && !t.look.bent && !t.look.text && r.scans()
}

// scans reports whether the method reduces lines by a scan of buckets.
func (r *reduction) scans() bool {
	switch r.o.Method {
	case Every, LTTB, MinMaxLTTB, Swing:
		return false
	}
	return true
}

// indexOf returns the index of a trace; nil if there is none, or none that helps.
func (r *reduction) indexOf(t *trace, x, y *frame.Column) *Index {
	subject := Subject{
		Trace: t.index, Rows: t.rows, X: x, Y: y,
		Line: true, LogX: t.xAxis.kind == logarithmic, LogY: t.yAxis.kind == logarithmic,
	}
	index := r.keeper.Index(subject, func() *Index { return newIndex(t.xs, t.ys) })
	if index == nil || index.line == nil {
		return nil
	}
	return index
}

func newIndex(x, y decimate.Series) *Index {
	return &Index{line: decimate.NewPyramid(x, y)}
}
