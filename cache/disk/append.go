package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Who reads an entry reads each of its parts, so small ones are written
// together as one when they are many: the last of them, with the rows that are
// appended then. An eighth stays as it is, so that what is written is never
// twice the rows. Where half of the file is read no more, and where much is
// appended at once, the entry is written anew.
const (
	smallPart = 128 << 10 // bytes
	manyParts = 512
	keptParts = manyParts / 8
	maxPart   = 64 << 20 // bytes that are written while others wait
)

// Append implements [cache.Appender]. The rows are written behind those that
// are there, as a part of their own, and count when a slot in the header says
// so: readers in any process find the entry with all of them or with none, and
// who reads the entry as it was goes on.
//
// Cost: a copy of the bytes of more and of a header, and what a Put costs for
// its limits, however much is there. One small append of 512 writes the rows of
// 448 before it again.
func (s *Store) Append(ctx context.Context, key cache.Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error) {
	if err := ctx.Err(); err != nil {
		return frame.Version{}, err
	}
	a := &appending{mapping: &mapping{store: s, key: key}, before: before, window: window}
	version, err := a.run(ctx, more)
	_, miss := errors.AsType[*cache.Miss](err)
	switch {
	case err == nil:
		s.count(func(stats *cache.Stats) { stats.Puts++ })
		return version, nil
	case miss || ctx.Err() != nil:
		return frame.Version{}, err
	case isNoSpace(err):
		err = errors.Join(cache.ErrFull, err)
	}
	return frame.Version{}, fmt.Errorf("cache/disk: entry %s: %w", key, err)
}

// An appending is one call of Append. It holds the file as a reader does, so
// that it is not evicted.
type appending struct {
	*mapping
	before frame.Version
	window int
	layout *layout
}

func (a *appending) run(ctx context.Context, more *frame.Frame) (v frame.Version, err error) {
	if err := a.open(ctx); err != nil {
		return v, err
	}
	defer func() { _ = a.leave() }() // nothing is buffered
	l := a.layout
	if a.window < 0 || l.schema != schemaOf(more) || uint64(l.last.rows)+uint64(more.Rows()) > frame.MaxRows {
		return a.rewrite(ctx, more) // which says if that is wrong
	}
	behind, rows := l.last, more
	if l.last.small+1 >= manyParts {
		if behind, rows, err = a.gather(more); err != nil {
			return v, err
		}
		defer rows.Release()
	}
	p, data, err := a.part(behind, rows, frame.AppendedVersion(l.version, more.Version(), a.window))
	if err != nil {
		return v, err
	}
	next := behind.with(p)
	if a.window > 0 {
		next.dropped = max(next.dropped, next.rows-int64(a.window))
	}
	if len(data) > maxPart || 2*next.unread() > next.end {
		return a.rewrite(ctx, more)
	}
	return next.version, a.commit(ctx, p, data, next)
}

// open returns the miss that there is if the entry is not as it was.
func (a *appending) open(ctx context.Context) (err error) {
	s := a.store
	if err := s.isOpen(a.key); err != nil {
		return err
	}
	if err = a.openFile(ctx, openForAppend); err != nil {
		return s.explain(ctx, a.key, nil, err)
	}
	if a.layout, err = s.readLayout(ctx, a.mapping); err != nil {
		return s.explain(ctx, a.key, a.stat, errors.Join(err, a.leave()))
	}
	if err := a.check(a.layout); err != nil {
		return errors.Join(err, a.leave())
	}
	return nil
}

// check returns a miss if what the file says is not what is appended to.
func (a *appending) check(l *layout) error {
	deadline := l.info().Deadline(a.stat.ModTime())
	switch {
	case over(deadline, a.store.o.Now()):
		return &cache.Miss{Key: a.key, Cause: cache.ErrExpired, When: deadline}
	case l.version != a.before:
		return &cache.Miss{Key: a.key, Cause: cache.ErrSuperseded, When: l.created}
	}
	return nil
}

// gather returns the rows of the last small parts, and then those of more, and
// the slot as it would be without these parts.
func (a *appending) gather(more *frame.Frame) (slot, *frame.Frame, error) {
	l := a.layout
	parts, err := l.parts(a.file, slot{})
	if err != nil {
		return slot{}, nil, err
	}
	n := len(parts) - int(l.last.small) + keptParts
	kept, tail := parts[:n], parts[n:]
	data := section{tail[0].at, make([]byte, l.last.end-tail[0].at)}
	if _, err := a.file.ReadAt(data.data, data.from); err != nil {
		return slot{}, nil, err
	}
	if err := l.verify(tail, data.from, data, a.store.o.Secret); err != nil {
		return slot{}, nil, corrupt(err)
	}
	before, err := openParts(tail, data, "entry "+a.key.String())
	if err != nil {
		return slot{}, nil, err
	}
	defer before.Release()
	rows, err := frame.Concat(before, more)
	behind := l.last
	behind.part, behind.small, behind.chain = kept[n-1].at, keptParts, chain{}
	behind.rows -= int64(before.Rows())
	behind.dead += int64(len(data.data))
	for _, p := range kept {
		behind.chain = behind.chain.with(p)
	}
	return behind, rows, err
}

// part returns the part of some rows behind a slot, with which the entry has a
// version, and its bytes.
func (a *appending) part(behind slot, rows *frame.Frame, v frame.Version) (part, []byte, error) {
	l := a.layout
	h := &header{
		key: a.key, version: v, rows: int64(rows.Rows()), created: a.store.o.Now(), owner: l.owner,
		schema: l.schema, signed: a.store.o.Secret != nil, previous: behind.part,
	}
	var payload bytes.Buffer
	if err := frame.WriteIPC(&payload, rows); err != nil {
		return part{}, nil, err
	}
	h.payload = int64(payload.Len())
	if stats := rows.AppendStats(nil); len(stats) <= maxStats {
		h.stats = stats
	}
	sums := newSummer(a.store.o.Secret)
	_, _ = sums.Write(payload.Bytes()) // never fails
	h.sums = sums.sums
	if sums.mac != nil {
		copy(h.mac[:], h.sum(sums.mac))
	}
	head := h.bytes()
	return part{aligned(behind.end), h, headerSum(head)}, append(head, payload.Bytes()...), nil
}

// with returns the slot once a part is behind all others.
func (s slot) with(p part) slot {
	s.number, s.end, s.part, s.chain = s.number+1, p.end(), p.at, s.chain.with(p)
	s.rows, s.version = s.rows+p.header.rows, p.header.version
	if s.small++; !p.small() {
		s.small = 0
	}
	return s
}

// unread returns how many bytes of the file are read no more. Those of rows that
// have left a window are as many as their share.
func (s slot) unread() int64 {
	if s.dropped == 0 {
		return s.dead
	}
	return s.dead + int64(float64(s.end-s.dead)*(float64(s.dropped)/float64(s.rows)))
}

// commit writes the part, and then the slot.
func (a *appending) commit(ctx context.Context, p part, data []byte, next slot) error {
	s, l := a.store, a.layout
	return s.change(ctx, func(u *usage) error {
		if err := a.makeRoom(u, next.end); err != nil {
			return err
		}
		next.created = s.o.Now()
		if !l.expires.IsZero() {
			next.expires = next.created.Add(l.expires.Sub(l.created))
		}
		if s.o.Secret != nil {
			copy(next.mac[:], next.sign(s.o.Secret))
		}
		if err := a.write(p.at, data, next); err != nil {
			return errors.Join(err, a.file.Truncate(l.last.end))
		}
		u.bytes += next.end - l.last.end
		return setUsed(s.path(a.key), next.created)
	})
}

// makeRoom makes room for what the entry will have, which is still as it was.
func (a *appending) makeRoom(u *usage, end int64) error {
	s, l := a.store, a.layout
	if end > s.o.MaxEntryBytes {
		return fmt.Errorf("%d bytes: %w: %d", end, cache.ErrTooLarge, s.o.MaxEntryBytes)
	}
	if l.owner != (cache.Key{}) {
		has, err := s.ownedBy(u, l.owner)
		if err == nil {
			_, err = s.makeOwnRoom(u, has, end, []cache.Key{a.key})
		}
		if err != nil {
			return err
		}
	}
	if err := s.makeRoom(u, &need{bytes: end - l.last.end}, nil, s.o.Now()); err != nil {
		return err
	}
	return a.asItWas()
}

// asItWas returns a miss if another has changed the entry. The lock is held.
func (a *appending) asItWas() error {
	if !a.current() {
		return &cache.Miss{Key: a.key, Cause: cache.ErrSuperseded, When: a.store.o.Now()}
	}
	now, err := parseFile(a.file)
	if err == nil {
		err = a.check(now)
	}
	return err
}

// write has what is before the slot on the medium before the slot, if that is
// what is wanted.
func (a *appending) write(at int64, last []byte, next slot) error {
	if _, err := a.file.WriteAt(last, at); err != nil {
		return err
	}
	if err := a.sync(); err != nil {
		return err
	}
	if _, err := a.file.WriteAt(next.bytes(), atSlots+int64(next.number%2)*slotBytes); err != nil {
		return err
	}
	return a.sync()
}

func (a *appending) sync() error {
	if !a.store.o.Sync {
		return nil
	}
	return a.file.Sync()
}

// rewrite puts the whole frame, unless the entry has changed when it is written.
func (a *appending) rewrite(ctx context.Context, more *frame.Frame) (v frame.Version, err error) {
	s, l := a.store, a.layout
	m, _, err := s.find(ctx, a.key, false)
	if err != nil {
		return v, err
	}
	defer m.release()
	if m.frame.Version() != a.before {
		return v, &cache.Miss{Key: a.key, Cause: cache.ErrSuperseded, When: l.created}
	}
	whole, err := m.frame.Append(more, a.window)
	if err != nil {
		return v, err
	}
	defer whole.Release()
	o := cache.PutOptions{Idle: l.idle, Stale: l.stale, Owner: l.owner, Slot: l.slot}
	if !l.expires.IsZero() {
		o.TTL = l.expires.Sub(l.created)
	}
	return whole.Version(), s.put(ctx, a.key, whole, o, a.asItWas)
}

// schemaOf returns a hash of the names and types of the columns.
func schemaOf(f *frame.Frame) uint64 {
	b := cache.NewKey("schema", 1)
	for _, c := range f.Columns() {
		b.Text(c.Name()).Text(c.Type().String())
	}
	key := b.Key()
	return binary.LittleEndian.Uint64(key[:])
}

// cut takes from an entry what is behind its end, and leaves the time of its
// last use.
func cut(path string, end int64, before fs.FileInfo) fs.FileInfo {
	f, err := openForAppend(path)
	if err != nil {
		return before
	}
	defer func() { _ = f.Close() }() // nothing is buffered
	if f.Truncate(end) != nil || setUsed(path, before.ModTime()) != nil {
		return before
	}
	if after, err := f.Stat(); err == nil {
		return after
	}
	return before
}
