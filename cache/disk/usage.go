package disk

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A usage is what the directory holds, as all processes that share it count
// it in the file "usage". It is written before and after each change: while
// one is under way the record is invalid, so that whoever has the lock next
// after a process was killed counts the files anew.
//
//	offset  size
//	     0     8  bytes of all files that count
//	     8     8  their number
//	    16     8  number of graves that were ever dug
//	    24     4  CRC-32C of the bytes before; anything else: a change is under way
type usage struct {
	bytes, entries int64
	graves         uint64
}

const usageBytes = 28

func (u usage) record() []byte {
	le := binary.LittleEndian
	b := le.AppendUint64(make([]byte, 0, usageBytes), uint64(u.bytes))
	b = le.AppendUint64(b, uint64(u.entries))
	b = le.AppendUint64(b, u.graves)
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func parseUsage(b []byte) (u usage, ok bool) {
	le := binary.LittleEndian
	if len(b) != usageBytes || crc32.Checksum(b[:24], castagnoli) != le.Uint32(b[24:]) {
		return u, false
	}
	return usage{int64(le.Uint64(b)), int64(le.Uint64(b[8:])), le.Uint64(b[16:])}, true
}

// A ledger guards the usage of one directory, and its numbers, across goroutines
// and processes.
type ledger struct {
	mu     sync.Mutex
	lock   *os.File
	record *os.File
	counts *os.File // see counter.go
}

func openLedger(dir string) (*ledger, error) {
	lock, err := openState(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	record, err := openState(filepath.Join(dir, "usage"))
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	counts, err := openState(filepath.Join(dir, "counts"))
	if err != nil {
		return nil, errors.Join(err, lock.Close(), record.Close())
	}
	return &ledger{lock: lock, record: record, counts: counts}, nil
}

func (l *ledger) close() error {
	return errors.Join(l.lock.Close(), l.record.Close(), l.counts.Close())
}

// hold calls fn when no other goroutine and no other process has the lock.
func (l *ledger) hold(ctx context.Context, fn func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.acquire(ctx); err != nil {
		return err
	}
	defer func() { _ = unlock(l.lock) }() // closing does it too
	return fn()
}

// acquire waits for the lock, which another process holds for the time of a
// rename and a few removals.
func (l *ledger) acquire(ctx context.Context) error {
	for wait := 20 * time.Microsecond; ; wait = min(2*wait, time.Millisecond) {
		ok, err := tryLock(l.lock, true)
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// change calls fn with the usage, which fn changes together with the files. A
// usage that is unknown is had from count first.
func (l *ledger) change(ctx context.Context, count func() (usage, error), fn func(*usage) error) error {
	return l.hold(ctx, func() error { return l.changeHeld(count, fn) })
}

func (l *ledger) changeHeld(count func() (usage, error), fn func(*usage) error) error {
	u, ok, err := l.read()
	if err != nil {
		return err
	}
	if _, err := l.record.WriteAt(make([]byte, 4), usageBytes-4); err != nil { // a change is under way
		return err
	}
	if !ok {
		if u, err = count(); err != nil {
			return err
		}
	}
	// fn's error does not mean that nothing changed.
	err = fn(&u)
	_, werr := l.record.WriteAt(u.record(), 0)
	return errors.Join(err, werr)
}

// read also serves readers without the lock, who may find a change under way.
func (l *ledger) read() (usage, bool, error) {
	var b [usageBytes]byte
	n, err := l.record.ReadAt(b[:], 0)
	if n < len(b) { // new, or never written whole
		return usage{}, false, nil
	}
	u, ok := parseUsage(b[:])
	return u, ok, err
}
