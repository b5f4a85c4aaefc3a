package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/pointillist-go/pointillist/frame"
)

// An Appender is a Store that adds rows to what it keeps, at the cost of these
// rows.
type Appender interface {
	Store

	// Append adds the rows of more to the entry whose content has the Version
	// before, and keeps the last window rows; a window of 0 is all of them. It
	// returns the Version that the entry has then: that of frame.Frame.Append
	// for the same frames and window. The entry keeps its owner, slot and lifetimes, which begin
	// anew, as for a Put. A Get finds all of the rows or none, and who reads
	// the entry goes on with what it was.
	//
	// Where there is no such entry the error is a *Miss, whose cause is
	// ErrSuperseded if there is one of another content: then the caller puts
	// the whole. Other errors are those of Put, and of frame.Frame.Append for
	// columns that differ; the entry is as it was then.
	Append(ctx context.Context, key Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error)
}

// Append implements Appender. It returns errors.ErrUnsupported if the last tier
// is none. The faster tiers have the new value, or none, before it returns: what
// is served while the last cannot be reached is never older than what was
// acknowledged.
func (t *Tiered) Append(ctx context.Context, key Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error) {
	last, ok := t.o.Last.(Appender)
	if !ok {
		return frame.Version{}, fmt.Errorf("cache: append in the last tier: %w", errors.ErrUnsupported)
	}
	version, err := last.Append(ctx, key, before, more, window)
	if err != nil {
		return version, err
	}
	t.renew(ctx, key, func(ctx context.Context, s Store) error {
		a, ok := s.(Appender)
		if !ok {
			return errors.ErrUnsupported
		}
		_, err := a.Append(ctx, key, before, more, window)
		return err
	})
	t.count(func(s *Stats) { s.Puts++ })
	return version, nil
}
