package reduce

import (
	"math"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/figure"
)

// A look is what a trace's picture depends on besides its rows, with
// plotly.js's defaults for what the trace and its template leave out.
type look struct {
	lines, markers, text bool
	bent                 bool // the line is not straight from row to row
	dashed               bool
	gl                   bool
	bars                 bool // error bars

	size    float64   // of all markers
	sizes   []float64 // or of each
	areas   bool      // that is how they were given
	outline float64
	opacity float64
	symbol  decimate.Symbol
	shape   string    // plotly.js's name of the symbol
	unclear []float64 // values of a color scale, where some may be missing
}

const defaultSize = 6

// A templates gives the defaults of traces by their type.
type templates struct{ data *figure.Object }

func templatesOf(layout *figure.Object) templates {
	var own *figure.Object
	switch t := layout.Get("template").(type) {
	case *figure.Object:
		own = t
	case figure.Raw:
		own = parsed(t)
	}
	if own == nil {
		return templates{}
	}
	data, _ := own.Get("data").(*figure.Object)
	return templates{data}
}

// lastTemplate is the one that was parsed last. Most figures of a server have the same,
// and to parse it takes half a millisecond.
var lastTemplate atomic.Pointer[parsedTemplate]

type parsedTemplate struct {
	text figure.Raw
	own  *figure.Object // nobody writes to it
}

// parsed returns what a template says; nil if it is none.
func parsed(text figure.Raw) *figure.Object {
	if last := lastTemplate.Load(); last != nil && last.text == text {
		return last.own
	}
	t, err := figure.ParseTemplate([]byte(text))
	if err != nil {
		return nil
	}
	lastTemplate.Store(&parsedTemplate{text, t.Own})
	return t.Own
}

// entry returns the template of the nth trace of a type.
func (t templates) entry(typ string, nth int) *figure.Object {
	if t.data == nil {
		return nil
	}
	list, _ := t.data.Get(typ).([]any)
	if len(list) == 0 {
		return nil
	}
	entry, _ := list[nth%len(list)].(*figure.Object)
	return entry
}

// An attributes looks attributes up in a trace, then in its template.
type attributes [2]*figure.Object

func (a attributes) get(path string) any {
	for _, o := range a {
		var value any = o
		for key := range strings.SplitSeq(path, ".") {
			object, ok := value.(*figure.Object)
			if value = nil; ok && object != nil {
				value = object.Get(key)
			}
		}
		if value != nil {
			return value
		}
	}
	return nil
}

func (a attributes) number(path string, otherwise float64) float64 {
	switch v := a.get(path).(type) {
	case float64:
		return v
	case int:
		return float64(v)
	case int64:
		return float64(v)
	}
	return otherwise
}

func (a attributes) text(path string) string {
	text, _ := a.get(path).(string)
	return text
}

func lookOf(trace, template *figure.Object) look {
	a := attributes{trace, template}
	mode, shape, dash := a.text("mode"), a.text("line.shape"), a.text("line.dash")
	l := look{
		lines:   strings.Contains(mode, "lines"),
		markers: strings.Contains(mode, "markers"),
		text:    strings.Contains(mode, "text"),
		bent:    shape != "" && shape != "linear",
		dashed:  dash != "" && dash != "solid",
		gl:      a.text("type") == "scattergl",
		bars:    a.get("error_x") != nil || a.get("error_y") != nil,
		size:    a.number("marker.size", defaultSize),
	}
	l.readSizes(a)
	bubbles, open := l.sizes != nil, strings.Contains(a.text("marker.symbol"), "open")
	outline, opacity := 0.0, 1.0
	if bubbles || open {
		outline = 1
	}
	if bubbles {
		opacity = 0.7
	}
	l.outline = a.number("marker.line.width", outline)
	l.opacity = a.number("opacity", 1) * a.number("marker.opacity", opacity)
	l.symbol = symbolOf(a.get("marker.symbol"), l.gl)
	l.shape = a.text("marker.symbol")
	switch color := a.get("marker.color").(type) {
	case string:
		l.opacity *= alphaOf(color)
	case *figure.Array:
		if color.Column != nil && missesValues(color) {
			l.unclear = floatsOf(color)
		}
	}
	return l
}

func missesValues(a *figure.Array) bool {
	s := a.Column.Stats()
	return s.Nulls > 0 || s.NaNs > 0
}

// readSizes reads sizes of their own and makes diameters of them. Of an area v
// that is 2·√(v/2/sizeref); scattergl has √(v/sizeref), where plotly.js forgets
// the two.
func (l *look) readSizes(a attributes) {
	l.sizes = floatsOf(a.get("marker.size"))
	if l.sizes == nil {
		return
	}
	ref := a.number("marker.sizeref", 1)
	l.areas = a.text("marker.sizemode") == "area"
	for i, v := range l.sizes {
		switch {
		case !l.areas:
			v /= ref
		case l.gl:
			v = math.Sqrt(v / ref)
		default:
			v = math.Sqrt(2 * v / ref)
		}
		l.sizes[i] = v
	}
}

// symbolOf returns the extent of a symbol. Of those that have not been measured
// it is certain only that they hide nothing and lie within the largest.
func symbolOf(symbol any, gl bool) decimate.Symbol {
	name, ok := symbol.(string)
	known, measured := map[string]decimate.Symbol{
		"": decimate.Circle, "circle": decimate.Circle, "diamond": decimate.Diamond,
		"square": decimate.Square, "x": decimate.X, "cross": decimate.Cross,
	}[name]
	switch {
	case symbol != nil && !ok || !measured:
		return decimate.Symbol{Inner: 0, Outer: 2.5}
	case gl && known != decimate.Circle:
		// scattergl draws them from a texture, whose rims are soft.
		return decimate.Symbol{Inner: 0.75 * known.Inner, Outer: 1.25 * known.Outer}
	}
	return known
}

// alphaOf returns the opacity of a CSS color, 1 if it does not say.
func alphaOf(color string) float64 {
	color = strings.TrimSpace(strings.ToLower(color))
	switch {
	case color == "transparent":
		return 0
	case strings.HasPrefix(color, "#") && (len(color) == 5 || len(color) == 9):
		digits := color[(len(color)-1)/4*3+1:]
		v, err := strconv.ParseUint(digits, 16, 8)
		if err != nil {
			return 1
		}
		return float64(v) / float64(int(1)<<(4*len(digits))-1)
	}
	inner, found := strings.CutSuffix(color, ")")
	parts := strings.FieldsFunc(inner, func(r rune) bool { return strings.ContainsRune("(,/ ", r) })
	if !found || len(parts) != 5 {
		return 1
	}
	text, percent := strings.CutSuffix(parts[4], "%")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 1
	}
	if percent {
		v /= 100
	}
	return max(0, min(1, v))
}

// opacities returns the opacity of each marker; nil if they are equal. A marker
// whose color is missing may be drawn or not: it is kept and hides nothing.
func (l *look) opacities() []float64 {
	if l.unclear == nil {
		return nil
	}
	const next = 1e-9 // to nothing, but drawn
	all := make([]float64, len(l.unclear))
	for i, v := range l.unclear {
		all[i] = l.opacity
		if v != v {
			all[i] = next
		}
	}
	return all
}

// manyPoints is where scattergl makes room for markers in another way.
const manyPoints = 100_000

// pads are the pixels that Plotly leaves free beyond markers.
type pads struct {
	all  float64
	each []float64
}

func (t *trace) pads() pads {
	l := &t.look
	if !l.markers {
		return pads{}
	}
	if l.gl && t.length() >= manyPoints {
		if l.sizes == nil {
			return pads{all: max(l.size, 3)}
		}
		sum := 0.0
		for _, s := range l.sizes {
			sum += positive(s)
		}
		return pads{all: sum / float64(len(l.sizes))}
	}
	if l.sizes == nil {
		return pads{all: max(l.size/1.6, 3)}
	}
	each := make([]float64, len(l.sizes))
	for i, s := range l.sizes {
		each[i] = max(s/l.padDivisor(), 3)
	}
	return pads{each: each}
}

// padDivisor is by how much plotly.js's calcMarkerSize makes less room than a
// diameter. It divides by 1.6·sizeref, of areas before the root is taken.
func (l *look) padDivisor() float64 {
	switch {
	case !l.areas:
		return 1.6
	case l.gl:
		return math.Sqrt(1.6)
	}
	return math.Sqrt(2 * 1.6)
}
