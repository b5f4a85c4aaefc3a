package serve

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// A memoised figure in an envelope costs what one without costs.
func TestEnvelopesAllocateLittle(t *testing.T) {
	f, err := frame.FromSlices(frame.Slice("x", make([]float64, 80_000)), frame.Slice("y", make([]float64, 80_000)))
	require.NoError(t, err)
	defer f.Release()
	e := pointillist.New(pointillist.Options{})
	for _, coding := range []Coding{Identity, Gzip} {
		hit := func() {
			q := pointillist.Request{Frame: f, Kind: figure.Scatter{X: "x", Y: "y"}, Coding: Envelope{"before", "after"}.coding(coding)}
			etag := q.ETag() // as for If-None-Match
			answer, err := e.Figure(context.Background(), q)
			if err == nil && answer.ETag() == etag {
				_, err = answer.WriteTo(io.Discard)
				answer.Release()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		hit()
		assert.LessOrEqual(t, testing.AllocsPerRun(100, hit), 20.0, coding)
	}
}
