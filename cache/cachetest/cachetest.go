package cachetest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Limits are those that a store under test must hold. 0 is the store's default.
type Limits struct {
	MaxBytes, MaxEntryBytes int64
	MaxEntries              int
	Now                     func() time.Time // never nil

	// Set only for a cache.OwnerStore.
	MaxOwnerBytes int64
	Lease         time.Duration
}

// Open returns an empty store. It registers no clean-up: the suite closes it.
type Open func(t *testing.T, l Limits) cache.Store

// Run runs the suite, and what it has on the optional interfaces that the
// store implements. A store that shares entries with other processes or
// keeps them elsewhere has the same results.
func Run(t *testing.T, open Open) {
	for name, test := range tests(t, open) {
		t.Run(name, func(t *testing.T) {
			s := &suite{T: t, open: open, clock: NewClock(), alloc: memory.NewCheckedAllocator(memory.NewGoAllocator())}
			test(s)
			s.close()
			s.alloc.AssertSize(t, 0)
		})
	}
}

// tests are those for which the store has the methods.
func tests(t *testing.T, open Open) map[string]func(*suite) {
	all := map[string]func(*suite){
		"RoundTrip":          (*suite).roundTrip,
		"Miss":               (*suite).miss,
		"Replace":            (*suite).replace,
		"Delete":             (*suite).delete,
		"Supersede":          (*suite).supersede,
		"Lifetimes":          (*suite).lifetimes,
		"ByteLimit":          (*suite).byteLimit,
		"EntryLimit":         (*suite).entryLimit,
		"LeastRecentlyUsed":  (*suite).leastRecentlyUsed,
		"PermanentLast":      (*suite).permanentLast,
		"ExpiredFirst":       (*suite).expiredFirst,
		"ClockJumps":         (*suite).clockJumps,
		"InUse":              (*suite).inUse,
		"GoneWhileRead":      (*suite).goneWhileRead,
		"TooLarge":           (*suite).tooLarge,
		"BadOptions":         (*suite).badOptions,
		"Cancelled":          (*suite).cancelled,
		"Closed":             (*suite).closed,
		"ManyAtOnce":         (*suite).manyAtOnce,
		"EqualToWhatWentOut": (*suite).equal,
		"Counters":           (*suite).counters,
		"GetMany":            (*suite).getMany,
		"PutMany":            (*suite).putMany,
	}
	probe := open(t, Limits{Now: time.Now})
	defer func() { assert.NoError(t, probe.Close()) }()
	if _, ok := probe.(cache.Leaser); ok {
		all["Lease"] = (*suite).lease
	}
	if _, ok := probe.(cache.OwnerStore); ok {
		maps.Copy(all, ownerTests)
	}
	if _, ok := probe.(cache.OwnerLister); ok {
		all["ListOwner"] = (*suite).listOwner
	}
	if _, ok := probe.(cache.StaleStore); ok {
		maps.Copy(all, staleTests)
	}
	if appends(t, probe) {
		maps.Copy(all, appendTests)
	}
	if counts(probe) {
		maps.Copy(all, countTests)
	}
	if _, ok := probe.(cache.Admin); ok {
		maps.Copy(all, adminTests)
	}
	return all
}

type suite struct {
	*testing.T
	open  Open
	clock *Clock
	alloc *memory.CheckedAllocator
	store cache.Store
}

var background = context.Background()

// rows of the frames that are put: 80 kB.
const rows = 10_000

func (s *suite) start(l Limits) {
	s.Helper()
	s.close()
	l.Now = s.clock.Now
	s.store = s.open(s.T, l)
}

func (s *suite) close() {
	if s.store != nil {
		assert.NoError(s, s.store.Close())
	}
	s.store = nil
}

// cost returns what a store charges for an entry of the size that is put.
func (s *suite) cost() int64 {
	s.start(Limits{})
	s.put(0, 0, cache.PutOptions{})
	return s.store.Stats().Bytes
}

func (s *suite) try(key int, v int64, o cache.PutOptions) error { return s.tryRows(rows, key, v, o) }

func (s *suite) tryRows(n, key int, v int64, o cache.PutOptions) error {
	f := Ints(s, s.alloc, n, v)
	defer f.Release()
	return s.store.Put(background, Key(key), f, o)
}

func (s *suite) put(key int, v int64, o cache.PutOptions) {
	s.Helper()
	require.NoError(s, s.try(key, v, o))
}

func (s *suite) get(key int) (*frame.Frame, cache.Info) {
	s.Helper()
	f, info, err := s.store.Get(background, Key(key))
	require.NoError(s, err)
	require.NotNil(s, f)
	return f, info
}

func (s *suite) has(key int, v int64) {
	s.Helper()
	f, _ := s.get(key)
	assert.True(s, IsInts(f, v), "key %d has another value than %d", key, v)
	f.Release()
}

func (s *suite) lacks(key int, cause error) *cache.Miss {
	s.Helper()
	f, _, err := s.store.Get(background, Key(key))
	if f != nil {
		f.Release()
	}
	require.Nil(s, f)
	var miss *cache.Miss
	require.ErrorAs(s, err, &miss)
	require.ErrorIs(s, err, cause)
	assert.Equal(s, Key(key), miss.Key)
	return miss
}

func (s *suite) roundTrip() {
	s.start(Limits{})
	want := Mixed(s, s.alloc)
	defer want.Release()
	require.NoError(s, s.store.Put(background, Key(1), want, cache.PutOptions{TTL: time.Hour, Idle: time.Minute}))
	s.clock.Advance(time.Second)
	got, info := s.get(1)
	defer got.Release()
	requireEqual(s, want, got)
	assert.Equal(s, s.clock.Now().Add(-time.Second).UTC(), info.Created.UTC())
	assert.Equal(s, info.Created.Add(time.Hour), info.Expires)
	assert.Equal(s, time.Minute, info.Idle)
	assert.Equal(s, s.store.Stats().Bytes, info.Bytes)
}

// equal puts back what was got.
func (s *suite) equal() {
	s.start(Limits{})
	want := Mixed(s, s.alloc)
	defer want.Release()
	require.NoError(s, s.store.Put(background, Key(1), want, cache.PutOptions{}))
	first, _ := s.get(1)
	require.NoError(s, s.store.Put(background, Key(2), first, cache.PutOptions{}))
	require.NoError(s, s.store.Delete(background, Key(1)))
	first.Release()
	second, _ := s.get(2)
	defer second.Release()
	requireEqual(s, want, second)
}

func requireEqual(t testing.TB, want, got *frame.Frame) {
	t.Helper()
	require.True(t, want.Schema().Equal(got.Schema()), "schema %s, want %s", got.Schema(), want.Schema())
	require.Equal(t, want.Rows(), got.Rows())
	assert.Equal(t, want.Version(), got.Version())
	for c, column := range want.Columns() {
		require.Equal(t, column.Chunks(), got.Columns()[c].Chunks())
		for i := range column.Chunks() {
			assert.True(t, array.Equal(column.Chunk(i), got.Columns()[c].Chunk(i)), "column %s, chunk %d", column.Name(), i)
		}
	}
}

func (s *suite) miss() {
	s.start(Limits{})
	assert.Contains(s, s.lacks(1, cache.ErrNotFound).Error(), Key(1).String())
	s.put(1, 1, cache.PutOptions{})
	s.has(1, 1)
	s.has(1, 1)
	got := s.store.Stats()
	assert.EqualValues(s, 1, got.Misses.NotFound)
	assert.EqualValues(s, 2, got.Hits)
	assert.EqualValues(s, 1, got.Puts)
	assert.Equal(s, 1, got.Entries)
}

func (s *suite) replace() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{})
	one := s.store.Stats().Bytes
	s.put(1, 2, cache.PutOptions{})
	s.has(1, 2)
	assert.Equal(s, one, s.store.Stats().Bytes)
	assert.Equal(s, 1, s.store.Stats().Entries)
}

func (s *suite) delete() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{})
	require.NoError(s, s.store.Delete(background, Key(1)))
	s.lacks(1, cache.ErrNotFound)
	assert.Zero(s, s.store.Stats().Bytes)
	assert.Zero(s, s.store.Stats().Entries)
	assert.NoError(s, s.store.Delete(background, Key(1)), "there is none")
}

func (s *suite) supersede() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{})
	s.put(2, 2, cache.PutOptions{Supersedes: Key(1)})
	s.lacks(1, cache.ErrSuperseded)
	s.has(2, 2)
	assert.Equal(s, 1, s.store.Stats().Entries)
	s.put(2, 3, cache.PutOptions{Supersedes: Key(2)}) // itself
	s.has(2, 3)
	s.put(1, 4, cache.PutOptions{})
	s.has(1, 4)
}

func (s *suite) goneWhileRead() {
	for name, end := range map[string]func(){
		"deleted":    func() { require.NoError(s, s.store.Delete(background, Key(1))) },
		"replaced":   func() { s.put(1, 2, cache.PutOptions{}) },
		"superseded": func() { s.put(2, 2, cache.PutOptions{Supersedes: Key(1)}) },
		"expired":    func() { s.clock.Advance(time.Hour); s.lacks(1, cache.ErrExpired) },
		"closed":     func() { require.NoError(s, s.store.Close()) },
	} {
		s.start(Limits{})
		s.put(1, 1, cache.PutOptions{TTL: time.Hour})
		f, _ := s.get(1)
		other, err := f.Select("v")
		require.NoError(s, err)
		end()
		assert.True(s, IsInts(f, 1), name)
		f.Release()
		assert.True(s, IsInts(other, 1), "%s: what was selected from it", name)
		other.Release()
	}
}

func (s *suite) tooLarge() {
	limit := s.cost()
	s.start(Limits{MaxEntryBytes: limit})
	s.put(1, 1, cache.PutOptions{})
	f := Ints(s, s.alloc, 2*rows, 2)
	defer f.Release()
	assert.ErrorIs(s, s.store.Put(background, Key(1), f, cache.PutOptions{}), cache.ErrTooLarge)
	assert.ErrorIs(s, s.store.Put(background, Key(2), f, cache.PutOptions{}), cache.ErrTooLarge)
	s.has(1, 1)
	s.lacks(2, cache.ErrNotFound)
}

func (s *suite) badOptions() {
	s.start(Limits{})
	assert.Error(s, s.try(1, 1, cache.PutOptions{TTL: -1}))
	assert.Error(s, s.try(1, 1, cache.PutOptions{Idle: -1}))
	s.lacks(1, cache.ErrNotFound)
}

func (s *suite) cancelled() {
	s.start(Limits{})
	s.put(1, 1, cache.PutOptions{})
	ctx, cancel := context.WithCancel(background)
	cancel()
	f := Ints(s, s.alloc, rows, 2)
	defer f.Release()
	assert.ErrorIs(s, s.store.Put(ctx, Key(1), f, cache.PutOptions{}), context.Canceled)
	got, _, err := s.store.Get(ctx, Key(1))
	assert.Nil(s, got)
	assert.ErrorIs(s, err, context.Canceled)
	assert.ErrorIs(s, s.store.Delete(ctx, Key(1)), context.Canceled)
	s.has(1, 1)
}

func (s *suite) closed() {
	s.start(Limits{})
	require.NoError(s, s.store.Close())
	assert.ErrorIs(s, s.try(1, 1, cache.PutOptions{}), cache.ErrDown)
	s.lacks(1, cache.ErrDown)
}

// manyAtOnce has readers check every value while others put and delete.
func (s *suite) manyAtOnce() {
	limit := 6 * s.cost()
	s.start(Limits{MaxBytes: limit})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 50 {
				s.act(r, limit)
			}
		})
	}
	wg.Wait()
}

func (s *suite) act(r *rand.Rand, limit int64) {
	key := r.IntN(12)
	switch r.IntN(8) {
	case 0, 1, 2:
		if err := s.try(key, int64(key), cache.PutOptions{TTL: time.Duration(r.IntN(2)) * time.Hour}); !errors.Is(err, cache.ErrFull) {
			assert.NoError(s, err)
		}
	case 3:
		assert.NoError(s, s.store.Delete(background, Key(key)))
	case 4:
		assert.LessOrEqual(s, s.store.Stats().Bytes, limit)
	default:
		f, _, err := s.store.Get(background, Key(key))
		if err == nil {
			assert.True(s, IsInts(f, int64(key)))
			f.Release()
			return
		}
		var miss *cache.Miss
		assert.ErrorAs(s, err, &miss)
		assert.NotErrorIs(s, err, cache.ErrCorrupt)
	}
}
