package redis

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

// Data that grows is loaded once by all processes of a store: each goes on from
// what another has appended, and so does one that starts.
func TestLiveDataIsShared(t *testing.T) {
	server := startServer(t)
	var rows, loads atomic.Int64
	rows.Store(1000)
	from := func(row int) (*frame.Frame, error) {
		var values []int64
		for ; row < int(rows.Load()); row++ {
			values = append(values, int64(row))
		}
		return frame.FromSlices(frame.Slice("v", values))
	}
	start := func() *refresh.Live {
		l, err := refresh.Start(refresh.Options{
			Every: time.Hour, Store: openTest(t, Options{Timeout: patient}, server), Key: cachetest.Key(1),
			Load:   func(context.Context) (*frame.Frame, error) { loads.Add(1); return from(0) },
			Append: func(_ context.Context, newest *frame.Frame) (*frame.Frame, error) { return from(newest.Rows()) },
		})
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, l.Close()) })
		return l
	}
	// refreshed returns the version that has all rows, once it is kept.
	refreshed := func(l *refresh.Live) (v frame.Version) {
		l.Refresh()
		require.Eventually(t, func() bool {
			s, err := l.Get(background)
			require.NoError(t, err)
			defer s.Release()
			v = s.Version
			return int64(steps(t, s.Frame, 1, 0)) == rows.Load()
		}, patient, time.Millisecond)
		return v
	}
	keeps := func(want frame.Version) {
		s := openTest(t, Options{Timeout: patient}, server)
		require.Eventually(t, func() bool {
			lease, err := s.Lease(background, cachetest.Key(1))
			if err != nil {
				return false
			}
			defer lease.Release()
			return lease.Version == want
		}, patient, time.Millisecond)
	}
	a := start()
	keeps(refreshed(a))
	b := start()
	keeps(refreshed(b))
	for range 5 {
		for _, pair := range [][2]*refresh.Live{{a, b}, {b, a}} {
			rows.Add(10)
			v := refreshed(pair[0])
			keeps(v)
			assert.Equal(t, v, refreshed(pair[1]), "rows of another, not its own")
		}
	}
	c := start()
	assert.Equal(t, refreshed(a), refreshed(c))
	assert.EqualValues(t, 1, loads.Load())
	t.Log(server.commands("set"), "chunks")
}
