package redis

import (
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

// calls returns how often the server was asked for anything.
func (s *server) calls() []string {
	return regexp.MustCompile(`cmdstat_(get|set|evalsha|eval|del|unlink):calls=\d+`).FindAllString(s.cli("info commandstats"), -1)
}

func TestStoresOfOnePrefixAreOne(t *testing.T) {
	server := startServer(t)
	a := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	b := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	other := openTest(t, Options{Prefix: "other", Timeout: patient}, server)
	put(t, a, 1, 100, 1, cache.PutOptions{})
	has(t, b, 1, 1)
	lacks(t, other, 1, cache.ErrNotFound)
	put(t, b, 1, 100, 2, cache.PutOptions{})
	has(t, a, 1, 2)
	assert.Equal(t, 1, a.Stats().Entries)
	require.NoError(t, a.Delete(background, cachetest.Key(1)))
	lacks(t, b, 1, cache.ErrNotFound)
}

// What another process reads is not evicted, until its leases have ended.
func TestLeasesOfOtherProcesses(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	o := Options{Prefix: "one", Timeout: patient, MaxEntries: 1, Now: clock.Now}
	a, b := openTest(t, o, server), openTest(t, o, server)
	put(t, a, 1, 100, 1, cache.PutOptions{})
	f, _, err := a.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	assert.ErrorIs(t, tryPut(t, b, 2, 100, 2, cache.PutOptions{}), cache.ErrFull)
	clock.Advance(50 * time.Second)
	a.renewLeases(background)
	clock.Advance(50 * time.Second)
	assert.ErrorIs(t, tryPut(t, b, 2, 100, 2, cache.PutOptions{}), cache.ErrFull, "it was renewed")
	clock.Advance(time.Minute) // as if a was killed
	put(t, b, 2, 100, 2, cache.PutOptions{})
	assert.Equal(t, cache.LimitEntries, lacks(t, a, 1, cache.ErrEvicted).Limit)
	assert.True(t, cachetest.IsInts(f, 1))
}

// Where the clock jumps over a lease, an entry may go between its manifest and
// its chunks, or while it is read.
func TestClockThatJumps(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	o := Options{Prefix: "one", Timeout: patient, MaxEntries: 1, Now: clock.Now}
	a, b := openTest(t, o, server), openTest(t, o, server)
	put(t, a, 1, 100, 1, cache.PutOptions{})
	f, _, err := a.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	clock.Advance(time.Hour)
	put(t, b, 2, 100, 2, cache.PutOptions{})
	lacks(t, a, 1, cache.ErrEvicted)
	assert.True(t, cachetest.IsInts(f, 1))
	f.Release()

	l, _, err := a.borrow(background, cachetest.Key(2), false)
	require.NoError(t, err)
	defer l.release()
	clock.Advance(time.Hour)
	put(t, b, 2, 100, 3, cache.PutOptions{})
	_, err = a.read(background, l, nil)
	var bad *damage
	require.ErrorAs(t, err, &bad)
	r, err := a.run(background, discard, cachetest.Key(2).String(), bad.id)
	require.NoError(t, err)
	assert.Equal(t, "gone", r.status, "the new value is not discarded")
	has(t, a, 2, 3)
}

// While somebody reads an entry, others have it without a call to the server,
// and see at once when another process replaces it.
func TestReadersShareOneCopy(t *testing.T) {
	server := startServer(t)
	a := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	b := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	clock := cachetest.NewClock()
	a.o.Now = clock.Now
	put(t, b, 1, 100, 1, cache.PutOptions{})
	held, _, err := a.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer held.Release()
	has(t, a, 1, 1) // fills the client's cache
	before := server.calls()
	for range 100 {
		has(t, a, 1, 1)
	}
	assert.Equal(t, before, server.calls())
	assert.NotEmpty(t, before)

	put(t, b, 1, 100, 2, cache.PutOptions{})
	require.Eventually(t, func() bool {
		f, _, err := a.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		defer f.Release()
		return cachetest.IsInts(f, 2)
	}, patient, time.Millisecond)
	assert.True(t, cachetest.IsInts(held, 1))
}

// A process sees what it has put, also while the old value is being read and
// the client's cache still has the old manifest.
func TestReadYourWrites(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	for i := range int64(200) {
		put(t, s, 1, 10, i, cache.PutOptions{})
		f, _, err := s.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		require.True(t, cachetest.IsInts(f, i))
		has(t, s, 1, i)
		if i%2 == 0 {
			require.NoError(t, s.Delete(background, cachetest.Key(1)))
			lacks(t, s, 1, cache.ErrNotFound)
		}
		f.Release()
	}
}

// Readers of an entry of several chunks that others replace all the time have
// the old value or the new, whole, and nothing is left behind.
func TestNeverMixed(t *testing.T) {
	server := startServer(t)
	c := client(t, server)
	const rows = 10 << 20 / 8 // three chunks
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	for w := range 2 {
		s := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
		put(t, s, 1, rows, 0, cache.PutOptions{})
		writers.Go(func() {
			for i := range 15 {
				f := cachetest.Ints(t, memory.DefaultAllocator, rows, int64(100*w+i))
				assert.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
				f.Release()
			}
		})
	}
	last := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
	for range 2 {
		s := openTest(t, Options{Prefix: "one", Timeout: patient}, server)
		readers.Go(func() {
			for !done.Load() {
				f, _, err := s.Get(background, cachetest.Key(1))
				if !assert.NoError(t, err) {
					return
				}
				assert.True(t, cachetest.IsInts(f, f.Columns()[0].Value(0).(int64)))
				f.Release()
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
	require.Eventually(t, func() bool { return last.Stats().Entries == 1 }, patient, time.Millisecond)
	assert.Len(t, chunkKeys(t, c, last), 3)
}

func TestAdoptedClientStaysOpen(t *testing.T) {
	server := startServer(t)
	c := client(t, server)
	s, err := Open(Options{Client: c, Timeout: patient})
	require.NoError(t, err)
	put(t, s, 1, 100, 1, cache.PutOptions{})
	require.NoError(t, s.Close())
	require.NoError(t, c.Do(background, c.B().Ping().Build()).Error())

	again := openTest(t, Options{Client: c, Prefix: "pointillist", Timeout: patient})
	has(t, again, 1, 1)
}

func TestOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]Options{
		"no server":       {},
		"braces":          {Prefix: "{a}"},
		"bytes":           {MaxBytes: -1},
		"too many bytes":  {MaxBytes: 1 << 60},
		"entries":         {MaxEntries: -1},
		"bytes an entry":  {MaxEntryBytes: -1},
		"timeout":         {Timeout: -1},
		"lease":           {Lease: -1},
		"life of a lease": {ReadLease: -1},
		"life of a load":  {LoadLease: -1},
		"quota":           {MaxOwnerBytes: -1},
		"secret":          {Secret: []byte("short")},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "no server" {
				o.Connect.InitAddress = []string{"127.0.0.1:1"}
			}
			_, err := Open(o)
			assert.ErrorContains(t, err, "Options")
		})
	}
}
