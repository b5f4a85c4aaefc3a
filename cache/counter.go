package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"
)

// A Counter is a Store that also keeps numbers, such as how often a session has
// asked for something in the last minute. They are apart from the entries: a key
// may name one of each, and they count against no limit or quota.
type Counter interface {
	Store

	// Add adds delta to the number under key, which is 0 where there is none, and
	// returns it. Of several who add at the same time, in all processes that share
	// the store, each has a number of its own. To add 0 is to read: it makes no number.
	//
	// The error is ErrOverflow where 64 bits are too few, and ErrFull where there is no
	// room for another number: the number is as it was. It is a *Miss where the store
	// cannot be reached; then delta may have been added or not.
	Add(ctx context.Context, key Key, delta int64, o CountOptions) (int64, error)

	// ResetCount frees the number: the next Add begins at 0. That there is none is not an
	// error.
	ResetCount(ctx context.Context, key Key) error
}

// ErrOverflow says that a number would have more than 64 bits.
var ErrOverflow = errors.New("more than 64 bits")

// MaxCounts is how many numbers a store keeps that has no server for it.
const MaxCounts = 1 << 16

// CountOptions say how long a number lives that an Add begins; of a later Add they
// are not looked at. The zero value is without end.
type CountOptions struct {
	TTL  time.Duration // life from the first Add on, as of a window in which is counted; 0 is without end
	Idle time.Duration // life from the last Add on; 0 is without end
}

// Validate returns an error if a duration is negative.
func (o CountOptions) Validate() error {
	if o.TTL < 0 || o.Idle < 0 {
		return errors.New("cache: CountOptions: TTL and Idle must not be negative")
	}
	return nil
}

// A Count is a number as a Counter keeps it. The zero Count has expired.
type Count struct {
	N       int64
	Expires time.Time // by TTL; zero is never
	Idle    time.Duration
	Used    time.Time // last
}

// Live reports whether it has not expired.
func (c Count) Live(now time.Time) bool {
	d := Info{Expires: c.Expires, Idle: c.Idle}.Deadline(c.Used)
	return !c.Used.IsZero() && (d.IsZero() || now.Before(d))
}

// Add returns what an Add makes of c, or of nothing if c has expired.
func (c Count) Add(delta int64, now time.Time, o CountOptions) (Count, error) {
	if !c.Live(now) {
		c = Count{Expires: NewInfo(PutOptions{TTL: o.TTL}, 0, now).Expires, Idle: o.Idle}
	}
	n := c.N + delta
	if (n < c.N) != (delta < 0) {
		return c, fmt.Errorf("%d and %d: %w", c.N, delta, ErrOverflow)
	}
	c.N, c.Used = n, now
	return c, nil
}

var (
	_ Counter = (*Memory)(nil)
	_ Counter = (*Tiered)(nil)
)

// Add implements Counter.
func (m *Memory) Add(ctx context.Context, key Key, delta int64, o CountOptions) (int64, error) {
	if err := errors.Join(ctx.Err(), o.Validate()); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.unlock()
	if m.closed {
		return 0, &Miss{Key: key, Cause: ErrDown, Err: errClosed}
	}
	now := m.o.Now()
	had := m.counts[key]
	c, err := had.Add(delta, now, o)
	if err == nil && !had.Live(now) {
		if delta == 0 {
			return 0, nil
		}
		err = m.roomForCount(now)
	}
	if err != nil {
		return 0, fmt.Errorf("cache: number %s: %w", key, err)
	}
	m.counts[key] = c
	return c.N, nil
}

// roomForCount frees what has expired where there are many numbers.
func (m *Memory) roomForCount(now time.Time) error {
	if m.counts == nil {
		m.counts = make(map[Key]Count)
	}
	if len(m.counts) >= MaxCounts {
		maps.DeleteFunc(m.counts, func(_ Key, c Count) bool { return !c.Live(now) })
	}
	if len(m.counts) >= MaxCounts {
		return fmt.Errorf("%w: there are %d", ErrFull, len(m.counts))
	}
	return nil
}

// ResetCount implements Counter.
func (m *Memory) ResetCount(ctx context.Context, key Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.unlock()
	delete(m.counts, key)
	return nil
}

// Add implements Counter: the last tier counts, for all. It returns
// errors.ErrUnsupported if that is none.
func (t *Tiered) Add(ctx context.Context, key Key, delta int64, o CountOptions) (int64, error) {
	last, err := t.counter()
	if err != nil {
		return 0, err
	}
	return last.Add(ctx, key, delta, o)
}

// ResetCount implements Counter, as Add does.
func (t *Tiered) ResetCount(ctx context.Context, key Key) error {
	last, err := t.counter()
	if err != nil {
		return err
	}
	return last.ResetCount(ctx, key)
}

func (t *Tiered) counter() (Counter, error) {
	last, ok := t.o.Last.(Counter)
	if !ok {
		return nil, fmt.Errorf("cache: numbers in the last tier: %w", errors.ErrUnsupported)
	}
	return last, nil
}
