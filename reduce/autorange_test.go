package reduce

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAutorange holds ranges that plotly.js gave, read from _fullLayout.
func TestAutorange(t *testing.T) {
	for name, tc := range map[string]struct {
		length   float64
		bounds   []bound
		from, to float64
	}{
		"100,000 points":  {740, []bound{{0, 6, true}, {149.18, 6, true}}, -9.8085, 158.9885},
		"fewer":           {740, []bound{{0, 3.75, true}, {149.18, 3.75, true}}, -9.2317, 158.4117},
		"a line in x":     {740, []bound{{0, 0, false}, {10, 0, false}}, 0, 10},
		"one value":       {740, []bound{{5, 3.75, true}}, 4, 6},
		"no room for pad": {10, []bound{{0, 6, true}, {1, 6, true}}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var b bounds
			for _, v := range tc.bounds {
				b.add(v)
			}
			from, to := b.autorange(tc.length)
			assert.InDelta(t, tc.from, from, 1e-4)
			assert.InDelta(t, tc.to, to, 1e-4)
		})
	}
}

// TestAutorangeFits: whatever the sizes, every marker has its room, and one on
// each side has no more.
func TestAutorangeFits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		const length = 500
		var b bounds
		all := make([]bound, 1+r.IntN(60))
		for i := range all {
			all[i] = bound{r.NormFloat64(), 3 + 30*r.Float64()*r.Float64(), r.IntN(3) > 0}
			b.add(all[i])
		}
		from, to := b.autorange(length)
		if len(all) == 1 {
			continue
		}
		unit := (to - from) / length
		left, right := math.Inf(1), math.Inf(1)
		for _, v := range all {
			left = min(left, (v.value-from)/unit-v.room(length))
			right = min(right, (to-v.value)/unit-v.room(length))
		}
		assert.InDelta(t, 0, left, 1e-6)
		assert.InDelta(t, 0, right, 1e-6)
	}
}

func TestAlphaOf(t *testing.T) {
	for color, want := range map[string]float64{
		"red": 1, "#fff": 1, "#ffff": 1, "#fff8": 8.0 / 15, "#ffffff80": 128.0 / 255, "transparent": 0,
		"rgb(1,2,3)": 1, "rgba(1, 2, 3, 0.25)": 0.25, "rgb(1 2 3 / 50%)": 0.5, "hsla(1,2%,3%,.5)": 0.5, "rgba(1,2,3,x)": 1,
	} {
		assert.InDelta(t, want, alphaOf(color), 1e-9, color)
	}
}
