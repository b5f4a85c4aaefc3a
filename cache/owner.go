package cache

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"
)

// An OwnerStore is a Store that knows whose its entries are: it obeys
// PutOptions.Owner and Slot.
type OwnerStore interface {
	Store

	// DeleteOwner frees all entries of the owner, and returns how many.
	DeleteOwner(ctx context.Context, owner Key) (int, error)
}

// An OwnerLister is an OwnerStore that says what an owner has.
type OwnerLister interface {
	OwnerStore

	// ListOwner returns the owner's entries, the oldest first. It counts as a
	// use of none.
	ListOwner(ctx context.Context, owner Key) ([]Entry, error)
}

// SessionOwner returns the PutOptions.Owner of what belongs to a session.
func SessionOwner(id string) Key { return NewKey("session", 1).Text(id).Key() }

// UserOwner returns the PutOptions.Owner of what belongs to a user.
func UserOwner(id string) Key { return NewKey("user", 1).Text(id).Key() }

// A memoryOwner is what one owner has.
type memoryOwner struct {
	bytes   int64
	entries map[*memoryEntry]struct{}
	slots   map[Key]*memoryEntry
}

func (o *memoryOwner) byUse() []*memoryEntry {
	return slices.SortedFunc(maps.Keys(o.entries), func(a, b *memoryEntry) int { return a.used.Compare(b.used) })
}

func (m *Memory) own(e *memoryEntry) {
	if e.info.Owner == (Key{}) {
		return
	}
	o := m.owners[e.info.Owner]
	if o == nil {
		o = &memoryOwner{entries: make(map[*memoryEntry]struct{}), slots: make(map[Key]*memoryEntry)}
		m.owners[e.info.Owner] = o
	}
	o.bytes += e.info.Bytes
	o.entries[e] = struct{}{}
	if e.info.Slot != (Key{}) {
		o.slots[e.info.Slot] = e
	}
}

func (m *Memory) disown(e *memoryEntry) {
	o := m.owners[e.info.Owner]
	if o == nil {
		return
	}
	o.bytes -= e.info.Bytes
	delete(o.entries, e)
	if o.slots[e.info.Slot] == e {
		delete(o.slots, e.info.Slot)
	}
	if len(o.entries) == 0 {
		delete(m.owners, e.info.Owner)
	}
}

// DeleteOwner implements OwnerStore.
func (m *Memory) DeleteOwner(ctx context.Context, owner Key) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.unlock()
	o := m.owners[owner]
	if o == nil {
		return 0, nil
	}
	entries := slices.Collect(maps.Keys(o.entries))
	for _, e := range entries {
		m.remove(e, nil, NoLimit, time.Time{})
		m.tombs.forget(e.key)
	}
	return len(entries), nil
}

// ListOwner implements OwnerLister.
func (m *Memory) ListOwner(ctx context.Context, owner Key) ([]Entry, error) {
	m.mu.Lock()
	m.expire(m.o.Now())
	var kept []*memoryEntry
	if o := m.owners[owner]; o != nil {
		kept = slices.Collect(maps.Keys(o.entries))
	}
	entries := m.entriesOf(kept)
	slices.SortFunc(entries, byCreation)
	return entries, ctx.Err()
}

func byCreation(a, b Entry) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return bytes.Compare(a.Key[:], b.Key[:])
}
