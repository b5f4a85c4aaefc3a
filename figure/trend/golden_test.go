package trend_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure/trend"
)

// A golden is one call of px: see testdata/generate.py.
type golden struct {
	Data    string
	Options json.RawMessage
	Want    []number
	Header  string
	Error   string
}

type series struct {
	X, Y []number
	Unit time.Duration
}

// A number is null for NaN and text for an infinity.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		*n = number(math.NaN())
	case `"inf"`:
		*n = number(math.Inf(1))
	case `"-inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(text, (*float64)(n))
	}
	return nil
}

func read[T any](t testing.TB, file string) (v T) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &v))
	return v
}

// points turns a series into the arguments that px gives its functions.
func (s series) points() trend.Points {
	p := trend.Points{X: make([]float64, len(s.X)), Y: make([]float64, len(s.Y))}
	for i, x := range s.X {
		p.X[i], p.Y[i] = float64(x), float64(s.Y[i])
	}
	if s.Unit > 0 {
		p.Times.Unit = s.Unit
		for i, x := range p.X {
			p.Times.At = append(p.Times.At, int64(x))
			p.X[i] = x * s.Unit.Seconds()
		}
	}
	return p
}

// rounding lists the headers whose numbers are nothing but rounding: R² where y
// does not vary, or x has one value. Only the fit is compared.
var rounding = map[string]bool{"column": true, "column, one missing": true, "zero column": true}

func TestAsInPx(t *testing.T) {
	data := read[map[string]series](t, "data.json")
	for _, kind := range []string{"ols", "lowess", "rolling", "expanding", "ewm"} {
		for _, g := range read[[]golden](t, kind+".json") {
			t.Run(kind+"/"+g.Data+string(g.Options), func(t *testing.T) { compare(t, kind, data[g.Data].points(), g) })
		}
	}
}

func compare(t *testing.T, kind string, p trend.Points, g golden) {
	var options map[string]any
	require.NoError(t, json.Unmarshal(g.Options, &options))
	fit, err := trend.ParseOptions(kind, options)
	var line trend.Line
	if err == nil {
		line, err = fit.Fit(p)
	}
	if g.Error != "" {
		require.Error(t, err, "px says: %s", g.Error)
		return
	}
	require.NoError(t, err)
	if !rounding[g.Data] {
		assert.Equal(t, g.Header, line.Header("x", "y"))
	}
	require.Len(t, line.Y, len(p.Y))
	var got []float64
	for i, y := range line.Y {
		if !math.IsNaN(p.X[i]) && !math.IsNaN(p.Y[i]) {
			got = append(got, y)
		}
	}
	require.Len(t, got, len(g.Want))
	size := 0.0
	for _, want := range g.Want {
		if !math.IsInf(float64(want), 0) {
			size = math.Max(size, math.Abs(float64(want)))
		}
	}
	share := 1e-15
	switch {
	case g.Data == "cliff":
		share = 1e-29 // what is small beside 1e16 keeps its digits
	case kind == "lowess":
		share = 1e-8 // statsmodels adds up weight·x, which rounds where x is far from 0
	}
	for i, want := range g.Want {
		if math.IsNaN(float64(want)) {
			require.True(t, math.IsNaN(got[i]), "row %d: %v, want NaN", i, got[i])
			continue
		}
		// Of the value itself, or of the rounding of a neighbour it cancels with.
		require.InDelta(t, float64(want), got[i], math.Max(1e-9*math.Abs(float64(want)), share*size), "row %d", i)
	}
}
