package decimate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSymbolExtents checks the discs against the outlines that Plotly draws
// for a marker of size 2: no corner is beyond Outer, no edge within Inner.
func TestSymbolExtents(t *testing.T) {
	const u = 0.8 / math.Sqrt2
	for _, tc := range []struct {
		name    string
		symbol  Symbol
		corners []point
	}{
		{"square", Square, []point{{1, 1}, {-1, 1}, {-1, -1}, {1, -1}}},
		{"diamond", Diamond, []point{{1.3, 0}, {0, 1.3}, {-1.3, 0}, {0, -1.3}}},
		{"cross", Cross, []point{
			{1.2, 0.4}, {0.4, 0.4}, {0.4, 1.2}, {-0.4, 1.2}, {-0.4, 0.4}, {-1.2, 0.4},
			{-1.2, -0.4}, {-0.4, -0.4}, {-0.4, -1.2}, {0.4, -1.2}, {0.4, -0.4}, {1.2, -0.4},
		}},
		{"x", X, []point{
			{0, u}, {u, 2 * u}, {2 * u, u}, {u, 0}, {2 * u, -u}, {u, -2 * u},
			{0, -u}, {-u, -2 * u}, {-2 * u, -u}, {-u, 0}, {-2 * u, u}, {-u, 2 * u},
		}},
	} {
		for k, c := range tc.corners {
			next := tc.corners[(k+1)%len(tc.corners)]
			assert.LessOrEqual(t, math.Hypot(c.x, c.y), tc.symbol.Outer+1e-9, "%s, corner %d", tc.name, k)
			assert.GreaterOrEqual(t, toSegment(point{}, [2]point{c, next}), tc.symbol.Inner-1e-9, "%s, edge %d", tc.name, k)
		}
	}
}

// TestOpenSymbolsHideNothing: every row of a trace of rings is visible.
func TestOpenSymbolsHideNothing(t *testing.T) {
	m := Markers{Size: 8, Opacity: 1, Outline: 1, Symbol: Symbol{Inner: 0, Outer: 1}}
	for range 50 {
		m.X, m.Y = append(m.X, 20), append(m.Y, 16)
	}
	c, err := NewCanvas(sceneArea, SVG)
	require.NoError(t, err)
	rows, _ := c.Visible(nil, m)
	assert.Len(t, rows, 50)
}

func TestUnknownRendererPanics(t *testing.T) {
	assert.PanicsWithValue(t, badRenderer, func() { _, _ = NewCanvas(sceneArea, Renderer(7)) })
}
