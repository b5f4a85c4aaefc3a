package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/pointillist-go/pointillist/frame"
)

// Null keeps nothing: it switches storing off where a Store must be given. As
// nothing that is put is lost without a word, Put says ErrTooLarge, as it does
// in any store whose entries may have no bytes. The zero Null is ready to use.
type Null struct {
	mu     sync.Mutex
	closed bool
	stats  Stats
}

var _ Store = (*Null)(nil)

// Put implements Store: it returns an error that wraps ErrTooLarge.
func (n *Null) Put(ctx context.Context, key Key, f *frame.Frame, o PutOptions) error {
	if err := errors.Join(ctx.Err(), o.Validate()); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return &Miss{Key: key, Cause: ErrDown, Err: errClosed}
	}
	return fmt.Errorf("cache: entry %s of %d bytes: %w: the store keeps nothing", key, f.Bytes(), ErrTooLarge)
}

// Get implements Store: it returns a *Miss.
func (n *Null) Get(ctx context.Context, key Key) (*frame.Frame, Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	miss := &Miss{Key: key, Cause: ErrNotFound}
	if n.closed {
		miss.Cause, miss.Err = ErrDown, errClosed
	}
	n.stats.Misses.Count(miss.Cause)
	return nil, Info{}, miss
}

// Delete implements Store.
func (n *Null) Delete(ctx context.Context, _ Key) error { return ctx.Err() }

// Stats implements Store.
func (n *Null) Stats() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.stats
}

// Close implements Store.
func (n *Null) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	return nil
}
