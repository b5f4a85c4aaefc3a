package cachetest

import (
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

// An oracle knows what a store's counters must be, because it knows what each
// entry came to. It is asked, and asks the store, for one thing at a time.
type oracle struct {
	*suite
	limit   int // of entries; 0 is none
	want    cache.Stats
	entries map[int]*fate
	cost    int64
}

// A fate is what became of the last value of a key.
type fate struct {
	ended   error // nil while it lives
	expires time.Time
	used    time.Time
}

// counters runs scripts of a few hundred random steps: after each, all counters
// are those of the oracle.
func (s *suite) counters() {
	one := s.cost()
	for seed := range uint64(3) {
		s.script(seed, &oracle{suite: s, cost: one})
		s.script(seed, &oracle{suite: s, cost: one, limit: 5})
	}
}

func (s *suite) script(seed uint64, o *oracle) {
	s.start(Limits{MaxEntries: o.limit})
	o.entries = make(map[int]*fate)
	o.want.Evicted = make(map[cache.Limit]uint64)
	r := rand.New(rand.NewPCG(seed, 1))
	for step := range 120 {
		s.clock.Advance(time.Second)
		o.expire()
		key := r.IntN(12)
		switch alive := o.get(key); r.IntN(5) {
		case 0, 1, 2:
			if o.limit == 0 || !alive { // a store may need room for the old and the new value
				o.put(r, key)
			}
		case 3:
			if alive {
				require.NoError(s, s.store.Delete(background, Key(key)))
				o.end(key, cache.ErrNotFound)
			}
		}
		o.check(seed, step)
	}
}

// get asks for a key, and reports whether it has a value.
func (o *oracle) get(key int) bool {
	o.Helper()
	e := o.entries[key]
	switch {
	case e == nil:
		o.lacks(key, cache.ErrNotFound)
		o.want.Misses.NotFound++
		return false
	case e.ended != nil:
		o.lacks(key, e.ended)
		o.want.Misses.Count(e.ended)
		return false
	}
	e.used = o.clock.Now()
	o.has(key, int64(key))
	o.want.Hits++
	return true
}

// expire asks for what expires at this moment: a store may free it now or when
// it is asked.
func (o *oracle) expire() {
	for key := range 12 {
		if e := o.entries[key]; e != nil && e.ended == nil && !e.expires.IsZero() && !o.clock.Now().Before(e.expires) {
			o.want.Expired++
			o.end(key, cache.ErrExpired)
			o.get(key)
		}
	}
}

// put puts a key that get has asked for. Now and then it supersedes another.
func (o *oracle) put(r *rand.Rand, key int) {
	options := cache.PutOptions{}
	e := &fate{used: o.clock.Now()}
	if o.limit == 0 && r.IntN(2) == 0 {
		options.TTL = 20 * time.Second
		e.expires = o.clock.Now().Add(options.TTL)
	}
	if other := r.IntN(12); o.limit == 0 && r.IntN(4) == 0 && other != key && o.get(other) {
		options.Supersedes = Key(other)
		o.end(other, cache.ErrSuperseded)
	}
	if old := o.entries[key]; old == nil || old.ended != nil {
		o.want.Entries++
	}
	if o.limit > 0 && o.want.Entries > o.limit {
		o.want.Evicted[cache.LimitEntries]++
		o.end(o.leastRecentlyUsed(key), cache.ErrEvicted)
	}
	o.suite.put(key, int64(key), options)
	o.entries[key] = e
	o.want.Puts++
}

func (o *oracle) end(key int, cause error) {
	o.entries[key].ended = cause
	o.want.Entries--
}

func (o *oracle) leastRecentlyUsed(besides int) int {
	least := -1
	for key, e := range o.entries {
		if key != besides && e.ended == nil && (least < 0 || e.used.Before(o.entries[least].used)) {
			least = key
		}
	}
	return least
}

func (o *oracle) check(seed uint64, step int) {
	o.Helper()
	got := o.store.Stats()
	o.want.Bytes = int64(o.want.Entries) * o.cost
	if len(o.want.Evicted)+len(got.Evicted) == 0 {
		got.Evicted = o.want.Evicted // nil or empty
	}
	require.True(o, assert.ObjectsAreEqual(o.want, got), "seed %d, step %d, limit %d: want %+v, got %+v", seed, step, o.limit, o.want, got)
}
