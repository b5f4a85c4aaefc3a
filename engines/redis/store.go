package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A Store keeps frames in a Redis or Valkey server, or a cluster of them, which
// several processes may share. See the package's documentation.
type Store struct {
	o       Options
	client  rueidis.Client
	tag     string // what all keys of the ledger start with
	process string // starts the name of each of this store's leases
	sealer  sealer
	loads   cache.Group[string, *frame.Frame]
	fills   *cache.Fills

	kick    chan struct{} // has room for one: there is something to tidy
	stop    chan struct{}
	stopped chan struct{}

	ending sync.Mutex // held while leases are being ended

	mu      sync.Mutex
	closed  bool
	readers uint64           // how many leases were taken
	writes  uint64           // how often this process has changed an entry
	open    map[string]*loan // by id
	current map[cache.Key]*loan
	ended   []string    // id, reader, … of leases that have not been ended in the server
	stats   cache.Stats // but what is held: that is in the ledger
}

var (
	_ cache.Leaser      = (*Store)(nil)
	_ cache.OwnerLister = (*Store)(nil)
	_ cache.StaleStore  = (*Store)(nil)
	_ cache.LoadStore   = (*Store)(nil)
	_ cache.Admin       = (*Store)(nil)
	_ cache.Appender    = (*Store)(nil)
)

var errClosed = errors.New("the store is closed")

// Open returns the store of the server's keys that start with o.Prefix. It
// returns an error that wraps [cache.ErrDown] if no server can be reached.
func Open(o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Store{
		o:       o,
		client:  o.Client,
		tag:     "{" + o.Prefix + "}",
		process: rand.Text(),
		sealer:  sealer{o.Secret},
		kick:    make(chan struct{}, 1),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
		open:    make(map[string]*loan),
		current: make(map[cache.Key]*loan),
		stats:   cache.Stats{Evicted: make(map[cache.Limit]uint64)},
	}
	s.loads.Retain, s.loads.Release = (*frame.Frame).Retain, (*frame.Frame).Release
	s.fills = cache.NewFills(claimer{s}, o.Now, 50*time.Millisecond)
	if s.client == nil {
		if s.client, err = rueidis.NewClient(o.Connect); err != nil {
			return nil, fmt.Errorf("engines/redis: %w: %w", cache.ErrDown, err)
		}
	}
	go s.tidy()
	return s, nil
}

// Delete implements [cache.Store].
func (s *Store) Delete(ctx context.Context, key cache.Key) error {
	if err := errors.Join(ctx.Err(), s.checkOpen(key)); err != nil {
		return err
	}
	defer s.wroteKey(key)
	if _, err := s.drop(ctx, remove, key); err != nil {
		return fmt.Errorf("engines/redis: %w", s.explain(ctx, key, err))
	}
	return nil
}

// DeleteOwner implements [cache.OwnerStore].
func (s *Store) DeleteOwner(ctx context.Context, owner cache.Key) (int, error) {
	if err := errors.Join(ctx.Err(), s.checkOpen(cache.Key{})); err != nil {
		return 0, err
	}
	defer s.wrote(func(l *loan) bool { return l.info.Owner == owner })
	detail, err := s.drop(ctx, disown, owner)
	if err != nil {
		return 0, fmt.Errorf("engines/redis: owner %s: %w", owner, s.explain(ctx, cache.Key{}, err))
	}
	return strconv.Atoi(detail)
}

// drop runs a script that drops entries, and deletes their chunks.
func (s *Store) drop(ctx context.Context, script *rueidis.Lua, key cache.Key) (detail string, err error) {
	r, err := s.run(ctx, script, key.String())
	if err == nil {
		_, _, err = s.settle(ctx, r)
	}
	return r.detail, err
}

// Stats implements [cache.Store]. What is held is counted over all processes,
// and is nothing while the server cannot be reached; the rest is this store's.
func (s *Store) Stats() cache.Stats {
	var held reply
	if ctx := context.Background(); s.checkOpen(cache.Key{}) == nil && s.endLeases(ctx) == nil {
		if r, err := s.run(ctx, stats); err == nil {
			held, _, _ = s.settle(ctx, r) // what cannot be freed is held
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.stats
	all.Evicted = maps.Clone(all.Evicted)
	all.Bytes, all.Entries = held.bytes, int(held.entries)
	return all
}

// Close implements [cache.Store]. The entries stay, and so does a client that
// was given to Open.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	for _, l := range s.open {
		s.ended = append(s.ended, l.leases()...)
	}
	s.mu.Unlock()
	if closed {
		return nil
	}
	close(s.stop)
	<-s.stopped
	// If the server cannot be told now, the leases end by themselves.
	_ = s.endLeases(context.Background())
	if s.o.Client == nil {
		s.client.Close()
	}
	return nil
}

func (s *Store) checkOpen(key cache.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &cache.Miss{Key: key, Cause: cache.ErrDown, Err: errClosed}
	}
	return nil
}

// wrote notes that this process has changed, or may have changed, some entries:
// a cached manifest may be the old one for another moment.
func (s *Store) wrote(changed func(*loan) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	maps.DeleteFunc(s.current, func(_ cache.Key, l *loan) bool { return changed(l) })
}

func (s *Store) wroteKey(key cache.Key) { s.wrote(func(l *loan) bool { return l.key == key }) }

// explain returns the error of a call to the server as callers know it: their
// own context's, one of this store's, or that the server cannot be reached.
func (s *Store) explain(ctx context.Context, key cache.Key, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) && s.ends(ctx):
		return context.DeadlineExceeded
	case explained(err):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("no answer within %v: %w", s.o.Timeout, err)
	}
	return &cache.Miss{Key: key, Cause: cache.ErrDown, Err: err}
}

// explained reports whether an error says all there is to say.
func explained(err error) bool {
	for _, known := range []error{cache.ErrFull, cache.ErrTooLarge, cache.ErrQuota, cache.ErrFenced, frame.ErrTooLarge} {
		if errors.Is(err, known) {
			return true
		}
	}
	_, miss := errors.AsType[*cache.Miss](err)
	_, asked := errors.AsType[*callError](err)
	return miss || asked
}

// ends reports whether the caller's own deadline is now. The client's timers
// may be a little ahead of the context's.
func (s *Store) ends(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < s.o.Timeout/10
}

// wake has the tidying done soon.
func (s *Store) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// tidy runs until Close: it ends leases, deletes garbage, and gives the signs
// of life that keep the other leases. What fails is tried again at the next.
func (s *Store) tidy() {
	defer close(s.stopped)
	life := time.NewTicker(s.o.ReadLease / 3)
	defer life.Stop()
	ctx := context.Background()
	for {
		select {
		case <-s.stop:
			return
		case <-life.C:
			s.renewLeases(ctx)
		case <-s.kick:
		}
		if s.endLeases(ctx) != nil {
			continue
		}
		if r, err := s.run(ctx, stats); err == nil {
			_, _, _ = s.settle(ctx, r)
		}
	}
}
