package parquet

import (
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/frame"
)

// A limiter is an allocator that panics, with a tooMuch, rather than exceed
// its limit.
type limiter struct {
	memory.Allocator
	left atomic.Int64
}

type tooMuch struct{ error }

func newLimiter(limit int64) *limiter {
	l := &limiter{Allocator: memory.NewGoAllocator()}
	l.left.Store(limit)
	return l
}

func (l *limiter) Allocate(size int) []byte {
	l.take(size)
	return l.Allocator.Allocate(size)
}

func (l *limiter) Reallocate(size int, b []byte) []byte {
	l.take(size - len(b))
	return l.Allocator.Reallocate(size, b)
}

func (l *limiter) Free(b []byte) {
	l.left.Add(int64(len(b)))
	l.Allocator.Free(b)
}

func (l *limiter) take(size int) {
	if l.left.Add(-int64(size)) < 0 {
		l.left.Add(int64(size))
		panic(tooMuch{fmt.Errorf("it needs more memory than allowed: %w", frame.ErrTooLarge)})
	}
}
