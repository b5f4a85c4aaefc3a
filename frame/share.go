package frame

// Share returns a second frame of the same columns, with references of its
// own: statistics, codes and the version are computed once for both. It keeps
// f alive. A store hands out shares to know, by OnFree, when a reader is done.
//
// Cost: O(columns × chunks), no copy.
func (f *Frame) Share() *Frame {
	f.Retain()
	s := &Frame{schema: f.schema, columns: f.columns, index: f.index, starts: f.starts, version: f.version}
	for _, c := range s.columns {
		c.retain()
	}
	s.onFree = f.Release
	s.refs.Store(1)
	return s
}
