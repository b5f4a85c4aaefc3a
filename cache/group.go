package cache

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// A Group runs a function once for all who ask for its result at the same
// time. Unlike golang.org/x/sync/singleflight it counts who still waits: a
// caller whose context ends leaves at once, and when the last has left, the
// function's context is cancelled and the next caller starts anew. Nothing
// is kept: neither values nor errors.
//
// The zero Group is ready to use.
type Group[K comparable, V any] struct {
	// Retain, if not nil, is called for each caller before the value is
	// returned to it, and Release once after that: the value that the function
	// returns comes with one reference, and each caller gets one of its own.
	// Both are nil for values that are not counted.
	Retain, Release func(V)

	mu    sync.Mutex
	calls map[K]*call[V]
}

type call[V any] struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed once value and err are set
	value   V
	err     error
}

// A PanicError is a panic of the function that a Group ran.
type PanicError struct {
	Value any
	Stack []byte // of the function
}

func (e *PanicError) Error() string { return fmt.Sprintf("cache: loader panicked: %v", e.Value) }

// Unwrap returns the value of the panic if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

var errGoexit = errors.New("cache: loader ended by runtime.Goexit")

// Do returns what fn returns, and whether the run was another caller's. The
// function runs in a goroutine of its own, with the values of the context of
// the caller that started it, and until it is done or nobody waits. If ctx
// ends first, its error is returned. A panic of fn is a *PanicError for all.
func (g *Group[K, V]) Do(ctx context.Context, key K, fn func(context.Context) (V, error)) (v V, shared bool, err error) {
	if err := ctx.Err(); err != nil {
		return v, false, err
	}
	c, shared := g.join(ctx, key, fn)
	select {
	case <-c.done:
		return c.value, shared, c.err
	case <-ctx.Done():
	}
	if g.leave(key, c) {
		return v, shared, ctx.Err()
	}
	// It was done just now, and a reference was taken for this caller.
	return c.value, shared, c.err
}

func (g *Group[K, V]) join(ctx context.Context, key K, fn func(context.Context) (V, error)) (c *call[V], shared bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.calls[key]; c != nil {
		c.waiting++
		return c, true
	}
	if g.calls == nil {
		g.calls = make(map[K]*call[V])
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c = &call[V]{waiting: 1, cancel: cancel, done: make(chan struct{})}
	g.calls[key] = c
	go g.run(ctx, key, c, fn)
	return c, false
}

// leave reports whether the caller could go before the call was done.
func (g *Group[K, V]) leave(key K, c *call[V]) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-c.done:
		return false
	default:
	}
	if c.waiting--; c.waiting == 0 {
		c.cancel()
		delete(g.calls, key)
	}
	return true
}

func (g *Group[K, V]) run(ctx context.Context, key K, c *call[V], fn func(context.Context) (V, error)) {
	defer c.cancel()
	var value V
	err := errGoexit
	defer func() { g.finish(key, c, value, err) }()
	value, err = guard(ctx, fn)
}

func (g *Group[K, V]) finish(key K, c *call[V], value V, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.calls[key] == c { // not if all have left
		delete(g.calls, key)
	}
	c.value, c.err = value, err
	if err == nil && g.Retain != nil {
		for range c.waiting {
			g.Retain(value)
		}
	}
	// Before the callers have theirs: when they release them, none is left.
	if err == nil && g.Release != nil {
		g.Release(value)
	}
	close(c.done)
}

func guard[V any](ctx context.Context, fn func(context.Context) (V, error)) (v V, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p, debug.Stack()}
		}
	}()
	return fn(ctx)
}
