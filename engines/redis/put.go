package redis

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Put implements [cache.Store]. The manifest is written last, and takes the
// place of the old one in one step: a reader in any process finds the old
// value or the new, whole.
//
// Cost: two calls and one for each 4 MB, four at once; one more to free what
// had to make room. The frame's metadata is encoded twice, first to know the
// length.
func (s *Store) Put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	return s.putClaimed(ctx, key, f, o, "")
}

// putClaimed is Put for who may have a claim, which must still be valid when
// the entry takes its place.
func (s *Store) putClaimed(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions, claim string) error {
	if err := errors.Join(ctx.Err(), o.Validate(), s.checkOpen(key)); err != nil {
		return err
	}
	if err := s.put(ctx, key, f, o, claim); err != nil {
		return fmt.Errorf("engines/redis: %w", s.explain(ctx, key, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Puts++
	return nil
}

func (s *Store) put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions, claim string) error {
	m, err := s.describe(key, f, o)
	if err != nil {
		return err
	}
	if m.info.Bytes > s.o.MaxEntryBytes {
		return fmt.Errorf("entry %s of %d bytes: %w: %d bytes", key, m.info.Bytes, cache.ErrTooLarge, s.o.MaxEntryBytes)
	}
	ends, err := s.reserve(ctx, m, o.Supersedes)
	if err != nil {
		return err
	}
	err = s.send(ctx, m, f, o)
	if err == nil && o.TTL == 0 {
		err = s.keep(ctx, m)
	}
	if err == nil {
		err = s.commit(ctx, m, claim, ends)
	}
	if err != nil {
		s.abandon(ctx, m)
	}
	return err
}

// describe returns the manifest of what is about to be put, without digests.
func (s *Store) describe(key cache.Key, f *frame.Frame, o cache.PutOptions) (*manifest, error) {
	schema, err := schemaOf(f)
	if err != nil {
		return nil, err
	}
	ends, err := writeColumns(io.Discard, f)
	if err != nil {
		return nil, err
	}
	return &manifest{
		id: rand.Text(), key: key, version: f.Version(), rows: int64(f.Rows()), ends: ends, schema: schema,
		info: cache.NewInfo(o, ends[len(ends)-1], s.o.Now()),
	}, nil
}

// reserve charges an entry before its first chunk is written. It returns the
// keys of the entries that it supersedes, some of which had to go already.
func (s *Store) reserve(ctx context.Context, m *manifest, superseded cache.Key) (ends []string, err error) {
	if superseded != (cache.Key{}) {
		ends = []string{superseded.String()}
	}
	if err := s.endLeases(ctx); err != nil {
		return nil, err
	}
	for {
		ending := s.o.Now().Add(s.writingTime(m))
		r, err := s.run(ctx, reserve, m.id, m.key.String(), named(superseded), named(m.info.Owner), named(m.info.Slot),
			strconv.FormatInt(m.info.Bytes, 10), strconv.Itoa(m.chunks()),
			strconv.FormatInt(s.o.MaxBytes, 10), strconv.Itoa(s.o.MaxEntries), strconv.FormatInt(s.o.MaxOwnerBytes, 10),
			duration(s.o.Lease), micros(ending))
		if err != nil {
			return nil, err
		}
		ends = append(ends, r.list...)
		switch r.status {
		case "ok":
			return ends, nil
		case "quota":
			return nil, s.overQuota(m)
		case "full":
			return nil, fmt.Errorf("entry %s of %d bytes: %w: limit of %s: %d bytes in %d entries are held",
				m.key, m.info.Bytes, cache.ErrFull, r.detail, r.bytes, r.entries)
		}
		if _, err := s.collect(ctx, r.garbage); err != nil {
			return nil, err
		}
	}
}

func (s *Store) overQuota(m *manifest) error {
	return fmt.Errorf("entry %s of %d bytes: %w: %d bytes", m.key, m.info.Bytes, cache.ErrQuota, s.o.MaxOwnerBytes)
}

// writingTime is how long a reservation lasts: more than all calls may take.
func (s *Store) writingTime(m *manifest) time.Duration {
	return time.Minute + time.Duration(m.chunks())*4*s.o.Timeout
}

// send writes the chunks. They outlive the entry, or what is reserved for
// writing it, by a minute, and then the server deletes them: so nothing is
// left of a writer that was killed, or of an entry that no process looks for.
func (s *Store) send(ctx context.Context, m *manifest, f *frame.Frame, o cache.PutOptions) error {
	ttl := o.TTL + o.Stale
	if o.TTL == 0 {
		ttl = s.writingTime(m)
	}
	w := s.newWriter(ctx, m.id, m.info.Bytes, ttl+time.Minute)
	_, err := writeColumns(w, f)
	if err := first(w.close(), err); err != nil { // the error of a chunk is why the writer stopped
		return err
	}
	if w.n != m.info.Bytes {
		return errors.New("the frame shrank while it was written")
	}
	m.digests = bytes.Join(w.digests, nil)
	return nil
}

func (s *Store) commit(ctx context.Context, m *manifest, claim string, ends []string) error {
	// Whatever the answer: what this process knows of the keys may be old now.
	defer s.wrote(func(l *loan) bool {
		inSlot := m.info.Slot != cache.Key{} && l.info.Owner == m.info.Owner && l.info.Slot == m.info.Slot
		return l.key == m.key || inSlot || slices.Contains(ends, l.key.String())
	})
	args := []string{
		m.id, claim, string(m.bytes(s.sealer)), micros(m.info.Expires), duration(m.info.Idle), duration(m.info.Stale),
		strconv.FormatInt(s.o.MaxOwnerBytes, 10), duration(s.o.Lease),
	}
	r, err := s.run(ctx, commit, append(args, ends...)...)
	switch {
	case err != nil:
		return err
	case r.status == "fenced":
		return cache.ErrFenced
	case r.status == "quota":
		return s.overQuota(m)
	case r.status != "ok":
		return errors.New("writing took longer than was reserved for it, and the chunks are deleted")
	case len(r.garbage) > 0:
		s.wake()
	}
	return nil
}

// abandon gives back what was reserved. If the server cannot be reached, the
// reservation ends by itself.
func (s *Store) abandon(ctx context.Context, m *manifest) {
	ctx = context.WithoutCancel(ctx)
	r, err := s.run(ctx, abandon, m.id, m.key.String())
	if err != nil || r.status == "kept" {
		return
	}
	// Where the reservation had ended, nobody else knows of the chunks; those
	// that still come expire.
	_ = s.unlink(ctx, garbage{m.id, m.chunks()})
	s.wake()
}
