package figure

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

//go:embed data/colors.json
var colorFiles embed.FS

// namedScales are the color scales that plotly.py knows by a name, in lower
// case. Their colors are evenly spaced.
var namedScales = sync.OnceValue(func() map[string][]string {
	var file struct{ Named map[string][]string }
	mustRead(colorFiles, "data/colors.json", &file)
	return file.Named
})

// viridis is px's scale where neither the caller nor the template names one,
// and d3 its palette.
const viridis = "viridis"

var d3 = []string{"#1F77B4", "#FF7F0E", "#2CA02C", "#D62728", "#9467BD", "#8C564B", "#E377C2", "#7F7F7F", "#BCBD22", "#17BECF"}

func (p *plan) palette() []any {
	return sequence(p.call.ColorDiscreteSequence, p.look.colors, d3)
}

func (s ColorScale) isZero() bool { return s.Name == "" && s.Colors == nil && s.Stops == nil }

// stops returns the scale as positions and colors.
func (s ColorScale) stops() ([]ColorStop, error) {
	switch {
	case s.Name != "" && (s.Colors != nil || s.Stops != nil), s.Colors != nil && s.Stops != nil:
		return nil, fmt.Errorf("a scale is a name, colors or stops, and only one of them")
	case s.Name != "":
		return namedScale(s.Name)
	case s.Stops != nil:
		return s.Stops, checkStops(s.Stops)
	case len(s.Colors) < 2:
		return nil, fmt.Errorf("a scale of %d colors, want at least two", len(s.Colors))
	}
	return spaced(s.Colors), nil
}

func namedScale(name string) ([]ColorStop, error) {
	lower := strings.ToLower(name)
	plain, reversed := strings.CutSuffix(lower, "_r")
	colors, ok := namedScales()[plain]
	if !ok {
		names := make([]string, 0, len(namedScales()))
		for known := range namedScales() {
			names = append(names, known)
		}
		slices.Sort(names)
		if near := nearest.Of(plain, names); near != "" {
			return nil, fmt.Errorf("no color scale %q: did you mean %q?", name, near)
		}
		return nil, fmt.Errorf("no color scale %q: there are %s", name, strings.Join(names, ", "))
	}
	if reversed {
		colors = slices.Clone(colors)
		slices.Reverse(colors)
	}
	return spaced(colors), nil
}

func spaced(colors []string) []ColorStop {
	stops := make([]ColorStop, len(colors))
	for i, color := range colors {
		stops[i] = ColorStop{float64(i) / float64(len(colors)-1), color}
	}
	return stops
}

func checkStops(stops []ColorStop) error {
	if len(stops) < 2 || stops[0].At != 0 || stops[len(stops)-1].At != 1 {
		return fmt.Errorf("the stops of a scale go from 0 to 1")
	}
	for i := 1; i < len(stops); i++ {
		if !(stops[i].At >= stops[i-1].At) {
			return fmt.Errorf("stop %d of the scale at %v comes after %v", i, stops[i].At, stops[i-1].At)
		}
	}
	return nil
}

// colorAxis is layout.coloraxis of a continuous color.
func (p *plan) colorAxis() *Object {
	c := p.call
	scale := make([]any, len(p.scale))
	for i, stop := range p.scale {
		scale[i] = []any{stop.At, stop.Color}
	}
	axis := &Object{}
	axis.Set("colorscale", scale)
	axis.Object("colorbar").Object("title").Set("text", p.shownLabel(c.Color))
	if len(c.RangeColor) == 2 {
		for i, key := range []string{"cmin", "cmax"} {
			if v := c.RangeColor[i]; v == v {
				axis.Set(key, v)
			}
		}
	}
	if c.ColorContinuousMidpoint != nil {
		axis.Set("cmid", *c.ColorContinuousMidpoint)
	}
	if !c.ColorContinuousScale.isZero() {
		axis.Set("autocolorscale", false)
	}
	return axis
}

// chooseScale finds the stops of the continuous scale.
func (p *plan) chooseScale() {
	scale := p.call.ColorContinuousScale
	if scale.isZero() {
		scale = ColorScale{Colors: p.look.scaleColors}
		if len(scale.Colors) < 2 {
			scale = ColorScale{Name: viridis}
		}
	}
	stops, err := scale.stops()
	if err != nil {
		p.fail(wrong("color_continuous_scale", "%w", err))
	}
	p.scale = stops
}
