package cache

import (
	"context"

	"github.com/pointillist-go/pointillist/frame"
)

// A Leaser is a Store that can keep an entry for who has its frame already.
type Leaser interface {
	Store

	// Lease is Get without the frame: the entry counts as used, and is not
	// evicted before the lease is released. The error is Get's.
	Lease(ctx context.Context, key Key) (*Lease, error)
}

// A Lease holds an entry of a store.
type Lease struct {
	Version frame.Version // of the content
	Info    Info
	Release func() // must be called once
}

// Lease implements Leaser.
//
// Cost: Get's, and the frame's Version if that is not known yet.
func (m *Memory) Lease(ctx context.Context, key Key) (*Lease, error) {
	f, info, err := m.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Lease{f.Version(), info, f.Release}, nil
}
