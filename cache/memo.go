package cache

import (
	"container/list"
	"context"
	"fmt"
	"sync"
)

// MemoOptions configure a Memo.
type MemoOptions struct {
	MaxBytes      int64 // of all pages, rounded down to whole ones; 0 is 64 MiB
	MaxEntryBytes int64 // 0 is a quarter of MaxBytes
}

// A Memo keeps encoded bytes by key, in pages of PageBytes that it reuses: in
// the steady state nothing is allocated and no page of fresh memory is
// touched, which costs nine times what copying into it does.
//
// All pages together never exceed MaxBytes: those of entries, of drafts being
// written and the free ones. A page that is needed and cannot be made is taken
// from the least recently used entry that nobody reads; where there is none,
// the draft gives up, and whoever writes it goes on without.
//
// A Memo is also a single flight: while one caller writes the draft for a
// key, others who ask for it wait.
type Memo struct {
	maxPages, maxEntryPages int

	mu      sync.Mutex
	entries map[Key]*Body
	used    list.List // of *Body, all that are in entries; front was used last
	flights map[Key]*flight
	free    []*page
	stats   MemoStats
}

// MemoStats are counters since the memo was made, and what it holds now.
type MemoStats struct {
	Hits, Misses uint64
	Shared       uint64 // hits and misses that waited for another caller's draft
	Committed    uint64
	Aborted      uint64
	Refused      uint64 // drafts that were too large, or for which there was no room
	Evicted      uint64

	Entries   int
	Bytes     int64 // of entries' pages, whole ones
	PageBytes int64 // of all pages, the free ones included
}

// A flight is a draft that others wait for.
type flight struct {
	done  chan struct{}
	alone bool // it cannot be kept: whoever waited writes for himself
}

// NewMemo returns an empty memo.
func NewMemo(o MemoOptions) (*Memo, error) {
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 20
	}
	if o.MaxEntryBytes == 0 {
		o.MaxEntryBytes = max(o.MaxBytes/4, PageBytes)
	}
	m := &Memo{
		maxPages:      int(o.MaxBytes / PageBytes),
		maxEntryPages: int(o.MaxEntryBytes / PageBytes),
		entries:       make(map[Key]*Body),
		flights:       make(map[Key]*flight),
	}
	if m.maxPages < 1 || m.maxEntryPages < 1 {
		return nil, fmt.Errorf("cache: MemoOptions: MaxBytes %d and MaxEntryBytes %d must be at least a page of %d bytes", o.MaxBytes, o.MaxEntryBytes, PageBytes)
	}
	return m, nil
}

// Get returns the bytes kept under key, which the caller releases.
//
// Cost: O(1), no allocation.
func (m *Memo) Get(key Key) (*Body, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.hit(key)
	if b == nil {
		m.stats.Misses++
	}
	return b, b != nil
}

// Acquire returns the bytes kept under key, which the caller releases, or a
// draft to write them to, which the caller commits or aborts. Of several
// callers one has the draft and the others wait: for its Commit, upon which
// they have the bytes; for its Abort, upon which one of them has the next
// draft; or until it proves too large to be kept, upon which each has a draft
// that keeps nothing. The error is the context's.
//
// A draft that is written as fast as its leader's client reads makes the
// others wait for that client: bound it by the context's deadline.
func (m *Memo) Acquire(ctx context.Context, key Key) (*Body, *Draft, error) {
	for waited := false; ; waited = true {
		body, draft, f := m.enter(key, waited)
		if f == nil {
			return body, draft, nil
		}
		select {
		case <-f.done:
			if f.alone {
				return nil, &Draft{memo: m, key: key, closed: true}, nil
			}
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// enter returns one of three: bytes, a draft, or the flight to wait for.
func (m *Memo) enter(key Key, waited bool) (*Body, *Draft, *flight) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.flights[key]; f != nil {
		if !waited {
			m.stats.Shared++
		}
		return nil, nil, f
	}
	if b := m.hit(key); b != nil {
		return b, nil, nil
	}
	m.stats.Misses++
	f := &flight{done: make(chan struct{})}
	m.flights[key] = f
	return nil, &Draft{memo: m, key: key, flight: f}, nil
}

// Stats returns the counters.
func (m *Memo) Stats() MemoStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}

func (m *Memo) hit(key Key) *Body {
	b := m.entries[key]
	if b == nil {
		return nil
	}
	m.stats.Hits++
	m.used.MoveToFront(b.place)
	b.readers++
	return b
}

func (m *Memo) insert(b *Body) {
	b.place = m.used.PushFront(b)
	m.entries[b.key] = b
	m.stats.Committed++
	m.stats.Entries++
	m.stats.Bytes += b.held()
}

// evict frees the pages of the least recently used entry that nobody reads,
// and reports whether there was one. Those that are read are few: as many as
// there are requests being answered.
func (m *Memo) evict() bool {
	for place := m.used.Back(); place != nil; place = place.Prev() {
		if b := place.Value.(*Body); b.readers == 0 {
			m.used.Remove(place)
			delete(m.entries, b.key)
			m.stats.Evicted++
			m.stats.Entries--
			m.stats.Bytes -= b.held()
			m.free = append(m.free, b.pages...)
			return true
		}
	}
	return false
}
