package redis

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A loan is an entry that this process keeps from being deleted: the leases
// that it has of it, and the frames that were copied of it, each once for all
// who read it.
type loan struct {
	*manifest
	raw   string // the manifest as it is in the server
	store *Store

	// Guarded by store.mu:
	refs   int
	leased []string                // the readers that the server knows
	used   time.Time               // when the server was last told
	frames map[string]*frame.Frame // by the columns that they have
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
		for _, f := range l.frames {
			f.Release()
		}
		s.wake()
	}
}

// fresh reports whether the server need not be told of another use now: it was
// a moment ago, and the entry cannot have expired since. store.mu is held.
func (l *loan) fresh(now time.Time) bool {
	moment := time.Second
	for _, d := range []time.Duration{l.info.Idle, l.store.o.Lease} {
		if d > 0 {
			moment = min(moment, d/16)
		}
	}
	age := now.Sub(l.used)
	return 0 <= age && age < moment && (l.info.Expires.IsZero() || now.Before(l.info.Expires))
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

// lend returns the loan of an entry that is leased to reader, with a reference.
func (s *Store) lend(key cache.Key, id, raw, reader string) (*loan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, err := s.opened(key, id, raw)
	if err != nil {
		s.ended = append(s.ended, id, reader)
		s.wake()
		return nil, err
	}
	l.refs++
	if !slices.Contains(l.leased, reader) {
		l.leased = append(l.leased, reader)
	}
	return l, nil
}

// opened returns the loan of an entry that is leased already, or a new one.
// store.mu is held.
func (s *Store) opened(key cache.Key, id, raw string) (*loan, error) {
	if s.closed {
		return nil, &cache.Miss{Key: key, Cause: cache.ErrDown, Err: errClosed}
	}
	if l := s.open[id]; l != nil {
		return l, nil
	}
	m, err := parseManifest([]byte(raw), key, s.sealer)
	if err != nil {
		return nil, &damage{id, err}
	}
	s.open[id] = &loan{manifest: m, raw: raw, store: s, frames: make(map[string]*frame.Frame)}
	return s.open[id], nil
}

// beginning returns the rows that an entry begins with, if this process has them
// of one that was appended to, with a reference, and the parts of the others. What
// both have is told by the parts: no two have the same id.
func (s *Store) beginning(l *loan) (has *frame.Frame, others []part) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var best *loan
	parts, rows := 0, int64(0)
	for _, o := range s.open {
		if o.key != l.key || o.frames[""] == nil {
			continue
		}
		if n, r := l.common(o.manifest); n > parts && n < len(l.parts) {
			best, parts, rows = o, n, r
		}
	}
	switch {
	case best == nil:
		return nil, l.parts
	case rows == best.rows:
		has = best.frames[""]
		has.Retain()
	default:
		has = firstRows(best.frames[""], int(rows))
	}
	return has, l.parts[parts:]
}

// common returns how many of the entry's first parts another one has, with all of
// their rows that the entry has, and how many first rows of the other these are.
func (m *manifest) common(o *manifest) (parts int, rows int64) {
	at := slices.IndexFunc(o.parts, func(p part) bool { return p.id == m.parts[0].id })
	if at < 0 {
		return 0, 0
	}
	rows, wanted := o.rows, m.rows
	for parts < len(m.parts) && at+parts < len(o.parts) && m.parts[parts].id == o.parts[at+parts].id {
		parts++
	}
	for _, p := range o.parts[at+parts:] {
		rows -= p.rows
	}
	for _, p := range m.parts[parts:] {
		wanted -= p.rows
	}
	if rows < max(wanted, 1) {
		return 0, 0
	}
	return parts, rows
}

// firstRows returns the first rows of a frame, and what is known of how they
// were put together.
func firstRows(f *frame.Frame, rows int) *frame.Frame {
	some := f.Slice(0, rows)
	some.SetVersion(frame.Version{}) // it would be computed, and that of what is made of them is known
	begins := f.Beginnings()
	for len(begins) > 0 && begins[0].Rows > rows {
		begins = begins[1:]
	}
	if len(begins) > 0 && begins[0].Rows == rows {
		some.SetVersion(begins[0].Version)
		begins = begins[1:]
	}
	some.SetBeginnings(begins)
	return some
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
	args := []string{micros(s.o.Now().Add(s.o.ReadLease))}
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
