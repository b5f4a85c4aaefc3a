package cachetest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/pointillist-go/pointillist/cache"
)

func (s *suite) lifetimes() {
	const min, µs = time.Minute, time.Microsecond // no store need know the time better
	type step struct {
		after time.Duration
		alive bool
	}
	for name, test := range map[string]struct {
		o     cache.PutOptions
		steps []step
	}{
		"for ever":                      {cache.PutOptions{}, []step{{1000000 * min, true}}},
		"before its time":               {cache.PutOptions{TTL: 10 * min}, []step{{10*min - µs, true}}},
		"at its time":                   {cache.PutOptions{TTL: 10 * min}, []step{{10 * min, false}}},
		"after its time":                {cache.PutOptions{TTL: 10 * min}, []step{{11 * min, false}}},
		"use does not lengthen it":      {cache.PutOptions{TTL: 10 * min}, []step{{9 * min, true}, {min, false}}},
		"gone stays gone":               {cache.PutOptions{TTL: 10 * min}, []step{{10 * min, false}, {min, false}}},
		"idle for less":                 {cache.PutOptions{Idle: 10 * min}, []step{{10*min - µs, true}}},
		"idle for as long":              {cache.PutOptions{Idle: 10 * min}, []step{{10 * min, false}}},
		"use starts it anew":            {cache.PutOptions{Idle: 10 * min}, []step{{9 * min, true}, {9 * min, true}, {9 * min, true}}},
		"use starts it anew, then idle": {cache.PutOptions{Idle: 10 * min}, []step{{9 * min, true}, {10 * min, false}}},
		"both, idle first":              {cache.PutOptions{TTL: 20 * min, Idle: 10 * min}, []step{{10 * min, false}}},
		"both, used until its time":     {cache.PutOptions{TTL: 20 * min, Idle: 10 * min}, []step{{9 * min, true}, {9 * min, true}, {2 * min, false}}},
		"both, time first":              {cache.PutOptions{TTL: 5 * min, Idle: 10 * min}, []step{{5 * min, false}}},
	} {
		s.start(Limits{})
		s.put(1, 1, test.o)
		for i, step := range test.steps {
			s.clock.Advance(step.after)
			f, _, err := s.store.Get(background, Key(1))
			if f != nil {
				f.Release()
			}
			if step.alive {
				assert.NoError(s, err, "%s, step %d", name, i)
			} else {
				assert.ErrorIs(s, err, cache.ErrExpired, "%s, step %d", name, i)
				assert.Zero(s, s.store.Stats().Entries, "%s, step %d", name, i)
			}
		}
	}
}

func (s *suite) byteLimit() {
	limit := 3 * s.cost()
	s.start(Limits{MaxBytes: limit})
	for i := range 10 {
		s.put(i, int64(i), cache.PutOptions{})
		s.clock.Advance(time.Second)
		assert.LessOrEqual(s, s.store.Stats().Bytes, limit)
	}
	assert.Equal(s, 3, s.store.Stats().Entries)
	assert.EqualValues(s, 7, s.store.Stats().Evicted[cache.LimitBytes])
	s.has(9, 9)
	miss := s.lacks(6, cache.ErrEvicted)
	assert.Equal(s, cache.LimitBytes, miss.Limit)
	assert.Equal(s, s.clock.Now().Add(-time.Second).UTC(), miss.When.UTC())
	assert.EqualValues(s, 1, s.store.Stats().Misses.Evicted)
}

func (s *suite) entryLimit() {
	s.start(Limits{MaxEntries: 3})
	for i := range 10 {
		s.put(i, int64(i), cache.PutOptions{})
		s.clock.Advance(time.Second)
		assert.LessOrEqual(s, s.store.Stats().Entries, 3)
	}
	for i := 7; i < 10; i++ {
		s.has(i, int64(i))
	}
	assert.Equal(s, cache.LimitEntries, s.lacks(0, cache.ErrEvicted).Limit)
}

func (s *suite) leastRecentlyUsed() {
	s.start(Limits{MaxEntries: 3})
	for i := range 3 {
		s.put(i, int64(i), cache.PutOptions{})
		s.clock.Advance(time.Second)
	}
	s.has(0, 0)
	s.clock.Advance(time.Second)
	s.put(3, 3, cache.PutOptions{})
	s.lacks(1, cache.ErrEvicted)
	s.has(0, 0)
}

func (s *suite) permanentLast() {
	s.start(Limits{MaxEntries: 3})
	for i := range 3 { // the permanent one is the oldest
		o := cache.PutOptions{TTL: time.Hour}
		if i == 0 {
			o.TTL = 0
		}
		s.put(i, int64(i), o)
		s.clock.Advance(time.Second)
	}
	s.put(3, 3, cache.PutOptions{TTL: time.Hour})
	s.clock.Advance(time.Second)
	s.put(4, 4, cache.PutOptions{TTL: time.Hour})
	s.has(0, 0)
	s.lacks(1, cache.ErrEvicted)
	s.lacks(2, cache.ErrEvicted)
}

func (s *suite) expiredFirst() {
	s.start(Limits{MaxEntries: 3})
	s.put(0, 0, cache.PutOptions{TTL: time.Hour})
	s.clock.Advance(time.Second)
	s.put(1, 1, cache.PutOptions{TTL: time.Minute})
	s.clock.Advance(time.Second)
	s.put(2, 2, cache.PutOptions{})
	s.clock.Advance(time.Minute)
	s.put(3, 3, cache.PutOptions{})
	s.lacks(1, cache.ErrExpired)
	for _, i := range []int{0, 2, 3} {
		s.has(i, int64(i))
	}
	assert.EqualValues(s, 1, s.store.Stats().Expired)
	assert.Empty(s, s.store.Stats().Evicted)
}

// clockJumps sets the clock ahead by years, and back again: what was put without end
// stays, what had one may end too early or too late, and the limit holds.
func (s *suite) clockJumps() {
	const years, limit = 10 * 365 * 24 * time.Hour, 4
	s.start(Limits{MaxEntries: limit})
	s.put(0, 0, cache.PutOptions{})
	s.put(1, 1, cache.PutOptions{TTL: time.Hour})
	s.put(2, 2, cache.PutOptions{Idle: time.Hour})
	s.clock.Advance(years)
	s.has(0, 0)
	s.lacks(1, cache.ErrExpired)
	s.lacks(2, cache.ErrExpired)
	s.put(3, 3, cache.PutOptions{TTL: time.Hour})
	s.clock.Advance(-years)
	s.has(0, 0)
	s.has(3, 3)
	for i := 4; i < 12; i++ {
		s.put(i, int64(i), cache.PutOptions{TTL: time.Hour})
		s.has(i, int64(i))
		s.has(0, 0) // it is in use, and never expires
		assert.LessOrEqual(s, s.store.Stats().Entries, limit)
		s.clock.Advance(time.Second)
	}
	s.clock.Advance(time.Hour)
	s.has(0, 0)
	s.lacks(11, cache.ErrExpired)
}

func (s *suite) inUse() {
	s.start(Limits{MaxEntries: 2})
	s.put(0, 0, cache.PutOptions{})
	s.put(1, 1, cache.PutOptions{})
	a, _ := s.get(0)
	s.clock.Advance(time.Second)
	again, _ := s.get(0)
	b, _ := s.get(1)
	assert.ErrorIs(s, s.try(2, 2, cache.PutOptions{}), cache.ErrFull)
	assert.ErrorIs(s, s.try(1, 3, cache.PutOptions{}), cache.ErrFull, "a value that is read stays charged when it is replaced")
	s.has(1, 1)
	a.Release()
	assert.ErrorIs(s, s.try(2, 2, cache.PutOptions{}), cache.ErrFull, "one of two readers is left")
	again.Release()
	s.put(2, 2, cache.PutOptions{})
	s.lacks(0, cache.ErrEvicted)
	assert.True(s, IsInts(b, 1))
	b.Release()
}
