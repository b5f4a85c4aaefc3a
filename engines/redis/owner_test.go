package redis

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

var alice, bob = cachetest.Key(1000), cachetest.Key(1001)

// Sessions belong to no process.
func TestQuotaIsSharedByProcesses(t *testing.T) {
	server := startServer(t)
	o := Options{Prefix: "one", Timeout: patient, MaxOwnerBytes: 5000}
	a, b := openTest(t, o, server), openTest(t, o, server)
	for i := range 3 {
		put(t, a, i, 100, 1, cache.PutOptions{Owner: alice})
		put(t, b, 10+i, 100, 1, cache.PutOptions{Owner: alice})
		put(t, b, 20+i, 100, 1, cache.PutOptions{Owner: bob})
	}
	has(t, a, 12, 1)
	assert.Equal(t, cache.LimitOwner, lacks(t, a, 0, cache.ErrEvicted).Limit)
	for i := range 3 {
		has(t, a, 20+i, 1)
	}
	requireCounted(t, a)
}

// A value for a slot that the other process has filled supersedes it there, and
// is found there at once by its own process.
func TestSlotIsSharedByProcesses(t *testing.T) {
	server := startServer(t)
	o := Options{Prefix: "one", Timeout: patient}
	a, b := openTest(t, o, server), openTest(t, o, server)
	in := cache.PutOptions{Owner: alice, Slot: cachetest.Key(7)}
	for i := range 20 {
		s := []*Store{a, b}[i%2]
		put(t, s, i, 10, int64(i), in)
		f, _, err := s.Get(background, cachetest.Key(i))
		require.NoError(t, err)
		has(t, s, i, int64(i))
		if i > 0 {
			lacks(t, s, i-1, cache.ErrSuperseded)
		}
		f.Release()
	}
	assert.Equal(t, 1, a.Stats().Entries)
	requireCounted(t, a)
}

// What an entry replaces may have to make room for it. Its reader is told why it is gone.
func TestReplacedAtTheLimit(t *testing.T) {
	s := openTest(t, Options{Timeout: patient, MaxEntries: 1}, startServer(t))
	in := cache.PutOptions{Owner: alice, Slot: cachetest.Key(7)}
	put(t, s, 1, 10, 1, in)
	put(t, s, 2, 10, 2, in)
	lacks(t, s, 1, cache.ErrSuperseded)
	put(t, s, 3, 10, 3, cache.PutOptions{Supersedes: cachetest.Key(2)})
	lacks(t, s, 2, cache.ErrSuperseded)
	assert.Empty(t, s.Stats().Evicted)
	put(t, s, 4, 10, 4, cache.PutOptions{})
	lacks(t, s, 3, cache.ErrEvicted)
}

// Processes put, get and delete at random, at all limits at once. None is ever
// exceeded, and the ledger is right in the end.
func TestLimitsOfManyProcesses(t *testing.T) {
	server := startServer(t)
	const entries, rows = 12, 500
	o := Options{Prefix: "one", Timeout: patient, MaxEntries: entries, MaxBytes: 11 * 5000, MaxOwnerBytes: 3 * 5000}
	var wg sync.WaitGroup
	stores := make([]*Store, 4)
	for i := range stores {
		stores[i] = openTest(t, o, server)
	}
	for i, s := range stores {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		wg.Go(func() {
			for range 100 {
				act(t, s, r, rows)
				held := s.Stats()
				assert.LessOrEqual(t, held.Entries, entries)
				assert.LessOrEqual(t, held.Bytes, o.MaxBytes)
			}
		})
	}
	wg.Wait()
	require.Eventually(t, func() bool { // leases end in the background
		for _, s := range stores {
			s.Stats()
		}
		_, err := stores[0].GC(background)
		r, err2 := stores[0].list(background, list)
		return errors.Join(err, err2) == nil && len(r.list) == stores[0].Stats().Entries
	}, patient, 10*time.Millisecond)
	requireCounted(t, stores[0])
}

func act(t *testing.T, s *Store, r *rand.Rand, rows int) {
	owner := []cache.Key{{}, alice, bob}[r.IntN(3)]
	switch key := r.IntN(20); r.IntN(10) {
	case 0:
		assert.NoError(t, s.Delete(background, cachetest.Key(key)))
	case 1:
		_, err := s.DeleteOwner(background, owner)
		assert.NoError(t, err)
	case 2, 3, 4:
		f, _, err := s.Get(background, cachetest.Key(key))
		if err == nil {
			assert.True(t, cachetest.IsInts(f, int64(key)))
			f.Release()
		}
	case 5, 6:
		appendSome(t, s, key)
	default:
		o := cache.PutOptions{Owner: owner, TTL: time.Duration(r.IntN(2)) * time.Hour, Supersedes: cachetest.Key(r.IntN(20))}
		if owner != (cache.Key{}) && r.IntN(2) == 0 {
			o.Slot = cachetest.Key(100 + r.IntN(3))
		}
		err := tryPut(t, s, key, rows, int64(key), o)
		if !errors.Is(err, cache.ErrFull) && !errors.Is(err, cache.ErrQuota) {
			assert.NoError(t, err)
		}
	}
}

func appendSome(t *testing.T, s *Store, key int) {
	lease, err := s.Lease(background, cachetest.Key(key))
	if err != nil {
		return
	}
	lease.Release()
	_, err = tryAdd(t, s, key, lease.Version, 50, int64(key), 500)
	_, miss := errors.AsType[*cache.Miss](err)
	if !miss && !errors.Is(err, cache.ErrFull) && !errors.Is(err, cache.ErrQuota) {
		assert.NoError(t, err)
	}
}

// requireCounted compares the ledger's sums with the entries that there are.
func requireCounted(t testing.TB, s *Store) {
	t.Helper()
	entries, err := s.List(background)
	require.NoError(t, err)
	var bytes int64
	owned := make(map[string]int64)
	slots := make(map[string]bool)
	for _, e := range entries {
		bytes += e.Bytes
		if e.Owner != (cache.Key{}) {
			owned[e.Owner.String()] += e.Bytes
			assert.LessOrEqual(t, owned[e.Owner.String()], s.o.MaxOwnerBytes)
		}
		if e.Slot != (cache.Key{}) {
			slots[e.Owner.String()+"/"+e.Slot.String()] = true
		}
	}
	held := s.Stats()
	assert.Equal(t, len(entries), held.Entries)
	assert.Equal(t, bytes, held.Bytes)
	quotas := hash(t, s, "quotas")
	assert.Len(t, quotas, len(owned))
	for owner, bytes := range owned {
		assert.Equal(t, strconv.FormatInt(bytes, 10), quotas[owner])
	}
	assert.Len(t, hash(t, s, "slots"), len(slots))
	parts := 0
	for _, e := range entries {
		parts += len(manifestOf(t, s.client, s, e.Key).parts)
	}
	leftovers := keysOf(t, s.client, s.tag+":entry:*")
	assert.Len(t, leftovers, parts)
}

// hash returns one of the ledger's.
func hash(t testing.TB, s *Store, name string) map[string]string {
	t.Helper()
	m, err := s.client.Do(background, s.client.B().Hgetall().Key(s.tag+":"+name).Build()).AsStrMap()
	if !rueidis.IsRedisNil(err) {
		require.NoError(t, err)
	}
	return m
}
