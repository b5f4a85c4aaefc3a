package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pointillist-go/pointillist/cache"
)

// List implements [cache.Admin]. An entry whose header cannot be read is left
// out: Verify names it.
//
// Cost: a header is read for each; other processes go on meanwhile.
func (s *Store) List(ctx context.Context) ([]cache.Entry, error) {
	files, err := os.ReadDir(s.o.Dir)
	if err != nil {
		return nil, err
	}
	var entries []cache.Entry
	for _, file := range files { // in the order of their keys
		key, ok := entryKey(file.Name())
		if !ok {
			continue
		}
		if entry, err := s.describe(key); err == nil {
			entries = append(entries, entry)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Inspect implements [cache.Admin].
func (s *Store) Inspect(ctx context.Context, key cache.Key) (cache.Entry, error) {
	if err := ctx.Err(); err != nil {
		return cache.Entry{}, err
	}
	entry, err := s.describe(key)
	var bad *corruptError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		miss, _ := exhume(s.graves, key)
		return entry, miss
	case errors.As(err, &bad) || isLink(err):
		return entry, &cache.Miss{Key: key, Cause: cache.ErrCorrupt, Err: err}
	case err != nil:
		return entry, &cache.Miss{Key: key, Cause: cache.ErrDown, Err: err}
	}
	return entry, nil
}

// describe reads a header without a lock, so that it looks whether the file still
// is the entry's after that, and was not written to: it may be another's by then.
func (s *Store) describe(key cache.Key) (cache.Entry, error) {
	for {
		before, h, err := s.readUnlocked(key)
		if before == nil {
			return cache.Entry{}, err
		}
		file := s.lstat(key)
		switch {
		case file == nil || !os.SameFile(file, before) || err != nil && !file.ModTime().Equal(before.ModTime()):
			continue
		case err != nil:
			return cache.Entry{}, err
		}
		e := cache.Entry{Key: key, Version: h.version, Rows: int(h.rows), Used: file.ModTime(), Info: h.info()}
		e.Expired = over(e.Deadline(e.Used), s.o.Now())
		return e, nil
	}
}

// readUnlocked also returns the file as it was before it was read, or nil if it
// could not be opened.
func (s *Store) readUnlocked(key cache.Key) (fs.FileInfo, *layout, error) {
	f, err := openEntry(s.path(key))
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	file, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	l, err := parseFile(f)
	if err == nil && l.key != key {
		err = corrupt(fmt.Errorf("it holds entry %s", l.key))
	}
	return file, l, err
}

// GC implements [cache.Admin].
func (s *Store) GC(ctx context.Context) (cache.Freed, error) {
	var freed cache.Freed
	err := s.change(ctx, func(u *usage) error {
		before := *u
		if err := s.rescan(u); err != nil {
			return err
		}
		s.expire(u, s.o.Now())
		freed = cache.Freed{Entries: int(before.entries - u.entries), Bytes: before.bytes - u.bytes}
		return nil
	})
	return freed, err
}

// Verify implements [cache.Examiner]: it reads every entry, and returns why those that are corrupt are; they
// are removed. What this process has verified before is verified again.
func (s *Store) Verify(ctx context.Context) ([]*cache.Miss, error) {
	files, err := os.ReadDir(s.o.Dir)
	if err != nil {
		return nil, err
	}
	var bad []*cache.Miss
	for _, file := range files {
		key, ok := entryKey(file.Name())
		if !ok {
			continue
		}
		if miss, err := s.verifyEntry(ctx, key); err != nil {
			return bad, err
		} else if miss != nil {
			bad = append(bad, miss)
		}
	}
	return bad, nil
}

func (s *Store) verifyEntry(ctx context.Context, key cache.Key) (*cache.Miss, error) {
	s.forget(key)
	m, err := s.load(ctx, key)
	if err == nil {
		m.release()
		return nil, nil
	}
	var miss *cache.Miss
	switch {
	case errors.Is(err, cache.ErrCorrupt) && errors.As(err, &miss):
		return miss, nil
	case errors.Is(err, cache.ErrDown), ctx.Err() != nil:
		return nil, err
	}
	return nil, nil // it went
}
