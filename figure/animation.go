package figure

import (
	"fmt"
	"slices"
)

// addTraces builds the traces of all groups: those of the figure, or of the
// frames of an animation, the first of which the figure shows.
func (p *plan) addTraces(fig *Figure) {
	frames := p.frames()
	if len(p.errs) > 0 {
		return
	}
	for i, groups := range frames {
		clear(p.shown)
		var traces []*Object
		for _, g := range groups {
			traces = append(traces, p.mainTrace(g))
			traces = append(traces, p.marginalTraces(g)...)
			if t := p.groupTrend(g); t != nil {
				traces = append(traces, t)
			}
		}
		if i == 0 {
			fig.Data = traces
		}
		if len(frames) > 1 {
			data := make([]any, len(traces))
			for j, t := range traces {
				data[j] = t
			}
			name := p.role("animation_frame").value(groups[0]).text
			fig.Frames = append(fig.Frames, NewObject(Member{"name", name}, Member{"data", data}))
		}
	}
}

// frames returns the groups of each frame, in the order of the frames' values;
// without animation, all groups as one frame.
//
// plotly.js matches the traces of frames by their number, so a group that a
// frame lacks would give its place to the next one. It gets an empty trace
// there, which px forgets.
func (p *plan) frames() [][]group {
	animated := p.role("animation_frame")
	if animated.column == "" || len(p.groups) == 0 {
		p.checkTraces(len(p.groups))
		return [][]group{p.groups}
	}
	byFrame := make([][]group, len(animated.order.values))
	for _, g := range p.groups {
		place := animated.place(g)
		byFrame[place] = append(byFrame[place], g)
	}
	frames := slices.DeleteFunc(byFrame, func(f []group) bool { return len(f) == 0 })
	if p.call.ExactPx || len(frames) == 1 {
		p.checkTraces(len(p.groups))
		return frames
	}
	all := p.distinct(animated.index)
	if !p.checkTraces(len(frames) * len(all)) {
		return nil
	}
	for i := range frames {
		frames[i] = p.pad(frames[i], all, animated.index)
	}
	return frames
}

// MaxTraces is the largest number of groups, over all frames, that a figure
// may have. Each makes a trace, and one more for each marginal and trendline.
const MaxTraces = 100_000

// checkTraces reports whether n groups can be drawn, and else fails for the
// role that has the most values.
func (p *plan) checkTraces(n int) bool {
	if n <= MaxTraces {
		return true
	}
	var most *role
	for _, r := range p.roles {
		if r.order != nil && (most == nil || len(r.order.values) > len(most.order.values)) {
			most = r
		}
	}
	p.fail(&ArgumentError{
		Argument: most.argument, Pointer: pointer(most.argument), Column: most.column, Row: -1,
		Err: fmt.Errorf("has %d values, which makes %d traces, at most %d can be drawn: %w", len(most.order.values), n, MaxTraces, ErrData),
	})
	return false
}

// distinct returns the places of all groups that differ in more than the
// animation value, sorted.
func (p *plan) distinct(animated int) [][]uint32 {
	var all [][]uint32
	for _, g := range p.groups {
		places := slices.Clone(g.places)
		places[animated] = 0
		all = append(all, places)
	}
	slices.SortFunc(all, slices.Compare)
	return slices.CompactFunc(all, slices.Equal)
}

// pad adds an empty group for each that the frame lacks.
func (p *plan) pad(frame []group, all [][]uint32, animated int) []group {
	value := frame[0].places[animated]
	padded, next := make([]group, 0, len(all)), 0
	for _, places := range all {
		places = slices.Clone(places)
		places[animated] = value
		if next < len(frame) && slices.Equal(frame[next].places, places) {
			padded = append(padded, frame[next])
			next++
			continue
		}
		padded = append(padded, group{rows: p.rows.Index(nil), places: places})
	}
	return padded
}

// controls adds the buttons and the slider of an animation.
func (p *plan) controls(layout *Object, frames []*Object) {
	if len(frames) == 0 {
		return
	}
	layout.Set("updatemenus", []any{NewObject(
		Member{"buttons", []any{
			button("&#9654;", nil, 500),
			button("&#9724;", []any{nil}, 0),
		}},
		Member{"direction", "left"}, Member{"pad", NewObject(Member{"r", 10}, Member{"t", 70})},
		Member{"showactive", false}, Member{"type", "buttons"},
		Member{"x", 0.1}, Member{"xanchor", "right"}, Member{"y", 0}, Member{"yanchor", "top"},
	)})
	steps := make([]any, len(frames))
	for i, f := range frames {
		name := f.Get("name").(string)
		steps[i] = button(name, []any{name}, 0).Set("label", p.escape(name))
	}
	prefix := p.shownLabel(p.call.AnimationFrame) + "="
	layout.Set("sliders", []any{NewObject(
		Member{"active", 0}, Member{"yanchor", "top"}, Member{"xanchor", "left"},
		Member{"currentvalue", NewObject(Member{"prefix", prefix})},
		Member{"pad", NewObject(Member{"b", 10}, Member{"t", 60})},
		Member{"len", 0.9}, Member{"x", 0.1}, Member{"y", 0}, Member{"steps", steps},
	)})
}

// button plays the named frames, each for the given ms; nil plays all.
func button(label string, names any, ms int) *Object {
	options := NewObject(
		Member{"frame", NewObject(Member{"duration", ms}, Member{"redraw", false})},
		Member{"mode", "immediate"}, Member{"fromcurrent", true},
		Member{"transition", NewObject(Member{"duration", ms}, Member{"easing", "linear"})},
	)
	return NewObject(Member{"args", []any{names, options}}, Member{"label", label}, Member{"method", "animate"})
}
