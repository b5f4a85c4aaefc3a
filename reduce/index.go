package reduce

import (
	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/frame"
)

// IndexVersion changes when an index of the same rows does.
const IndexVersion = 3

// An Index is what is remembered of the rows of a trace, so that they need not
// all be read for the next view of it. It holds no memory of the frame, is
// immutable and safe for concurrent use.
type Index struct {
	line  *decimate.Pyramid // of a line; nil if x decreases somewhere
	tiles *decimate.Tiles   // of markers
}

// Bytes returns the memory that the index holds.
func (i *Index) Bytes() int64 {
	n := int64(128)
	if i.line != nil {
		n += i.line.Bytes()
	}
	if i.tiles != nil {
		n += i.tiles.Bytes()
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
func (s Subject) Bytes() int64 {
	if s.Line {
		return int64(s.Rows.Len()) / 3
	}
	return int64(s.Rows.Len()) * 25 / 4
}

// A Keeper keeps indexes from one call of [ApplyIndexed] to the next.
type Keeper interface {
	// Index returns what build returns, or what it returned for the same
	// subject before. It may return nil: then the rows are read. Before is nil, or
	// an index of a line whose rows are the first ones of the subject: build goes on
	// from there, in the time that the other rows take.
	Index(s Subject, build func(before *Index) *Index) *Index
}

// indexable reports whether an index would do for the rows of the trace.
func (r *reduction) indexable(t *trace) bool {
	if r.keeper == nil || !t.known || t.rows == nil || t.look.bars || len(r.fig.Frames) > 0 {
		return false
	}
	if t.xAxis.kind == category || t.yAxis.kind == category {
		return false // places depend on the other traces
	}
	switch {
	case t.look.text:
		return false
	case t.look.lines:
		return !t.look.markers && !t.look.bent && r.scans()
	}
	return t.look.markers && r.culls(t)
}

// culls reports whether the trace is reduced to its visible markers, which are
// of one size and opacity.
func (r *reduction) culls(t *trace) bool {
	if t.look.sizes != nil || t.look.unclear != nil || t.whole(r.o.Method) {
		return false
	}
	return r.o.Method != Sample && r.o.Method != Density
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
		Line: t.look.lines, LogX: t.xAxis.kind == logarithmic, LogY: t.yAxis.kind == logarithmic,
	}
	index := r.keeper.Index(subject, func(before *Index) *Index {
		switch {
		case !subject.Line:
			return &Index{tiles: decimate.NewTiles(t.xs, t.ys)}
		case before == nil:
			return &Index{line: decimate.NewPyramid(t.xs, t.ys)}
		case before.line == nil:
			return before // it is not sorted, and will not be
		}
		return &Index{line: before.line.Extend(t.xs, t.ys)}
	})
	if index == nil || index.line == nil && index.tiles == nil {
		return nil
	}
	return index
}
