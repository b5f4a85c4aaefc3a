package redis

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
)

// listed is how many entries are asked for in one call: some 50 kB.
const listed = 100

// List implements [cache.Admin]. Entries that come or go meanwhile may be
// among them or not. What has lost its manifest has no Version and no rows.
//
// Cost: a call for each 100 entries.
func (s *Store) List(ctx context.Context) ([]cache.Entry, error) {
	keys, err := s.list(ctx, list)
	if err != nil {
		return nil, err
	}
	slices.Sort(keys.list)
	return s.entries(ctx, keys.list)
}

// ListOwner implements [cache.OwnerLister], as List does Admin.
func (s *Store) ListOwner(ctx context.Context, owner cache.Key) ([]cache.Entry, error) {
	keys, err := s.list(ctx, owned, owner.String())
	if err != nil {
		return nil, err
	}
	slices.Sort(keys.list)
	entries, err := s.entries(ctx, keys.list)
	slices.SortStableFunc(entries, func(a, b cache.Entry) int { return a.Created.Compare(b.Created) })
	return entries, err
}

// entries returns what there is of the given keys.
func (s *Store) entries(ctx context.Context, keys []string) (entries []cache.Entry, err error) {
	for some := range slices.Chunk(keys, listed) {
		r, err := s.list(ctx, list, some...)
		if err != nil {
			return nil, err
		}
		for e := range slices.Chunk(r.list, 4) {
			entry, err := s.entry(e)
			if err != nil && !errors.Is(err, cache.ErrCorrupt) {
				return nil, err
			}
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// Inspect implements [cache.Admin].
func (s *Store) Inspect(ctx context.Context, key cache.Key) (cache.Entry, error) {
	r, err := s.list(ctx, list, key.String())
	switch {
	case err != nil:
		return cache.Entry{}, err
	case len(r.list) != 4:
		return cache.Entry{}, epitaph(key, r.detail)
	}
	return s.entry(r.list)
}

// list runs a script that returns a list.
func (s *Store) list(ctx context.Context, script *rueidis.Lua, keys ...string) (r reply, err error) {
	if err := errors.Join(ctx.Err(), s.checkOpen(cache.Key{})); err != nil {
		return r, err
	}
	if r, err = s.run(ctx, script, keys...); err != nil {
		return r, fmt.Errorf("engines/redis: %w", s.explain(ctx, cache.Key{}, err))
	}
	if len(r.garbage) > 0 {
		s.wake()
	}
	return r, nil
}

// entry reads what the script says of one: key, last use, since when it has
// expired, manifest.
func (s *Store) entry(words []string) (cache.Entry, error) {
	if len(words) != 4 {
		return cache.Entry{}, errLedger
	}
	var key cache.Key
	n, err := hex.Decode(key[:], []byte(words[0])[:min(len(words[0]), 2*len(key))])
	used, err2 := parseMicros(words[1])
	if n != len(key) || first(err, err2) != nil {
		return cache.Entry{}, errLedger
	}
	e := cache.Entry{Key: key, Used: used}
	m, err := parseManifest([]byte(words[3]), key, s.sealer)
	if err != nil {
		return e, &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: err}
	}
	e.Version, e.Rows, e.Info = m.version, int(m.rows), m.info
	e.Expired = words[2] != ""
	return e, nil
}

// GC implements [cache.Admin].
func (s *Store) GC(ctx context.Context) (cache.Freed, error) {
	if err := errors.Join(ctx.Err(), s.checkOpen(cache.Key{}), s.endLeases(ctx)); err != nil {
		return cache.Freed{}, err
	}
	r, err := s.run(ctx, stats)
	var freed cache.Freed
	if err == nil {
		_, freed, err = s.settle(ctx, r)
	}
	if err != nil {
		return freed, fmt.Errorf("engines/redis: %w", s.explain(ctx, cache.Key{}, err))
	}
	return freed, nil
}
