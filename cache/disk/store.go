package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A Store keeps frames in files of one directory, which several processes may
// share. See the package's documentation.
type Store struct {
	o      Options
	ledger *ledger
	graves *os.File
	known  residents // guarded by ledger
	loads  cache.Group[cache.Key, *mapping]
	fills  *cache.Fills

	mu       sync.Mutex
	closed   bool
	open     map[cache.Key]*mapping
	resting  map[cache.Key]*mapping // that nobody reads: see rest.go
	verified map[cache.Key]verified
	stats    cache.Stats // but what is held: that is in the ledger
}

var (
	_ cache.Leaser      = (*Store)(nil)
	_ cache.OwnerLister = (*Store)(nil)
	_ cache.StaleStore  = (*Store)(nil)
	_ cache.LoadStore   = (*Store)(nil)
	_ cache.Appender    = (*Store)(nil)
	_ cache.Examiner    = (*Store)(nil)
)

var errClosed = errors.New("the store is closed")

// Open opens the store of a directory, removes what killed writers left, and
// counts what is there. It returns errors.ErrUnsupported where files cannot be
// mapped and locked.
func Open(o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if !supported {
		return nil, fmt.Errorf("cache/disk: %w on this system", errors.ErrUnsupported)
	}
	if err := makeDir(o); err != nil {
		return nil, err
	}
	s := &Store{
		o:        o,
		open:     make(map[cache.Key]*mapping),
		resting:  make(map[cache.Key]*mapping),
		verified: make(map[cache.Key]verified),
		stats:    cache.Stats{Evicted: make(map[cache.Limit]uint64)},
	}
	s.loads.Retain, s.loads.Release = (*mapping).retain, (*mapping).release
	s.fills = cache.NewFills(claimer{s}, o.Now, 20*time.Millisecond)
	if s.ledger, err = openLedger(o.Dir); err != nil {
		return nil, err
	}
	if s.graves, err = openState(filepath.Join(o.Dir, "graves")); err != nil {
		return nil, errors.Join(err, s.ledger.close())
	}
	if err := s.change(context.Background(), s.rescan); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Get implements [cache.Store]. The frame's columns lie in the mapped file.
//
// Cost: the first Get of an entry by this process reads it all once to verify
// it; later ones read its metadata, or nothing while another reader has it, or had
// it less than a second ago.
func (s *Store) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	return s.get(ctx, key, false)
}

// GetStale implements [cache.StaleStore].
func (s *Store) GetStale(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	return s.get(ctx, key, true)
}

func (s *Store) get(ctx context.Context, key cache.Key, stale bool) (*frame.Frame, cache.Info, error) {
	m, info, err := s.acquire(ctx, key, stale)
	if err != nil {
		return nil, info, err
	}
	f := m.frame.Share()
	f.OnFree(m.release)
	return f, info, nil
}

// Lease implements [cache.Leaser], at the cost of Get.
func (s *Store) Lease(ctx context.Context, key cache.Key) (*cache.Lease, error) {
	m, info, err := s.acquire(ctx, key, false)
	if err != nil {
		return nil, err
	}
	return &cache.Lease{Version: m.frame.Version(), Info: info, Release: m.release}, nil
}

// acquire is find, counted.
func (s *Store) acquire(ctx context.Context, key cache.Key, stale bool) (*mapping, cache.Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, cache.Info{}, err
	}
	m, info, err := s.find(ctx, key, stale)
	s.count(func(stats *cache.Stats) {
		if miss, ok := errors.AsType[*cache.Miss](err); ok {
			stats.Misses.Count(miss.Cause)
		} else if err == nil {
			stats.Hits++
		}
	})
	return m, info, err
}

// find returns a mapping with a reference for the caller.
func (s *Store) find(ctx context.Context, key cache.Key, stale bool) (*mapping, cache.Info, error) {
	m, err := s.mapped(key)
	if err == nil && m == nil {
		m = s.wake(key)
	}
	for {
		if err == nil && m == nil {
			m, _, err = s.loads.Do(ctx, key, func(ctx context.Context) (*mapping, error) { return s.reload(ctx, key) })
		}
		if err != nil {
			return nil, cache.Info{}, err
		}
		info, ok, err := s.use(m, stale)
		if ok {
			return m, info, nil
		}
		m.release()
		if err != nil {
			return nil, cache.Info{}, err
		}
		m = nil // another is the entry now
	}
}

// mapped returns the mapping that others read, if there is one, with a
// reference for the caller.
func (s *Store) mapped(key cache.Key) (*mapping, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, &cache.Miss{Key: key, Cause: cache.ErrDown, Err: errClosed}
	}
	m := s.open[key]
	if m != nil {
		m.refs++
	}
	return m, nil
}

// isOpen returns a miss after Close.
func (s *Store) isOpen(key cache.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &cache.Miss{Key: key, Cause: cache.ErrDown, Err: errClosed}
	}
	return nil
}

// Delete implements [cache.Store].
func (s *Store) Delete(ctx context.Context, key cache.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.change(ctx, func(u *usage) error {
		_, err := os.Lstat(s.path(key))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return errors.Join(s.remove(u, s.path(key)), dig(s.graves, u, &cache.Miss{Key: key}))
	})
}

// Stats implements [cache.Store]. What is held is counted over all processes,
// the rest is this store's.
func (s *Store) Stats() cache.Stats {
	var held usage
	// Where the directory cannot be reached any more, nothing is held.
	_ = s.change(context.Background(), func(u *usage) error {
		held = *u
		return nil
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Evicted = maps.Clone(stats.Evicted)
	stats.Bytes, stats.Entries = held.bytes, int(held.entries)
	return stats
}

// Close implements [cache.Store]. The files stay.
func (s *Store) Close() error {
	s.mu.Lock()
	resting, closed := slices.Collect(maps.Keys(s.resting)), s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	for _, key := range resting {
		s.endRest(key)
	}
	return errors.Join(s.ledger.close(), s.graves.Close())
}

// count adds to the statistics.
func (s *Store) count(fn func(*cache.Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn(&s.stats)
}

func (s *Store) change(ctx context.Context, fn func(*usage) error) error {
	return s.ledger.change(ctx, s.recount, fn)
}

func (s *Store) path(key cache.Key) string {
	return filepath.Join(s.o.Dir, key.String()+entrySuffix)
}
