package decimate

import "math"

// stacks counts the rows kept with equal discs. A stack is full once there are as many
// as the limit since another disc that touches them, if they are translucent: so many
// bring a pixel from any colour to where more of them leave it, which need not be where
// it was before the other disc. Few plots have a stack that is a quarter as high: as long as no bucket of
// discs holds so many, no disc is looked up, nor whether it touches another. So a
// translucent stack that nothing else touches is full with five quarters of the limit.
type stacks struct {
	limit   int
	buckets []uint32   // how many discs hash to each
	keys    []stackKey // of all, as long as height is nil
	height  map[stackKey]int
	tall    towers
	cut     bool // a row was dropped for it
}

// A stackKey is what equal discs are equal in.
type stackKey struct{ x, y, touched, opacity float64 }

func (d *disc) key() stackKey { return stackKey{d.x, d.y, d.touched, d.opacity} }

const bucketBits = 14

func bucketOf(d *disc) uint64 {
	return (math.Float64bits(d.x)*0x9e3779b97f4a7c15 ^ math.Float64bits(d.y)*0xc2b2ae3d27d4eb4f) *
		0x9e3779b97f4a7c15 >> (64 - bucketBits)
}

// high is from how many rows on a stack is looked at as a tower.
func (s *stacks) high() int { return max(s.limit/4, 1) }

func (s *stacks) full(d *disc) bool {
	if s.limit <= 0 || s.buckets == nil || int(s.buckets[bucketOf(d)]) < s.high() {
		return false
	}
	if s.height == nil {
		s.height = make(map[stackKey]int)
		for _, key := range s.keys {
			s.height[key]++
		}
	}
	height := s.height[d.key()]
	if height < s.high() {
		return false
	}
	full := s.tall.of(d, height).run >= s.limit
	s.cut = s.cut || full
	return full
}

func (s *stacks) add(d *disc) {
	if s.limit <= 0 {
		return
	}
	s.tall.cross(d)
	if s.buckets == nil {
		s.buckets = make([]uint32, 1<<bucketBits)
	}
	s.buckets[bucketOf(d)]++
	if s.height != nil {
		s.height[d.key()]++
		return
	}
	s.keys = append(s.keys, d.key())
}

// emptied returns empty stacks in the memory of others, which are of no use then.
func (s *stacks) emptied(limit int) stacks {
	clear(s.buckets)
	return stacks{limit: limit, buckets: s.buckets, keys: s.keys[:0]}
}
