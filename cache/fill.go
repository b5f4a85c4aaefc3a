package cache

import (
	"context"
	"errors"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// ErrFenced is what a [Claim] returns where another process has taken over.
var ErrFenced = errors.New("another process has taken over the load")

// A Claim is the right to make an entry, of one of all the processes that share
// a store. Who keeps it for too long loses it to another.
type Claim interface {
	// Put is that of the [Store], as long as the claim holds. Once another
	// process has it the entry stays as it is, and the error wraps ErrFenced.
	Put(ctx context.Context, f *frame.Frame, o PutOptions) error

	// Yield ends the claim, if it holds.
	Yield()
}

// A Claimer is a store that gives claims.
type Claimer interface {
	// Find is Get for who has been counted already.
	Find(ctx context.Context, key Key) (*frame.Frame, Info, error)

	// Claim returns nil while another has the claim.
	Claim(ctx context.Context, key Key) (Claim, error)
}

// Fills makes a [LoadStore] of a [Claimer]: of all who load an entry at the same
// time, in all processes, one runs its loader.
type Fills struct {
	store Claimer
	now   func() time.Time
	pause time.Duration
	group Group[Key, *filled]
}

// filled is what Load returns, to each of its callers.
type filled struct {
	frame *frame.Frame
	info  Info
}

func (l *filled) retain()  { l.frame.Retain() }
func (l *filled) release() { l.frame.Release() }

// NewFills returns the Fills of a store. pause is the longest time between two
// looks at whether another process has made the entry.
func NewFills(store Claimer, now func() time.Time, pause time.Duration) *Fills {
	return &Fills{
		store: store, now: now, pause: pause,
		group: Group[Key, *filled]{Retain: (*filled).retain, Release: (*filled).release},
	}
}

// Load returns the entry, or where there is none what load returns, which is
// put. Whoever waits for another process takes over once it can have the claim.
// A frame that cannot be put, and while the store is down, is returned all the same.
func (s *Fills) Load(ctx context.Context, key Key, load Loader) (*frame.Frame, Info, error) {
	l, _, err := s.group.Do(ctx, key, func(ctx context.Context) (*filled, error) { return s.fill(ctx, key, load) })
	if err != nil {
		return nil, Info{}, err
	}
	return l.frame, l.info, nil
}

// fill waits until there is an entry, or until it is this process that makes it.
func (s *Fills) fill(ctx context.Context, key Key, load Loader) (*filled, error) {
	for wait := time.Millisecond; ; wait = min(2*wait, s.pause) {
		l, err := s.find(ctx, key)
		if l != nil || ctx.Err() != nil {
			return l, err
		}
		var c Claim
		if !errors.Is(err, ErrDown) {
			c, err = s.store.Claim(ctx, key)
		}
		switch {
		case err != nil: // nobody can be waited for
			return s.unkept(load(ctx))
		case c != nil:
			if l, err = s.make(ctx, c, key, load); !errors.Is(err, ErrFenced) {
				return l, err
			}
			continue
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *Fills) find(ctx context.Context, key Key) (*filled, error) {
	f, info, err := s.store.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	return &filled{f, info}, nil
}

// make runs the loader, unless another has finished just before.
func (s *Fills) make(ctx context.Context, c Claim, key Key, load Loader) (*filled, error) {
	defer c.Yield()
	if l, err := s.find(ctx, key); err == nil {
		return l, nil
	}
	f, o, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if err = c.Put(ctx, f, o); errors.Is(err, ErrFenced) {
		f.Release()
		return nil, err
	}
	// An entry that is gone already, or was never kept, is returned as it was made.
	if l, err := s.find(ctx, key); err == nil {
		f.Release()
		return l, nil
	}
	return s.unkept(f, o, nil)
}

// unkept is a frame that is only returned.
func (s *Fills) unkept(f *frame.Frame, o PutOptions, err error) (*filled, error) {
	if err != nil {
		return nil, err
	}
	return &filled{f, NewInfo(o, f.Bytes(), s.now())}, nil
}
