package encode

import (
	"math"
	"time"
)

// A zone gives the offset of local time from UTC. It holds the offsets of the
// years in question as a table, which is read faster than time.Location and,
// unlike a cache, by any number of goroutines. A nil zone is UTC.
type zone struct {
	starts  []int64 // seconds since 1970; ascending, the first one is −∞
	offsets []int64 // seconds east of UTC, from starts[i] on
}

// maxTransitions bounds the table. Zones change offset twice a year at most,
// but for a few, and text of years beyond 9999 is not read by plotly.js.
const maxTransitions = 1 << 15

// newZone returns the offsets of loc from min to max, seconds since 1970.
func newZone(loc *time.Location, min, max int64) *zone {
	const year = 366 * secondsADay
	min = clamp(min, -12000*year, 8100*year)
	max = clamp(max, -12000*year, 8100*year)
	z := &zone{starts: []int64{math.MinInt64}}
	t := time.Unix(min, 0).In(loc)
	for offset := offsetAt(t); ; offset = offsetAt(t) {
		if n := len(z.offsets); n == 0 {
			z.offsets = append(z.offsets, offset)
		} else if offset != z.offsets[n-1] {
			z.starts = append(z.starts, t.Unix())
			z.offsets = append(z.offsets, offset)
		}
		_, end := t.ZoneBounds()
		switch {
		case end.IsZero() || end.Unix() > max || len(z.starts) == maxTransitions:
			return z
		case end.After(t):
			t = end
		default: // at a new year, Go 1.26 gives bounds that are empty
			t = t.Add(time.Hour)
		}
	}
}

func offsetAt(t time.Time) int64 {
	_, offset := t.Zone()
	return int64(offset)
}

// offset returns the offset at a second since 1970, in UTC.
func (z *zone) offset(second int64) int64 {
	if z == nil {
		return 0
	}
	lo, hi := 0, len(z.starts) // starts[lo] ≤ second < starts[hi]
	for hi-lo > 1 {
		if mid := int(uint(lo+hi) / 2); z.starts[mid] <= second {
			lo = mid
		} else {
			hi = mid
		}
	}
	return z.offsets[lo]
}

func clamp(v, lo, hi int64) int64 { return min(max(v, lo), hi) }
