package decimate

import (
	"fmt"
	"math"
)

// maxCells bounds the memory of a grid over the plot area: 2^26 cells are a
// plot of 8192 × 8192 device pixels.
const maxCells = 1 << 26

// An Area is the inside of a plot: the ranges of its axes and where they lie
// on the screen. What is drawn beyond it is clipped, which is Plotly's default.
type Area struct {
	Left, Right float64 // axis coordinates at the edges; Left > Right if the axis is reversed
	Bottom, Top float64
	Width       float64 // CSS pixels
	Height      float64
	// PixelRatio is the number of device pixels per CSS pixel; 0 means 1. What
	// is kept for a ratio is right for its whole multiples too, since their
	// pixels subdivide it: 1 also serves screens of ratio 2 and 3.
	PixelRatio float64
	// Unaligned says that the area does not begin on the corner of a device
	// pixel, as in a page that centres it. A PixelRatio that is not whole
	// implies it.
	Unaligned bool
}

// Validate returns an error that wraps [ErrView] if no plot has this area: if
// a range is empty or not finite, a side not positive, or if it has more than
// 2^26 device pixels.
func (a Area) Validate() error {
	for _, r := range [...]struct {
		name     string
		from, to float64
	}{{"x", a.Left, a.Right}, {"y", a.Bottom, a.Top}} {
		if span := r.to - r.from; span == 0 || !finite(span) || !finite(1/span) {
			return fmt.Errorf("%w: the %s range [%v, %v] must be finite and not empty", ErrView, r.name, r.from, r.to)
		}
	}
	if !(a.Width > 0 && a.Height > 0 && a.PixelRatio >= 0) {
		return fmt.Errorf("%w: %v × %v px at pixel ratio %v, all must be positive", ErrView, a.Width, a.Height, a.PixelRatio)
	}
	if cells := a.Width * a.Height * a.ratio() * a.ratio(); !(cells <= maxCells) {
		return fmt.Errorf("%w: %v × %v px at pixel ratio %v is more than %d device pixels", ErrView, a.Width, a.Height, a.PixelRatio, maxCells)
	}
	return nil
}

func (a Area) ratio() float64 {
	if a.PixelRatio == 0 {
		return 1
	}
	return a.PixelRatio
}

// aligned reports whether the cells of a grid over the area, of one device
// pixel each, lie exactly on device pixels.
func (a Area) aligned() bool {
	return !a.Unaligned && a.ratio() == math.Trunc(a.ratio())
}

// A projection maps axis coordinates to cells of a grid over the area: from 0
// to width from left to right, from 0 to height from top to bottom.
type projection struct {
	left, top     float64
	kx, ky        float64
	width, height float64
}

// projection returns the map to cells of which perPixel make one CSS pixel.
func (a Area) projection(perPixel float64) projection {
	w, h := a.Width*perPixel, a.Height*perPixel
	return projection{
		left: a.Left, top: a.Top,
		kx: w / (a.Right - a.Left), ky: h / (a.Bottom - a.Top),
		width: w, height: h,
	}
}

func (p projection) px(x float64) float64 { return (x - p.left) * p.kx }
func (p projection) py(y float64) float64 { return (y - p.top) * p.ky }
