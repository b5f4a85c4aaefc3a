package cache

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// An Admin is a Store that shows what it holds to who looks after it. None of
// these calls counts as a use.
type Admin interface {
	Store

	// List returns all entries, by key.
	List(ctx context.Context) ([]Entry, error)

	// Inspect returns one, or the *Miss that Get would return.
	Inspect(ctx context.Context, key Key) (Entry, error)

	// GC frees at once what the store would free when it needs room: what has
	// expired for good, and what killed processes left.
	GC(ctx context.Context) (Freed, error)
}

// DeleteIf deletes the entries that gone chooses, and frees what they hold: those of an age
// or size, or all. It returns how many; nil chooses all. What is put meanwhile under the
// key of such an entry may be deleted, too.
//
// Cost: a List and the Deletes, made as by DeleteMany.
func DeleteIf(ctx context.Context, s Admin, gone func(Entry) bool) (int, error) {
	entries, err := s.List(ctx)
	if err != nil {
		return 0, err
	}
	var keys []Key
	for _, e := range entries {
		if gone == nil || gone(e) {
			keys = append(keys, e.Key)
		}
	}
	failed := slices.DeleteFunc(DeleteMany(ctx, s, keys), func(err error) bool { return err == nil })
	return len(keys) - len(failed), errors.Join(failed...)
}

// An Examiner is an Admin that looks for damage.
type Examiner interface {
	Admin

	// Verify reads every entry, and returns why those that are corrupt are;
	// they are removed.
	Verify(ctx context.Context) ([]*Miss, error)

	// Doctor looks for what makes the store fail or behave strangely.
	Doctor(ctx context.Context) []Finding
}

// A Finding is something that is wrong with a store.
type Finding struct {
	Check   string // what was looked at, such as directory, space or clock
	Problem string
	Advice  string
}

// An Entry is what an Admin says of one.
type Entry struct {
	Key     Key
	Version frame.Version // of the content
	Rows    int
	Used    time.Time // last
	Info
}

// Freed is what a GC did.
type Freed struct {
	Entries int
	Bytes   int64
}

// List implements Admin.
//
// Cost: the Version of each frame for which it is not known yet.
func (m *Memory) List(ctx context.Context) ([]Entry, error) {
	m.mu.Lock()
	m.expire(m.o.Now())
	entries := m.entriesOf(slices.Collect(maps.Values(m.entries)))
	slices.SortFunc(entries, func(a, b Entry) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return entries, ctx.Err()
}

// entriesOf describes entries, and gives up the lock: a Version may take long.
func (m *Memory) entriesOf(kept []*memoryEntry) []Entry {
	entries, shares := make([]Entry, len(kept)), make([]*frame.Frame, len(kept))
	for i, e := range kept {
		entries[i], shares[i] = e.describe(), e.frame.Share()
	}
	m.unlock()
	for i, f := range shares {
		entries[i].Version = f.Version()
		f.Release()
	}
	return entries
}

// Inspect implements Admin.
func (m *Memory) Inspect(ctx context.Context, key Key) (Entry, error) {
	if err := ctx.Err(); err != nil {
		return Entry{}, err
	}
	m.mu.Lock()
	m.expire(m.o.Now())
	e := m.entries[key]
	if e == nil {
		defer m.unlock()
		return Entry{}, m.miss(key)
	}
	entry, f := e.describe(), e.frame.Share()
	m.unlock()
	defer f.Release()
	entry.Version = f.Version()
	return entry, nil
}

func (e *memoryEntry) describe() Entry {
	d := Entry{Key: e.key, Rows: e.frame.Rows(), Used: e.used, Info: e.info}
	d.Expired = !e.ended.IsZero()
	return d
}

// GC implements Admin.
func (m *Memory) GC(ctx context.Context) (Freed, error) {
	m.mu.Lock()
	defer m.unlock()
	before := m.stats
	m.expire(m.o.Now())
	return Freed{before.Entries - m.stats.Entries, before.Bytes - m.stats.Bytes}, ctx.Err()
}
