package reduce

import "slices"

// extraPad is the share of an axis that Plotly leaves free beyond markers.
const extraPad = 0.05

// A bound is a value that an axis must show with pad CSS pixels beyond it, and
// a twentieth of the axis if extra.
type bound struct {
	value, pad float64
	extra      bool
}

func (b bound) room(length float64) float64 {
	if b.extra {
		return b.pad + extraPad*length
	}
	return b.pad
}

// Bounds are those on either side that no other one makes superfluous: of
// markers of several sizes a smaller value may need less room than a larger.
type bounds struct{ low, high []bound }

func (b *bounds) add(v bound) {
	b.low = addBound(b.low, v, func(a, b float64) bool { return a <= b })
	b.high = addBound(b.high, v, func(a, b float64) bool { return a >= b })
}

// addBound adds v unless another one implies it, and drops those that it
// implies. beyond(a, b) tells whether a lies as far out as b.
func addBound(list []bound, v bound, beyond func(a, b float64) bool) []bound {
	implies := func(a, b bound) bool {
		return beyond(a.value, b.value) && a.pad >= b.pad && (a.extra || !b.extra)
	}
	for _, known := range list {
		if implies(known, v) {
			return list
		}
	}
	list = slices.DeleteFunc(list, func(known bound) bool { return implies(v, known) })
	return append(list, v)
}

// empty reports whether there is nothing to show.
func (b *bounds) empty() bool { return len(b.low) == 0 }

// autorange returns the range that Plotly gives an axis of that length in CSS
// pixels: the narrowest that has room for all bounds. It follows getAutoRange
// of plotly.js, rounding included.
func (b *bounds) autorange(length float64) (from, to float64) {
	var low, high bound
	best := 0.0 // units per pixel
	for _, l := range b.low {
		for _, h := range b.high {
			span := h.value - l.value
			room := length - l.room(length) - h.room(length)
			if room <= length/10 { // no room is left for the data: pad nothing
				l, h, room = bound{value: l.value}, bound{value: h.value}, length
			}
			if span/room > best {
				low, high, best = l, h, span/room
			}
		}
	}
	if best == 0 { // one value
		return b.low[0].value - 1, b.low[0].value + 1
	}
	return low.value - best*low.room(length), high.value + best*high.room(length)
}
