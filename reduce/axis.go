package reduce

import (
	"math"
	"strings"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// A kind of axis, as plotly.js tells them apart. The zero kind is of axes whose
// coordinates are not known here: their traces stay whole.
type kind uint8

const (
	unknown kind = iota
	linear
	logarithmic
	date
	category
)

// An axis is one axis of a figure.
type axis struct {
	object   *figure.Object // in the layout
	vertical bool
	start    float64 // CSS pixels from the left or the top of the plot area
	length   float64 // CSS pixels
	*scale
}

// A scale is what axes that match have in common.
type scale struct {
	kind       kind
	pointer    string // of the option that gives its range
	asked      *Range
	bounds     bounds
	categories []any // of an axis of categories, in its order
	places     map[any]float64
	from, to   float64 // what is shown
	shown      bool    // from and to are known
}

// readAxes reads the axes of the layout, by their names in traces.
func (r *reduction) readAxes() {
	r.axes = map[string]*axis{}
	for _, m := range r.fig.Layout.Members() {
		letter, rest := axisOf(m.Key)
		object, ok := m.Value.(*figure.Object)
		if letter == "" || !ok {
			continue
		}
		r.axes[letter+rest] = r.newAxis(object, letter == "y")
	}
	for name := range r.axes {
		r.scaleOf(name)
	}
}

func (r *reduction) newAxis(object *figure.Object, vertical bool) *axis {
	low, high := 0.0, 1.0
	if domain, ok := object.Get("domain").([]float64); ok && len(domain) == 2 {
		low, high = domain[0], domain[1]
	}
	a := &axis{object: object, vertical: vertical, start: r.o.Width * low, length: r.o.Width * (high - low)}
	if vertical {
		a.start, a.length = r.o.Height*(1-high), r.o.Height*(high-low)
	}
	return a
}

// axisOf splits the key of an axis in a layout, such as xaxis2.
func axisOf(key string) (letter, rest string) {
	for _, l := range []string{"x", "y"} {
		if rest, ok := strings.CutPrefix(key, l+"axis"); ok {
			return l, rest
		}
	}
	return "", ""
}

// scaleOf returns the scale of an axis: of the one that it matches, if any.
func (r *reduction) scaleOf(name string) *scale {
	a := r.axes[name]
	if a.scale != nil {
		return a.scale
	}
	other, _ := a.object.Get("matches").(string)
	if other != name && r.axes[other] != nil {
		a.scale = &scale{} // until the other one's is known: in a ring there is none
		a.scale = r.scaleOf(other)
		return a.scale
	}
	a.scale = &scale{pointer: "/" + name[:1], places: map[any]float64{}}
	if name == "x" {
		a.asked = r.o.X
	}
	if name == "y" {
		a.asked = r.o.Y
	}
	list, _ := a.object.Get("categoryarray").([]any)
	for _, value := range list {
		a.addCategory(value)
	}
	return a.scale
}

func (s *scale) addCategory(value any) float64 {
	place, known := s.places[value]
	if !known {
		place = float64(len(s.categories))
		s.places[value] = place
		s.categories = append(s.categories, value)
	}
	return place
}

// settle decides the kind of the axis by the first column on it.
func (a *axis) settle(column *frame.Column) {
	if a.kind != unknown {
		return
	}
	k := kindOf(column)
	if k == linear && a.object.Get("type") == "log" {
		k = logarithmic
	}
	a.kind = k
}

// kindOf returns the kind of axis that plotly.js makes of a column as it is
// written.
func kindOf(c *frame.Column) kind {
	switch c.Kind() {
	case frame.Int, frame.Uint, frame.Float, frame.Decimal:
		return linear
	case frame.Date, frame.Timestamp:
		return date
	case frame.Bool:
		return category
	case frame.Text:
		if isCategories(c) {
			return category
		}
	}
	return unknown // durations, times of day: how they are read depends on the values
}

// isCategories reports whether plotly.js is sure to take the texts for
// categories: a text without a letter may be a number or a date to it.
func isCategories(c *frame.Column) bool {
	codes := c.Codes()
	if codes.Len() > maxCategories {
		return false
	}
	for code := range codes.Len() {
		text, _ := codes.Values().Value(code).(string)
		if !strings.ContainsFunc(text, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r > 0x7f }) {
			return false
		}
		if first := text[0]; first >= '0' && first <= '9' || strings.ContainsRune("+-.$ ", rune(first)) {
			return false
		}
	}
	return codes.Len() > 0
}

// maxCategories is the most categories of an axis: nobody can tell more apart.
const maxCategories = 10_000

// show decides what the axis shows: what was asked for, what the figure says, or
// Plotly's range for all rows.
func (a *axis) show() error {
	if a.shown || a.kind == unknown {
		return nil
	}
	switch given := a.given(); {
	case a.asked != nil:
		if a.asked.Date && a.kind != date {
			return wrong(a.pointer, "dates, but the axis does not show dates")
		}
		a.from, a.to = a.asked.From, a.asked.To
	case given != nil:
		a.from, a.to = given.From, given.To
	case a.bounds.empty():
		return nil
	default:
		a.from, a.to = a.bounds.autorange(a.length)
	}
	a.shown = true
	return nil
}

// given returns the range in the layout; nil if it is left to Plotly.
func (a *axis) given() *Range {
	ends, _ := a.object.Get("range").([]any)
	if a.kind == category {
		return nil
	}
	given, err := ParseRange(ends)
	if err != nil || given == nil || !given.usable() {
		return nil
	}
	return given
}

// write writes the range, and the order of categories, into the layout: fewer
// rows would have others.
func (a *axis) write() {
	if !a.shown {
		return
	}
	ends := []any{a.from, a.to}
	if a.kind == date {
		ends = []any{formatDate(a.from), formatDate(a.to)}
	}
	a.object.Set("range", ends)
	if a.kind == category {
		a.object.Set("categoryorder", "array").Set("categoryarray", a.categories)
	}
	if a.kind == date {
		a.object.Set("type", "date")
	}
}

// moved returns the coordinate that lies by a value away from another one.
func (a *axis) moved(coordinate, by float64) float64 {
	if a.kind != logarithmic {
		return coordinate + by
	}
	return logOf(math.Pow(10, coordinate)+by, nan)
}
