package redis

import (
	"context"
	"strconv"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A loan is an entry that this process reads: its frame, copied from the
// server once for all readers, and the leases that keep it there.
type loan struct {
	*manifest
	raw   string // the manifest as it is in the server
	store *Store
	frame *frame.Frame

	// Guarded by store.mu:
	refs   int
	leased []string  // the readers that the server knows
	used   time.Time // when the server was last told
}

// leases returns id, reader, … as the script takes them. store.mu is held.
func (l *loan) leases() []string {
	var all []string
	for _, reader := range l.leased {
		all = append(all, l.id, reader)
	}
	return all
}

func (l *loan) retain() {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	l.refs++
}

// release ends the leases with the last reference. It does not wait for the
// server.
func (l *loan) release() {
	s := l.store
	s.mu.Lock()
	l.refs--
	last := l.refs == 0
	if last {
		if s.open[l.id] == l {
			delete(s.open, l.id)
		}
		if s.current[l.key] == l {
			delete(s.current, l.key)
		}
		if !s.closed { // Close has ended them
			s.ended = append(s.ended, l.leases()...)
		}
	}
	s.mu.Unlock()
	if last {
		l.frame.Release()
		s.wake()
	}
}

// fresh reports whether the server need not be told of another use now: it was
// a moment ago, and the entry cannot have expired since. store.mu is held.
func (l *loan) fresh(now time.Time) bool {
	moment := time.Second
	if l.idle > 0 {
		moment = min(moment, l.idle/16)
	}
	age := now.Sub(l.used)
	return 0 <= age && age < moment && (l.expires.IsZero() || now.Before(l.expires))
}

// lent returns the loan of the entry that this process last found under key,
// with a reference, or nil.
func (s *Store) lent(key cache.Key) (l *loan, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l = s.current[key]
	if l == nil {
		return nil, false
	}
	l.refs++
	return l, l.fresh(s.o.Now())
}

// reader names the lease that is about to be taken: one that the known loan has
// already, or a new one. store.mu is held.
func (s *Store) reader(known *loan) string {
	if known != nil {
		return known.leased[0]
	}
	s.readers++
	return s.process + "/" + strconv.FormatUint(s.readers, 36)
}

// endLeases tells the server of all that have ended, and returns when it
// knows. If it cannot be told, they end by themselves.
func (s *Store) endLeases(ctx context.Context) error {
	s.ending.Lock()
	defer s.ending.Unlock()
	s.mu.Lock()
	ended := s.ended
	s.ended = nil
	s.mu.Unlock()
	if len(ended) == 0 {
		return nil
	}
	_, err := s.run(ctx, lease, append([]string{"0"}, ended...)...)
	return err
}

func (s *Store) renewLeases(ctx context.Context) {
	args := []string{micros(s.o.Now().Add(s.o.Lease))}
	s.mu.Lock()
	for _, l := range s.open {
		args = append(args, l.leases()...)
	}
	s.mu.Unlock()
	if len(args) > 1 {
		// A sign of life that is lost is one of three.
		_, _ = s.run(ctx, lease, args...)
	}
}
