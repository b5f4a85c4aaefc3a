package redis

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/disk"
)

// tiers returns a store in memory over one on disk over the last.
func tiers(t testing.TB, last cache.Leaser, now func() time.Time) (*cache.Tiered, *cache.Memory) {
	t.Helper()
	fast, err := cache.NewMemory(cache.MemoryOptions{MaxEntries: 3, Now: now})
	require.NoError(t, err)
	middle, err := disk.Open(disk.Options{Dir: t.TempDir(), MinFree: 1, Now: now})
	require.NoError(t, err)
	s, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{fast, middle}, Last: last})
	require.NoError(t, err)
	return s, fast
}

func TestTiered(t *testing.T) {
	open := opener(startServer(t))
	cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store {
		s, _ := tiers(t, open(t, l).(*Store), l.Now)
		return s
	})
}

func tieredHas(t testing.TB, s cache.Store, key int, v int64) {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(key))
	require.NoError(t, err)
	defer f.Release()
	assert.True(t, cachetest.IsInts(f, v))
}

func tieredPut(t testing.TB, s cache.Store, key, rows int, v int64) error {
	t.Helper()
	f := ints(rows, v)
	defer f.Release()
	return s.Put(background, cachetest.Key(key), f, cache.PutOptions{})
}

// While the server hangs or is gone, what this machine has is served, the last
// good value; when it is back, what it says counts again.
func TestTieredWhileTheServerIsAway(t *testing.T) {
	server := startServer(t)
	last := openTest(t, Options{Timeout: 500 * time.Millisecond}, server)
	s, fast := tiers(t, last, nil)
	for i := range 2 {
		require.Eventually(t, func() bool { return tieredPut(t, s, i, 100, int64(i)) == nil }, patient, time.Millisecond)
	}
	require.NoError(t, fast.Delete(background, cachetest.Key(1))) // it is only on disk
	away := func(t *testing.T) {
		inTime(t, func() { tieredHas(t, s, 0, 0) })
		inTime(t, func() { tieredHas(t, s, 1, 1) })
		inTime(t, func() {
			_, _, err := s.Get(background, cachetest.Key(9))
			assert.ErrorIs(t, err, cache.ErrDown)
		})
		inTime(t, func() { assert.ErrorIs(t, tieredPut(t, s, 0, 100, 7), cache.ErrDown) })
		tieredHas(t, s, 0, 0)
	}
	gone := func(key int, cause error) func() bool {
		return func() bool {
			_, _, err := s.Get(background, cachetest.Key(key))
			return errors.Is(err, cause)
		}
	}

	server.signal(syscall.SIGSTOP)
	t.Run("it hangs", away)
	server.signal(syscall.SIGCONT)
	require.Eventually(t, gone(9, cache.ErrNotFound), patient, 10*time.Millisecond)
	tieredHas(t, s, 0, 0)

	server.stop()
	t.Run("it died", away)
	server.start() // empty
	require.Eventually(t, gone(0, cache.ErrNotFound), patient, 10*time.Millisecond)
	assert.Zero(t, fast.Stats().Entries, "what the server does not know is no value any more")
	require.Eventually(t, func() bool { return tieredPut(t, s, 0, 100, 8) == nil }, patient, time.Millisecond)
	tieredHas(t, s, 0, 8)
}

// A chunk that the server evicts is missed by nobody who has a copy, and is
// a corrupt entry to others.
func TestTieredWithoutAChunk(t *testing.T) {
	server := startServer(t)
	c := client(t, server)
	last := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	s, _ := tiers(t, last, nil)
	require.NoError(t, tieredPut(t, s, 1, bigRows, 1))
	chunk := last.chunkKey(current(t, c, last, 1).id, 3)
	require.NoError(t, c.Do(background, c.B().Del().Key(chunk).Build()).Error())
	tieredHas(t, s, 1, 1)
	other, _ := tiers(t, openTest(t, Options{Prefix: "one", Timeout: patient}, server), nil)
	_, _, err := other.Get(background, cachetest.Key(1))
	assert.ErrorIs(t, err, cache.ErrCorrupt)
	assert.ErrorContains(t, err, "chunk 4 of 6 is gone")
	require.NoError(t, tieredPut(t, s, 1, bigRows, 2))
	tieredHas(t, other, 1, 2)
}

// While a lease is held, another costs no call; and a frame that is in memory
// is had without its chunks.
func TestLeasesMoveNoChunks(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient, Now: cachetest.NewClock().Now}, server)
	put(t, s, 1, bigRows, 1, cache.PutOptions{})
	before := server.sent()
	held, err := s.Lease(background, cachetest.Key(1))
	require.NoError(t, err)
	defer held.Release()
	again, err := s.Lease(background, cachetest.Key(1)) // fills the client's cache
	require.NoError(t, err)
	again.Release()
	assert.Less(t, server.sent()-before, 64<<10)
	calls := server.calls()
	for range 100 {
		l, err := s.Lease(background, cachetest.Key(1))
		require.NoError(t, err)
		l.Release()
	}
	assert.Equal(t, calls, server.calls())
}
