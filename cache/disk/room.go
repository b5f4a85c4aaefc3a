package disk

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// The files of the directory that count. One with goneSuffix was an entry
// until it was deleted or replaced, and is still mapped somewhere.
const (
	entrySuffix = ".frame"
	tempSuffix  = ".temp"
	goneSuffix  = ".gone"
)

func counts(name string) bool {
	suffix := filepath.Ext(name)
	return suffix == entrySuffix || suffix == tempSuffix || suffix == goneSuffix
}

// residents are the entries that a scan found, in the order in which they
// make room. They are hints: each is looked at again before it is removed, and
// when none is left the directory is scanned anew. So an eviction costs O(1)
// file operations on average, and the order is exact but for what other
// processes put since, which is newer than all of these.
type residents struct {
	byUse     []*resident // those that have expired, that will, that never do; of these by last use
	byRemoval []*resident // those that expire
}

type resident struct {
	key      cache.Key
	path     string
	file     fs.FileInfo // as it was
	info     cache.Info
	deadline time.Time // of its life; zero is never
	removal  time.Time // of the file, which may be kept for longer
}

// rescan makes u and s.known what the directory says, and removes what killed
// processes left.
func (s *Store) rescan(u *usage) error {
	entries, err := os.ReadDir(s.o.Dir)
	if err != nil {
		return err
	}
	*u, s.known = usage{graves: u.graves}, residents{}
	var lists []string
	for _, e := range entries {
		path := filepath.Join(s.o.Dir, e.Name())
		if strings.HasPrefix(e.Name(), ownerPrefix) {
			lists = append(lists, path)
		}
		if strings.HasPrefix(e.Name(), loadPrefix) {
			s.sweep(path)
		}
		if !counts(e.Name()) || s.sweep(path) {
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() { // gone this moment, or not ours
			continue
		}
		if key, ok := entryKey(e.Name()); ok {
			info = s.known.add(key, path, info)
		}
		u.bytes += info.Size()
		u.entries++
	}
	s.known.sort(s.o.Now())
	s.sweepOwners(lists)
	return nil
}

// recount is rescan for a usage of which nothing is known. Whoever did not
// write it may not have written an owner's list either.
func (s *Store) recount() (u usage, err error) {
	_, u.graves = exhume(s.graves, cache.Key{})
	if err = s.rescan(&u); err == nil {
		err = s.listOwners()
	}
	return u, err
}

// sweep removes a file that is no entry and that no process has locked.
func (s *Store) sweep(path string) bool {
	if strings.HasSuffix(path, entrySuffix) {
		return false
	}
	f, err := openEntry(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	if free, err := tryLock(f, true); !free || err != nil {
		return false
	}
	return os.Remove(path) == nil
}

func entryKey(name string) (key cache.Key, ok bool) {
	name, ok = strings.CutSuffix(name, entrySuffix)
	if !ok || len(name) != hex.EncodedLen(len(key)) {
		return key, false
	}
	_, err := hex.Decode(key[:], []byte(name))
	return key, err == nil
}

// add notes an entry, and cuts off what a killed process has not appended to
// its end. One whose header cannot be read is the first to go.
func (r *residents) add(key cache.Key, path string, info fs.FileInfo) fs.FileInfo {
	e := &resident{key: key, path: path, file: info}
	if h, err := readHeader(path); err == nil {
		if h.last.end < info.Size() {
			e.file = cut(path, h.last.end, info)
		}
		e.info = h.info()
		e.deadline = e.info.Deadline(info.ModTime())
	} else {
		e.deadline = time.Unix(1, 0)
	}
	r.byUse = append(r.byUse, e)
	if !e.deadline.IsZero() {
		e.removal = e.deadline.Add(e.info.Stale)
		r.byRemoval = append(r.byRemoval, e)
	}
	return e.file
}

func (r *residents) sort(now time.Time) {
	rank := func(e *resident) int {
		switch {
		case over(e.deadline, now):
			return 0
		case !e.deadline.IsZero():
			return 1
		}
		return 2
	}
	slices.SortFunc(r.byUse, func(a, b *resident) int {
		return cmp.Or(rank(a)-rank(b), a.file.ModTime().Compare(b.file.ModTime()), cmp.Compare(a.path, b.path))
	})
	slices.SortFunc(r.byRemoval, func(a, b *resident) int { return a.removal.Compare(b.removal) })
}

// A need is what room is made for.
type need struct {
	bytes, files int64
	spare        spare // of what made room for a file
}

func (s *Store) exceeded(u *usage, n *need) (cache.Limit, error) {
	free, err := freeBytes(s.o.Dir)
	switch {
	case err != nil:
		return cache.NoLimit, err
	case u.bytes+n.bytes > s.o.MaxBytes:
		return cache.LimitBytes, nil
	case u.entries+n.files > int64(s.o.MaxEntries):
		return cache.LimitEntries, nil
	case free+n.spare.bytes-n.bytes < s.o.MinFree:
		return cache.LimitFree, nil
	}
	return cache.NoLimit, nil
}

// makeRoom evicts until what is needed may be written. The
// entries that it will replace go last: where there is room for only one of
// the two, the old value ends before the new one is there.
func (s *Store) makeRoom(u *usage, n *need, replaced []cache.Key, now time.Time) error {
	for scans := 0; ; {
		s.expire(u, now)
		limit, err := s.exceeded(u, n)
		switch {
		case err != nil || limit == cache.NoLimit:
			return err
		case len(s.known.byUse) > 0:
			e := s.known.byUse[0]
			s.known.byUse = s.known.byUse[1:]
			if own := slices.Contains(replaced, e.key); own && scans > 1 || !own && (!s.leased(e.file, now) || over(e.deadline, now)) {
				s.evict(u, e, n, limit, now)
			}
		case scans < 2:
			scans++
			err := n.spare.remove() // which a scan takes for what a killed writer left
			n.spare = spare{}
			if err = errors.Join(err, s.rescan(u)); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: %v: %d bytes in %d files are held", cache.ErrFull, limit, u.bytes, u.entries)
		}
	}
}

// expire removes the known entries whose time has come.
func (s *Store) expire(u *usage, now time.Time) {
	for len(s.known.byRemoval) > 0 && !now.Before(s.known.byRemoval[0].removal) {
		e := s.known.byRemoval[0]
		s.known.byRemoval = s.known.byRemoval[1:]
		current, err := os.Lstat(e.path)
		if err != nil || !os.SameFile(current, e.file) {
			continue
		}
		if ended := e.info.Deadline(current.ModTime()); !ended.IsZero() && now.Before(ended.Add(e.info.Stale)) {
			continue // it was used
		}
		s.end(u, e.path, &cache.Miss{Key: e.key, Cause: cache.ErrExpired, When: e.deadline})
	}
}

// evict removes an entry unless it was used, or is being read.
func (s *Store) evict(u *usage, e *resident, n *need, limit cache.Limit, now time.Time) {
	current, err := os.Lstat(e.path)
	if err != nil || !os.SameFile(current, e.file) || !current.ModTime().Equal(e.file.ModTime()) {
		return
	}
	m := &cache.Miss{Key: e.key, Cause: cache.ErrEvicted, Limit: limit, When: now}
	if over(e.deadline, now) {
		m = &cache.Miss{Key: e.key, Cause: cache.ErrExpired, When: e.deadline}
	}
	s.evictFile(u, n, m)
}

// evictFile removes an entry unless it is being read, and reports whether it has.
func (s *Store) evictFile(u *usage, n *need, m *cache.Miss) bool {
	path := s.path(m.Key)
	inUse, release := hold(path)
	defer release()
	if inUse {
		return false
	}
	var err error
	switch {
	case n.files > 0 && n.spare == (spare{}):
		n.spare, err = s.spareFile(u, path)
	case m.Limit == cache.LimitFree:
		err = s.eraseAtOnce(u, path)
	default:
		err = s.erase(u, path)
	}
	if err != nil {
		return false
	}
	s.bury(u, m)
	return true
}

// leased reports whether an entry is protected since its last use. A use more
// than a lease into the future is one before the clock was set back; less is
// that of a process which has asked for the time later, but was served first.
func (s *Store) leased(file fs.FileInfo, now time.Time) bool {
	return now.Sub(file.ModTime()).Abs() < s.o.Lease
}

// end removes an entry, unless somebody else did, and leaves a grave.
func (s *Store) end(u *usage, path string, m *cache.Miss) {
	if s.remove(u, path) == nil {
		s.bury(u, m)
	}
}

func (s *Store) bury(u *usage, m *cache.Miss) {
	// A grave that cannot be dug is a miss without an explanation.
	_ = dig(s.graves, u, m)
	s.count(func(stats *cache.Stats) {
		switch {
		case errors.Is(m, cache.ErrEvicted):
			stats.Evicted[m.Limit]++
		case errors.Is(m, cache.ErrExpired):
			stats.Expired++
		}
	})
}

// remove takes an entry away. While it is read, its file keeps another name
// and goes on to count.
func (s *Store) remove(u *usage, path string) error {
	inUse, release := hold(path)
	defer release()
	if inUse {
		gone := gonePath(path)
		if err := os.Rename(path, gone); err != nil {
			return err
		}
		return s.eraseUnread(u, gone)
	}
	return s.erase(u, path)
}

// eraseUnread removes what was an entry unless it is read. Who gives a file such a
// name calls it then, too: the last reader may have gone just before, and was to
// remove it after.
func (s *Store) eraseUnread(u *usage, gone string) error {
	inUse, release := hold(gone)
	defer release()
	if inUse {
		return nil
	}
	return s.erase(u, gone)
}

// erase removes a file that counts.
func (s *Store) erase(u *usage, path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	s.letGo(path)
	if info.Mode().IsRegular() {
		u.bytes -= info.Size()
		u.entries--
	}
	return nil
}

// eraseAtOnce is erase of what nobody reads, and has its blocks free before it returns:
// where it rests in another process they would be a second later.
func (s *Store) eraseAtOnce(u *usage, path string) error {
	f, err := openForAppend(path)
	if err != nil {
		return s.erase(u, path)
	}
	defer func() { _ = f.Close() }() // nothing is buffered
	ours := isOurs(f)
	if err := s.erase(u, path); err != nil || !ours {
		return err
	}
	return f.Truncate(0)
}

// hold reports whether a process has the file mapped. If none has, none will
// until release: a reader who opens it now waits, and then sees that it is gone.
func hold(path string) (inUse bool, release func()) {
	f, err := openEntry(path)
	if err != nil {
		return false, func() {}
	}
	free, err := tryLock(f, true)
	return !free && err == nil, func() { _ = f.Close() }
}

func gonePath(path string) string {
	return strings.TrimSuffix(path, entrySuffix) + "-" + rand.Text() + goneSuffix
}

// sweepGone removes the files that the entry had before and that nobody reads
// any more.
func (s *Store) sweepGone(u *usage, key cache.Key) error {
	entries, err := os.ReadDir(s.o.Dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), key.String()+"-") || !strings.HasSuffix(e.Name(), goneSuffix) {
			continue
		}
		err = errors.Join(err, s.eraseUnread(u, filepath.Join(s.o.Dir, e.Name())))
	}
	return err
}
