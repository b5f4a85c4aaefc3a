package cache

import (
	"context"
	"errors"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A Store keeps frames by key. All methods may be called concurrently.
type Store interface {
	// Put keeps f under key, in place of what was kept there before. It
	// retains or copies what it keeps; the caller releases f as always. Once
	// Put returns nil, Get finds f until it expires, is evicted, replaced or
	// deleted. ErrTooLarge, ErrFull and ErrQuota are wrapped where f cannot be
	// kept.
	Put(ctx context.Context, key Key, f *frame.Frame, o PutOptions) error

	// Get returns the frame, which the caller releases, or a *Miss that says
	// why there is none: it never returns nil and no error.
	Get(ctx context.Context, key Key) (*frame.Frame, Info, error)

	// Delete frees the entry. That there is none is not an error.
	Delete(ctx context.Context, key Key) error

	// Stats returns the counters since the store was opened, and what it
	// holds now.
	Stats() Stats

	// Close gives up what the store holds of this process. Frames had from
	// it stay valid until they are released.
	Close() error
}

// PutOptions say how long an entry lives. The zero value: until it is evicted.
type PutOptions struct {
	TTL  time.Duration // life from Put on; 0 is without end
	Idle time.Duration // life from the last Get (or Put) on; 0 is without end

	// Stale is how long an entry that has expired is kept for GetStale. It
	// makes room before all others. A store that is no StaleStore keeps none.
	Stale time.Duration

	// Supersedes, unless zero, is the key of an entry that this one replaces:
	// it is freed, and who asks for it is told ErrSuperseded.
	Supersedes Key

	// Owner, unless zero, is whose entry it is, such as a session. What one
	// owner has is limited by a quota, and can be deleted together. A store
	// that is no OwnerStore knows neither owners nor slots.
	Owner Key

	// Slot, unless zero, is a place for one of the owner's values, such as an
	// output of a callback: what was put there before is superseded.
	Slot Key
}

// A StaleStore is a Store that obeys PutOptions.Stale.
type StaleStore interface {
	Store

	// GetStale is Get, but also returns an entry that has expired, which
	// Info.Expired says. It does not make it live any longer.
	GetStale(ctx context.Context, key Key) (*frame.Frame, Info, error)
}

// Validate returns an error if a duration is negative, or a slot is nobody's.
func (o PutOptions) Validate() error {
	switch {
	case o.TTL < 0 || o.Idle < 0 || o.Stale < 0:
		return errors.New("cache: PutOptions: TTL, Idle and Stale must not be negative")
	case o.Slot != Key{} && o.Owner == Key{}:
		return errors.New("cache: PutOptions: a Slot must have an Owner")
	}
	return nil
}

// Info describes an entry.
type Info struct {
	Bytes   int64         // charged against the store's limit
	Created time.Time     // of the Put; the age of the data is counted from here
	Expires time.Time     // by TTL; zero is never
	Idle    time.Duration // allowed between two Gets; 0 is any
	Owner   Key           // whose it is; zero is nobody's
	Slot    Key           // among the owner's; zero is none
	Stale   time.Duration // for which it is kept once it has expired
	Expired bool          // it has; only GetStale returns such an entry
}

// Deadline returns when an entry last used at the given time ends; zero is never.
func (i Info) Deadline(used time.Time) time.Time {
	d := i.Expires
	if i.Idle > 0 {
		if idle := used.Add(i.Idle); d.IsZero() || idle.Before(d) {
			d = idle
		}
	}
	return d
}

// NewInfo returns the Info of an entry put at the given time.
func NewInfo(o PutOptions, bytes int64, created time.Time) Info {
	i := Info{Bytes: bytes, Created: created, Idle: o.Idle, Owner: o.Owner, Slot: o.Slot, Stale: o.Stale}
	if o.TTL > 0 {
		i.Expires = created.Add(o.TTL)
	}
	return i
}

// Stats are counters since the store was opened, and what it holds now.
type Stats struct {
	Hits   uint64
	Misses Misses
	Puts   uint64 // that succeeded

	Evicted map[Limit]uint64 // entries that made room for others
	Expired uint64           // entries that were freed because their time had come

	Entries int   // held now
	Bytes   int64 // held now, those of entries that are gone but still read included
}

// countGet adds the result of a Get; a context that ended is neither a hit nor a miss.
func (s *Stats) countGet(err error) {
	if miss, ok := errors.AsType[*Miss](err); ok {
		s.Misses.Count(miss.Cause)
	} else if err == nil {
		s.Hits++
	}
}

// Misses counts them by cause.
type Misses struct {
	NotFound, Expired, Evicted, Superseded, Corrupt, Down uint64
}

// Count adds a miss of the given cause.
func (m *Misses) Count(cause error) {
	switch {
	case errors.Is(cause, ErrNotFound):
		m.NotFound++
	case errors.Is(cause, ErrExpired):
		m.Expired++
	case errors.Is(cause, ErrEvicted):
		m.Evicted++
	case errors.Is(cause, ErrSuperseded):
		m.Superseded++
	case errors.Is(cause, ErrCorrupt):
		m.Corrupt++
	default:
		m.Down++
	}
}
