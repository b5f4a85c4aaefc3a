package cache

import (
	"container/list"
	"fmt"
	"slices"
	"time"
)

// replacedBy returns the entries that end when the key is put.
func (m *Memory) replacedBy(key Key, o PutOptions) []*memoryEntry {
	candidates := []*memoryEntry{m.entries[key], m.entries[o.Supersedes]}
	if owner := m.owners[o.Owner]; owner != nil {
		candidates = append(candidates, owner.slots[o.Slot])
	}
	var replaced []*memoryEntry
	for _, e := range candidates {
		if e != nil && !slices.Contains(replaced, e) {
			replaced = append(replaced, e)
		}
	}
	return replaced
}

// A victim is an entry that makes room.
type victim struct {
	entry *memoryEntry
	limit Limit
}

// A plan is what would be held once an entry was put.
type plan struct {
	bytes   int64
	entries int
	owned   int64 // by the entry's owner
	spared  []*memoryEntry
	victims []victim
}

// without counts an entry out that nobody reads.
func (p *plan) without(e *memoryEntry, owner Key) {
	p.bytes -= e.info.Bytes
	p.entries--
	if e.info.Owner == owner {
		p.owned -= e.info.Bytes
	}
}

// victims returns the entries that must go before one is put that ends others,
// or an error if too much is in use. Nothing is changed.
//
// Cost: O(1) for each victim; where a quota is reached, O(k log k) for the k
// entries of the owner.
func (m *Memory) victims(info Info, replaced []*memoryEntry) ([]victim, error) {
	p := &plan{bytes: m.stats.Bytes + info.Bytes, entries: m.stats.Entries + 1, spared: replaced}
	if owner := m.owners[info.Owner]; owner != nil {
		p.owned = owner.bytes
	}
	p.owned += info.Bytes
	for _, e := range replaced {
		switch {
		case e.readers == 0:
			p.without(e, info.Owner)
		case e.info.Owner == info.Owner: // it stays charged, but is the owner's no more
			p.owned -= e.info.Bytes
		}
	}
	return m.fit(p, info)
}

// grown is victims for an entry that is about to have another size.
func (m *Memory) grown(e *memoryEntry, info Info) ([]victim, error) {
	more := info.Bytes - e.info.Bytes
	p := &plan{bytes: m.stats.Bytes + more, entries: m.stats.Entries, spared: []*memoryEntry{e}}
	if owner := m.owners[info.Owner]; owner != nil {
		p.owned = owner.bytes + more
	}
	return m.fit(p, info)
}

// fit finds the victims of a plan.
func (m *Memory) fit(p *plan, info Info) ([]victim, error) {
	if info.Owner != (Key{}) && p.owned > m.o.MaxOwnerBytes {
		if err := m.planOwner(p, info); err != nil {
			return nil, err
		}
	}
	for i := range m.idle {
		m.planIdle(p, &m.idle[i], info)
	}
	if m.exceeds(p) != NoLimit {
		return nil, fmt.Errorf("%w: %v: %d bytes in %d entries are held", ErrFull, m.exceeds(p), m.stats.Bytes, m.stats.Entries)
	}
	return p.victims, nil
}

func (m *Memory) exceeds(p *plan) Limit {
	switch {
	case p.bytes > m.o.MaxBytes:
		return LimitBytes
	case p.entries > m.o.MaxEntries:
		return LimitEntries
	}
	return NoLimit
}

// planOwner takes what the owner has, the least recently used first.
func (m *Memory) planOwner(p *plan, info Info) error {
	for _, e := range m.owners[info.Owner].byUse() {
		if p.owned <= m.o.MaxOwnerBytes {
			break
		}
		if e.readers == 0 && (!e.ended.IsZero() || !leased(e.used, info.Created, m.o.Lease)) && !slices.Contains(p.spared, e) {
			p.take(e, LimitOwner, info.Owner)
			p.spared = append(p.spared, e) // it is idle still, and counted out already
		}
	}
	if p.owned > m.o.MaxOwnerBytes {
		return fmt.Errorf("%w: %d bytes", ErrQuota, m.o.MaxOwnerBytes)
	}
	return nil
}

// planIdle takes from a list what was used least recently, up to the first
// entry that is leased: all after it are, too. What has expired is not.
func (m *Memory) planIdle(p *plan, idle *list.List, info Info) {
	for place := idle.Back(); place != nil; place = place.Prev() {
		e, limit := place.Value.(*memoryEntry), m.exceeds(p)
		if limit == NoLimit || e.ended.IsZero() && leased(e.used, info.Created, m.o.Lease) {
			return
		}
		if !slices.Contains(p.spared, e) {
			p.take(e, limit, info.Owner)
		}
	}
}

func (p *plan) take(e *memoryEntry, limit Limit, owner Key) {
	p.without(e, owner)
	p.victims = append(p.victims, victim{e, limit})
}

func (m *Memory) evict(v victim, now time.Time) {
	if !v.entry.ended.IsZero() {
		m.removeExpired(v.entry)
		return
	}
	m.remove(v.entry, ErrEvicted, v.limit, now)
	m.stats.Evicted[v.limit]++
}

// leased reports whether an entry is still protected. A use more than a lease
// into the future is one before the clock was set back; less is that of who has
// asked for the time later, but was served first.
func leased(used, now time.Time, lease time.Duration) bool {
	return now.Sub(used).Abs() < lease
}
