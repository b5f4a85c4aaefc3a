package cache

import (
	"errors"
	"fmt"
	"time"
)

// Why there is no value. Every error of Get is a *Miss that wraps exactly one
// of these, or the context's error.
var (
	ErrNotFound   = errors.New("not found")
	ErrExpired    = errors.New("expired")
	ErrEvicted    = errors.New("evicted")
	ErrSuperseded = errors.New("superseded by a newer value")
	ErrCorrupt    = errors.New("corrupt")
	ErrForbidden  = errors.New("forbidden: it belongs to another session")
	ErrWrongStore = errors.New("from another store")
	ErrDown       = errors.New("the store cannot be reached")
)

// Why a value is not kept. What was kept under the key before still is.
var (
	ErrTooLarge = errors.New("larger than an entry may be")
	ErrFull     = errors.New("no room: everything else is in use")
	ErrQuota    = errors.New("no room in the quota of its owner")
)

// A Limit is the reason for which an entry was evicted.
type Limit uint8

// The limits.
const (
	NoLimit Limit = iota
	LimitBytes
	LimitEntries
	LimitFree  // of the file system
	LimitOwner // the quota of its owner
)

func (l Limit) String() string {
	return [...]string{"no limit", "byte limit", "entry limit", "free disk limit", "quota of its owner"}[l]
}

// A Miss explains why Get has no value.
type Miss struct {
	Key   Key
	Cause error     // one of the Err… above
	When  time.Time // since when, as far as it is known: the entry expired, was evicted, was superseded
	Limit Limit     // what an evicted entry had to make room for
	Err   error     // detail; nil if there is none
}

func (m *Miss) Error() string {
	s := fmt.Sprintf("cache: entry %s: %v", m.Key, m.Cause)
	if m.Limit != NoLimit {
		s += fmt.Sprintf(" (%v)", m.Limit)
	}
	if !m.When.IsZero() {
		s += " at " + m.When.UTC().Format(time.RFC3339)
	}
	if m.Err != nil {
		s += ": " + m.Err.Error()
	}
	return s
}

// Unwrap returns the cause and the detail.
func (m *Miss) Unwrap() []error {
	if m.Err == nil {
		return []error{m.Cause}
	}
	return []error{m.Cause, m.Err}
}
