package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// A Finding is something that is wrong with a store: of the directory, writing,
// space, clock, secret or usage.
type Finding = cache.Finding

// maxSkew is how far in the future another process's clock may put a file.
const maxSkew = time.Minute

// Doctor implements [cache.Examiner]: it looks for what makes a store fail or behave strangely, and returns
// what it has found. It changes nothing that others see.
func (s *Store) Doctor(ctx context.Context) []Finding {
	var found []Finding
	for _, check := range []struct {
		name, advice string
		run          func(context.Context) error
	}{
		{"directory", "have all processes open the store again: each must have the same directory", s.checkDir},
		{"writing", "make the directory writable for the user of the process", s.checkWriting},
		{"space", "free some, or lower Options.MaxBytes", s.checkSpace},
		{"clock", "set the clock right: entries live too long and are evicted last until it is", s.checkClock},
		{"secret", "have all processes use the same Options.Secret", s.checkSecret},
		{"usage", "something else writes to the directory: Verify and GC count it anew", s.checkUsage},
	} {
		if err := check.run(ctx); err != nil {
			found = append(found, Finding{Check: check.name, Problem: err.Error(), Advice: check.advice})
		}
	}
	return found
}

// checkDir finds that the directory was removed, or another took its place:
// then processes that opened the store before and after do not share it.
func (s *Store) checkDir(context.Context) error {
	mine, err := s.ledger.lock.Stat()
	if err != nil {
		return err
	}
	if !isAt(mine, filepath.Join(s.o.Dir, "lock")) {
		return fmt.Errorf("%s is not the directory that was opened", s.o.Dir)
	}
	return nil
}

func (s *Store) checkWriting(context.Context) error {
	f, err := os.CreateTemp(s.o.Dir, "doctor-")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, fixedBytes))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

func (s *Store) checkSpace(context.Context) error {
	free, err := freeBytes(s.o.Dir)
	if err == nil && free < s.o.MinFree {
		err = fmt.Errorf("the file system has %d bytes free, Options.MinFree is %d", free, s.o.MinFree)
	}
	return err
}

func (s *Store) checkClock(ctx context.Context) error {
	entries, err := s.List(ctx)
	latest := s.o.Now().Add(maxSkew)
	for _, e := range entries {
		if e.Used.After(latest) || e.Created.After(latest) {
			return fmt.Errorf("entry %s was used %v from now", e.Key, e.Used.Sub(s.o.Now()).Round(time.Second))
		}
	}
	return err
}

// checkSecret verifies the newest entry, which some process has just written.
func (s *Store) checkSecret(ctx context.Context) error {
	entries, err := s.List(ctx)
	var newest cache.Entry
	for _, e := range entries {
		if e.Created.After(newest.Created) {
			newest = e
		}
	}
	if err != nil || newest.Created.IsZero() {
		return err
	}
	h, err := readHeader(s.path(newest.Key))
	switch {
	case errors.Is(err, fs.ErrNotExist): // it went
		return nil
	case err != nil:
		return err
	case h.signed != (s.o.Secret != nil):
		return fmt.Errorf("entry %s is signed: %t; this process has a secret: %t", newest.Key, h.signed, !h.signed)
	case !h.signed:
		return nil
	}
	b, err := os.ReadFile(s.path(newest.Key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		if int64(len(b)) < h.last.end {
			return nil // it is another by now
		}
		err = h.verifyAll(section{data: b}, s.o.Secret)
	}
	if err != nil {
		return fmt.Errorf("entry %s: %w", newest.Key, err)
	}
	return nil
}

// checkUsage counts the files.
func (s *Store) checkUsage(ctx context.Context) error {
	return s.change(ctx, func(u *usage) error {
		entries, err := os.ReadDir(s.o.Dir)
		var files, size int64
		for _, e := range entries {
			if !counts(e.Name()) {
				continue
			}
			info, err := e.Info()
			if err == nil && !info.Mode().IsRegular() {
				return fmt.Errorf("%s is not a regular file but %v", e.Name(), info.Mode())
			}
			if err == nil {
				files++
				size += info.Size()
			}
		}
		if err == nil && (files != u.entries || size != u.bytes) {
			err = fmt.Errorf("%d bytes in %d files are there, %d bytes in %d are counted", size, files, u.bytes, u.entries)
		}
		return err
	})
}
