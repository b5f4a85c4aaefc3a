package reduce_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// TestExtend is of parts of figures; whole ones are carried out by the tests of
// package serve.
func TestExtend(t *testing.T) {
	f, err := frame.FromSlices(frame.Slice("x", []float64{1, 2, 3, 4}), frame.Slice("name", []string{"a", "b", "c", "d"}))
	require.NoError(t, err)
	defer f.Release()
	column := func(name string) *frame.Column {
		c, err := f.Column(name)
		require.NoError(t, err)
		return c
	}
	rows := func(index ...uint32) *frame.Rows { return frame.IndexRows(f, index) }
	x := func(r *frame.Rows) *figure.Array { return &figure.Array{Column: column("x"), Rows: r} }
	computed := func(values ...float64) *figure.Array { return &figure.Array{Floats: values} }
	table := func(r *frame.Rows, columns ...*frame.Column) *figure.Table {
		return &figure.Table{Columns: columns, Rows: r}
	}
	nan := math.NaN()
	for name, tt := range map[string]struct {
		before, after any
		want          string // the operation; "whole", "" for nothing
	}{
		"rows behind":           {x(rows(0, 1)), x(rows(0, 1, 3)), "Extend"},
		"rows in any order":     {x(rows(3, 1)), x(rows(3, 1, 0)), "Extend"},
		"all rows":              {x(rows(0, 1)), x(frame.AllRows(f)), "Extend"},
		"the same rows":         {x(rows(0, 1)), x(rows(0, 1)), ""},
		"rows before":           {x(rows(1)), x(rows(0, 1)), "whole"},
		"a row less":            {x(rows(0, 1)), x(rows(0)), "whole"},
		"another column":        {x(rows(0)), &figure.Array{Column: column("name"), Rows: rows(0, 1)}, "whole"},
		"another form":          {x(rows(0)), &figure.Array{Column: column("x"), Rows: rows(0, 1), Form: figure.FormText}, "whole"},
		"a column, computed":    {computed(1), x(rows(0, 1)), "whole"},
		"an array for a number": {5, x(rows(0, 1)), "whole"},
		"computed, longer":      {computed(1, nan), computed(1, nan, 5), "Extend"},
		"computed, another":     {computed(1, 2), computed(1, 3, 5), "whole"},
		"computed, shorter":     {computed(1, 2), computed(1), "whole"},
		"a table":               {table(rows(0), column("x")), table(rows(0, 2), column("x")), "Extend"},
		"a wider table":         {table(rows(0), column("x")), table(rows(0, 2), column("x"), column("name")), "whole"},
		"a table of others":     {table(rows(0), column("x")), table(rows(0, 2), column("name")), "whole"},
		"a number":              {5, 6, "Assign"},
		"a list":                {[]string{"a"}, []string{"a", "b"}, "Assign"},
		"the same list":         {[]any{1, "a"}, []any{1, "a"}, ""},
		"a member more":         {figure.NewObject(), figure.NewObject(figure.Member{Key: "a", Value: 1}), "Assign"},
		"a member less":         {figure.NewObject(figure.Member{Key: "a", Value: 1}), figure.NewObject(), "whole"},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(value any) *figure.Figure {
				return &figure.Figure{Data: []*figure.Object{figure.NewObject(figure.Member{Key: "v", Value: value})}, Layout: &figure.Object{}}
			}
			operations, extended := reduce.Extend(of(tt.before), of(tt.after))
			require.Equal(t, tt.want != "whole", extended)
			if !extended || tt.want == "" {
				assert.Empty(t, operations)
				return
			}
			require.Len(t, operations, 1)
			assert.Equal(t, tt.want, operations[0].Get("operation"))
			assert.Equal(t, []any{"data", 0, "v"}, operations[0].Get("location").([]any)[:3])
		})
	}
}
