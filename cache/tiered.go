package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/frame"
)

// TieredOptions configure a Tiered store. Last must be set.
type TieredOptions struct {
	Faster       []Store // that hold copies, the fastest first
	Last         Leaser  // that holds all entries
	MaxCopyBytes int64   // of a frame that is copied to Faster; 0 is 64 MiB
}

// Tiered is a store whose frames are in the last of several, and copies of
// those in use also in faster ones.
//
// The last says what there is. It is asked for a lease before a copy is
// returned, so that it knows of each use: what is hot in memory is not the
// coldest on disk, and what is read from memory is not evicted from the disk.
// The copy must be of the version that the lease is for, so that what another
// process replaces or deletes is gone here too. Only while the last cannot be
// reached is a copy returned as it is.
//
// Limits and Stats are those of the last, but for hits and misses.
//
// Cost: that of a lease, and of Get from the fastest tier that has a copy. A
// frame that is only in slower ones is copied once, unless it is too large.
// Over package disk alone nothing is gained: there a lease costs what Get does,
// as both map a file that is in the page cache. It pays over a network.
type Tiered struct {
	o TieredOptions

	changes [256]atomic.Uint64 // of entries, by their keys' first byte

	mu    sync.Mutex
	stats Stats // hits, misses and puts
}

var (
	_ Leaser      = (*Tiered)(nil)
	_ OwnerLister = (*Tiered)(nil)
	_ StaleStore  = (*Tiered)(nil)
	_ LoadStore   = (*Tiered)(nil)
	_ Appender    = (*Tiered)(nil)
)

// NewTiered returns a store over the given ones, which it closes with itself.
func NewTiered(o TieredOptions) (*Tiered, error) {
	if o.Last == nil || o.MaxCopyBytes < 0 {
		return nil, errors.New("cache: TieredOptions: Last must be set, and MaxCopyBytes not be negative")
	}
	if o.MaxCopyBytes == 0 {
		o.MaxCopyBytes = 64 << 20
	}
	return &Tiered{o: o}, nil
}

// Put implements Store. A copy that cannot be kept is not an error.
func (t *Tiered) Put(ctx context.Context, key Key, f *frame.Frame, o PutOptions) error {
	if err := t.o.Last.Put(ctx, key, f, o); err != nil {
		return err
	}
	t.renew(ctx, key, func(ctx context.Context, s Store) error { return s.Put(ctx, key, f, o) })
	t.count(func(s *Stats) { s.Puts++ })
	return nil
}

// renew changes the copies of an entry, and frees those that it cannot: an old
// one has the wrong version, and would be returned while the last tier cannot be
// reached.
func (t *Tiered) renew(ctx context.Context, key Key, change func(context.Context, Store) error) {
	t.changes[key[0]].Add(1)
	ctx = context.WithoutCancel(ctx) // the last tier has changed
	for _, s := range t.o.Faster {
		if change(ctx, s) != nil {
			_ = s.Delete(ctx, key)
		}
	}
}

// Get implements Store.
func (t *Tiered) Get(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	f, info, err := t.get(ctx, key)
	t.count(func(s *Stats) { s.countGet(err) })
	return f, info, err
}

// GetStale implements StaleStore. What has expired is in the last tier only.
func (t *Tiered) GetStale(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	f, info, err := t.get(ctx, key)
	if last, ok := t.o.Last.(StaleStore); ok && errors.Is(err, ErrExpired) {
		f, info, err = last.GetStale(ctx, key)
	}
	t.count(func(s *Stats) { s.countGet(err) })
	return f, info, err
}

func (t *Tiered) get(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	changes := t.changes[key[0]].Load()
	lease, err := t.o.Last.Lease(ctx, key)
	switch {
	case errors.Is(err, ErrDown):
		return t.lastGood(ctx, key, err)
	case err != nil:
		if _, ok := errors.AsType[*Miss](err); ok { // otherwise the caller left
			t.drop(ctx, key)
		}
		return nil, Info{}, err
	}
	if f := t.copied(ctx, key, lease.Version, changes); f != nil {
		f.OnFree(lease.Release)
		return f, lease.Info, nil
	}
	defer lease.Release()
	f, info, err := t.o.Last.Get(ctx, key)
	if err == nil {
		t.promote(ctx, key, f, info, t.o.Faster, changes)
	}
	return f, info, err
}

// copied returns the frame of the given version from the fastest tier that has
// it, or nil. Slower ones learn that it was used.
func (t *Tiered) copied(ctx context.Context, key Key, v frame.Version, changes uint64) *frame.Frame {
	for i, s := range t.o.Faster {
		f, info, err := s.Get(ctx, key)
		if err != nil {
			continue
		}
		if f.Version() != v {
			f.Release()
			continue
		}
		t.promote(ctx, key, f, info, t.o.Faster[:i], changes)
		for _, slower := range t.o.Faster[i+1:] {
			touch(ctx, slower, key)
		}
		return f
	}
	return nil
}

// touch has a copy count as used, if there is one.
func touch(ctx context.Context, s Store, key Key) {
	if s, ok := s.(Leaser); ok {
		if lease, err := s.Lease(ctx, key); err == nil {
			lease.Release()
		}
	}
}

// promote puts a copy into the given tiers. It is one because the frame may be
// a part of the slower store, which would hold it for as long as the copy is
// kept. Where the entry was changed since there were so many changes, the copy may
// be of what was there before, and does not stay.
func (t *Tiered) promote(ctx context.Context, key Key, f *frame.Frame, info Info, to []Store, changes uint64) {
	if len(to) == 0 || info.Bytes > t.o.MaxCopyBytes {
		return
	}
	c, err := clone(f)
	if err != nil {
		return // the frame itself is fine, and is returned
	}
	defer c.Release()
	o := PutOptions{Idle: info.Idle, Owner: info.Owner, Slot: info.Slot}
	if !info.Expires.IsZero() {
		o.TTL = info.Expires.Sub(info.Created) // a copy that outlives its entry is not found
	}
	for _, s := range to {
		_ = s.Put(ctx, key, c, o)
	}
	if t.changes[key[0]].Load() != changes {
		t.drop(ctx, key)
	}
}

// clone returns a frame that shares nothing with f.
func clone(f *frame.Frame) (*frame.Frame, error) {
	b := bytes.NewBuffer(make([]byte, 0, f.Bytes()+4096)) // room for the metadata of few chunks
	if err := frame.WriteIPC(b, f); err != nil {
		return nil, err
	}
	c, err := frame.OpenIPC(b.Bytes(), frame.IPCOptions{Source: "a copy in memory"})
	if err == nil {
		c.SetVersion(f.Version())
	}
	return c, err
}

// lastGood returns a copy while it cannot be known whether it is the newest.
func (t *Tiered) lastGood(ctx context.Context, key Key, down error) (*frame.Frame, Info, error) {
	for _, s := range t.o.Faster {
		if f, info, err := s.Get(ctx, key); err == nil {
			return f, info, nil
		}
	}
	return nil, Info{}, down
}

// drop frees the copies of an entry.
func (t *Tiered) drop(ctx context.Context, key Key) {
	ctx = context.WithoutCancel(ctx)
	for _, s := range t.o.Faster {
		_ = s.Delete(ctx, key) // what stays is not found
	}
}

// Lease implements Leaser.
func (t *Tiered) Lease(ctx context.Context, key Key) (*Lease, error) {
	lease, err := t.o.Last.Lease(ctx, key)
	t.count(func(s *Stats) { s.countGet(err) })
	return lease, err
}

// Delete implements Store.
func (t *Tiered) Delete(ctx context.Context, key Key) error {
	err := t.o.Last.Delete(ctx, key)
	t.changes[key[0]].Add(1)
	for _, s := range t.o.Faster {
		err = errors.Join(err, s.Delete(ctx, key))
	}
	return err
}

// DeleteOwner implements OwnerStore. It returns errors.ErrUnsupported if the
// last tier is none.
func (t *Tiered) DeleteOwner(ctx context.Context, owner Key) (int, error) {
	last, ok := t.o.Last.(OwnerStore)
	if !ok {
		return 0, fmt.Errorf("cache: owners in the last tier: %w", errors.ErrUnsupported)
	}
	n, err := last.DeleteOwner(ctx, owner)
	for _, s := range t.o.Faster {
		if s, ok := s.(OwnerStore); ok { // from others they are dropped when they are asked for
			_, ferr := s.DeleteOwner(ctx, owner)
			err = errors.Join(err, ferr)
		}
	}
	return n, err
}

// ListOwner implements OwnerLister. It returns errors.ErrUnsupported if the last
// tier is none.
func (t *Tiered) ListOwner(ctx context.Context, owner Key) ([]Entry, error) {
	last, ok := t.o.Last.(OwnerLister)
	if !ok {
		return nil, fmt.Errorf("cache: owners in the last tier: %w", errors.ErrUnsupported)
	}
	return last.ListOwner(ctx, owner)
}

// Stats implements Store. What is held, evicted and expired is that of the last.
func (t *Tiered) Stats() Stats {
	held := t.o.Last.Stats()
	t.mu.Lock()
	defer t.mu.Unlock()
	held.Hits, held.Misses, held.Puts = t.stats.Hits, t.stats.Misses, t.stats.Puts
	return held
}

// Close implements Store: it closes all tiers.
func (t *Tiered) Close() error {
	err := t.o.Last.Close()
	for _, s := range t.o.Faster {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (t *Tiered) count(fn func(*Stats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn(&t.stats)
}
