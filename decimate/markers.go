package decimate

import "math"

const (
	badMarkers  = "decimate: Markers.X, Y, Sizes and Opacities differ in length"
	badCloud    = "decimate: Markers.Cloud beside X and Y, or not of the rows of its tiles"
	badRenderer = "decimate: not a Renderer"
)

// Markers is one trace to draw. A later row lies on top of an earlier one.
type Markers struct {
	X, Y []float64 // axis coordinates; a row with NaN or ±Inf is not drawn

	// Cloud, if not nil, takes the place of X and Y, for markers of one size
	// and opacity: Sizes and Opacities are nil.
	Cloud *Cloud

	// Size is the diameter in CSS pixels, Opacity that of the marker times the
	// alpha of its colour, from 0 to 1. Sizes and Opacities, one a row, replace
	// them if not nil. A size that is negative or not finite is 0.
	Size, Opacity    float64
	Sizes, Opacities []float64

	Outline float64 // width of the outline in CSS pixels
	Symbol  Symbol  // the zero Symbol is Circle

	// Stack is the most rows to keep with the same place, size and opacity; a quarter more
	// of translucent ones, and so many again below each other row that touches them. 0
	// keeps all that show. The rim of a marker hides nothing for certain, so
	// that without it each of a thousand rows on a lonely spot is visible, and
	// a thousand rims do look harder than one. With it, a pixel of which a
	// marker covers the share f changes by at most (1−f·opacity)^Stack. At 256
	// a lonely stack of one colour is unchanged on a screen of 8 bits.
	Stack int
}

func (m *Markers) check() {
	n := len(m.X)
	if m.Cloud != nil && (n > 0 || m.Cloud.X.Len() != m.rows() || m.Cloud.Y.Len() != m.rows()) {
		panic(badCloud)
	}
	if len(m.Y) != n || m.Sizes != nil && len(m.Sizes) != n || m.Opacities != nil && len(m.Opacities) != n {
		panic(badMarkers)
	}
	if uint64(n) > math.MaxUint32 {
		panic(badRows)
	}
}

// A Symbol gives the extent of a marker's shape as a multiple of half its
// size: it covers the disc of radius Inner around its position and stays
// within that of radius Outer. An open symbol covers nothing: Inner is 0.
type Symbol struct{ Inner, Outer float64 }

// The symbols of plotly.express, in its order, as Plotly's SVG draws them. What
// scattergl draws for other symbols than circles has not been measured.
var (
	Circle  = Symbol{1, 1}
	Diamond = Symbol{1.3 / math.Sqrt2, 1.3}
	Square  = Symbol{1, math.Sqrt2}
	X       = Symbol{0.4 * math.Sqrt2, 1.265} // 1.265² = 1.2² + 0.4²
	Cross   = X
)

// A Renderer says how exactly discs are drawn.
type Renderer int

const (
	// SVG covers each pixel by the share of it that lies in the marker.
	SVG Renderer = iota
	// GL is scattergl at its default plotGlPixelRatio of 2: rims are blurred
	// over half a CSS pixel and diameters rounded to multiples of 1/2.55.
	GL
)

// slack is what a renderer may put wrong, in CSS pixels: Plotly rounds a
// radius to 0.01, a browser approximates a circle.
const slack = 0.043

// rim returns how far the picture of a disc differs from the disc, in cells.
func (r Renderer) rim(perPixel float64) float64 {
	switch r {
	case SVG:
		return slack * perPixel
	case GL:
		const blur, rounding = 0.25, 0.5 / 2.55
		return (slack + blur + rounding) * perPixel // of size and of outline, half of each
	default:
		panic(badRenderer)
	}
}

// sliver returns how much farther to the side of a disc, in cells of a device pixel, the
// renderer may find that it covers a 255th of one, which is enough to change a level of
// what is there in the same colour: seen in Chromium once in ten million pixels.
func (r Renderer) sliver() float64 {
	if r == SVG {
		return 0.1
	}
	return 0
}

// snap returns how far from its height the renderer may draw a piece of an edge,
// in cells of a device pixel: Skia, which fills paths in Chromium, rounds heights
// to a quarter (SkAnalyticEdge::SnapY).
func (r Renderer) snap() float64 {
	if r == SVG {
		return 0.125
	}
	return 0
}
