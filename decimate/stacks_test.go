package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowStacks are stacks that look at all towers for each disc.
type slowStacks struct {
	limit  int
	height map[stackKey]int
	runs   map[stackKey]int
}

func (s *slowStacks) full(d *disc) bool {
	if s.limit == 0 || s.height[d.key()] < max(s.limit/4, 1) {
		return false
	}
	if _, tower := s.runs[d.key()]; !tower {
		s.runs[d.key()] = 0
		if d.opacity >= 1 {
			s.runs[d.key()] = s.height[d.key()]
		}
	}
	return s.runs[d.key()] >= s.limit
}

func (s *slowStacks) add(d *disc) {
	s.height[d.key()]++
	for key := range s.runs {
		if key == d.key() {
			s.runs[key]++
		} else if min(key.opacity, d.opacity) < 1 && math.Hypot(key.x-d.x, key.y-d.y) < key.touched+d.touched+2 {
			s.runs[key] = 0
		}
	}
}

// TestStacksEqualSlow compares stacks with a look at all discs, for places that are far
// apart and for such that touch.
func TestStacksEqualSlow(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, limit := range []int{0, 1, 3, 40} {
		for _, places := range []int{1, 7, 70, 100_000} {
			for _, apart := range []float64{0.3, 2.5, 100} {
				s, slow := stacks{limit: limit}, slowStacks{limit, map[stackKey]int{}, map[stackKey]int{}}
				cut := false
				for range 2000 {
					d := &disc{x: apart * float64(r.IntN(places)-places/2), y: apart * float64(r.IntN(2)), shape: &shape{opacity: 0.5 * float64(1+r.IntN(2)), touched: float64(1 + r.IntN(2))}}
					full := slow.full(d)
					cut = cut || full
					require.Equal(t, full, s.full(d), "%d of %d at %v", limit, places, apart)
					if !full {
						s.add(d)
						slow.add(d)
					}
				}
				assert.Equal(t, cut, s.cut)
			}
		}
	}
}

// TestStacksComeToRest blends a pixel in steps rounded to 8 bits: with all discs, and
// with those that are kept. Faint ones come to rest short of their colour, each time
// from where another disc that touches them has left the pixel, which they would not go
// back to by themselves.
func TestStacksComeToRest(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	cuts := 0
	for range 300 {
		stack := &disc{x: 10, y: 10, shape: &shape{touched: 6, opacity: r.Float64() * r.Float64()}}
		other := &disc{x: 13, y: 10, shape: &shape{touched: 6, opacity: r.Float64()}}
		discs := make([]*disc, 3000) // the lowest first
		for i := range discs {
			if discs[i] = stack; r.IntN(700) == 0 {
				discs[i] = other
			}
		}
		var kept []*disc
		s := stacks{limit: 256}
		for i := len(discs) - 1; i >= 0; i-- {
			if d := discs[i]; !s.full(d) {
				s.add(d)
				kept = append(kept, d)
			}
		}
		blend := func(v float64, d *disc) float64 { return math.Round(v*(1-d.opacity) + 40*d.opacity) }
		all, few := 255.0, 255.0
		for _, d := range discs {
			all = blend(all, d)
		}
		for i := len(kept) - 1; i >= 0; i-- {
			few = blend(few, kept[i])
		}
		require.Equal(t, all, few, "opacities %v and %v", stack.opacity, other.opacity)
		if s.cut {
			cuts++
		}
	}
	assert.Greater(t, cuts, 200)
}
