package redis

import (
	"context"
	"errors"
	"slices"
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
// second ago (or a sixteenth of the idle time), none: the server announces
// when the manifest changes.
func (s *Store) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, cache.Info{}, err
	}
	l, err := s.find(ctx, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.stats.Hits++
		f := l.frame.Share()
		f.OnFree(l.release)
		return f, l.info(), nil
	}
	err = s.explain(ctx, key, err)
	if miss, ok := errors.AsType[*cache.Miss](err); ok {
		s.stats.Misses.Count(miss.Cause)
	}
	return nil, cache.Info{}, err
}

// find returns a loan with a reference for the caller.
func (s *Store) find(ctx context.Context, key cache.Key) (*loan, error) {
	if err := s.checkOpen(key); err != nil {
		return nil, err
	}
	known, fresh := s.lent(key)
	if fresh {
		same, err := s.unchanged(ctx, known)
		if same {
			return known, nil
		}
		if err != nil { // there is no point in asking twice
			known.release()
			return nil, err
		}
	}
	if known != nil {
		defer known.release()
	}
	l, err := s.borrow(ctx, key, known)
	var bad *damage
	if !errors.As(err, &bad) {
		return l, err
	}
	// An entry is not deleted while it is leased. But the lease may have ended,
	// if the clock jumped, and the entry may have gone as others do.
	switch r, e := s.run(ctx, discard, key.String(), bad.id); {
	case e != nil:
		return nil, e
	case r.status == "gone":
		return s.borrow(ctx, key, nil)
	}
	s.wrote(key)
	s.wake()
	return nil, &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: bad}
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

// borrow asks the server for an entry, and for its chunks if it is not the
// known one. An error that is a *damage says that the entry is of no use.
func (s *Store) borrow(ctx context.Context, key cache.Key, known *loan) (*loan, error) {
	s.mu.Lock()
	reader, writes, now := s.reader(known), s.writes, s.o.Now()
	s.mu.Unlock()
	id, raw, err := s.acquire(ctx, key, reader)
	if err != nil {
		return nil, err
	}
	l := known
	if known != nil && known.id == id {
		l.retain()
	} else if l, err = s.lend(ctx, key, id, raw, reader); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l.used = now
	if s.writes == writes { // otherwise what was acquired may be old already
		s.current[key] = l
	}
	return l, nil
}

// acquire leases the entry of a key, and returns its id and manifest.
func (s *Store) acquire(ctx context.Context, key cache.Key, reader string) (id, raw string, err error) {
	r, err := s.run(ctx, acquire, key.String(), reader, micros(s.o.Now().Add(s.o.Lease)))
	if err != nil {
		return "", "", err
	}
	if len(r.garbage) > 0 {
		s.wake()
	}
	switch {
	case r.status == "gone":
		return "", "", epitaph(key, r.detail)
	case r.status == "broken":
		err = errors.New("its manifest is gone: the server evicted it, or somebody deleted it")
		return "", "", &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: err}
	case len(r.detail) < idBytes:
		return "", "", errors.New("the ledger in the server is not one of this version")
	}
	return r.detail[:idBytes], r.detail[idBytes:], nil
}

// lend returns the loan of an entry that is leased to reader.
func (s *Store) lend(ctx context.Context, key cache.Key, id, raw, reader string) (*loan, error) {
	l, _, err := s.loads.Do(ctx, id, func(ctx context.Context) (*loan, error) { return s.load(ctx, key, id, raw) })
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || s.closed {
		s.ended = append(s.ended, id, reader)
		s.wake()
		return l, err
	}
	if !slices.Contains(l.leased, reader) {
		l.leased = append(l.leased, reader)
	}
	return l, nil
}

// load copies an entry, unless another reader has it.
func (s *Store) load(ctx context.Context, key cache.Key, id, raw string) (*loan, error) {
	s.mu.Lock()
	l := s.open[id]
	if l != nil {
		l.refs++
	}
	s.mu.Unlock()
	if l != nil {
		return l, nil
	}
	m, err := parseManifest([]byte(raw), key)
	if err != nil {
		return nil, &damage{id, err}
	}
	payload, err := s.readChunks(ctx, m)
	if err != nil {
		return nil, err
	}
	f, err := frame.OpenIPC(payload, frame.IPCOptions{Source: "entry " + key.String(), MaxBytes: m.payload})
	if err != nil {
		return nil, &damage{id, err}
	}
	f.SetVersion(m.version)
	l = &loan{manifest: m, raw: raw, store: s, frame: f, refs: 1}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[id] = l
	return l, nil
}
