package pointillist

import (
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// IndexFrom makes the engine index traces of so many rows or more.
func (e *Engine) IndexFrom(rows int) { e.indexes.from = rows }

// IndexedBytes returns the bytes of the indexes that are kept.
func (e *Engine) IndexedBytes() int64 {
	e.indexes.recent.mu.Lock()
	defer e.indexes.recent.mu.Unlock()
	return e.indexes.recent.bytes
}

// Continues reports whether the index of a line of these columns would go on from
// one of fewer rows.
func (e *Engine) Continues(f *frame.Frame, x, y string) bool {
	rows := frame.AllRows(f)
	s := reduce.Subject{Rows: rows, Line: true}
	s.X, _ = f.Column(x)
	s.Y, _ = f.Column(y)
	return keeper{e.indexes, Request{Frame: f}, rows}.before(s) != nil
}
