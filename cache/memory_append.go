package cache

import (
	"container/heap"
	"context"
	"fmt"

	"github.com/pointillist-go/pointillist/frame"
)

// Append implements Appender. The entry's frame is then that of
// frame.Frame.Append, which shares the memory of both, and so do its readers
// with the frames that it had before: it is charged as it is now, without rows
// that have left a window and that a reader may have still.
//
// Cost: frame.Frame.Append's, and O(chunks × columns) to know the bytes.
func (m *Memory) Append(ctx context.Context, key Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error) {
	if err := ctx.Err(); err != nil {
		return frame.Version{}, err
	}
	e, f, err := m.appendable(key)
	if err != nil {
		return frame.Version{}, err
	}
	defer f.Release()
	if f.Version() != before {
		return frame.Version{}, &Miss{Key: key, Cause: ErrSuperseded, When: m.o.Now()}
	}
	grown, err := f.Append(more, window)
	if err != nil {
		return frame.Version{}, fmt.Errorf("cache: entry %s: %w", key, err)
	}
	defer grown.Release()
	if err := m.grow(e, f, grown); err != nil {
		return frame.Version{}, err
	}
	return grown.Version(), nil
}

// appendable returns the entry that lives under a key, and its frame with a
// reference for the caller.
func (m *Memory) appendable(key Key) (*memoryEntry, *frame.Frame, error) {
	m.mu.Lock()
	defer m.unlock()
	m.expire(m.o.Now())
	e := m.entries[key]
	if e == nil || !e.ended.IsZero() {
		return nil, nil, m.miss(key)
	}
	e.frame.Retain()
	return e, e.frame, nil
}

// grow has an entry keep another frame, unless it has changed meanwhile.
func (m *Memory) grow(e *memoryEntry, from, to *frame.Frame) error {
	bytes := to.Bytes()
	if bytes > m.o.MaxEntryBytes {
		return fmt.Errorf("cache: entry %s of %d bytes: %w: %d bytes", e.key, bytes, ErrTooLarge, m.o.MaxEntryBytes)
	}
	m.mu.Lock()
	defer m.unlock()
	now := m.o.Now()
	m.expire(now)
	switch now := m.entries[e.key]; {
	case now == nil || !now.ended.IsZero():
		return m.miss(e.key)
	case now != e || e.frame != from:
		return &Miss{Key: e.key, Cause: ErrSuperseded, When: now.info.Created}
	}
	info := e.info
	info.Bytes, info.Created = bytes, now
	if !info.Expires.IsZero() {
		info.Expires = now.Add(e.info.Expires.Sub(e.info.Created))
	}
	victims, err := m.grown(e, info)
	if err != nil {
		return fmt.Errorf("cache: entry %s of %d bytes: %w", e.key, bytes, err)
	}
	for _, v := range victims {
		m.evict(v, now)
	}
	m.stats.Puts++
	m.stats.Bytes += bytes - e.info.Bytes
	if owner := m.owners[info.Owner]; owner != nil {
		owner.bytes += bytes - e.info.Bytes
	}
	m.dead = append(m.dead, from)
	to.Retain()
	e.frame, e.info = to, info
	m.renew(e, info)
	return nil
}

// renew has the life of an entry begin anew.
func (m *Memory) renew(e *memoryEntry, info Info) {
	if !e.deadline.IsZero() {
		e.deadline = info.Deadline(info.Created)
		heap.Fix(&m.deadlines, e.place)
	}
	if e.readers == 0 {
		m.wake(e)
		m.rest(e, info.Created)
	}
}
