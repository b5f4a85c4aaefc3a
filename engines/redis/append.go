package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Append implements [cache.Appender]. The rows are a part of their own, and the
// manifest that has it and the parts of the entry that it is appended to is one
// of another entry, which takes the place of that one in one step. So readers in
// any process find all of the rows or none; and the parts that have left the
// window are freed when nobody reads an entry that has them.
//
// Cost: that of a Put of the rows alone, and of a manifest of some 100 bytes a
// part, however much is there. Each 64th small append writes the rows of the 63
// before it again. Get, by who has in this process the frame before, reads the
// new parts only.
func (s *Store) Append(ctx context.Context, key cache.Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error) {
	if err := errors.Join(ctx.Err(), s.checkOpen(key)); err != nil {
		return frame.Version{}, err
	}
	version, err := s.append(ctx, key, appending{before, more, window})
	if err != nil {
		return frame.Version{}, fmt.Errorf("engines/redis: %w", s.explain(ctx, key, err))
	}
	s.countPut()
	return version, nil
}

// An appending is what a caller of Append wants.
type appending struct {
	before frame.Version
	more   *frame.Frame
	window int
}

func (s *Store) append(ctx context.Context, key cache.Key, a appending) (v frame.Version, err error) {
	var m *manifest
	var own *frame.Frame
	s.wroteKey(key) // a cached manifest may be older than the one that the caller knows of
	l, _, err := s.look(ctx, key, false, func(ctx context.Context, l *loan) (err error) {
		m, own, err = s.grow(ctx, l.manifest, a)
		return err
	})
	if err != nil {
		return v, err
	}
	defer l.release()
	defer own.Release()
	return m.version, s.store(ctx, m, own, place{from: l.id})
}

// grow returns the manifest of an entry with more rows, without the digests of
// its own part, and the rows of that, which the caller releases.
func (s *Store) grow(ctx context.Context, m *manifest, a appending) (*manifest, *frame.Frame, error) {
	if m.version != a.before {
		return nil, nil, &cache.Miss{Key: m.key, Cause: cache.ErrSuperseded, When: m.info.Created}
	}
	rows, err := m.windowed(a)
	if err != nil {
		return nil, nil, err
	}
	next := &manifest{
		key: m.key, version: frame.AppendedVersion(a.before, a.more.Version(), a.window), schema: m.schema,
		rows: m.rows + int64(a.more.Rows()),
	}
	if a.window > 0 {
		next.rows = min(next.rows, int64(a.window))
	}
	older := next.rows - int64(rows.Rows())
	stay, again, level := toJoin(last(m.parts, older))
	if len(again) > 0 {
		if rows, err = s.join(ctx, m, again, older, rows); err != nil {
			return nil, nil, err
		}
	}
	own, err := newPart(rows, next.version)
	if err == nil {
		own.level = level
		next.id, next.parts = own.id, append(slices.Clone(stay), own)
		if older < m.rows {
			next.forget()
		}
		err = s.begin(ctx, next, m)
	}
	if err != nil {
		rows.Release()
		return nil, nil, err
	}
	return next, rows, nil
}

// forget has the parts no more say what the entry was before: rows have left.
func (m *manifest) forget() {
	for i := range m.parts[:len(m.parts)-1] {
		m.parts[i].version = frame.Version{}
	}
}

// windowed returns the rows that are appended and stay, with the entry's schema.
func (m *manifest) windowed(a appending) (*frame.Frame, error) {
	if m.rows+int64(a.more.Rows()) > frame.MaxRows {
		return nil, &callError{fmt.Errorf("%d and %d rows: %w", m.rows, a.more.Rows(), frame.ErrTooLarge)}
	}
	none, err := frame.OpenIPC(m.schema, frame.IPCOptions{})
	if err != nil {
		return nil, m.damaged("its schema: %w", err)
	}
	defer none.Release()
	rows, err := none.Append(a.more, a.window)
	if err != nil {
		return nil, &callError{err}
	}
	return rows, nil
}

// join returns the rows of some parts, of which so many are left in the window,
// and then the new rows, which it releases.
func (s *Store) join(ctx context.Context, m *manifest, parts []part, left int64, rows *frame.Frame) (*frame.Frame, error) {
	defer rows.Release()
	schema, all, err := m.project(nil)
	if err != nil {
		return nil, err
	}
	f, err := s.readParts(ctx, m, parts, schema, all)
	if err != nil {
		return nil, err
	}
	defer f.Release()
	some := f.Slice(max(0, f.Rows()-int(left)), f.Rows())
	defer some.Release()
	both, err := frame.Concat(some, rows)
	if err != nil {
		return nil, err
	}
	defer both.Release()
	return both.Compact()
}

// begin has the life of an entry begin anew, as that of the one before was.
func (s *Store) begin(ctx context.Context, m, before *manifest) error {
	was := before.info
	o := cache.PutOptions{Idle: was.Idle, Stale: was.Stale, Owner: was.Owner, Slot: was.Slot}
	if !was.Expires.IsZero() {
		o.TTL = was.Expires.Sub(was.Created)
	}
	var bytes int64
	for _, p := range m.parts {
		bytes += p.bytes()
	}
	m.info = cache.NewInfo(o, bytes, s.o.Now())
	if o.TTL == 0 {
		return nil
	}
	late := m.outlived(o.TTL)
	return s.prolong(ctx, before, late, m.own().until.Sub(m.info.Created))
}

// outlived has all parts outlive the entry, by another life of it, so that this is
// not needed at each append. It returns those whose chunks must be told.
func (m *manifest) outlived(life time.Duration) (late []part) {
	enough := m.info.Expires.Add(m.info.Stale + lateness)
	until := enough.Add(life)
	for i := range m.parts {
		p := &m.parts[i]
		if p.id != m.id && !p.until.Before(enough) {
			continue
		}
		p.until = until
		if p.id != m.id {
			late = append(late, *p)
		}
	}
	return late
}
