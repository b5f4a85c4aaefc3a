package reduce_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/reduce"
)

func TestValidate(t *testing.T) {
	for name, tc := range map[string]struct {
		o       reduce.Options
		pointer string
		want    string
	}{
		"zero":             {},
		"everything":       {o: reduce.Options{Method: "visible", Width: 900, Height: 600, PixelRatio: 2, X: &reduce.Range{From: 20}, Budget: 5, MaxError: 1}},
		"a misspelt one":   {reduce.Options{Method: "vissible"}, "/method", `did you mean "visible"?`},
		"another method":   {reduce.Options{Method: "fourier"}, "/method", "want one of none, auto"},
		"no width":         {reduce.Options{Width: -1}, "/width", "from 0 to"},
		"NaN":              {reduce.Options{Height: math.NaN()}, "/height", "from 0 to"},
		"a large ratio":    {reduce.Options{PixelRatio: 9}, "/dpr", "from 0 to 8"},
		"a negative count": {reduce.Options{Budget: -1}, "/budget", "from 0 to"},
		"a small margin":   {reduce.Options{Margin: 0.5}, "/margin", "from 1 to 4"},
		"a NaN margin":     {reduce.Options{Margin: math.NaN()}, "/margin", "from 1 to 4"},
		"no error":         {reduce.Options{MaxError: -1}, "/max_error", "from 0 to"},
		"too many pixels":  {reduce.Options{Width: 16_384, Height: 16_384}, "/dpr", "device pixels"},
		"an empty range":   {reduce.Options{X: &reduce.Range{From: 1, To: 1}}, "/x", "is no range"},
		"an endless range": {reduce.Options{Y: &reduce.Range{From: 1, To: math.Inf(1)}}, "/y", "is no range"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tc.o.Validate()
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			var option *reduce.OptionError
			require.ErrorAs(t, err, &option)
			assert.Equal(t, tc.pointer, option.Pointer)
			assert.ErrorContains(t, err, tc.want)
		})
	}
	both := reduce.Options{Method: "x", Width: -1}.Validate()
	assert.ErrorContains(t, both, "reduce.method")
	assert.ErrorContains(t, both, "reduce.width")
}

func TestParseRange(t *testing.T) {
	const day = 24 * 3600 * 1000.0
	for name, tc := range map[string]struct {
		ends []any
		want *reduce.Range
		err  string
	}{
		"none":               {},
		"numbers":            {ends: []any{0.5, 2.0}, want: &reduce.Range{From: 0.5, To: 2}},
		"reversed":           {ends: []any{2, int64(1)}, want: &reduce.Range{From: 2, To: 1}},
		"dates":              {ends: []any{"1970-01-02", "1970-01-03 12:00"}, want: &reduce.Range{From: day, To: 2.5 * day, Date: true}},
		"parts of a second":  {ends: []any{"1970-01-01 00:00:00.0005", "1970-01-01T00:00:01Z"}, want: &reduce.Range{From: 0.5, To: 1000, Date: true}},
		"before 1970":        {ends: []any{"1969-12-31", "1970"}, want: &reduce.Range{From: -day, Date: true}},
		"one end":            {ends: []any{1.0}, err: "1 ends, want two"},
		"mixed":              {ends: []any{1.0, "1970-01-01"}, err: "a date and a number"},
		"no date":            {ends: []any{"soon", "later"}, err: `"soon" is neither a number nor a date`},
		"an end left open":   {ends: []any{nil, 1.0}, err: "neither a number nor a date"},
		"an end of its kind": {ends: []any{1.0, true}, err: "neither a number nor a date"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := reduce.ParseRange(tc.ends)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestDatesOnAnAxisOfNumbers(t *testing.T) {
	r, err := reduce.ParseRange([]any{"2020", "2021"})
	require.NoError(t, err)
	_, err = reduce.Apply(build(t, cloud(t, 100), figure.Scatter{X: "x", Y: "y"}), reduce.Options{Method: "auto", Y: r})
	var option *reduce.OptionError
	require.ErrorAs(t, err, &option)
	assert.Equal(t, "/y", option.Pointer)
}

// TestSnap: a window contains its view, has its pixels, and is that of the views
// beside it.
func TestSnap(t *testing.T) {
	snap := func(from, to float64) *reduce.Range {
		t.Helper()
		o := reduce.Options{Method: "auto", Width: 740, Height: 460, X: &reduce.Range{From: from, To: to}}.Snap()
		require.NoError(t, o.Validate())
		assert.Nil(t, o.Y)
		assert.Equal(t, 460.0, o.Height)
		w := o.X
		unit := (to - from) / 740
		assert.LessOrEqual(t, (w.From-from)/unit, 0.01, "it begins before the view")
		assert.GreaterOrEqual(t, (w.To-to)/unit, -0.01, "it ends after the view")
		assert.LessOrEqual(t, (w.To-w.From)/(to-from), 1.51)
		assert.InEpsilon(t, unit, (w.To-w.From)/o.Width, 1e-6, "the pixels are those of the view")
		offset := (from - w.From) / unit
		assert.InDelta(t, math.Round(offset), offset, 0.01, "and so are their edges")
		return w
	}
	for _, view := range [][2]float64{{0, 15}, {15, 0}, {-3.7, 12.1}, {1.5e12, 1.6e12}, {1e-9, 2e-9}, {-1, 1e6}} {
		snap(view[0], view[1])
	}
	unit := 20.0 / 740
	shared := 0
	for k := range 370 {
		by := float64(k) * unit
		if *snap(1.23+by, 21.23+by) == *snap(1.23+by+unit, 21.23+by+unit) {
			shared++
		}
	}
	assert.GreaterOrEqual(t, shared, 366, "a drag by a pixel needs another window twice a plot's half")

	none := reduce.Options{Method: "auto"}
	assert.Nil(t, none.Snap().X)
	bad := reduce.Options{Width: -1, X: &reduce.Range{From: 0, To: 1}}
	assert.Equal(t, bad, bad.Snap())
}
