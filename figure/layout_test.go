package figure_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
)

func TestSpikeDistance(t *testing.T) {
	f := xy(t, 2)
	assert.Equal(t, 0, scatter(t, f, `{"x": "x", "y": "y"}`).Layout.Get("spikedistance"))
	for _, k := range []figure.Kind{figure.Scatter{X: "x"}, figure.Line{X: "x"}} {
		fig, err := figure.ExactPx(k).Build(f, nil)
		require.NoError(t, err)
		assert.False(t, fig.Layout.Has("spikedistance"), k.Name())
	}
}

func TestErrorBarsThatNeedSVG(t *testing.T) {
	day := column{"day", arrow.FixedWidthTypes.Date32, []any{"2020-01-01", "2020-01-02"}}
	f := xy(t, 2, texts("site", "N", "S"), day)
	for args, want := range map[string]string{
		`{"x": "day", "y": "y", "error_x": "x", "render_mode": "webgl"}`:        "scatter",
		`{"x": "x", "y": "site", "error_y_minus": "x", "render_mode": "webgl"}`: "scatter",
		`{"x": "day", "y": "y", "error_y": "x", "render_mode": "webgl"}`:        "scattergl",
		`{"x": "day", "y": "site", "render_mode": "webgl"}`:                     "scattergl",
	} {
		assert.Equal(t, want, at(scatter(t, f, args).Data[0], "type"), args)
	}
	fig, err := figure.Scatter{X: "day", Y: "y", ErrorX: "x", RenderMode: "webgl", ExactPx: true}.Build(f, nil)
	require.NoError(t, err)
	assert.Equal(t, "scattergl", at(fig.Data[0], "type"), "as px")
}

func TestPlainRowsAreNotCopied(t *testing.T) {
	f := xy(t, 5, texts("one", "a", "a", "a", "a", "a"))
	fig := scatter(t, f, `{"x": "x", "y": "y", "color": "one", "facet_col": "one"}`)
	assert.True(t, at(fig.Data[0], "x").(*figure.Array).Rows.All(), "a single group is the rows themselves")
}

func TestFiguresShareNothingThatChanges(t *testing.T) {
	s := figure.Scatter{
		X: "x", Y: "y", Color: "site", HoverData: []figure.Hover{{Column: "y"}}, CustomData: []string{"x"},
		CategoryOrders: []figure.Order{{Column: "site", Values: []any{"E"}}},
	}
	f := xy(t, 4, sites)
	a, err := s.Build(f, nil)
	require.NoError(t, err)
	b, err := s.Build(f, nil)
	require.NoError(t, err)
	assert.Equal(t, each(a, "hovertemplate"), each(b, "hovertemplate"))
	assert.Equal(t, []string{"x"}, s.CustomData)
	a.Layout.Object("xaxis").Set("type", "log")
	assert.False(t, b.Layout.Object("xaxis").Has("type"))
}
