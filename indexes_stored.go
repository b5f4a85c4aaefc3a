package pointillist

import (
	"context"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

const (
	// storeTimeout bounds how long a figure waits for a store to find an index or
	// to take one. To make it anew takes longer.
	storeTimeout = 10 * time.Second
	// storedFor is how long an index that nobody asks for is kept: its frame is
	// replaced by another version some time, and there is nobody to say so.
	storedFor = 7 * 24 * time.Hour

	storedColumn = "index"
)

// stored returns an index from the store; nil if it has none, or a damaged one, or
// cannot be asked: then it is made.
func (x *indexes) stored(key cache.Key, s reduce.Subject) *reduce.Index {
	if x.store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	f, _, err := x.store.Get(ctx, key)
	if err != nil {
		return nil
	}
	defer f.Release()
	c, err := f.Column(storedColumn)
	if err != nil {
		return nil
	}
	bytes, err := c.AppendBytes(make([]byte, 0, f.Rows()))
	if err != nil {
		return nil
	}
	index, err := reduce.ReadIndex(bytes, s)
	if err != nil {
		return nil
	}
	return index
}

// save puts an index into the store. If that has no room or is down, the next
// process makes the index again.
func (x *indexes) save(key cache.Key, index *reduce.Index) {
	if x.store == nil {
		return
	}
	f, err := frame.FromSlices(frame.Slice(storedColumn, index.AppendBinary(make([]byte, 0, index.Bytes()))))
	if err != nil {
		return // more bytes than a frame has rows
	}
	defer f.Release()
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_ = x.store.Put(ctx, key, f, cache.PutOptions{Idle: storedFor})
}
