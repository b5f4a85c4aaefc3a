package disk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Put implements [cache.Store]. The new file takes the place of an old one in
// one step: a reader in any process finds the one or the other.
//
// Cost: a copy of the frame's bytes to the file, and its Version and the
// statistics of its columns as far as they are not known yet. Its metadata is
// encoded twice, first to know the length.
func (s *Store) Put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	return s.putIf(ctx, key, f, o, nil)
}

// putIf is Put, unless may, which is called under the lock when all is written,
// returns an error. It may be nil.
func (s *Store) putIf(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions, may func() error) error {
	if err := errors.Join(ctx.Err(), o.Validate()); err != nil {
		return err
	}
	if err := s.isOpen(key); err != nil {
		return err
	}
	if err := s.put(ctx, key, f, o, may); err != nil {
		if isNoSpace(err) {
			err = errors.Join(cache.ErrFull, err)
		}
		return fmt.Errorf("cache/disk: entry %s: %w", key, err)
	}
	s.count(func(stats *cache.Stats) { stats.Puts++ })
	return nil
}

func (s *Store) put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions, may func() error) error {
	var length counter
	if err := frame.WriteIPC(&length, f); err != nil {
		return err
	}
	h := &header{payload: int64(length), key: key, rows: int64(f.Rows()), version: f.Version(), signed: s.o.Secret != nil, schema: schemaOf(f)}
	if stats := f.AppendStats(nil); len(stats) <= maxStats {
		h.stats = stats
	}
	info := cache.NewInfo(o, h.length()+h.payload, s.o.Now())
	h.created, h.expires, h.idle = info.Created, info.Expires, info.Idle
	h.owner, h.slot, h.stale = info.Owner, info.Slot, info.Stale
	if info.Bytes > s.o.MaxEntryBytes {
		return fmt.Errorf("%d bytes: %w: %d", info.Bytes, cache.ErrTooLarge, s.o.MaxEntryBytes)
	}
	temp, err := s.reserve(ctx, h, o.Supersedes)
	if err != nil {
		return err
	}
	defer func() { _ = temp.Close() }() // and with it the lock; all was written or erased
	if err = s.write(temp, h, f); err == nil {
		err = s.commit(ctx, temp, h, o.Supersedes, may)
	}
	if err != nil {
		err = errors.Join(err, s.change(context.WithoutCancel(ctx), func(u *usage) error { return s.erase(u, temp.Name()) }))
	}
	return err
}

// reserve makes room for a file that will take the place of others, and makes
// it: locked, so that nobody sweeps it, and as long as it will be.
func (s *Store) reserve(ctx context.Context, h *header, superseded cache.Key) (temp *os.File, err error) {
	bytes := h.info().Bytes
	err = s.change(ctx, func(u *usage) (err error) {
		replaced := []cache.Key{h.key, superseded}
		if h.owner != (cache.Key{}) {
			has, err := s.ownedBy(u, h.owner)
			if err != nil {
				return err
			}
			replaced = append(replaced, inSlot(has, h.slot)...)
			if _, err := s.makeOwnRoom(u, has, bytes, replaced); err != nil {
				return err
			}
		}
		n := need{bytes: bytes, files: 1}
		if err := s.makeRoom(u, &n, replaced, s.o.Now()); err != nil {
			return errors.Join(err, n.spare.remove())
		}
		if temp, err = s.newTemp(n.spare); err != nil {
			return err
		}
		u.entries++
		u.bytes += bytes
		if err = resize(temp, bytes); err != nil {
			u.bytes -= bytes // erase subtracts the size that it finds
			err = errors.Join(err, temp.Truncate(0), s.erase(u, temp.Name()), temp.Close())
		}
		return err
	})
	return temp, err
}

// write fills a file of the reserved length.
func (s *Store) write(temp *os.File, h *header, f *frame.Frame) error {
	if _, err := temp.Seek(h.length(), io.SeekStart); err != nil {
		return err
	}
	sums := newSummer(s.o.Secret)
	w := bufio.NewWriterSize(&summed{temp, sums}, int(min(h.payload, writeBytes)))
	if err := errors.Join(frame.WriteIPC(w, f), w.Flush()); err != nil {
		return err
	}
	if sums.n != h.payload {
		return fmt.Errorf("the frame was %d bytes, now it is %d", h.payload, sums.n)
	}
	h.sums = sums.sums
	if sums.mac != nil {
		copy(h.mac[:], h.sum(sums.mac))
	}
	if _, err := temp.WriteAt(h.bytes(), 0); err != nil {
		return err
	}
	if s.o.Sync {
		return temp.Sync()
	}
	return nil
}

// commit puts the file in its place. What was there keeps another name while
// it is read.
func (s *Store) commit(ctx context.Context, temp *os.File, h *header, superseded cache.Key, may func() error) error {
	return s.change(ctx, func(u *usage) (err error) {
		if may != nil {
			if err := may(); err != nil {
				return err
			}
		}
		ends := []cache.Key{superseded}
		if h.owner != (cache.Key{}) {
			if ends, err = s.commitOwner(u, h, superseded); err != nil {
				return err
			}
		}
		if err := setUsed(temp.Name(), h.created); err != nil {
			return err
		}
		if err := s.replace(u, temp.Name(), s.path(h.key)); err != nil {
			return err
		}
		for _, key := range ends {
			if key != h.key {
				s.end(u, s.path(key), &cache.Miss{Key: key, Cause: cache.ErrSuperseded, When: h.created})
			}
		}
		return s.syncDir()
	})
}

// replace renames the file to path, in place of what may be there.
func (s *Store) replace(u *usage, temp, path string) error {
	inUse, release := hold(path)
	defer release()
	gone := ""
	before, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case inUse:
		gone = gonePath(path)
		if err := os.Link(path, gone); err != nil {
			return err
		}
	case before.Mode().IsRegular():
		u.bytes -= before.Size()
		u.entries--
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, s.rescan(u))
	}
	s.letGo(path)
	if gone != "" {
		return s.eraseUnread(u, gone)
	}
	return nil
}

// writeBytes is what is written at a time, or more: columns are as they are.
const writeBytes = 256 << 10

// summed writes to a file, and to a summer at the same time: a checksum takes
// half as long as the kernel's copy.
type summed struct {
	file *os.File
	sums *summer
}

// Write returns when both have p.
func (w *summed) Write(p []byte) (int, error) {
	if len(p) < writeBytes { // not worth another goroutine
		_, _ = w.sums.Write(p) // never fails
		return w.file.Write(p)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = w.sums.Write(p) // never fails
	}()
	n, err := w.file.Write(p)
	<-done
	return n, err
}

func (s *Store) syncDir() error {
	if !s.o.Sync {
		return nil
	}
	dir, err := os.Open(s.o.Dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// A counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
