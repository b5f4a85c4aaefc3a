package redis

import (
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

const counted = 500

// countMany adds 1 so many times.
func countMany(s *Store) {
	for range counted {
		if _, err := s.Add(background, cachetest.Key(1), 1, cache.CountOptions{}); err != nil {
			panic(err)
		}
	}
}

func TestProcessesCount(t *testing.T) {
	server := startServer(t)
	var processes []*exec.Cmd
	for range 4 {
		cmd, _ := startProcess(t, "count", server)
		processes = append(processes, cmd)
	}
	for _, p := range processes {
		require.NoError(t, p.Wait())
	}
	s, err := Open(processOptions(server.addr))
	require.NoError(t, err)
	defer s.Close()
	n, err := s.Add(background, cachetest.Key(1), 0, cache.CountOptions{})
	require.NoError(t, err)
	assert.EqualValues(t, 4*counted, n)
}

// The server forgets a number that nobody asks for any more, but none too early.
func TestCountsEndInTheServer(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	life := func(o cache.CountOptions) time.Duration {
		t.Helper()
		require.NoError(t, s.ResetCount(background, cachetest.Key(1)))
		_, err := s.Add(background, cachetest.Key(1), 1, o)
		require.NoError(t, err)
		ms, err := s.client.Do(background, s.client.B().Pttl().Key(s.countKey(cachetest.Key(1))).Build()).AsInt64()
		require.NoError(t, err)
		return time.Duration(ms) * time.Millisecond
	}
	for name, tt := range map[string]struct {
		o    cache.CountOptions
		want time.Duration
	}{
		"TTL":           {cache.CountOptions{TTL: time.Hour}, time.Hour},
		"idle":          {cache.CountOptions{Idle: time.Hour}, time.Hour},
		"TTL is first":  {cache.CountOptions{TTL: time.Hour, Idle: 2 * time.Hour}, time.Hour},
		"idle is first": {cache.CountOptions{TTL: 2 * time.Hour, Idle: time.Hour}, time.Hour},
	} {
		got := life(tt.o)
		assert.Greater(t, got, tt.want, name)
		assert.LessOrEqual(t, got, tt.want+time.Minute, name)
	}
	assert.Negative(t, life(cache.CountOptions{}), "it has no end")
}

// A server that is full says so, one that is gone too.
func TestCountsThatCannotBe(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	_, err := s.Add(background, cachetest.Key(1), 1, cache.CountOptions{})
	require.NoError(t, err)
	require.Contains(t, server.cli("config set maxmemory 1"), "OK")
	_, err = s.Add(background, cachetest.Key(1), 1, cache.CountOptions{})
	require.ErrorIs(t, err, cache.ErrFull)
	require.Contains(t, server.cli("config set maxmemory 0"), "OK")
	n, err := s.Add(background, cachetest.Key(1), 1, cache.CountOptions{})
	require.NoError(t, err)
	assert.EqualValues(t, 2, n)

	server.stop()
	_, err = s.Add(background, cachetest.Key(1), 1, cache.CountOptions{})
	require.ErrorIs(t, err, cache.ErrDown)
	require.ErrorIs(t, s.ResetCount(background, cachetest.Key(1)), cache.ErrDown)
}
