package frame

import "github.com/apache/arrow/go/v15/arrow"

// Share returns a second frame of the same columns, with references of its
// own: statistics, codes and the version are computed once for both. It keeps
// f alive. A store hands out shares to know, by OnFree, when a reader is done.
//
// Cost: O(columns × chunks), no copy.
func (f *Frame) Share() *Frame {
	f.Retain()
	s := &Frame{schema: f.schema, columns: f.columns, index: f.index, starts: f.starts, version: f.version, begins: f.begins}
	for _, c := range s.columns {
		c.retain()
	}
	s.onFree = f.Release
	s.refs.Store(1)
	return s
}

// WithMetadata returns a share of f whose schema has the value under a key, in
// place of what it may have had there, for whoever writes f to a file and reads
// it again. The columns are the same, and so is the Version.
func (f *Frame) WithMetadata(key, value string) *Frame {
	old := f.schema.Metadata()
	keys, values := []string{key}, []string{value}
	for i, k := range old.Keys() {
		if k != key {
			keys, values = append(keys, k), append(values, old.Values()[i])
		}
	}
	metadata := arrow.NewMetadata(keys, values)
	s := f.Share()
	s.schema = arrow.NewSchema(f.schema.Fields(), &metadata)
	return s
}

// SetVersion saves the frame the pass over its columns that Version makes: a
// store that has kept the version of the same content knows it. It must be
// called before the frame is shared.
func (f *Frame) SetVersion(v Version) { f.version = func() Version { return v } }
