package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// The file "counts" has the numbers of a directory, for all its processes: a table
// of pages, of which a key has the one of its first bytes and, where that is full,
// the next few. The lock is held while one is read and written. A number that has
// expired leaves its place to the next. A record is
//
//	offset  size
//	     0    16  key
//	    16     8  the number
//	    24     8  expires, ns since the Unix epoch; 0 is never
//	    32     8  idle time allowed, ns; 0 is any
//	    40     8  last used, ns since the Unix epoch
//	    48     4  CRC-32C of the bytes before
//	    52    12  0
//
// or only zeros where there was none yet. It is written by one call and lies in one
// page of the file system: a process that is killed has written it or has not.
const (
	countBytes = 64
	countPage  = 4096
	countPages = cache.MaxCounts * countBytes / countPage
	countTries = 4 // pages in which a key may be
)

var _ cache.Counter = (*Store)(nil)

// Add implements [cache.Counter]. Numbers are not signed: who may write to the
// directory may alter them.
//
// Cost: the lock, and a page read and a record written in the page cache.
func (s *Store) Add(ctx context.Context, key cache.Key, delta int64, o cache.CountOptions) (n int64, err error) {
	err = s.counted(ctx, key, o, func(place countPlace, now time.Time) error {
		c, err := place.Add(delta, now, o)
		if err != nil || delta == 0 && !place.Live(now) {
			return err
		}
		if place.at < 0 {
			return fmt.Errorf("%w: there are too many others", cache.ErrFull)
		}
		n = c.N
		_, err = s.ledger.counts.WriteAt(countRecord(key, c), place.at)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// ResetCount implements [cache.Counter].
func (s *Store) ResetCount(ctx context.Context, key cache.Key) error {
	return s.counted(ctx, key, cache.CountOptions{}, func(place countPlace, now time.Time) error {
		if !place.Live(now) {
			return nil
		}
		_, err := s.ledger.counts.WriteAt(countRecord(key, cache.Count{}), place.at)
		return err
	})
}

// counted calls fn with where a number is, or may be, under the lock.
func (s *Store) counted(ctx context.Context, key cache.Key, o cache.CountOptions, fn func(countPlace, time.Time) error) error {
	if err := errors.Join(ctx.Err(), o.Validate(), s.isOpen(key)); err != nil {
		return err
	}
	err := s.ledger.hold(ctx, func() error {
		now := s.o.Now()
		place, err := findCount(s.ledger.counts, key, now)
		switch {
		case err != nil:
			return err
		case place.damaged: // the next begins anew
			_, err = s.ledger.counts.WriteAt(countRecord(key, cache.Count{}), place.at)
			return errors.Join(&cache.Miss{Key: key, Cause: cache.ErrCorrupt, When: now}, err)
		}
		return fn(place, now)
	})
	if err != nil && isNoSpace(err) {
		err = fmt.Errorf("%w: %w", cache.ErrFull, err)
	}
	if err != nil {
		return fmt.Errorf("cache/disk: number %s: %w", key, err)
	}
	return nil
}

// A countPlace is where the number of a key is, or goes; at is negative if there is
// no room for it.
type countPlace struct {
	cache.Count
	at      int64
	damaged bool
}

// findCount looks for the number of a key, or else for the first free place.
func findCount(counts *os.File, key cache.Key, now time.Time) (countPlace, error) {
	free := countPlace{at: -1}
	home := binary.LittleEndian.Uint64(key[:]) % countPages
	page := make([]byte, countPage)
	for try := range uint64(countTries) {
		at := int64((home + try) % countPages * countPage)
		n, err := counts.ReadAt(page, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return free, err
		}
		clear(page[n:])
		for i := 0; i < countPage; i += countBytes {
			record := page[i : i+countBytes]
			c, whole := parseCount(record)
			if free.at < 0 && !c.Live(now) {
				free.at = at + int64(i)
			}
			switch {
			case bytes.Equal(record, zeroCount[:]): // nothing was ever put behind it
				return free, nil
			case cache.Key(record) == key && (c.Live(now) || !whole):
				return countPlace{c, at + int64(i), !whole}, nil
			}
		}
	}
	return free, nil
}

var zeroCount [countBytes]byte

func countRecord(key cache.Key, c cache.Count) []byte {
	le := binary.LittleEndian
	b := append(make([]byte, 0, countBytes), key[:]...)
	b = le.AppendUint64(b, uint64(c.N))
	b = le.AppendUint64(b, uint64(nanoseconds(c.Expires)))
	b = le.AppendUint64(b, uint64(c.Idle))
	b = le.AppendUint64(b, uint64(nanoseconds(c.Used)))
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))[:countBytes]
}

// parseCount returns the zero Count, which has expired, for a record that is damaged.
func parseCount(b []byte) (c cache.Count, ok bool) {
	le := binary.LittleEndian
	if crc32.Checksum(b[:48], castagnoli) != le.Uint32(b[48:]) {
		return c, false
	}
	return cache.Count{
		N:       int64(le.Uint64(b[16:])),
		Expires: fromNanoseconds(int64(le.Uint64(b[24:]))),
		Idle:    time.Duration(le.Uint64(b[32:])),
		Used:    fromNanoseconds(int64(le.Uint64(b[40:]))),
	}, true
}

// nanoseconds is a time in a record; the zero time is 0.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanoseconds(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}
