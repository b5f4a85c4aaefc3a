package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// cachedFor bounds how long the client believes a manifest without asking. The
// server tells it of changes at once; this is for the case that it does not.
const cachedFor = 10 * time.Second

// Get implements [cache.Store]. All readers in this process share one copy of
// the chunks.
//
// Cost: a call, and one for each 4 MB, four at once. While another reader of
// this process has the entry, only the call; and if that was less than a
// second ago (or a sixteenth of the idle time or the lease), none: the server
// announces when the manifest changes.
func (s *Store) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	return s.get(ctx, key, nil, false)
}

// GetStale implements [cache.StaleStore].
func (s *Store) GetStale(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	return s.get(ctx, key, nil, true)
}

// GetColumns is Get for some of the columns, in the given order. Of the chunks
// only those are read that hold some of these columns. The error wraps
// [frame.ErrNoColumn] if there is no such column.
func (s *Store) GetColumns(ctx context.Context, key cache.Key, columns ...string) (*frame.Frame, cache.Info, error) {
	return s.get(ctx, key, columns, false)
}

func (s *Store) get(ctx context.Context, key cache.Key, columns []string, stale bool) (f *frame.Frame, info cache.Info, err error) {
	l, info, err := s.find(ctx, key, stale, func(ctx context.Context, l *loan) (err error) {
		f, err = s.read(ctx, l, columns)
		return err
	})
	if err != nil {
		return nil, cache.Info{}, err
	}
	f.OnFree(l.release)
	return f, info, nil
}

// Lease implements [cache.Leaser]: no chunk is read.
//
// Cost: Get's call, or none.
func (s *Store) Lease(ctx context.Context, key cache.Key) (*cache.Lease, error) {
	l, info, err := s.find(ctx, key, false, func(context.Context, *loan) error { return nil })
	if err != nil {
		return nil, err
	}
	return &cache.Lease{Version: l.version, Info: info, Release: l.release}, nil
}

// find returns a loan with a reference for the caller, after use has taken from
// it what is wanted. It counts.
func (s *Store) find(ctx context.Context, key cache.Key, stale bool, use func(context.Context, *loan) error) (*loan, cache.Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, cache.Info{}, err
	}
	l, info, err := s.look(ctx, key, stale, use)
	if err != nil {
		err = s.explain(ctx, key, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if miss, ok := errors.AsType[*cache.Miss](err); ok {
		s.stats.Misses.Count(miss.Cause)
	} else if err == nil {
		s.stats.Hits++
	}
	return l, info, err
}

// look is find, not counted. An entry that proves to be damaged is deleted.
func (s *Store) look(ctx context.Context, key cache.Key, stale bool, use func(context.Context, *loan) error) (*loan, cache.Info, error) {
	if err := s.checkOpen(key); err != nil {
		return nil, cache.Info{}, err
	}
	for again := false; ; again = true {
		l, info, err := s.borrow(ctx, key, stale)
		if err == nil {
			if err = use(ctx, l); err == nil {
				return l, info, nil
			}
			l.release()
		}
		var bad *damage
		if !errors.As(err, &bad) {
			return nil, cache.Info{}, err
		}
		// An entry is not deleted while it is leased. But the lease may have
		// ended, if the clock jumped, and the entry may have gone as others do.
		r, rerr := s.run(ctx, discard, key.String(), bad.id)
		s.wroteKey(key)
		switch {
		case rerr != nil:
			return nil, cache.Info{}, rerr
		case r.status == "gone" && !again:
			continue
		}
		s.wake()
		return nil, cache.Info{}, &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: bad}
	}
}

// borrow returns the loan of an entry, with a reference. An error that is a
// *damage says that the entry is of no use.
func (s *Store) borrow(ctx context.Context, key cache.Key, stale bool) (*loan, cache.Info, error) {
	known, fresh := s.lent(key)
	if known != nil {
		defer known.release()
	}
	if fresh {
		switch same, err := s.unchanged(ctx, known); {
		case same:
			known.retain()
			return known, known.info, nil
		case err != nil: // there is no point in asking twice
			return nil, cache.Info{}, err
		}
	}
	s.mu.Lock()
	reader, writes, now := s.reader(known), s.writes, s.o.Now()
	s.mu.Unlock()
	id, raw, expired, err := s.acquire(ctx, key, reader, stale)
	if err != nil {
		return nil, cache.Info{}, err
	}
	l, err := s.lend(key, id, raw, reader)
	if err != nil {
		return nil, cache.Info{}, err
	}
	info := l.info
	info.Expired = expired
	s.mu.Lock()
	defer s.mu.Unlock()
	if !expired {
		l.used = now
		if s.writes == writes { // otherwise what was acquired may be old already
			s.current[key] = l
		}
	}
	return l, info, nil
}

// unchanged reports whether the entry is still the one that was lent,
// according to the client's cache, which the server keeps up to date.
func (s *Store) unchanged(ctx context.Context, l *loan) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	get := s.client.B().Get().Key(s.tag + ":manifest:" + l.key.String()).Cache()
	b, err := s.client.DoCache(ctx, get, cachedFor).ToString()
	if rueidis.IsRedisNil(err) {
		return false, nil
	}
	return err == nil && b == l.raw, err
}

// acquire leases the entry of a key, and returns its id and manifest.
func (s *Store) acquire(ctx context.Context, key cache.Key, reader string, stale bool) (id, raw string, expired bool, err error) {
	how := ""
	if stale {
		how = "1"
	}
	r, err := s.run(ctx, acquire, key.String(), reader, micros(s.o.Now().Add(s.o.ReadLease)), how)
	if err != nil {
		return "", "", false, err
	}
	if len(r.garbage) > 0 {
		s.wake()
	}
	switch {
	case r.status == "gone":
		return "", "", false, epitaph(key, r.detail)
	case r.status == "broken":
		err = errors.New("its manifest is gone: the server evicted it, or somebody deleted it")
		return "", "", false, &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: err}
	case len(r.detail) < idBytes:
		return "", "", false, errLedger
	}
	return r.detail[:idBytes], r.detail[idBytes:], r.status == "expired", nil
}
