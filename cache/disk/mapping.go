package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A mapping is an entry that somebody reads: its file, open, locked for
// reading in the eyes of all processes, and mapped. One that goes on from
// another, after an append, has the other's, and new rows in memory.
type mapping struct {
	store *Store
	key   cache.Key
	file  *os.File
	stat  fs.FileInfo
	data  []byte
	base  *mapping // that is mapped; nil if it is this one
	last  slot
	heads []uint32
	frame *frame.Frame
	info  cache.Info
	refs  int         // guarded by store.mu
	end   *time.Timer // of its rest
}

// verified says which file of a key was found to be whole.
type verified struct {
	file  fs.FileInfo
	heads []uint32 // checksums of the headers of its parts, in order, and so of the checksums of their blocks
}

const maxVerified = 1 << 16

func (m *mapping) retain() {
	m.store.mu.Lock()
	defer m.store.mu.Unlock()
	m.refs++
}

// release ends one reading. After the last one the mapping rests, or the file is
// unmapped, and removed if it was deleted or replaced meanwhile.
func (m *mapping) release() {
	s := m.store
	s.mu.Lock()
	m.refs--
	last := m.refs == 0
	if last && s.open[m.key] == m {
		delete(s.open, m.key)
	}
	s.mu.Unlock()
	switch {
	case !last:
	case m.base != nil:
		m.frame.Release()
		m.base.release()
	case !s.rest(m):
		m.close()
		m.sweepGone()
	}
}

// leave closes a file that was locked, and if it is not the entry's any more
// removes it: whoever took it away may have left it to who reads it.
func (m *mapping) leave() error {
	err := m.file.Close()
	m.sweepGone()
	return err
}

// sweepGone removes the file, if it is not the entry's any more and nobody reads it.
// What cannot be removed now is when the directory is scanned next.
func (m *mapping) sweepGone() {
	if !m.current() {
		_ = m.store.change(context.Background(), func(u *usage) error { return m.store.sweepGone(u, m.key) })
	}
}

// close unmaps the file, which nobody reads.
func (m *mapping) close() {
	m.frame.Release()
	_ = unmap(m.data) // fails only for what is not mapped
	_ = m.file.Close()
}

// current reports whether the mapped file is still the entry's.
func (m *mapping) current() bool { return isAt(m.stat, m.store.path(m.key)) }

// isAt reports whether a file still has the given path.
func isAt(file fs.FileInfo, path string) bool {
	info, err := os.Lstat(path)
	return err == nil && os.SameFile(info, file)
}

// use notes a use of an entry. It returns false if what is mapped is not the
// entry any more; an entry that has expired is a *cache.Miss unless stale.
func (s *Store) use(m *mapping, stale bool) (info cache.Info, ok bool, err error) {
	info = m.info
	file, now := s.lstat(m.key), s.o.Now()
	if file == nil || !os.SameFile(file, m.stat) || file.Size() != info.Bytes { // replaced, or appended to
		return info, false, nil
	}
	deadline := info.Deadline(file.ModTime())
	switch {
	case !over(deadline, now):
		return info, setUsed(s.path(m.key), now) == nil, nil
	case over(deadline.Add(info.Stale), now): // the next to load it removes it
		return info, false, nil
	case !stale:
		return info, false, &cache.Miss{Key: m.key, Cause: cache.ErrExpired, When: deadline}
	}
	info.Expired = true
	return info, true, nil
}

// lstat returns nil for an entry that went.
func (s *Store) lstat(key cache.Key) fs.FileInfo {
	file, err := os.Lstat(s.path(key))
	if err != nil {
		return nil
	}
	return file
}

func over(deadline, now time.Time) bool { return !deadline.IsZero() && !now.Before(deadline) }

// load opens, verifies and maps the file of an entry.
func (s *Store) load(ctx context.Context, key cache.Key) (*mapping, error) {
	m := &mapping{store: s, key: key, refs: 1}
	if err := m.openFile(ctx, openEntry); err != nil {
		return nil, s.explain(ctx, key, nil, err)
	}
	if err := s.fill(ctx, m); err != nil {
		if m.data != nil {
			_ = unmap(m.data)
		}
		return nil, s.explain(ctx, key, m.stat, errors.Join(err, m.leave()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[key] = m
	return m, nil
}

// openFile opens and locks the entry's file, which is still the entry's then.
func (m *mapping) openFile(ctx context.Context, open func(string) (*os.File, error)) (err error) {
	for {
		if m.file, err = open(m.store.path(m.key)); err != nil {
			return err
		}
		locked := false
		if m.stat, err = m.file.Stat(); err == nil {
			locked, err = m.lockShared(ctx)
		}
		if locked && m.current() {
			return nil
		}
		if err = errors.Join(err, m.leave()); err != nil {
			return err
		}
	}
}

// lockShared waits while the file is locked for the moment in which it is
// removed or looked at. It returns false once it is not the entry's any more:
// whoever writes another entry to it keeps it locked until that is done.
func (m *mapping) lockShared(ctx context.Context) (bool, error) {
	for {
		if free, err := tryLock(m.file, false); free || err != nil || !m.current() {
			return free, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(50 * time.Microsecond):
		}
	}
}

// fill does all of load that leaves something to undo.
func (s *Store) fill(ctx context.Context, m *mapping) error {
	l, err := s.readLayout(ctx, m)
	if err != nil {
		return err
	}
	if deadline := m.info.Deadline(m.stat.ModTime()); over(deadline.Add(m.info.Stale), s.o.Now()) && !deadline.IsZero() {
		return &cache.Miss{Key: m.key, Cause: cache.ErrExpired, When: deadline}
	}
	if m.data, err = mapFile(m.file, l.last.end); err != nil {
		return err
	}
	data := section{data: m.data}
	parts, err := l.parts(data, slot{})
	if err != nil {
		return err
	}
	if err := s.verify(m, l, parts, data); err != nil {
		return corrupt(err)
	}
	if m.frame, err = l.open(parts, data); err != nil {
		return corrupt(err)
	}
	return nil
}

// readLayout reads what the file says of itself. What looks wrong is looked at
// again under the lock: another may have been appending to it just now, or was
// killed while it did.
func (s *Store) readLayout(ctx context.Context, m *mapping) (*layout, error) {
	read := func() (l *layout, err error) {
		if l, err = parseFile(m.file); err != nil {
			return nil, err
		}
		m.last, m.info = l.last, l.info()
		m.stat, err = m.file.Stat()
		switch {
		case err != nil:
		case l.key != m.key:
			err = corrupt(fmt.Errorf("it holds entry %s", l.key))
		case m.stat.Size() != l.last.end:
			err = corrupt(fmt.Errorf("it has %d bytes and says %d", m.stat.Size(), l.last.end))
		}
		return l, err
	}
	l, err := read()
	if _, bad := errors.AsType[*corruptError](err); bad {
		if cerr := s.change(ctx, func(*usage) error { l, err = read(); return nil }); cerr != nil {
			return nil, cerr
		}
	}
	return l, err
}

// verify checks the parts that this process has not checked before.
func (s *Store) verify(m *mapping, l *layout, parts []part, data section) error {
	m.heads = headsOf(parts)
	s.mu.Lock()
	before, ok := s.verified[m.key]
	s.mu.Unlock()
	known, from := 0, int64(0)
	if ok && os.SameFile(before.file, m.stat) {
		for known < min(len(parts), len(before.heads)) && m.heads[known] == before.heads[known] {
			from = parts[known].end()
			known++
		}
	}
	if err := l.verify(parts[known:], from, data, s.o.Secret); err != nil {
		return err
	}
	s.note(m)
	return nil
}

func headsOf(parts []part) (heads []uint32) {
	for _, p := range parts {
		heads = append(heads, p.sum)
	}
	return heads
}

// note remembers what is verified.
func (s *Store) note(m *mapping) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.verified) >= maxVerified { // most were evicted by other processes
		clear(s.verified)
	}
	s.verified[m.key] = verified{m.stat, m.heads}
}

// maxExtension is how many bytes of new rows are had in memory beside what is
// mapped.
const maxExtension = 16 << 20

// reload is load for who may have the entry as it was before an append: only
// the new rows are read then.
func (s *Store) reload(ctx context.Context, key cache.Key) (*mapping, error) {
	before, err := s.mapped(key)
	if err != nil {
		return nil, err
	}
	if before == nil {
		return s.load(ctx, key)
	}
	defer before.release()
	m := &mapping{store: s, key: key, base: before, refs: 1}
	if before.base != nil {
		m.base = before.base
	}
	m.file = m.base.file
	if !m.base.current() || s.extend(ctx, m, before) != nil {
		return s.load(ctx, key) // which says what is wrong
	}
	m.base.retain()
	s.note(m)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[key] = m
	return m, nil
}

var errOtherParts = errors.New("more than some rows at the end is new")

// extend fills a mapping with what was there before and the rows that are new.
func (s *Store) extend(ctx context.Context, m, before *mapping) error {
	l, err := s.readLayout(ctx, m)
	if err != nil {
		return err
	}
	from := before.last.end
	if l.last.end <= from || l.last.end-m.base.last.end > maxExtension || over(m.info.Deadline(m.stat.ModTime()), s.o.Now()) {
		return errOtherParts
	}
	data := section{from, make([]byte, l.last.end-from)}
	if _, err := m.file.ReadAt(data.data, from); err != nil {
		return err
	}
	parts, err := l.parts(data, before.last)
	if err != nil {
		return err
	}
	if err := l.verify(parts, from, data, s.o.Secret); err != nil {
		return err
	}
	more, err := openParts(parts, data, "entry "+m.key.String())
	if err != nil {
		return err
	}
	defer more.Release()
	more.SetVersion(l.version) // of no use, but then it is not computed
	window := 0
	if l.last.dropped > 0 {
		window = int(l.rows)
	}
	if m.frame, err = before.frame.Append(more, window); err != nil {
		return err
	}
	m.frame.SetVersion(l.version)
	m.heads = slices.Concat(before.heads, headsOf(parts))
	return nil
}

// explain returns the miss that an error of load is, and removes a file that
// is of no use.
func (s *Store) explain(ctx context.Context, key cache.Key, stat fs.FileInfo, err error) error {
	var miss *cache.Miss
	var bad *corruptError
	switch {
	case errors.As(err, &miss):
	case errors.Is(err, fs.ErrNotExist):
		miss, _ = exhume(s.graves, key)
		s.forget(key)
		return miss
	case errors.As(err, &bad) || isLink(err):
		miss = &cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: s.o.Now(), Err: err}
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return &cache.Miss{Key: key, Cause: cache.ErrDown, Err: err}
	}
	s.forget(key)
	if err := s.discard(ctx, key, stat, miss); err != nil {
		miss.Err = errors.Join(miss.Err, err)
	}
	return miss
}

func (s *Store) forget(key cache.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.verified, key)
}

// discard removes an expired or corrupt entry, if it is still the one that was
// looked at.
func (s *Store) discard(ctx context.Context, key cache.Key, stat fs.FileInfo, m *cache.Miss) error {
	return s.change(ctx, func(u *usage) error {
		if stat != nil && !isAt(stat, s.path(key)) { // another process was faster
			return nil
		}
		s.end(u, s.path(key), m)
		if errors.Is(m, cache.ErrCorrupt) { // its size may not be what was counted
			return s.rescan(u)
		}
		return nil
	})
}

// A corruptError is about a file that nobody should try again to read.
type corruptError struct{ error }

func (e *corruptError) Unwrap() error { return e.error }

func corrupt(err error) error { return &corruptError{err} }
