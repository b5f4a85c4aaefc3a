package cachetest

import (
	"errors"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// ownerTests check a [cache.OwnerStore].
var ownerTests = map[string]func(*suite){
	"DeleteOwner":          (*suite).deleteOwner,
	"Slot":                 (*suite).slot,
	"SlotRefreshed":        (*suite).slotRefreshed,
	"Quota":                (*suite).quota,
	"LeasedAreNotEvicted":  (*suite).leased,
	"SessionsAreNotRobbed": (*suite).sessions,
}

// few rows are enough where many values are put.
const few = 100

// owner returns the i-th of the owners that tests use.
func owner(i int) cache.Key { return cache.NewKey("session", 1).Int(int64(i)).Key() }

func (s *suite) deleteOwner() {
	s.start(Limits{})
	store := s.store.(cache.OwnerStore)
	for i := range 6 {
		s.put(i, int64(i), cache.PutOptions{Owner: owner(i % 2)})
	}
	s.put(6, 6, cache.PutOptions{})
	s.put(4, 4, cache.PutOptions{Owner: owner(1)}) // it was the other's
	s.put(2, 2, cache.PutOptions{})                // it is nobody's now
	read, _ := s.get(0)
	all := s.store.Stats()
	for range 2 {
		n, err := store.DeleteOwner(background, owner(2))
		assert.NoError(s, err)
		assert.Zero(s, n, "who has nothing")
	}
	n, err := store.DeleteOwner(background, owner(0))
	assert.NoError(s, err)
	assert.Equal(s, 1, n)
	assert.True(s, IsInts(read, 0))
	read.Release()
	s.lacks(0, cache.ErrNotFound)
	for i := 1; i < 7; i++ {
		s.has(i, int64(i))
	}
	n, err = store.DeleteOwner(background, owner(1))
	assert.NoError(s, err)
	assert.Equal(s, 4, n)
	s.has(2, 2)
	s.has(6, 6)
	assert.Equal(s, 2, s.store.Stats().Entries)
	assert.Equal(s, all.Bytes/7*2, s.store.Stats().Bytes)
	assert.Error(s, s.try(9, 9, cache.PutOptions{Slot: Key(0)}), "a slot of nobody's")
}

func (s *suite) listOwner() {
	s.start(Limits{})
	store := s.store.(cache.OwnerLister)
	none, err := store.ListOwner(background, owner(0))
	require.NoError(s, err)
	assert.Empty(s, none)
	for i := range 6 {
		s.put(i, int64(i), cache.PutOptions{Owner: owner(i % 2), Slot: Key(100 + i)})
		s.clock.Advance(time.Second)
	}
	s.has(0, 0) // used last, but put first
	entries, err := store.ListOwner(background, owner(0))
	require.NoError(s, err)
	require.Len(s, entries, 3)
	for i, e := range entries {
		assert.Equal(s, Key(2*i), e.Key)
		assert.Equal(s, owner(0), e.Owner)
		assert.Equal(s, Key(100+2*i), e.Slot)
		assert.Equal(s, rows, e.Rows)
		assert.NotZero(s, e.Version)
	}
	require.NoError(s, s.store.Delete(background, Key(2)))
	entries, err = store.ListOwner(background, owner(0))
	require.NoError(s, err)
	assert.Len(s, entries, 2)
}

func (s *suite) slot() {
	s.start(Limits{})
	o := cache.PutOptions{Owner: owner(0), Slot: Key(100)}
	s.put(0, 0, o)
	s.put(1, 1, cache.PutOptions{Owner: owner(1), Slot: Key(100)})
	s.put(2, 2, cache.PutOptions{Owner: owner(0), Slot: Key(101)})
	s.put(3, 3, cache.PutOptions{Owner: owner(0)})
	s.clock.Advance(time.Second)
	read, _ := s.get(0)
	s.put(4, 4, o)
	miss := s.lacks(0, cache.ErrSuperseded)
	assert.Equal(s, s.clock.Now(), miss.When.UTC())
	assert.EqualValues(s, 1, s.store.Stats().Misses.Superseded)
	assert.True(s, IsInts(read, 0), "its reader is not disturbed")
	read.Release()
	for i := 1; i < 5; i++ {
		s.has(i, int64(i))
	}
	s.put(4, 5, o) // the same key again
	s.has(4, 5)
	s.put(4, 6, cache.PutOptions{Owner: owner(0), Slot: Key(102)}) // it moves
	s.put(6, 6, o)
	s.has(4, 6)
	assert.Equal(s, 5, s.store.Stats().Entries)
	assert.Empty(s, s.store.Stats().Evicted)
}

// slotRefreshed is one session with a page open all day: the value it reads
// and the new one are all that is ever held.
func (s *suite) slotRefreshed() {
	s.start(Limits{})
	o := cache.PutOptions{Owner: owner(0), Slot: Key(100)}
	refresh := func(i int) { require.NoError(s, s.tryRows(few, i, int64(i), o)) }
	refresh(0)
	one := s.store.Stats().Bytes
	for i := 1; i <= 1000; i++ {
		read, _ := s.get(i - 1)
		refresh(i)
		require.LessOrEqual(s, s.store.Stats().Bytes, 2*one)
		read.Release()
		require.Equal(s, one, s.store.Stats().Bytes)
	}
	s.has(1000, 1000)
	s.lacks(999, cache.ErrSuperseded)
}

func (s *suite) quota() {
	one := s.cost()
	s.start(Limits{MaxOwnerBytes: 2 * one, Lease: time.Minute})
	mine := cache.PutOptions{Owner: owner(0)}
	for i := range 2 {
		s.put(i, int64(i), mine)
		s.put(10+i, int64(i), cache.PutOptions{Owner: owner(1)})
		s.put(20+i, int64(i), cache.PutOptions{})
		s.clock.Advance(time.Second)
	}
	assert.ErrorIs(s, s.try(2, 2, mine), cache.ErrQuota, "both are leased")
	s.lacks(2, cache.ErrNotFound)
	s.put(1, 11, mine) // in the place of its own
	s.clock.Advance(time.Minute)
	read, _ := s.get(0)
	s.put(0, 0, mine) // the old value is still read, but the owner's no more
	read.Release()
	s.clock.Advance(time.Second)
	s.put(2, 2, mine)
	assert.Equal(s, cache.LimitOwner, s.lacks(1, cache.ErrEvicted).Limit)
	assert.EqualValues(s, 1, s.store.Stats().Evicted[cache.LimitOwner])
	for i := range 2 {
		s.has(10+i, int64(i))
		s.has(20+i, int64(i))
	}
	f := Ints(s, s.alloc, 3*rows, 1)
	defer f.Release()
	assert.ErrorIs(s, s.store.Put(background, Key(3), f, mine), cache.ErrQuota)
	assert.NoError(s, s.store.Put(background, Key(3), f, cache.PutOptions{}), "it is nobody's quota")
}

func (s *suite) leased() {
	s.start(Limits{MaxEntries: 2, Lease: time.Minute})
	s.put(0, 0, cache.PutOptions{})
	s.clock.Advance(30 * time.Second)
	s.put(1, 1, cache.PutOptions{})
	assert.ErrorIs(s, s.try(2, 2, cache.PutOptions{}), cache.ErrFull)
	s.put(2, 2, cache.PutOptions{Supersedes: Key(1)}) // its own is not a neighbour's
	s.has(0, 0)                                       // which lengthens its lease
	s.clock.Advance(59 * time.Second)
	assert.ErrorIs(s, s.try(3, 3, cache.PutOptions{}), cache.ErrFull)
	s.has(0, 0)
	s.clock.Advance(time.Second)
	s.put(3, 3, cache.PutOptions{})
	s.lacks(2, cache.ErrEvicted)
	s.has(0, 0)
	s.clock.Advance(-time.Second) // of another process, or of who asked for the time earlier
	assert.ErrorIs(s, s.try(4, 4, cache.PutOptions{}), cache.ErrFull)
	s.clock.Advance(-time.Hour) // the clock is set back: nothing is leased for an hour
	s.put(4, 4, cache.PutOptions{})
}

// sessions replays dash-extensions#120: 100 sessions that start within 10 s
// put 111 values into a store for 100, and each reads its own for a minute.
// Without leases a quarter of the reads had nothing.
func (s *suite) sessions() {
	failed, refused := s.replay(time.Minute)
	assert.Zero(s, failed)
	assert.Equal(s, 11, refused, "what finds no room is said so, at once")
	failed, _ = s.replay(0)
	assert.Positive(s, failed, "the replay has the trouble that leases prevent")
}

func (s *suite) replay(lease time.Duration) (failed, refused int) {
	const sessions, values, limit = 100, 111, 100
	s.start(Limits{MaxEntries: limit, Lease: lease})
	var kept []int
	read := func() {
		for _, i := range kept {
			f, _, err := s.store.Get(background, Key(i))
			if err != nil {
				assert.ErrorIs(s, err, cache.ErrEvicted)
				failed++
				continue
			}
			assert.True(s, IsInts(f, int64(i)))
			f.Release()
		}
	}
	for i := range values {
		slot := cache.NewKey("output", 1).Int(int64(i / sessions)).Key()
		switch err := s.tryRows(few, i, int64(i), cache.PutOptions{Owner: owner(i % sessions), Slot: slot}); {
		case err == nil:
			kept = append(kept, i)
		case errors.Is(err, cache.ErrFull):
			refused++
		default:
			require.NoError(s, err)
		}
		s.clock.Advance(10 * time.Second / values)
	}
	for range 6 {
		read()
		s.clock.Advance(10 * time.Second)
	}
	return failed, refused
}
