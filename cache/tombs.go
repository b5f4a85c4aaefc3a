package cache

import "time"

// tombs remember why the last few entries went, in a fixed amount of memory:
// when it is full, the oldest is forgotten and its key is merely not found.
type tombs struct {
	byKey map[Key]tomb
	ring  []Key // in order of death; ring[next] is the oldest once it is full
	next  int
}

type tomb struct {
	place int // in the ring: a key that died twice is only where it died last
	cause error
	limit Limit
	when  time.Time
}

// maxTombs are about half a megabyte.
const maxTombs = 4096

func (t *tombs) bury(key Key, cause error, limit Limit, when time.Time) {
	if t.byKey == nil {
		t.byKey = make(map[Key]tomb)
	}
	if len(t.ring) < maxTombs {
		t.ring = append(t.ring, key)
	} else {
		if old := t.ring[t.next]; t.byKey[old].place == t.next {
			delete(t.byKey, old)
		}
		t.ring[t.next] = key
	}
	t.byKey[key] = tomb{t.next, cause, limit, when}
	t.next = (t.next + 1) % maxTombs
}

// forget is for a key that lives again. Its place in the ring stays taken.
func (t *tombs) forget(key Key) { delete(t.byKey, key) }

// miss returns the explanation for a key that is not kept.
func (t *tombs) miss(key Key) *Miss {
	if d, ok := t.byKey[key]; ok {
		return &Miss{Key: key, Cause: d.cause, When: d.when, Limit: d.limit}
	}
	return &Miss{Key: key, Cause: ErrNotFound}
}
