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
	"strings"
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
	m, err := s.describe(key, f, o)
	if err == nil {
		err = s.store(ctx, m, f, place{claim: claim, superseded: o.Supersedes})
	}
	if err != nil {
		return fmt.Errorf("engines/redis: %w", s.explain(ctx, key, err))
	}
	s.countPut()
	return nil
}

func (s *Store) countPut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Puts++
}

// A place says what an entry takes the place of, besides what is under its key.
type place struct {
	claim      string    // of who loads it; "" is of nobody
	superseded cache.Key // zero is none
	from       string    // id of the entry that it was appended to, which must be there; "" is none
}

// store writes the rows of the manifest's own part, and then the manifest.
func (s *Store) store(ctx context.Context, m *manifest, own *frame.Frame, at place) error {
	if m.info.Bytes > s.o.MaxEntryBytes {
		return fmt.Errorf("entry %s of %d bytes: %w: %d bytes", m.key, m.info.Bytes, cache.ErrTooLarge, s.o.MaxEntryBytes)
	}
	ends, err := s.reserve(ctx, m, at)
	if err != nil {
		return err
	}
	err = s.send(ctx, m, own)
	if err == nil && m.own().until.IsZero() {
		err = s.keep(ctx, m.own())
	}
	if err == nil {
		err = s.commit(ctx, m, at, ends)
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
	p, err := newPart(f, f.Version())
	if err != nil {
		return nil, err
	}
	now := s.o.Now()
	if o.TTL > 0 {
		p.until = now.Add(o.TTL + o.Stale + lateness)
	}
	return &manifest{
		id: p.id, key: key, version: p.version, rows: p.rows, schema: schema, parts: []part{p},
		info: cache.NewInfo(o, p.bytes(), now),
	}, nil
}

// newPart returns the part of a frame's rows with which an entry has a version,
// without digests.
func newPart(f *frame.Frame, v frame.Version) (part, error) {
	ends, err := writeColumns(io.Discard, f)
	return part{id: rand.Text(), version: v, rows: int64(f.Rows()), ends: ends}, err
}

// reserve charges an entry before its first chunk is written. It returns the
// keys of the entries that it supersedes, some of which had to go already.
func (s *Store) reserve(ctx context.Context, m *manifest, at place) (ends []string, err error) {
	if at.superseded != (cache.Key{}) {
		ends = []string{at.superseded.String()}
	}
	if err := s.endLeases(ctx); err != nil {
		return nil, err
	}
	own := m.own()
	for {
		ending := s.o.Now().Add(s.writingTime(own))
		r, err := s.run(ctx, reserve, m.id, m.key.String(), named(at.superseded), named(m.info.Owner), named(m.info.Slot),
			strconv.FormatInt(m.info.Bytes, 10), strconv.Itoa(own.chunks()),
			strconv.FormatInt(s.o.MaxBytes, 10), strconv.Itoa(s.o.MaxEntries), strconv.FormatInt(s.o.MaxOwnerBytes, 10),
			duration(s.o.Lease), micros(ending), at.from, strconv.FormatInt(own.bytes(), 10))
		if err != nil {
			return nil, err
		}
		ends = append(ends, r.list...)
		switch r.status {
		case "ok":
			return ends, nil
		case "gone":
			return nil, epitaph(m.key, r.detail)
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
func (s *Store) writingTime(p *part) time.Duration {
	return time.Minute + time.Duration(p.chunks())*4*s.o.Timeout
}

// lateness is how long chunks outlive the entry, or what is reserved for writing
// it, before the server deletes them: so nothing is left of a writer that was
// killed, or of an entry that no process looks for.
const lateness = time.Minute

// send writes the chunks of the manifest's own part.
func (s *Store) send(ctx context.Context, m *manifest, own *frame.Frame) error {
	p := m.own()
	ttl := s.writingTime(p) + lateness
	if !p.until.IsZero() {
		ttl = p.until.Sub(m.info.Created)
	}
	w := s.newWriter(ctx, p, ttl)
	_, err := writeColumns(w, own)
	if err := first(w.close(), err); err != nil { // the error of a chunk is why the writer stopped
		return err
	}
	if w.n != p.bytes() {
		return errors.New("the frame shrank while it was written")
	}
	p.digests = bytes.Join(w.digests, nil)
	return nil
}

func (s *Store) commit(ctx context.Context, m *manifest, at place, ends []string) error {
	// Whatever the answer: what this process knows of the keys may be old now.
	defer s.wrote(func(l *loan) bool {
		inSlot := m.info.Slot != cache.Key{} && l.info.Owner == m.info.Owner && l.info.Slot == m.info.Slot
		return l.key == m.key || inSlot || slices.Contains(ends, l.key.String())
	})
	args := []string{
		m.id, at.claim, string(m.bytes(s.sealer)), micros(m.info.Expires), duration(m.info.Idle), duration(m.info.Stale),
		strconv.FormatInt(s.o.MaxOwnerBytes, 10), duration(s.o.Lease), at.from, m.others(),
	}
	r, err := s.run(ctx, commit, append(args, ends...)...)
	switch {
	case err != nil:
		return err
	case r.status == "fenced":
		return cache.ErrFenced
	case r.status == "gone":
		return epitaph(m.key, r.detail)
	case r.status == "quota":
		return s.overQuota(m)
	case r.status != "ok":
		return errors.New("writing took longer than was reserved for it, and the chunks are deleted")
	case len(r.garbage) > 0:
		s.wake()
	}
	return nil
}

// others returns the ids of the parts that are not the manifest's own.
func (m *manifest) others() string {
	var ids []string
	for _, p := range m.parts[:len(m.parts)-1] {
		ids = append(ids, p.id)
	}
	return strings.Join(ids, " ")
}

// abandon gives back what was reserved. If the server cannot be reached, the
// reservation ends by itself.
func (s *Store) abandon(ctx context.Context, m *manifest) {
	ctx = context.WithoutCancel(ctx)
	r, err := s.run(ctx, abandon, m.id)
	if err != nil || r.status == "kept" {
		return
	}
	// Where the reservation had ended, nobody else knows of the chunks; those
	// that still come expire.
	_ = s.unlink(ctx, garbage{m.id, m.own().chunks()})
	s.wake()
}
