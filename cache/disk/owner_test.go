package disk

import (
	"os"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

var alice, bob = cachetest.Key(1000), cachetest.Key(1001)

// A list may be lost, damaged, or not have been written when its process was
// killed: the headers say whose the entries are.
func TestOwnersAreFoundAnew(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, s *Store){
		"nothing": func(*testing.T, *Store) {},
		"a damaged list": func(t *testing.T, s *Store) {
			require.NoError(t, os.WriteFile(s.ownerPath(alice), []byte("planted"), 0o600))
		},
		"an empty list": func(t *testing.T, s *Store) { require.NoError(t, os.Truncate(s.ownerPath(alice), 0)) },
		"killed before it was written": func(t *testing.T, s *Store) {
			require.NoError(t, os.Remove(s.ownerPath(alice)))
			require.NoError(t, s.ledger.record.Truncate(0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{})
			for i := range 4 {
				put(t, s, i, 100, int64(i), cache.PutOptions{Owner: alice, Slot: cachetest.Key(i % 3)})
			}
			put(t, s, 9, 100, 9, cache.PutOptions{Owner: bob})
			harm(t, s)
			lacks(t, s, 0, cache.ErrSuperseded)
			put(t, s, 4, 100, 4, cache.PutOptions{Owner: alice, Slot: cachetest.Key(1)})
			lacks(t, s, 1, cache.ErrSuperseded)
			n, err := s.DeleteOwner(background, alice)
			require.NoError(t, err)
			assert.Equal(t, 3, n)
			assert.Equal(t, 1, s.Stats().Entries)
			has(t, s, 9, 9)
			assert.NoFileExists(t, s.ownerPath(alice))
			requireCounted(t, s)
		})
	}
}

func TestOwnersListIsNoLink(t *testing.T) {
	s := openTest(t, Options{})
	require.NoError(t, os.Symlink("usage", s.ownerPath(alice)))
	f := cachetest.Ints(t, memory.DefaultAllocator, 100, 1)
	defer f.Release()
	assert.Error(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{Owner: alice}))
	lacks(t, s, 1, cache.ErrNotFound)
	requireCounted(t, s)
}

func TestListsOfWhoHasNothingGo(t *testing.T) {
	clock := cachetest.NewClock()
	s := openTest(t, Options{Now: clock.Now})
	put(t, s, 1, 100, 1, cache.PutOptions{Owner: alice, TTL: time.Hour})
	put(t, s, 2, 100, 2, cache.PutOptions{Owner: bob})
	clock.Advance(time.Hour)
	lacks(t, s, 1, cache.ErrExpired)
	require.NoError(t, s.change(background, s.rescan))
	assert.NoFileExists(t, s.ownerPath(alice))
	assert.FileExists(t, s.ownerPath(bob))
}

// Sessions belong to no process.
func TestQuotaIsSharedByProcesses(t *testing.T) {
	o := Options{Dir: t.TempDir(), MaxOwnerBytes: 6000}
	a, b := openTest(t, o), openTest(t, o)
	for i := range 3 {
		put(t, a, i, 100, 1, cache.PutOptions{Owner: alice})
		put(t, b, 10+i, 100, 1, cache.PutOptions{Owner: alice})
		put(t, b, 20+i, 100, 1, cache.PutOptions{Owner: bob})
	}
	has(t, a, 12, 1)
	assert.Equal(t, cache.LimitOwner, lacks(t, a, 0, cache.ErrEvicted).Limit)
	var held int64
	require.NoError(t, a.change(background, func(u *usage) error {
		entries, err := a.ownedBy(u, alice)
		for _, e := range entries {
			held += e.file.Size()
		}
		return err
	}))
	assert.LessOrEqual(t, held, o.MaxOwnerBytes)
	assert.Positive(t, held)
	for i := range 3 {
		has(t, a, 20+i, 1)
	}
}
