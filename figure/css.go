package figure

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// cssColors are the names of colors.
var cssColors = sync.OnceValues(func() (names []string, known map[string]bool) {
	var file struct{ CSS []string }
	mustRead(colorFiles, "data/colors.json", &file)
	known = make(map[string]bool, len(file.CSS))
	for _, name := range file.CSS {
		known[name] = true
	}
	return file.CSS, known
})

// cssFunctions are the other ways to write a color: by digits, or by a function
// of which only the outside is checked.
var cssFunctions = regexp.MustCompile(`^(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|` +
	`((rgb|hsl)a?|hwb|(ok)?(lab|lch))\([-+0-9.%,/ deg]+\)|color\([-\w.,/% ]+\)|var\(--.*\))$`)

// checkColor returns an error if plotly.js would not know the color and draw
// another one in its place.
func checkColor(color string) error {
	lower := strings.ToLower(color)
	names, known := cssColors()
	if known[strings.ReplaceAll(lower, " ", "")] || cssFunctions.MatchString(lower) {
		return nil
	}
	if near := nearest.Of(lower, names); near != "" {
		return fmt.Errorf("no color %q: did you mean %q?", color, near)
	}
	return fmt.Errorf("no color %q: want a CSS color such as red, #ff0000 or rgb(255,0,0)", color)
}

// checkColors checks the colors among the arguments.
func (p *plan) checkColors() {
	c := p.call
	check := func(color, argument string, path ...any) {
		if err := checkColor(color); err != nil {
			p.fail(wrongAt(argument, path, "%w", err))
		}
	}
	for i, color := range c.ColorDiscreteSequence {
		check(color, "color_discrete_sequence", i)
	}
	if !c.ColorDiscreteMap.isIdentity() {
		for _, e := range c.ColorDiscreteMap {
			check(e.Use, "color_discrete_map", e.Value)
		}
	}
	for i, color := range c.ColorContinuousScale.Colors {
		check(color, "color_continuous_scale", i)
	}
	for i, stop := range c.ColorContinuousScale.Stops {
		check(stop.Color, "color_continuous_scale", i, 1)
	}
	if c.TrendlineColorOverride != "" {
		check(c.TrendlineColorOverride, "trendline_color_override")
	}
}

// hasBoxes reports whether a marginal is drawn as a box is: all but a histogram.
func (p *plan) hasBoxes() bool {
	for _, marginal := range []string{p.call.MarginalX, p.call.MarginalY} {
		if marginal != "" && marginal != "histogram" {
			return true
		}
	}
	return false
}

// checkIdentity checks the colors, symbols and dashes that a column holds itself, in
// the groups that are drawn.
func (p *plan) checkIdentity(r *role) {
	if !r.identity || r.order == nil {
		return
	}
	for _, g := range p.groups {
		var err error
		switch value := r.value(g); r.argument {
		case "color":
			err = p.checkColorOf(r, value.value)
		case "symbol":
			err = checkSymbolOf(value)
		case "line_dash":
			err = checkDashOf(value)
		}
		if err != nil {
			p.fail(&ArgumentError{
				Argument: r.argument, Pointer: pointer(r.argument), Column: r.column, Row: -1,
				Err: fmt.Errorf("%w: %w", err, ErrData),
			})
			return
		}
	}
}

// checkColorOf checks a color that a column holds: a text, or a value that plotly.js
// takes for one beside the numbers of a scale.
func (p *plan) checkColorOf(r *role, value any) error {
	text, isText := value.(string)
	_, isBool := value.(bool)
	switch {
	case isText:
		return checkColor(text)
	case value != nil && r.under == "line" && r.key == "color":
		return fmt.Errorf("no color %v: a line takes no number for one", value)
	case isBool && p.hasBoxes():
		return fmt.Errorf("no color %v: a box, violin or rug takes none for one", value)
	}
	return nil
}
