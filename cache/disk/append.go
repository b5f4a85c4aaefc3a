package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Parts are joined so that an entry has few, however many rows are appended at
// a time: as soon as fanout parts of about the same size follow each other,
// the next one has the rows of all of them. Where what nobody reads any more
// takes up half as much as the rest, and where much is appended at once, the
// entry is written anew.
const (
	fanout  = 8
	maxPart = 64 << 20 // bytes that are written while others wait
)

// Append implements [cache.Appender]. The rows are written behind those that
// are there, as a part of their own, and count when a slot in the header says
// so: readers in any process find the entry with all of them or with none, and
// who reads the entry as it was goes on.
//
// Cost: a copy of the bytes of more and some 500 others, and what a Put costs
// for its limits; every eighth time a copy of the parts that it is joined
// with, and at times a Put of all. In all, a row is written about
// log₈(rows/rows appended at a time) times.
func (s *Store) Append(ctx context.Context, key cache.Key, before frame.Version, more *frame.Frame) (frame.Version, error) {
	if err := ctx.Err(); err != nil {
		return frame.Version{}, err
	}
	a := &appending{store: s, key: key, before: before}
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
	store  *Store
	key    cache.Key
	before frame.Version
	file   *os.File
	stat   fs.FileInfo
	layout *layout
}

func (a *appending) run(ctx context.Context, more *frame.Frame) (v frame.Version, err error) {
	if err := a.open(ctx); err != nil {
		return v, err
	}
	defer a.close()
	l := a.layout
	if l.schema != schemaOf(more) || uint64(l.rows)+uint64(more.Rows()) > frame.MaxRows {
		return a.rewrite(ctx, more) // which says what is wrong
	}
	joined := joins(l.parts, int64(more.Rows()))
	tail, err := a.tail(joined, more)
	if err != nil {
		return v, err
	}
	defer tail.Release()
	p, payload, err := a.part(l.parts[:len(l.parts)-joined], tail)
	if err != nil {
		return v, err
	}
	parts := append(l.parts[:len(l.parts)-joined:len(l.parts)-joined], p)
	live := int64(0)
	for _, p := range parts {
		live += p.end() - p.at
	}
	if p.end()-p.at > maxPart || p.end()-live > live/2 {
		return a.rewrite(ctx, more)
	}
	return a.commit(ctx, parts, payload, more)
}

// open returns the miss that there is if the entry is not as it was.
func (a *appending) open(ctx context.Context) (err error) {
	s := a.store
	m := &mapping{store: s, key: a.key}
	if err := s.isOpen(a.key); err != nil {
		return err
	}
	if err = m.openFile(ctx, openForAppend); err != nil {
		return s.explain(ctx, a.key, nil, err)
	}
	l, err := s.readLayout(ctx, m)
	if err == nil && l.key != a.key {
		err = corrupt(fmt.Errorf("it holds entry %s", l.key))
	}
	if err != nil {
		return s.explain(ctx, a.key, m.stat, errors.Join(err, m.file.Close()))
	}
	a.file, a.stat, a.layout = m.file, m.stat, l
	if err := a.check(l); err != nil {
		return errors.Join(err, m.file.Close())
	}
	return nil
}

// close lets go of the file, which may not be the entry's any more.
func (a *appending) close() {
	s := a.store
	_ = a.file.Close() // and with it the lock
	if !isAt(a.stat, s.path(a.key)) {
		// What cannot be removed now is when the directory is scanned next.
		_ = s.change(context.Background(), func(u *usage) error { return s.sweepGone(u, a.key) })
	}
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

// joins returns how many of the last parts so many rows are joined with: the
// first part of all stays as it is.
func joins(parts []part, rows int64) int {
	n := 0
	for {
		same := 0
		for i := len(parts) - 1 - n; i > 0 && tier(parts[i].header.rows) <= tier(rows) && same < fanout-1; i-- {
			same++
		}
		if same < fanout-1 {
			return n
		}
		for range same {
			n++
			rows += parts[len(parts)-n].header.rows
		}
	}
}

// tier is the same for up to fanout times as many rows.
func tier(rows int64) int { return bits.Len64(uint64(rows)) / (bits.Len(fanout) - 1) }

// tail returns the rows of the last n parts, and then those of more.
func (a *appending) tail(n int, more *frame.Frame) (*frame.Frame, error) {
	if n == 0 {
		return more.Share(), nil
	}
	parts := a.layout.parts[len(a.layout.parts)-n:]
	data := make([]byte, a.layout.end-parts[0].at)
	if _, err := a.file.ReadAt(data, parts[0].at); err != nil {
		return nil, err
	}
	moved := make([]part, n)
	for i, p := range parts {
		moved[i] = part{p.at - parts[0].at, p.header, p.sum}
		if err := p.header.verify(moved[i].payload(data), a.store.o.Secret); err != nil {
			return nil, corrupt(err)
		}
	}
	f, err := openParts(moved, data, "entry "+a.key.String())
	if err != nil {
		return nil, err
	}
	return joined(f, more.Share())
}

// part returns the part that f is after the given ones, and its bytes.
func (a *appending) part(before []part, f *frame.Frame) (part, []byte, error) {
	l := a.layout
	h := &header{
		key: a.key, version: f.Version(), rows: int64(f.Rows()), created: a.store.o.Now(), owner: l.owner,
		schema: l.schema, signed: a.store.o.Secret != nil, previous: before[len(before)-1].at,
	}
	var payload bytes.Buffer
	if err := frame.WriteIPC(&payload, f); err != nil {
		return part{}, nil, err
	}
	h.payload = int64(payload.Len())
	if stats := f.AppendStats(nil); len(stats) <= maxStats {
		h.stats = stats
	}
	sums := newSummer(a.store.o.Secret)
	_, _ = sums.Write(payload.Bytes()) // never fails
	h.sums = sums.sums
	if sums.mac != nil {
		copy(h.mac[:], h.sum(sums.mac))
	}
	head := h.bytes()
	return part{aligned(l.end), h, headerSum(head)}, append(head, payload.Bytes()...), nil
}

// commit writes the last of the parts, and then the slot.
func (a *appending) commit(ctx context.Context, parts []part, last []byte, more *frame.Frame) (frame.Version, error) {
	s, l, p := a.store, a.layout, parts[len(parts)-1]
	next := slot{
		number: l.last.number + 1, end: p.end(), part: p.at, rows: l.rows + int64(more.Rows()),
		version: frame.AppendedVersion(l.version, more.Version(), 0), heads: headsSum(parts),
	}
	err := s.change(ctx, func(u *usage) error {
		if err := a.makeRoom(u, next.end); err != nil {
			return err
		}
		next.created = s.o.Now()
		if !l.expires.IsZero() {
			next.expires = next.created.Add(l.expires.Sub(l.created))
		}
		if s.o.Secret != nil {
			copy(next.mac[:], next.sign(s.o.Secret, parts))
		}
		if err := a.write(p.at, last, next); err != nil {
			return errors.Join(err, a.file.Truncate(l.end))
		}
		u.bytes += next.end - l.end
		return setUsed(s.path(a.key), next.created)
	})
	return next.version, err
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
	if err := s.makeRoom(u, need{end - l.end, 0}, nil, s.o.Now()); err != nil {
		return err
	}
	return a.asItWas()
}

// asItWas returns a miss if another has changed the entry. The lock is held.
func (a *appending) asItWas() error {
	if !isAt(a.stat, a.store.path(a.key)) {
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
	whole, err := m.frame.Append(more, 0)
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
