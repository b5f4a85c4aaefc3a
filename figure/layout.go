package figure

// layout builds the layout of a figure whose traces are built.
func (p *plan) layout() *Object {
	c, layout := p.call, &Object{}
	layout.Set("template", p.look.value)
	p.axes(layout)
	p.annotations(layout)
	if p.continuous {
		layout.Set("coloraxis", p.colorAxis())
	}
	p.legend(layout)
	if p.overlaid {
		layout.Set("barmode", "overlay")
	}
	if c.Title != "" {
		layout.Object("title").Set("text", c.Title)
	} else if !p.look.marginTop {
		layout.Object("margin").Set("t", 60)
	}
	if c.Subtitle != "" {
		layout.Object("title").Object("subtitle").Set("text", c.Subtitle)
	}
	if c.Width != 0 {
		layout.Set("width", c.Width)
	}
	if c.Height != 0 {
		layout.Set("height", c.Height)
	}
	if !c.ExactPx {
		// Without it plotly.js looks through all points of a large scattergl
		// trace whenever the mouse is over none of them: 55 s at 500,000 points
		// (github.com/plotly/plotly.js/issues/5790).
		layout.Set("spikedistance", 0)
	}
	return layout
}

func (p *plan) legend(layout *Object) {
	legend := layout.Object("legend")
	if title := p.legendTitle(); title != "" {
		legend.Object("title").Set("text", title)
	}
	legend.Set("tracegroupgap", 0)
	if p.call.Size != "" && !p.look.itemSizing {
		legend.Set("itemsizing", "constant")
	}
}

// legendTitle joins the labels of the roles in the traces' names.
func (p *plan) legendTitle() string {
	if len(p.groups) == 0 {
		return ""
	}
	return p.joinNamed(func(r *role) string { return p.shownLabel(r.column) })
}
