package pointillist

import (
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// selectionKey tells apart not only contents but also chunks: rows are told by
// their place in them.
func selectionKey(f *frame.Frame, filter string) cache.Key {
	version := f.Version()
	b := cache.NewKey("rows", 1).Bytes(version[:]).Text(filter).List(f.Chunks())
	for c := range f.Chunks() {
		b.Int(int64(f.ChunkRows(c)))
	}
	return b.Key()
}
