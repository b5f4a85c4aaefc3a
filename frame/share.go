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

// SetVersion saves the frame the pass over its columns that Version makes: a
// store that has kept the version of the same content knows it. It must be
// called before the frame is shared.
func (f *Frame) SetVersion(v Version) { f.version = func() Version { return v } }
