package cache_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

func TestGroupRunsOnceForAll(t *testing.T) {
	var g cache.Group[string, int]
	var runs, shared atomic.Int32
	var ready, wg sync.WaitGroup
	ready.Add(64)
	for range 64 {
		wg.Go(func() {
			ready.Done()
			v, others, err := g.Do(context.Background(), "k", func(context.Context) (int, error) {
				runs.Add(1)
				ready.Wait()
				time.Sleep(10 * time.Millisecond)
				return 7, nil
			})
			assert.NoError(t, err)
			assert.Equal(t, 7, v)
			if others {
				shared.Add(1)
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 64, runs.Load()+shared.Load())
	assert.EqualValues(t, 1, runs.Load())
}

func TestGroupKeepsNeitherValuesNorErrors(t *testing.T) {
	var g cache.Group[string, int]
	down := errors.New("down")
	_, _, err := g.Do(context.Background(), "k", func(context.Context) (int, error) { return 0, down })
	assert.ErrorIs(t, err, down)
	v, shared, err := g.Do(context.Background(), "k", func(context.Context) (int, error) { return 1, nil })
	assert.NoError(t, err)
	assert.Equal(t, 1, v)
	assert.False(t, shared)
}

func TestGroupTurnsPanicsIntoErrors(t *testing.T) {
	var g cache.Group[string, int]
	cause := errors.New("cause")
	_, _, err := g.Do(context.Background(), "k", func(context.Context) (int, error) { panic(cause) })
	var p *cache.PanicError
	require.ErrorAs(t, err, &p)
	assert.ErrorIs(t, err, cause)
	assert.Contains(t, string(p.Stack), "TestGroupTurnsPanicsIntoErrors")

	_, _, err = g.Do(context.Background(), "k", func(context.Context) (int, error) { runtime.Goexit(); return 1, nil })
	assert.ErrorContains(t, err, "Goexit")
}

func TestGroupWaiterLeavesAndTheWorkGoesOn(t *testing.T) {
	var g cache.Group[string, int]
	started, finish := make(chan struct{}), make(chan struct{})
	leaving, leave := context.WithCancel(context.Background())
	left := make(chan error)
	go func() {
		_, _, err := g.Do(leaving, "k", func(ctx context.Context) (int, error) {
			close(started)
			<-finish
			return 7, ctx.Err()
		})
		left <- err
	}()
	<-started
	stayed := make(chan int)
	joined := make(chan struct{})
	go func() {
		close(joined)
		v, _, err := g.Do(context.Background(), "k", func(context.Context) (int, error) { return 8, nil })
		assert.NoError(t, err)
		stayed <- v
	}()
	<-joined
	time.Sleep(10 * time.Millisecond) // for Do to join; if it does not, the value is 8
	leave()
	assert.ErrorIs(t, <-left, context.Canceled)
	close(finish)
	assert.Equal(t, 7, <-stayed)
}

func TestGroupCancelsWhenNobodyWaits(t *testing.T) {
	var g cache.Group[string, int]
	ctx, cancel := context.WithCancel(context.Background())
	started, cancelled := make(chan struct{}), make(chan struct{})
	go func() {
		<-started
		cancel()
	}()
	_, _, err := g.Do(ctx, "k", func(ctx context.Context) (int, error) {
		close(started)
		<-ctx.Done()
		close(cancelled)
		return 0, ctx.Err()
	})
	assert.ErrorIs(t, err, context.Canceled)
	<-cancelled

	// The dying call is not joined.
	v, shared, err := g.Do(context.Background(), "k", func(context.Context) (int, error) { return 1, nil })
	assert.NoError(t, err)
	assert.Equal(t, 1, v)
	assert.False(t, shared)

	_, _, err = g.Do(ctx, "k", func(context.Context) (int, error) { t.Error("ran for nobody"); return 0, nil })
	assert.ErrorIs(t, err, context.Canceled)
}

// Some callers leave at the very time when the value comes: the references
// must come out even.
func TestGroupCountsReferences(t *testing.T) {
	for range 200 {
		var refs atomic.Int64
		g := cache.Group[string, *atomic.Int64]{
			Retain:  func(r *atomic.Int64) { r.Add(1) },
			Release: func(r *atomic.Int64) { r.Add(-1) },
		}
		ctx, cancel := context.WithCancel(context.Background())
		ran := make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				c := context.Background()
				if i%2 == 0 {
					c = ctx
				}
				r, _, err := g.Do(c, "k", func(context.Context) (*atomic.Int64, error) {
					once.Do(func() { close(ran) })
					refs.Add(1)
					return &refs, nil
				})
				if err == nil {
					r.Add(-1)
				}
			})
		}
		<-ran
		cancel()
		wg.Wait()
		require.Eventually(t, func() bool { return refs.Load() == 0 }, time.Second, time.Microsecond, "a run that nobody waits for may be going on")
	}
}
