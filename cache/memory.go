package cache

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

var errClosed = errors.New("the store is closed")

// MemoryOptions configure a Memory store.
type MemoryOptions struct {
	MaxBytes      int64            // of all entries; 0 is 1 GiB
	MaxEntries    int              // 0 is without limit
	MaxEntryBytes int64            // 0 is MaxBytes
	MaxOwnerBytes int64            // of all entries of one owner; 0 is MaxBytes
	Lease         time.Duration    // an entry is not evicted for so long after its last use; 0: while it is read
	Now           func() time.Time // nil is time.Now
}

func (o MemoryOptions) withDefaults() (MemoryOptions, error) {
	if o.MaxBytes < 0 || o.MaxEntries < 0 || o.MaxEntryBytes < 0 || o.MaxOwnerBytes < 0 || o.Lease < 0 {
		return o, errors.New("cache: MemoryOptions: limits and Lease must not be negative")
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 1 << 30
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = math.MaxInt
	}
	if o.MaxEntryBytes == 0 {
		o.MaxEntryBytes = o.MaxBytes
	}
	if o.MaxOwnerBytes == 0 {
		o.MaxOwnerBytes = o.MaxBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// Memory keeps frames in this process, sharing their memory with whoever put
// them and whoever reads them.
//
// An entry is charged frame.Frame.Bytes, all of it even where frames share
// buffers. The sum never exceeds MaxBytes, at no time and without a
// background task: Put makes room before it keeps anything, or returns
// ErrFull. Room is made by entries that have expired, then by the least
// recently used that would expire some time, then by the least recently used
// that never would. An entry that somebody reads is never evicted, since
// nothing would be gained: its memory lives until the last reader's Release.
// If it expires, or is deleted or replaced, it is gone for new readers at
// once and stays charged until then. One whose lease lasts is not evicted
// either, but for what is put in its own place. Where an owner's quota is
// reached, only that owner's entries make room.
//
// Cost: O(log n) for n entries that expire, O(1) for others, and a
// frame.Share for each Get.
type Memory struct {
	o MemoryOptions

	mu        sync.Mutex
	closed    bool
	entries   map[Key]*memoryEntry
	idle      [3]list.List // of *memoryEntry nobody reads: those that have expired, will, never do; front was used last
	deadlines deadlines    // the entries that expire
	owners    map[Key]*memoryOwner
	tombs     tombs
	counts    map[Key]Count // nil before the first
	stats     Stats
	dead      []*frame.Frame // to release once mu is not held
}

var (
	_ Leaser      = (*Memory)(nil)
	_ OwnerLister = (*Memory)(nil)
	_ StaleStore  = (*Memory)(nil)
	_ Appender    = (*Memory)(nil)
	_ Admin       = (*Memory)(nil)
)

// NewMemory returns an empty store.
func NewMemory(o MemoryOptions) (*Memory, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Memory{o: o, entries: make(map[Key]*memoryEntry), owners: make(map[Key]*memoryOwner), stats: Stats{Evicted: make(map[Limit]uint64)}}, nil
}

// Put implements Store.
func (m *Memory) Put(ctx context.Context, key Key, f *frame.Frame, o PutOptions) error {
	if err := errors.Join(ctx.Err(), o.Validate()); err != nil {
		return err
	}
	bytes := f.Bytes()
	if bytes > m.o.MaxEntryBytes {
		return fmt.Errorf("cache: entry %s of %d bytes: %w: %d bytes", key, bytes, ErrTooLarge, m.o.MaxEntryBytes)
	}
	m.mu.Lock()
	defer m.unlock()
	if m.closed {
		return &Miss{Key: key, Cause: ErrDown, Err: errClosed}
	}
	now := m.o.Now()
	m.expire(now)
	info := NewInfo(o, bytes, now)
	replaced := m.replacedBy(key, o)
	victims, err := m.victims(info, replaced)
	if err != nil {
		return fmt.Errorf("cache: entry %s of %d bytes: %w", key, bytes, err)
	}
	for _, e := range replaced {
		m.remove(e, ErrSuperseded, NoLimit, now)
	}
	for _, v := range victims {
		m.evict(v, now)
	}
	m.add(key, f, info)
	return nil
}

// Get implements Store. The frame shares the memory of the one that was put.
func (m *Memory) Get(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	return m.get(ctx, key, false)
}

// GetStale implements StaleStore.
func (m *Memory) GetStale(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	return m.get(ctx, key, true)
}

func (m *Memory) get(ctx context.Context, key Key, stale bool) (*frame.Frame, Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	m.mu.Lock()
	defer m.unlock()
	now := m.o.Now()
	m.expire(now)
	e := m.entries[key]
	if e == nil || !stale && !e.ended.IsZero() {
		miss := m.miss(key)
		m.stats.Misses.Count(miss.Cause)
		return nil, Info{}, miss
	}
	m.stats.Hits++
	m.read(e, now)
	f := e.frame.Share()
	f.OnFree(func() { m.done(e) })
	info := e.info
	info.Expired = !e.ended.IsZero()
	return f, info, nil
}

// miss says why there is nothing to get.
func (m *Memory) miss(key Key) *Miss {
	if m.closed {
		return &Miss{Key: key, Cause: ErrDown, Err: errClosed}
	}
	if e := m.entries[key]; e != nil {
		return &Miss{Key: key, Cause: ErrExpired, When: e.ended}
	}
	return m.tombs.miss(key)
}

// Delete implements Store.
func (m *Memory) Delete(ctx context.Context, key Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.unlock()
	m.remove(m.entries[key], nil, NoLimit, time.Time{})
	m.tombs.forget(key)
	return nil
}

// Stats implements Store.
func (m *Memory) Stats() Stats {
	m.mu.Lock()
	defer m.unlock()
	m.expire(m.o.Now())
	s := m.stats
	s.Evicted = maps.Clone(m.stats.Evicted)
	return s
}

// Close implements Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.unlock()
	m.closed = true
	for _, e := range m.entries {
		m.remove(e, nil, NoLimit, time.Time{})
	}
	return nil
}

// unlock releases frames last: the memory of one may be a share of another
// entry of this very store, whose reader is then done.
func (m *Memory) unlock() {
	dead := m.dead
	m.dead = nil
	m.mu.Unlock()
	for _, f := range dead {
		f.Release()
	}
}
