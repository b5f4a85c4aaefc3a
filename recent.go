package pointillist

import (
	"container/list"
	"sync"

	"github.com/pointillist-go/pointillist/cache"
)

// recent keeps values by key, the least recently used of which go when there
// are too many bytes of them.
type recent[V interface{ Bytes() int64 }] struct {
	limit int64

	mu    sync.Mutex
	bytes int64
	byKey map[cache.Key]*list.Element
	used  list.List // of entry, the last used first
}

type entry[V any] struct {
	key   cache.Key
	value V
}

func newRecent[V interface{ Bytes() int64 }](limit int64) *recent[V] {
	return &recent[V]{limit: limit, byKey: map[cache.Key]*list.Element{}}
}

func (r *recent[V]) get(key cache.Key) (value V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	element, ok := r.byKey[key]
	if !ok {
		return value, false
	}
	r.used.MoveToFront(element)
	return element.Value.(entry[V]).value, true
}

func (r *recent[V]) put(key cache.Key, value V) {
	if value.Bytes() > r.limit {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byKey[key]; ok {
		return
	}
	r.byKey[key] = r.used.PushFront(entry[V]{key, value})
	for r.bytes += value.Bytes(); r.bytes > r.limit; {
		oldest := r.used.Remove(r.used.Back()).(entry[V])
		delete(r.byKey, oldest.key)
		r.bytes -= oldest.value.Bytes()
	}
}
