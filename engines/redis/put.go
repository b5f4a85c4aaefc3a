package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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
	if err := errors.Join(ctx.Err(), o.Validate(), s.checkOpen(key)); err != nil {
		return err
	}
	if err := s.put(ctx, key, f, o); err != nil {
		return fmt.Errorf("engines/redis: %w", s.explain(ctx, key, err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Puts++
	return nil
}

func (s *Store) put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	var length counter
	if err := frame.WriteIPCStream(&length, f); err != nil {
		return err
	}
	m := &manifest{id: rand.Text(), key: key, version: f.Version(), payload: int64(length)}
	info := cache.NewInfo(o, m.payload, s.o.Now())
	m.created, m.expires, m.idle = info.Created, info.Expires, info.Idle
	if m.payload > s.o.MaxEntryBytes {
		return fmt.Errorf("entry %s of %d bytes: %w: %d bytes", key, m.payload, cache.ErrTooLarge, s.o.MaxEntryBytes)
	}
	if err := s.reserve(ctx, m, o.Supersedes); err != nil {
		return err
	}
	err := s.send(ctx, m, f, o.TTL)
	if err == nil && o.TTL == 0 {
		err = s.keep(ctx, m)
	}
	if err == nil {
		err = s.commit(ctx, m, o.Supersedes)
	}
	if err != nil {
		s.abandon(ctx, m)
	}
	return err
}

// reserve charges an entry before its first chunk is written.
func (s *Store) reserve(ctx context.Context, m *manifest, superseded cache.Key) error {
	if err := s.endLeases(ctx); err != nil {
		return err
	}
	for {
		ending := s.o.Now().Add(s.writingTime(m))
		r, err := s.run(ctx, reserve, m.id, m.key.String(), superseded.String(),
			strconv.FormatInt(m.payload, 10), strconv.Itoa(chunks(m.payload)),
			strconv.FormatInt(s.o.MaxBytes, 10), strconv.Itoa(s.o.MaxEntries), micros(ending))
		switch {
		case err != nil:
			return err
		case r.status == "ok":
			return nil
		case r.status == "full":
			return fmt.Errorf("entry %s of %d bytes: %w: limit of %s: %d bytes in %d entries are held",
				m.key, m.payload, cache.ErrFull, r.detail, r.bytes, r.entries)
		}
		if err := s.collect(ctx, r.garbage); err != nil {
			return err
		}
	}
}

// writingTime is how long a reservation lasts: more than all calls may take.
func (s *Store) writingTime(m *manifest) time.Duration {
	return time.Minute + time.Duration(chunks(m.payload))*4*s.o.Timeout
}

// send writes the chunks. They outlive the entry, or what is reserved for
// writing it, by a minute, and then the server deletes them: so nothing is
// left of a writer that was killed, or of an entry that no process looks for.
func (s *Store) send(ctx context.Context, m *manifest, f *frame.Frame, ttl time.Duration) error {
	if ttl == 0 {
		ttl = s.writingTime(m)
	}
	w := s.newWriter(ctx, m.id, m.payload, ttl+time.Minute)
	err := frame.WriteIPCStream(w, f)
	if err := first(w.close(), err); err != nil { // the error of a chunk is why the writer stopped
		return err
	}
	if w.next != len(w.sums) {
		return errors.New("the frame shrank while it was written")
	}
	m.sums = w.sums
	return nil
}

func (s *Store) commit(ctx context.Context, m *manifest, superseded cache.Key) error {
	// Whatever the answer: what this process knows of the keys may be old now.
	defer s.wrote(m.key, superseded)
	idle := strconv.FormatInt(int64((m.idle+time.Microsecond-1)/time.Microsecond), 10)
	r, err := s.run(ctx, commit, m.id, m.key.String(), superseded.String(), string(m.bytes()), micros(m.expires), idle)
	switch {
	case err != nil:
		return err
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
	_ = s.unlink(ctx, garbage{m.id, chunks(m.payload)})
	s.wake()
}

// A counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
