package figure

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

//go:embed data/templates/*.json data/templates.json
var templateFiles embed.FS

// A Template is the look of a figure: layout.template. The zero Template is
// "plotly".
type Template struct {
	// Name is one of [TemplateNames], or several joined by "+", of which a
	// later one overrides an earlier one.
	Name string
	// Own is a template of your own: an object with "layout" and "data".
	Own *Object
	// Reduced leaves out what the figures of this package do not use, such as
	// the looks of maps and pies: 2 kB instead of 6.5 of "plotly".
	Reduced bool
}

// ParseTemplate reads a template of your own from JSON.
func ParseTemplate(text []byte) (Template, error) {
	value, err := parse(text)
	if err != nil {
		return Template{}, fmt.Errorf("figure: template: %w", err)
	}
	own, ok := value.(*Object)
	if !ok {
		return Template{}, fmt.Errorf("figure: template: is %s, want an object of layout and data", typeName(value))
	}
	return Template{Own: own}, nil
}

// TemplateNames lists the templates that come with plotly.py.
var TemplateNames = sync.OnceValue(func() []string {
	var list struct{ Templates []string }
	mustRead(templateFiles, "data/templates.json", &list)
	return list.Templates
})

const defaultTemplate = "plotly"

// A look is what a figure must know of its template.
type look struct {
	value any // Raw or *Object, for layout.template

	marginTop   bool // layout.margin.t is set
	itemSizing  bool
	gridX       bool // layout.xaxis.showgrid is set
	gridY       bool
	colors      []string // the palette; empty if the template has none
	symbols     []string
	dashes      []string
	scaleColors []string // of layout.colorscale.sequential
}

var looks sync.Map // of named templates: string to *look

func (t Template) look() (*look, error) {
	if t.Reduced {
		return t.reduced()
	}
	if t.Own != nil {
		return t.own()
	}
	name := cmp.Or(t.Name, defaultTemplate)
	if known, ok := looks.Load(name); ok {
		return known.(*look), nil
	}
	parts := strings.Split(name, "+")
	merged, err := readTemplate(parts[0])
	for _, part := range parts[1:] {
		var next *Object
		if err == nil {
			next, err = readTemplate(part)
		}
		if err == nil {
			merged = mergeTemplates(merged, next)
		}
	}
	if err != nil {
		return nil, err
	}
	l := lookAt(merged)
	if len(parts) > 1 {
		return l, nil // not kept: names from outside could be joined without end
	}
	text, _ := templateFiles.ReadFile("data/templates/" + name + ".json")
	l.value = Raw(text)
	looks.Store(name, l)
	return l, nil
}

func (t Template) own() (*look, error) {
	if t.Name != "" {
		return nil, fmt.Errorf("both the name %q and a template of its own", t.Name)
	}
	for _, m := range t.Own.Members() {
		if _, ok := m.Value.(*Object); !ok || m.Key != "layout" && m.Key != "data" {
			return nil, fmt.Errorf("a template has the objects layout and data, not %q", m.Key)
		}
	}
	return lookAt(typed(t.Own)), nil
}

// drawn are the trace types of this package's figures, and unused the parts of
// a layout that belong to others.
var (
	drawn  = []string{"scatter", "scattergl", "histogram", "box", "violin"}
	unused = []string{"polar", "ternary", "scene", "geo", "map", "mapbox", "smith", "shapedefaults"}
)

// reduced parses a named template anew: it is not the same text.
func (t Template) reduced() (*look, error) {
	t.Reduced = false
	whole, err := t.look()
	if err != nil {
		return nil, err
	}
	o, ok := whole.value.(*Object)
	if !ok {
		if o, err = readTemplate(cmp.Or(t.Name, defaultTemplate)); err != nil {
			return nil, err
		}
	}
	kept := &Object{}
	if layout, ok := o.Get("layout").(*Object); ok {
		kept.Set("layout", layout.only(func(key string) bool { return !slices.Contains(unused, key) }))
	}
	if data, ok := o.Get("data").(*Object); ok {
		kept.Set("data", data.only(func(key string) bool { return slices.Contains(drawn, key) }))
	}
	small := *whole
	small.value = kept
	return &small, nil
}

// only returns the members whose key is kept.
func (o *Object) only(kept func(key string) bool) *Object {
	out := &Object{}
	for _, m := range o.members {
		if kept(m.Key) {
			out.members = append(out.members, m)
		}
	}
	return out
}

// typed returns a template whose traces all say their type, which plotly.js
// does not need and plotly.py adds.
func typed(t *Object) *Object {
	data, ok := t.Get("data").(*Object)
	if !ok {
		return t
	}
	out := &Object{}
	for _, m := range data.Members() {
		traces := list(m.Value)
		typed := make([]any, len(traces))
		for i, trace := range traces {
			typed[i] = trace
			if o, ok := trace.(*Object); ok {
				typed[i] = overlay(o, NewObject(Member{"type", m.Key}))
			}
		}
		out.Set(m.Key, typed)
	}
	return overlay(t, NewObject(Member{"data", out}))
}

func readTemplate(name string) (*Object, error) {
	text, err := templateFiles.ReadFile("data/templates/" + name + ".json")
	if err != nil || strings.ContainsAny(name, `/\.`) {
		if near := nearest.Of(name, TemplateNames()); near != "" {
			return nil, fmt.Errorf("no template %q: did you mean %q?", name, near)
		}
		return nil, fmt.Errorf("no template %q: there are %s", name, strings.Join(TemplateNames(), ", "))
	}
	value, err := parse(text)
	if err != nil {
		panic("figure: embedded template " + name + ": " + err.Error())
	}
	return value.(*Object), nil
}

func lookAt(t *Object) *look {
	layout := at(t, "layout")
	l := &look{
		value:      t,
		marginTop:  at(layout, "margin", "t") != nil,
		itemSizing: at(layout, "legend", "itemsizing") != nil,
		gridX:      at(layout, "xaxis", "showgrid") != nil,
		gridY:      at(layout, "yaxis", "showgrid") != nil,
		colors:     texts(list(at(layout, "colorway"))),
	}
	var colors []string
	for _, trace := range list(at(t, "data", "scatter")) {
		if color, ok := at(trace, "marker", "color").(string); ok {
			colors = append(colors, color)
		}
		if symbol, ok := at(trace, "marker", "symbol").(string); ok {
			l.symbols = append(l.symbols, symbol)
		}
		if dash, ok := at(trace, "line", "dash").(string); ok {
			l.dashes = append(l.dashes, dash)
		}
	}
	if len(colors) > 0 {
		l.colors = colors
	}
	for _, stop := range list(at(layout, "colorscale", "sequential")) {
		if pair := list(stop); len(pair) == 2 {
			l.scaleColors = append(l.scaleColors, texts(pair[1:])...)
		}
	}
	return l
}

// mergeTemplates lays b over a. Traces of one type are matched in turn: the
// result has as many as the least common multiple of both.
func mergeTemplates(a, b *Object) *Object {
	merged := overlay(a, b)
	data, dataA, dataB := merged.Object("data"), at(a, "data"), at(b, "data")
	for _, m := range data.Members() {
		tracesA, tracesB := list(at(dataA, m.Key)), list(at(dataB, m.Key))
		if len(tracesA) == 0 || len(tracesB) == 0 {
			continue
		}
		var traces []any
		for i := 0; i == 0 || i%len(tracesA) != 0 || i%len(tracesB) != 0; i++ {
			traces = append(traces, overlay(tracesA[i%len(tracesA)].(*Object), tracesB[i%len(tracesB)].(*Object)))
		}
		data.Set(m.Key, traces)
	}
	return merged
}

// overlay returns a with the members of b over it; objects in both are overlaid.
func overlay(a, b *Object) *Object {
	merged := &Object{members: append([]Member(nil), a.members...)}
	for _, m := range b.Members() {
		below, isObject := merged.Get(m.Key).(*Object)
		above, both := m.Value.(*Object)
		if isObject && both {
			merged.Set(m.Key, overlay(below, above))
		} else {
			merged.Set(m.Key, m.Value)
		}
	}
	return merged
}

// at follows keys down nested objects; nil where one is missing.
func at(value any, keys ...string) any {
	for _, key := range keys {
		o, ok := value.(*Object)
		if !ok {
			return nil
		}
		value = o.Get(key)
	}
	return value
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

func texts(values []any) []string {
	var out []string
	for _, v := range values {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func mustRead(files embed.FS, name string, into any) {
	text, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		panic("figure: embedded " + name + ": " + err.Error())
	}
}
