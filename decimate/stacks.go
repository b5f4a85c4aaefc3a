package decimate

import (
	"math"
	"slices"
)

// stacks counts the rows kept with equal discs. Few plots have a stack that is as
// high as the limit: as long as no bucket of discs holds so many, none is full,
// and no disc is looked up.
type stacks struct {
	limit   int
	buckets []uint32     // how many discs hash to each
	keys    [][]stackKey // of all, as long as height is nil
	height  map[stackKey]int
	cut     bool // a row was dropped for it
}

// A stackKey is what equal discs are equal in.
type stackKey struct{ x, y, touched, opacity float64 }

func (d *disc) key() stackKey { return stackKey{d.x, d.y, d.touched, d.opacity} }

const bucketBits = 12

func bucketOf(d *disc) uint64 {
	return (math.Float64bits(d.x)*0x9e3779b97f4a7c15 ^ math.Float64bits(d.y)*0xc2b2ae3d27d4eb4f) *
		0x9e3779b97f4a7c15 >> (64 - bucketBits)
}

func (s *stacks) full(d *disc) bool {
	if s.limit <= 0 || s.buckets == nil || int(s.buckets[bucketOf(d)]) < s.limit {
		return false
	}
	if s.height == nil {
		s.height = make(map[stackKey]int)
		for _, key := range slices.Concat(s.keys...) {
			s.height[key]++
		}
		s.keys = nil
	}
	full := s.height[d.key()] >= s.limit
	s.cut = s.cut || full
	return full
}

func (s *stacks) add(d *disc) {
	if s.limit <= 0 {
		return
	}
	if s.buckets == nil {
		s.buckets = make([]uint32, 1<<bucketBits)
	}
	s.buckets[bucketOf(d)]++
	if s.height != nil {
		s.height[d.key()]++
		return
	}
	last := len(s.keys) - 1
	if last < 0 || len(s.keys[last]) == cap(s.keys[last]) {
		s.keys = append(s.keys, make([]stackKey, 0, 16<<min(len(s.keys), 8)))
		last++
	}
	s.keys[last] = append(s.keys[last], d.key())
}
