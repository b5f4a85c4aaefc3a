package reduce

import (
	"math"

	"github.com/pointillist-go/pointillist/decimate"
)

// glRatio is plotly.js's default plotGlPixelRatio: the pixels of scattergl's
// canvas per CSS pixel, whatever the screen.
const glRatio = 2

// area is the panel that shows the trace.
//
// A figure's margins are whole CSS pixels, and browsers put it on a whole device
// pixel, so a panel that fills the plot area lies on the pixels' grid. One that
// does not, as a facet, is widened to the pixels it is on.
func (r *reduction) area(t *trace) decimate.Area {
	left, right, width := t.xAxis.onPixels()
	top, bottom, height := t.yAxis.onPixels()
	ratio := r.o.PixelRatio
	if t.look.gl {
		ratio = glRatio
	}
	return decimate.Area{
		Left: left, Right: right, Width: width, Bottom: bottom, Top: top, Height: height, PixelRatio: ratio,
		Unaligned: !whole(r.o.Width) || !whole(r.o.Height),
	}
}

// onPixels returns the coordinates at both ends of the whole CSS pixels that
// the axis takes part of, from the left or the top, and their number.
func (a *axis) onPixels() (from, to, length float64) {
	const rounding = 1e-9 // of domains
	first, last := math.Floor(a.start+rounding), math.Ceil(a.start+a.length-rounding)
	from, to = a.from, a.to
	if a.vertical {
		from, to = to, from
	}
	unit := (to - from) / a.length
	return from - (a.start-first)*unit, to + (last-a.start-a.length)*unit, last - first
}

func whole(v float64) bool { return v == math.Trunc(v) }
