package pointillist_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
)

func zipped() *pointillist.Coding {
	return &pointillist.Coding{Name: "gzip", Writer: func(w io.Writer) io.WriteCloser {
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		return z
	}}
}

func TestCompressedAnswersAreKept(t *testing.T) {
	few := trips().Slice(0, 10_000)
	defer few.Release()
	e := pointillist.New(pointillist.Options{})
	q := onePassenger()
	q.Frame = few
	plain, _ := answerOf(t, e, q)
	q.Coding = zipped()
	made, first := answerOf(t, e, q)
	kept, second := answerOf(t, e, q)
	same(t, made, kept)
	assert.Equal(t, first.ETag(), second.ETag())
	assert.Equal(t, []string{"memo", "compress"}, names(first.Stages()))
	assert.Equal(t, []string{"memo"}, names(second.Stages()))
	z, err := gzip.NewReader(bytes.NewReader([]byte(made)))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	same(t, plain, string(text))
}

// TestManyFiguresStayWithinTheMemo is the promise about memory: however many
// clients ask for however many figures, the memo's pages are all that is kept.
func TestManyFiguresStayWithinTheMemo(t *testing.T) {
	const limit = 2 << 20
	e := pointillist.New(pointillist.Options{MemoBytes: limit, SelectionBytes: 1 << 20, Workers: 1})
	part := trips().Slice(0, 10_000)
	defer part.Release()
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			opacity := float64(i%16+1) / 100 // some ask for the same
			q := pointillist.Request{
				Frame:  part,
				Filter: filter.Col("trip_distance").Lt(float64(i%8 + 1)),
				Kind:   figure.Scatter{X: "trip_distance", Y: "total_amount", Opacity: &opacity},
				Arrays: encode.Typed,
			}
			if i%2 == 0 {
				q.Coding = zipped()
			}
			answer, err := e.Figure(context.Background(), q)
			if assert.NoError(t, err) {
				_, err = answer.WriteTo(io.Discard)
				assert.NoError(t, err)
				assert.LessOrEqual(t, e.MemoStats().PageBytes, int64(limit))
				answer.Release()
			}
		})
	}
	all.Wait()
	stats := e.MemoStats()
	assert.Positive(t, stats.Evicted, "there were more than fit")
	assert.LessOrEqual(t, stats.PageBytes, int64(limit))
	assert.LessOrEqual(t, stats.Bytes, stats.PageBytes)
}
