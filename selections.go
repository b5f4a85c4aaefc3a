package pointillist

import (
	"container/list"
	"sync"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// selections keeps the rows that filters gave, the least recently used of
// which go when there are too many bytes of them.
type selections struct {
	limit int64

	mu     sync.Mutex
	bytes  int64
	byKey  map[cache.Key]*list.Element
	recent list.List // of selection, the last used first
}

type selection struct {
	key  cache.Key
	rows *frame.Rows
}

func newSelections(limit int64) *selections {
	return &selections{limit: limit, byKey: map[cache.Key]*list.Element{}}
}

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

func (s *selections) get(key cache.Key) (*frame.Rows, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	element, ok := s.byKey[key]
	if !ok {
		return nil, false
	}
	s.recent.MoveToFront(element)
	return element.Value.(selection).rows, true
}

func (s *selections) put(key cache.Key, rows *frame.Rows) {
	if rows.Bytes() > s.limit {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byKey[key]; ok {
		return
	}
	s.byKey[key] = s.recent.PushFront(selection{key, rows})
	for s.bytes += rows.Bytes(); s.bytes > s.limit; {
		oldest := s.recent.Remove(s.recent.Back()).(selection)
		delete(s.byKey, oldest.key)
		s.bytes -= oldest.rows.Bytes()
	}
}
