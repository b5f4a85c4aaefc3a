package pointillist

// IndexFrom makes the engine index traces of so many rows or more.
func (e *Engine) IndexFrom(rows int) { e.indexes.from = rows }

// IndexedBytes returns the bytes of the indexes that are kept.
func (e *Engine) IndexedBytes() int64 {
	e.indexes.recent.mu.Lock()
	defer e.indexes.recent.mu.Unlock()
	return e.indexes.recent.bytes
}
