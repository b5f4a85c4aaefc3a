package redis

import "github.com/pointillist-go/pointillist/cache"

var _ cache.Remote = (*Store)(nil)

// callsAtOnce bounds what puts at the same time hold: a buffer of 4 MB each, at least.
const callsAtOnce = 32

// AtOnce implements [cache.Remote]. The client writes what is asked at the same time to
// each server in one go, and reads the answers so: 32 calls of [cache.GetMany] take two
// round trips, and of [cache.PutMany] three, like one.
func (s *Store) AtOnce() int { return callsAtOnce }
