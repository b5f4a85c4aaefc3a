package parity_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// ours draws a call and reads the figure back as plotly.js would.
func ours(f *frame.Frame, c call) (any, error) {
	kind, err := figure.ParseArgs(c.Kind, c.Args)
	if err != nil {
		return nil, err
	}
	fig, err := figure.ExactPx(kind).Build(f, c.rowsOf(f))
	if err != nil {
		return nil, err
	}
	plan, err := encode.New(fig, encode.Options{Arrays: encode.Typed})
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if _, err := plan.WriteTo(&text); err != nil {
		return nil, err
	}
	return read(text.Bytes())
}

func read(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return normal(v), nil
}

// An outcome is how a comparison went.
type outcome struct {
	differs   string // what differs; "" if nothing
	refused   bool   // by px and by us
	departure bool   // px refuses what we draw, for a reason that is listed
}

// compare draws a call on both sides. What px refuses must be refused by us.
func compare(t testing.TB, f *frame.Frame, p *peer, c call) outcome {
	a := p.ask(t, c)
	got, err := ours(f, c)
	switch {
	case a.Error != "" && err != nil:
		return outcome{refused: true}
	case a.Error != "" && weDraw(c, a.Error):
		return outcome{departure: true}
	case a.Error != "":
		return outcome{differs: "px refuses it: " + a.Error}
	case err != nil:
		return outcome{differs: "we refuse it: " + err.Error()}
	}
	want, err := read(a.Figure)
	require.NoError(t, err)
	by := exact
	if strings.Contains(string(c.Args), `"trendline"`) {
		by = fitted
	}
	return outcome{differs: by.difference(got, want, "")}
}

// departures are the calls that px refuses and we draw.
var departures = []struct{ why, error, argument string }{
	{"customdata of dates beside numbers", "could not be promoted by", `_data"`},
	{"a size on an empty frame has no largest, so sizeref is null", "unsupported operand type(s) for /: 'NoneType' and 'int'", `"size"`},
	{"the first color of a scale that has a name or stops", "Invalid value of type", `"color_continuous_scale"`},
	{"an overall trendline of an empty frame", "IndexError: list index out of range", `"overall"`},
	{"a trendline of a column over itself", "DuplicateError", `"trendline"`},
	{"NaN is a value like others", "KeyError: nan", `"nan"`},
	{"durations are nanoseconds", "timedelta is not JSON serializable", `"wait"`},
	{"decimals are numbers, as a size too", "Invalid element(s) received for the 'size' property", `"size": "price"`},
}

func weDraw(c call, error string) bool {
	for _, d := range departures {
		if strings.Contains(error, d.error) && strings.Contains(string(c.Args), d.argument) {
			return true
		}
	}
	return false
}
