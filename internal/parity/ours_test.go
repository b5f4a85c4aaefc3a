package parity_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// ours draws a call and reads the figure back as plotly.js would.
func ours(f *frame.Frame, c call) (any, fits, error) {
	kind, err := figure.ParseArgs(c.Kind, c.Args)
	if err != nil {
		return nil, fits{}, err
	}
	fig, err := figure.ExactPx(kind).Build(f, c.rowsOf(f))
	if err != nil {
		return nil, fits{}, err
	}
	plan, err := encode.New(fig, encode.Options{Arrays: encode.Typed})
	if err != nil {
		return nil, fits{}, err
	}
	var text bytes.Buffer
	if _, err := plan.WriteTo(&text); err != nil {
		return nil, fits{}, err
	}
	drawn, err := read(text.Bytes())
	return drawn, newFits(kind, f, fig.Fits), err
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
	departure string // why it differs, of the list; "" if it does not, or for no such reason
}

// compare draws a call on both sides. What px refuses must be refused by us.
func compare(t testing.TB, f *frame.Frame, p *peer, c call) outcome {
	a := p.ask(t, c)
	got, lines, err := ours(f, c)
	o := outcome{refused: a.Error != "" && err != nil}
	switch {
	case o.refused:
	case a.Error != "":
		o.differs = "px refuses it: " + a.Error
	case err != nil:
		o.differs = "we refuse it: " + err.Error()
	default:
		want, err := read(a.Figure)
		require.NoError(t, err)
		o.differs = comparer{lines}.difference(got, want, "")
	}
	if o.differs != "" {
		o.departure = departureOf(t, c, o.differs)
	}
	if o.departure != "" {
		o.differs = ""
	}
	return o
}
