package figure

// A role is an argument whose column makes traces, panels or frames of its
// values.
type role struct {
	argument string // px's name of it
	column   string // "" if unset
	named    bool   // its values are in the names of traces
	identity bool   // its values are used as they are, and are no part of names and hovers
	mapping  Mapping
	sequence []any
	under    string // the object of the trace that uses is set in, such as "marker"; "" for none
	key      string // the member, such as "color"

	index int // of its column in the grouping; −1 if unset
	order *order
	uses  []any // by place: what stands for each value; one if unset
	taken int   // entries of the mapping and colors of the sequence in use
}

// roles returns the roles of a call in px's order, which is that of names,
// hovers and sorting.
func (p *plan) newRoles() []*role {
	c := p.call
	colored := &role{
		argument: "color", column: c.Color, named: true, under: "marker", key: "color",
		mapping: c.ColorDiscreteMap, sequence: p.palette(),
	}
	symbol := &role{
		argument: "symbol", column: c.Symbol, named: true, under: "marker", key: "symbol",
		mapping: c.SymbolMap, sequence: sequence(c.SymbolSequence, p.look.symbols, defaultSymbols),
	}
	var roles []*role
	switch {
	case c.kind == "line":
		colored.under = "line"
		dash := &role{
			argument: "line_dash", column: c.line.LineDash, named: true, under: "line", key: "dash",
			mapping: c.line.LineDashMap, sequence: sequence(c.line.LineDashSequence, p.look.dashes, defaultDashes),
		}
		roles = []*role{colored, dash, symbol}
	case p.continuous:
		roles = []*role{symbol}
	default:
		roles = []*role{colored, symbol}
	}
	roles = append(roles,
		&role{argument: "animation_frame", column: c.AnimationFrame},
		&role{argument: "facet_row", column: c.FacetRow},
		&role{argument: "facet_col", column: c.FacetCol},
		&role{argument: "line_group", column: c.line.LineGroup},
	)
	for _, r := range roles {
		r.identity = r.mapping.isIdentity()
	}
	return roles
}

var (
	defaultSymbols = []string{"circle", "diamond", "square", "x", "cross"}
	defaultDashes  = []string{"solid", "dot", "dash", "longdash", "dashdot", "longdashdot"}
)

// sequence returns the first of the choices that is not empty.
func sequence(choices ...[]string) []any {
	for _, choice := range choices {
		if len(choice) > 0 {
			out := make([]any, len(choice))
			for i, v := range choice {
				out[i] = v
			}
			return out
		}
	}
	return nil
}

// assign finds what stands for each value of the role's order: what the mapping
// says, the value itself, or the sequence's next after all that the mapping has.
func (r *role) assign() {
	if r.order == nil {
		r.uses = r.sequence[:min(1, len(r.sequence))]
		r.taken = len(r.mapped()) + 1
		return
	}
	r.uses = make([]any, len(r.order.values))
	if r.identity {
		for place, v := range r.order.values {
			r.uses[place] = v.value
		}
		return
	}
	mapped := r.mapped()
	r.taken = len(mapped)
	for place, v := range r.order.values {
		use, ok := mapped[v.key]
		if !ok && v.key != nil {
			use, ok = mapped[v.text]
		}
		if !ok && len(r.sequence) > 0 {
			use = r.sequence[r.taken%len(r.sequence)]
			r.taken++
		}
		r.uses[place] = use
	}
}

// mapped is the mapping by the keys of its values.
func (r *role) mapped() map[any]any {
	mapped := make(map[any]any, len(r.mapping))
	for _, entry := range r.mapping {
		mapped[keyOf(entry.Value)] = entry.Use
	}
	return mapped
}

// place returns the place of the group's value among the role's.
func (r *role) place(g group) uint32 {
	if r.index < 0 {
		return 0
	}
	return g.places[r.index]
}

func (r *role) value(g group) orderValue {
	return r.order.values[r.place(g)]
}
