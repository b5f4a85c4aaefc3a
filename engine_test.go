package pointillist_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/taxi"
)

var trips = sync.OnceValue(taxi.New)

func onePassenger() pointillist.Request {
	return pointillist.Request{
		Frame:  trips(),
		Filter: filter.Col("passenger_count").Eq(1),
		Kind:   figure.Scatter{X: "trip_distance", Y: "total_amount"},
	}
}

func answerOf(t *testing.T, e *pointillist.Engine, q pointillist.Request) (string, *pointillist.Answer) {
	t.Helper()
	answer, err := e.Figure(context.Background(), q)
	require.NoError(t, err)
	t.Cleanup(answer.Release)
	var got bytes.Buffer
	n, err := answer.WriteTo(&got)
	require.NoError(t, err)
	require.EqualValues(t, got.Len(), n)
	if size, known := answer.Size(); known {
		require.Equal(t, size, n)
	}
	return got.String(), answer
}

// same compares figures without printing them.
func same(t *testing.T, want, got string) {
	t.Helper()
	if want != got {
		t.Errorf("other bytes: %d of them, want %d", len(got), len(want))
	}
}

func names(stages []pointillist.Stage) []string {
	var names []string
	for _, s := range stages {
		names = append(names, s.Name)
	}
	return names
}

func TestTheSecondAnswerComesFromTheMemo(t *testing.T) {
	e := pointillist.New(pointillist.Options{})
	made, first := answerOf(t, e, onePassenger())
	kept, second := answerOf(t, e, onePassenger())
	same(t, made, kept)
	assert.Equal(t, first.ETag(), second.ETag())
	assert.Equal(t, []string{"filter", "build", "encode"}, names(first.Stages()))
	assert.Equal(t, []string{"memo"}, names(second.Stages()))
	assert.EqualValues(t, 1, e.MemoStats().Hits)
}

func TestTheSameBytesByEveryWay(t *testing.T) {
	part := trips().Slice(0, 150_000)
	defer part.Release()
	for _, arrays := range []encode.Arrays{encode.Auto, encode.Typed, encode.Text} {
		q := onePassenger()
		q.Frame, q.Arrays = part, arrays
		want, _ := answerOf(t, pointillist.New(pointillist.Options{Workers: 1, MemoBytes: -1, SelectionBytes: -1}), q)
		require.True(t, json.Valid([]byte(want)))
		for name, o := range map[string]pointillist.Options{
			"memoised":                 {},
			"streamed by many":         {Workers: 7, MemoBytes: -1},
			"too large for the memo":   {MemoBytes: 1 << 20},
			"memo of less than a page": {MemoBytes: 1000},
		} {
			got, _ := answerOf(t, pointillist.New(o), q)
			t.Log(arrays, name) // shown if they differ
			same(t, want, got)
		}
	}
}

func TestETagTellsRequestsApart(t *testing.T) {
	opacity := 0.5
	other := onePassenger()
	other.Frame = trips().Slice(0, trips().Rows()-1)
	t.Cleanup(other.Frame.Release)
	variants := map[string]pointillist.Request{"frame": other}
	vary := func(name string, change func(*pointillist.Request)) {
		q := onePassenger()
		change(&q)
		variants[name] = q
	}
	scatter := func(s figure.Scatter) func(*pointillist.Request) {
		s.X, s.Y = "trip_distance", "total_amount"
		return func(q *pointillist.Request) { q.Kind = s }
	}
	vary("as it is", func(*pointillist.Request) {})
	vary("filter value", func(q *pointillist.Request) { q.Filter = filter.Col("passenger_count").Eq(2) })
	vary("no filter", func(q *pointillist.Request) { q.Filter = nil })
	vary("arrays", func(q *pointillist.Request) { q.Arrays = encode.Text })
	vary("kind", func(q *pointillist.Request) { q.Kind = figure.Line{X: "trip_distance", Y: "total_amount"} })
	vary("coding", func(q *pointillist.Request) { q.Coding = &pointillist.Coding{Name: "gzip"} })
	vary("color", scatter(figure.Scatter{Color: "payment_type"}))
	vary("opacity", scatter(figure.Scatter{Opacity: &opacity}))
	vary("order of labels", scatter(figure.Scatter{Labels: []figure.Label{{Column: "a", Text: "b"}, {Column: "c", Text: "d"}}}))
	vary("other order of labels", scatter(figure.Scatter{Labels: []figure.Label{{Column: "c", Text: "d"}, {Column: "a", Text: "b"}}}))
	vary("a number as value", scatter(figure.Scatter{CategoryOrders: []figure.Order{{Column: "payment_type", Values: []any{1}}}}))
	vary("the same as text", scatter(figure.Scatter{CategoryOrders: []figure.Order{{Column: "payment_type", Values: []any{"1"}}}}))
	seen := map[string]string{}
	for name, q := range variants {
		assert.Empty(t, seen[q.ETag()], "%s has the tag of another", name)
		seen[q.ETag()] = name
		assert.Equal(t, q.ETag(), q.ETag())
	}
}

func TestErrorsNameTheCulprit(t *testing.T) {
	e := pointillist.New(pointillist.Options{MaxPoints: 600_000})
	fail := func(change func(*pointillist.Request)) error {
		q := onePassenger()
		change(&q)
		_, err := e.Figure(context.Background(), q)
		return err
	}
	var argument *figure.ArgumentError
	err := fail(func(q *pointillist.Request) { q.Kind = figure.Scatter{X: "trip_distanse", Y: "total_amount"} })
	require.ErrorAs(t, err, &argument)
	assert.ErrorIs(t, err, frame.ErrNoColumn)
	assert.ErrorContains(t, err, `"trip_distance"`)

	err = fail(func(q *pointillist.Request) { q.Filter = filter.Col("passenger_cont").Eq(1) })
	assert.ErrorIs(t, err, frame.ErrNoColumn)

	var many *pointillist.TooManyPointsError
	require.ErrorAs(t, fail(func(q *pointillist.Request) { q.Filter = nil }), &many)
	assert.Equal(t, pointillist.TooManyPointsError{Points: 630_918, Max: 600_000}, *many)
	answerOf(t, e, onePassenger()) // goes on
}

func TestACancelledRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := pointillist.New(pointillist.Options{}).Figure(ctx, onePassenger())
	assert.ErrorIs(t, err, context.Canceled)
}

func TestCallersOfOneFigureShareTheWork(t *testing.T) {
	e := pointillist.New(pointillist.Options{})
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			answer, err := e.Figure(context.Background(), onePassenger())
			if assert.NoError(t, err) {
				_, err = answer.WriteTo(io.Discard)
				assert.NoError(t, err)
				answer.Release()
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, e.MemoStats().Committed)
	assert.EqualValues(t, 15, e.MemoStats().Hits)
}

func TestTheFrameIsHeldOnlyAsLongAsNeeded(t *testing.T) {
	freed := false
	f := trips().Slice(0, 5000)
	f.OnFree(func() { freed = true })
	q := onePassenger()
	q.Frame = f
	answer, err := pointillist.New(pointillist.Options{MemoBytes: -1}).Figure(context.Background(), q)
	require.NoError(t, err)
	f.Release()
	assert.False(t, freed, "the answer reads the frame")
	_, err = answer.WriteTo(io.Discard)
	require.NoError(t, err)
	answer.Release()
	assert.True(t, freed)
}
