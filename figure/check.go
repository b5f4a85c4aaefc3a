package figure

import (
	"embed"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

//go:embed data/symbols.json
var symbolFiles embed.FS

// symbolNumbers are the marker symbols by name, with plotly.js's numbers.
var symbolNumbers = sync.OnceValue(func() map[string]int {
	var file struct{ Symbols map[string]int }
	mustRead(symbolFiles, "data/symbols.json", &file)
	return file.Symbols
})

// checkValues checks the arguments that do not depend on the data.
func (p *plan) checkValues() {
	c := p.call
	p.oneOf("orientation", c.Orientation, "v", "h")
	p.oneOf("render_mode", c.RenderMode, "auto", "svg", "webgl")
	p.oneOf("line_shape", c.line.LineShape, "linear", "spline", "hv", "vh", "hvh", "vhv")
	if c.line.LineShape == "spline" && c.RenderMode == "webgl" {
		p.fail(wrong("line_shape", "WebGL draws no splines: leave render_mode out"))
	}
	if c.Opacity != nil && !(*c.Opacity >= 0 && *c.Opacity <= 1) {
		p.fail(wrong("opacity", "%v, want a number from 0 to 1", *c.Opacity))
	}
	if !(c.SizeMax >= 0) || math.IsInf(c.SizeMax, 0) {
		p.fail(wrong("size_max", "%v, want a number above 0", c.SizeMax))
	}
	p.oneOf("marginal_x", c.MarginalX, marginalTypes...)
	p.oneOf("marginal_y", c.MarginalY, marginalTypes...)
	if c.FacetColWrap < 0 {
		p.fail(wrong("facet_col_wrap", "%d, want 0 or more panels a row", c.FacetColWrap))
	}
	p.checkExtent("width", c.Width)
	p.checkExtent("height", c.Height)
	p.checkRange("range_x", c.RangeX, c.LogX)
	p.checkRange("range_y", c.RangeY, c.LogY)
	if c.RangeColor != nil && len(c.RangeColor) != 2 {
		p.fail(wrong("range_color", "%d ends, want two: the low and the high end", len(c.RangeColor)))
	}
	p.checkColors()
	p.checkSymbols()
	p.checkDashes()
	p.checkOrders()
}

// checkExtent checks a width or height: plotly.js takes 10 px and more.
func (p *plan) checkExtent(argument string, v float64) {
	if v != 0 && !(v >= 10) || math.IsInf(v, 0) {
		p.fail(wrong(argument, "%v px, want at least 10", v))
	}
}

func (p *plan) oneOf(argument, value string, choices ...string) {
	if value != "" && !slices.Contains(choices, value) {
		p.fail(wrong(argument, "no %s %q: there are %s", strings.ReplaceAll(argument, "_", " "), value, strings.Join(choices, ", ")))
	}
}

func (p *plan) checkSymbols() {
	for i, name := range p.call.SymbolSequence {
		if err := checkSymbol(name); err != nil {
			p.fail(wrongAt("symbol_sequence", []any{i}, "%w", err))
		}
	}
	if p.call.SymbolMap.isIdentity() {
		return
	}
	for _, e := range p.call.SymbolMap {
		if err := checkSymbol(e.Use); err != nil {
			p.fail(wrongAt("symbol_map", []any{e.Value}, "%w", err))
		}
	}
}

// checkColumnOfIdentity refuses values used as they are where no column has them.
func (p *plan) checkColumnOfIdentity(r *role) {
	if !r.identity || r.order != nil {
		return
	}
	argument := r.argument + "_map"
	if r.argument == "color" {
		argument = "color_discrete_map"
	}
	p.fail(wrong(argument, "\"identity\" takes the values of a column: set %s", r.argument))
}

// dashLengths are the lengths of dashes and gaps, which SVG draws and WebGL
// does not.
var dashLengths = regexp.MustCompile(`^\d+(\.\d+)?(px|%)?([ ,]+\d+(\.\d+)?(px|%)?)*$`)

func (p *plan) checkDashes() {
	p.eachDash(func(dash, argument string, step any) {
		if !isDash(dash) {
			p.fail(wrongAt(argument, []any{step}, "%w", noDash(dash)))
		}
	})
}

func isDash(text string) bool {
	return slices.Contains(defaultDashes, text) || dashLengths.MatchString(text)
}

func noDash(text string) error {
	return fmt.Errorf("no dash %q: there are %s, and lengths such as \"5px 2px\"", text, strings.Join(defaultDashes, ", "))
}

func (p *plan) checkWebGLDashes() {
	if p.traceType != "scattergl" {
		return
	}
	p.eachDash(func(dash, argument string, step any) {
		if !slices.Contains(defaultDashes, dash) {
			p.fail(wrongAt(argument, []any{step}, "WebGL, which draws more than %d rows, has no dash %q: set render_mode to \"svg\"", webglRows, dash))
		}
	})
}

func (p *plan) eachDash(check func(dash, argument string, step any)) {
	l := p.call.line
	for i, dash := range l.LineDashSequence {
		check(dash, "line_dash_sequence", i)
	}
	if l.LineDashMap.isIdentity() {
		return
	}
	for _, e := range l.LineDashMap {
		check(e.Use, "line_dash_map", e.Value)
	}
}

// checkSymbolOf checks a symbol that a column holds: a name, a number of plotly.js's
// as a text too, or nothing.
func checkSymbolOf(value orderValue) error {
	number := math.NaN()
	switch v := value.key.(type) {
	case nil:
		return nil
	case string:
		n, err := strconv.Atoi(v)
		if err != nil || strconv.Itoa(n) != v {
			return checkSymbol(v)
		}
		number = float64(n)
	case bool:
		if number = 0; v {
			number = 1
		}
	case int64:
		number = float64(v)
	}
	for _, known := range symbolNumbers() {
		if float64(known) == number {
			return nil
		}
	}
	return fmt.Errorf("no symbol %s: there are %s and others, and their numbers", value.text, strings.Join(defaultSymbols, ", "))
}

// checkDashOf checks a dash that a column holds: a name, lengths, or nothing.
func checkDashOf(value orderValue) error {
	text, isText := value.key.(string)
	if value.key == nil || isText && isDash(text) {
		return nil
	}
	return noDash(value.text)
}

func checkSymbol(name string) error {
	symbols := symbolNumbers()
	if _, ok := symbols[name]; ok {
		return nil
	}
	names := make([]string, 0, len(symbols))
	for known := range symbols {
		names = append(names, known)
	}
	slices.Sort(names)
	if near := nearest.Of(name, names); near != "" {
		return fmt.Errorf("no symbol %q: did you mean %q?", name, near)
	}
	return fmt.Errorf("no symbol %q: there are %s and others", name, strings.Join(defaultSymbols, ", "))
}

func (p *plan) checkOrders() {
	seen := map[string]bool{}
	for _, o := range p.call.CategoryOrders {
		if seen[o.Column] {
			p.fail(wrongAt("category_orders", []any{o.Column}, "the column is listed twice"))
		}
		seen[o.Column] = true
	}
}
