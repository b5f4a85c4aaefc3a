package reduce_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/reduce"
)

// TestDelta does what a page does, and wants what a whole answer would leave there.
func TestDelta(t *testing.T) {
	f := cloud(t, 30_000)
	kind := figure.Scatter{X: "x", Y: "y", Color: "kind", HoverName: "id", CustomData: []string{"id"}}
	view := func(from, to float64) reduce.Options {
		return with(screen, func(o *reduce.Options) {
			o.Method, o.X, o.Y = reduce.Visible, &reduce.Range{From: from, To: to}, &reduce.Range{From: 0.5, To: 1.5}
		})
	}
	reduced := func(o reduce.Options) *figure.Figure {
		fig := build(t, f, kind)
		apply(t, fig, o)
		return fig
	}
	for name, to := range map[string]reduce.Options{
		"a pan": view(0.6, 1.6), "a zoom": view(0.9, 1.1), "the same": view(0.5, 1.5), "elsewhere": view(3, 4),
		"counts": with(view(0.6, 1.6), func(o *reduce.Options) { o.Method = reduce.Density }),
	} {
		t.Run(name, func(t *testing.T) {
			before, after := reduced(view(0.5, 1.5)), reduced(to)
			patches := reduce.Delta(before, after, to).Get("traces").([]any)
			require.Len(t, patches, 4)
			sent, drawn := 0, 0
			for i, item := range patches {
				p := item.(*figure.Object)
				had, want := numbers(t, before.Data[i].Get("hovertext")), numbers(t, after.Data[i].Get("hovertext"))
				drawn += len(want)
				switch {
				case !p.Has("rows"): // whole
					had = numbers(t, p.Get("hovertext"))
					sent += len(had)
				case p.Has("drop"):
					fresh := numbers(t, p.Get("hovertext"))
					sent += len(fresh)
					had = splice(had, fresh, p.Get("drop").(*figure.Array).Floats, p.Get("put").(*figure.Array).Floats)
					assert.Equal(t, len(want), p.Get("rows"))
					assert.Equal(t, len(fresh), p.Get("customdata").(*figure.Table).Rows.Len())
				}
				assert.Equal(t, want, had)
			}
			if name == "a pan" {
				assert.Less(t, sent, drawn/2)
			}
			if name == "the same" {
				assert.Zero(t, sent)
			}
		})
	}
}

// splice takes the rows at the places of drop out, and then puts the others in.
func splice(rows, fresh, drop, put []float64) []float64 {
	at := 0
	for k, by := range drop {
		at += int(by)
		rows = slices.Delete(rows, at-k, at-k+1)
	}
	at = 0
	for k, by := range put {
		at += int(by)
		rows = slices.Insert(rows, at, fresh[k])
	}
	return rows
}
