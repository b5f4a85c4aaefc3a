package cache

import (
	"container/heap"
	"container/list"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A memoryEntry is in one of four states. read and done move it between the
// columns, remove from the upper row to the lower one, and it is freed on the
// lower left.
//
//	        nobody reads it    somebody does
//	kept    in an idle list    in no list: it cannot be evicted
//	gone    freed              charged, but no longer found
type memoryEntry struct {
	key      Key
	frame    *frame.Frame
	info     Info
	deadline time.Time // of its life, or once it is over of what is kept of it; zero is never
	ended    time.Time // zero while it has not expired
	place    int       // in deadlines
	used     time.Time // last
	readers  int
	idle     *list.Element // nil while it is read
	gone     bool          // from entries
}

func (m *Memory) add(key Key, f *frame.Frame, info Info) {
	f.Retain()
	e := &memoryEntry{key: key, frame: f, info: info, deadline: info.Deadline(info.Created)}
	m.entries[key] = e
	m.tombs.forget(key)
	m.stats.Puts++
	m.stats.Entries++
	m.stats.Bytes += info.Bytes
	m.own(e)
	if !e.deadline.IsZero() {
		heap.Push(&m.deadlines, e)
	}
	m.rest(e, info.Created)
}

// remove takes e from the index, and leaves a tomb if there is a cause. The
// charge ends now if nobody reads e. A nil e is ignored.
func (m *Memory) remove(e *memoryEntry, cause error, limit Limit, when time.Time) {
	if e == nil {
		return
	}
	e.gone = true
	delete(m.entries, e.key)
	m.disown(e)
	if !e.deadline.IsZero() {
		heap.Remove(&m.deadlines, e.place)
	}
	if cause != nil {
		m.tombs.bury(e.key, cause, limit, when)
	}
	if e.readers == 0 {
		m.wake(e)
		m.free(e)
	}
}

// read counts a reader in; done counts it out.
func (m *Memory) read(e *memoryEntry, now time.Time) {
	if e.readers == 0 {
		m.wake(e)
	}
	e.readers++
	if e.info.Idle > 0 && e.ended.IsZero() {
		e.deadline = e.info.Deadline(now)
		heap.Fix(&m.deadlines, e.place)
	}
}

func (m *Memory) done(e *memoryEntry) {
	m.mu.Lock()
	defer m.unlock()
	e.readers--
	switch {
	case e.readers > 0:
	case e.gone:
		m.free(e)
	default:
		m.rest(e, m.o.Now())
	}
}

// rest puts an entry that nobody reads where it can be evicted; wake takes it away.
func (m *Memory) rest(e *memoryEntry, now time.Time) {
	e.used = now
	e.idle = m.idleList(e).PushFront(e)
}

func (m *Memory) wake(e *memoryEntry) {
	m.idleList(e).Remove(e.idle)
	e.idle = nil
}

func (m *Memory) idleList(e *memoryEntry) *list.List {
	switch {
	case !e.ended.IsZero():
		return &m.idle[0]
	case !e.deadline.IsZero():
		return &m.idle[1]
	}
	return &m.idle[2]
}

// expire ends the lives that are over, and removes what was kept for long enough.
func (m *Memory) expire(now time.Time) {
	for len(m.deadlines) > 0 && !now.Before(m.deadlines[0].deadline) {
		if e := m.deadlines[0]; e.ended.IsZero() && e.info.Stale > 0 {
			m.retire(e)
		} else {
			m.removeExpired(e)
		}
	}
}

func (m *Memory) retire(e *memoryEntry) {
	if e.readers == 0 {
		m.wake(e)
	}
	e.ended = e.deadline
	e.deadline = e.ended.Add(e.info.Stale)
	heap.Fix(&m.deadlines, e.place)
	if e.readers == 0 {
		m.rest(e, e.used)
	}
}

func (m *Memory) removeExpired(e *memoryEntry) {
	when := e.ended
	if when.IsZero() {
		when = e.deadline
	}
	m.remove(e, ErrExpired, NoLimit, when)
	m.stats.Expired++
}

func (m *Memory) free(e *memoryEntry) {
	m.stats.Entries--
	m.stats.Bytes -= e.info.Bytes
	m.dead = append(m.dead, e.frame)
}

// deadlines is a heap: the entry that expires first is at 0.
type deadlines []*memoryEntry

func (d deadlines) Len() int           { return len(d) }
func (d deadlines) Less(i, j int) bool { return d[i].deadline.Before(d[j].deadline) }
func (d deadlines) Swap(i, j int) {
	d[i], d[j] = d[j], d[i]
	d[i].place, d[j].place = i, j
}

func (d *deadlines) Push(e any) {
	e.(*memoryEntry).place = len(*d)
	*d = append(*d, e.(*memoryEntry))
}

func (d *deadlines) Pop() any {
	last := len(*d) - 1
	e := (*d)[last]
	(*d)[last] = nil
	*d = (*d)[:last]
	return e
}
