package pointillist_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// signals is 20,000 rows in three chunks: x, log and at ascend, z does not; y, w and
// i have gaps, some of them long.
func signals(t testing.TB) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "x", Type: arrow.PrimitiveTypes.Float64},
		{Name: "log", Type: arrow.PrimitiveTypes.Float32},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Paris"}},
		{Name: "z", Type: arrow.PrimitiveTypes.Float64},
		{Name: "y", Type: arrow.PrimitiveTypes.Float64},
		{Name: "w", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "kind", Type: arrow.BinaryTypes.String},
		{Name: "size", Type: arrow.PrimitiveTypes.Uint8},
	}, nil)
	r := rand.New(rand.NewPCG(5, 6))
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	var batches []arrow.Record
	x, at := -10.0, time.Date(2024, 10, 20, 0, 0, 0, 0, time.UTC).UnixMicro()
	const n = 20_000
	for row := range n {
		x += math.Floor(math.Exp(r.NormFloat64())) / 8
		at += 60e6
		level := math.Sin(x/100) + r.NormFloat64()/5
		b.Field(0).(*array.Float64Builder).Append(x)
		b.Field(1).(*array.Float32Builder).Append(float32(x))
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(at))
		b.Field(3).(*array.Float64Builder).Append(r.NormFloat64())
		if row/1000%9 == 4 || row%777 == 0 {
			b.Field(4).(*array.Float64Builder).Append(math.NaN())
			b.Field(5).(*array.Float32Builder).AppendNull()
			b.Field(6).(*array.Int64Builder).AppendNull()
		} else {
			b.Field(4).(*array.Float64Builder).Append(level)
			b.Field(5).(*array.Float32Builder).Append(float32(math.Exp(level)) - 1)
			b.Field(6).(*array.Int64Builder).Append(int64(100 * level))
		}
		b.Field(7).(*array.StringBuilder).Append([]string{"a", "b", "c"}[r.IntN(3)])
		b.Field(8).(*array.Uint8Builder).Append(uint8(r.IntN(9)))
		if row == n/5 || row == n/2 || row == n-1 {
			batches = append(batches, b.NewRecord())
		}
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	for _, batch := range batches {
		batch.Release()
	}
	t.Cleanup(f.Release)
	return f
}

// TestIndexedIsTheSame compares, byte for byte, the answers of an engine that
// indexes every line with those of one that reads all rows.
func TestIndexedIsTheSame(t *testing.T) {
	f := signals(t)
	kinds := []figure.Kind{
		figure.Line{X: "x", Y: "y"}, figure.Line{X: "x", Y: "i", LogX: true}, figure.Line{X: "log", Y: "w", LogX: true, LogY: true},
		figure.Line{X: "at", Y: "y"}, figure.Line{X: "z", Y: "y"}, figure.Line{X: "x", Y: "w", Color: "kind"},
		figure.Line{X: "x", Y: "y", Markers: true}, figure.Line{X: "x", Y: "i", FacetRow: "kind", LineShape: "hv"},
		figure.Line{X: "x", YColumns: []string{"y", "i"}}, figure.Line{X: "x", Y: "kind"}, figure.Line{Y: "y"},
		figure.Line{X: "x", Y: "y", FacetCol: "kind", RenderMode: "svg", RangeX: []any{0.0, 50.0}},
		figure.Scatter{X: "x", Y: "y"}, figure.Scatter{X: "z", Y: "w", Color: "kind", RenderMode: "svg"},
		figure.Scatter{X: "z", Y: "x", Color: "x", Opacity: new(0.5)}, figure.Scatter{X: "at", Y: "i", Color: "w"},
		figure.Scatter{X: "log", Y: "w", LogX: true, LogY: true}, figure.Scatter{X: "z", Y: "kind"},
		figure.Scatter{X: "z", Y: "y", FacetCol: "kind", Symbol: "kind"}, figure.Scatter{X: "z", Y: "y", Size: "size"},
	}
	filters := []string{"", "i > 0", "kind != 'b'", "x < -100", "y > 0 and z < 1"}
	indexed, plain := pointillist.New(pointillist.Options{}), pointillist.New(pointillist.Options{IndexBytes: -1})
	indexed.IndexFrom(0)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 240 {
		q := pointillist.Request{Frame: f, Kind: kinds[i%len(kinds)], Refine: r.IntN(2) == 0}
		text := filters[r.IntN(len(filters))]
		if text != "" {
			e, err := filter.Parse(text)
			require.NoError(t, err)
			q.Filter = e
		}
		q.Reduce = reduce.Options{
			Method: reduce.Methods[1+r.IntN(len(reduce.Methods)-1)],
			Width:  float64(1 + r.IntN(800)), Height: 300, PixelRatio: float64(r.IntN(3)), Budget: r.IntN(2) * 500,
		}
		switch kind := q.Kind.(type) {
		case figure.Line:
			q.Reduce.X = window(r, f, kind.X, kind.LogX)
		case figure.Scatter:
			q.Reduce.X, q.Reduce.Y = window(r, f, kind.X, kind.LogX), window(r, f, kind.Y, kind.LogY)
			q.Reduce.Width /= 4 // so that few rows show
		}
		want, _ := answerOf(t, plain, q)
		if _, markers := q.Kind.(figure.Scatter); markers { // the first view makes no index of these
			again := q
			again.Reduce.Budget++
			answerOf(t, indexed, again)
		}
		if got, _ := answerOf(t, indexed, q); got != want {
			require.Equal(t, want, got, "%#v of %q, %+v", q.Kind, text, q.Reduce)
		}
	}
	assert.Positive(t, indexed.IndexedBytes())
	assert.Zero(t, plain.IndexedBytes())
}

// window returns a range of an axis, sometimes none and sometimes reversed.
func window(r *rand.Rand, f *frame.Frame, column string, log bool) *reduce.Range {
	c, err := f.Column(column)
	if err != nil || r.IntN(4) == 0 {
		return nil
	}
	v, err := c.AppendFloats(nil, frame.AllRows(f))
	if err != nil {
		return nil
	}
	a, b := v[r.IntN(len(v))], v[r.IntN(len(v))]
	if r.IntN(3) == 0 {
		b = a + (b-a)/100
	}
	if log {
		a, b = math.Log10(math.Abs(a)+1e-3), math.Log10(math.Abs(b)+1e-3)
	}
	if a == b || a-b != a-b {
		return nil
	}
	return &reduce.Range{From: a, To: b}
}

// TestIndexIsMadeOnce: callers that come at the same time wait for one, and
// later ones find it.
func TestIndexIsMadeOnce(t *testing.T) {
	f := signals(t)
	e := pointillist.New(pointillist.Options{MemoBytes: -1})
	e.IndexFrom(0)
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			answer, err := e.Figure(context.Background(), pointillist.Request{
				Frame: f, Kind: figure.Line{X: "x", Y: "y", Title: fmt.Sprint(k)}, Reduce: reduce.Options{Method: reduce.Auto},
			})
			if assert.NoError(t, err) {
				answer.Release()
			}
		})
	}
	wg.Wait()
	one := e.IndexedBytes()
	assert.InDelta(t, 20_000*0.312, one, 500, "figures of the same columns share an index")
}

func TestMarkersAreIndexedWhenTheyAreSeenAgain(t *testing.T) {
	f := signals(t)
	e := pointillist.New(pointillist.Options{MemoBytes: -1})
	e.IndexFrom(0)
	q := pointillist.Request{Frame: f, Kind: figure.Scatter{X: "z", Y: "y"}, Reduce: reduce.Options{Method: reduce.Visible}}
	first, _ := answerOf(t, e, q)
	assert.Zero(t, e.IndexedBytes())
	again, _ := answerOf(t, e, q)
	assert.Positive(t, e.IndexedBytes())
	same(t, first, again)
}

func TestIndexThatHasNoRoom(t *testing.T) {
	f := signals(t)
	e := pointillist.New(pointillist.Options{IndexBytes: 1000})
	e.IndexFrom(0)
	_, answer := answerOf(t, e, pointillist.Request{Frame: f, Kind: figure.Line{X: "x", Y: "y"}, Reduce: reduce.Options{Method: reduce.Auto}})
	assert.NotNil(t, answer)
	assert.Zero(t, e.IndexedBytes())
}

// TestAppendedLineGoesOn: after rows are appended the index of a line is continued,
// with every filter, and the answers are those of an engine without.
func TestAppendedLineGoesOn(t *testing.T) {
	all := signals(t)
	positive, err := filter.Parse("i > 0")
	require.NoError(t, err)
	indexed, plain := pointillist.New(pointillist.Options{}), pointillist.New(pointillist.Options{IndexBytes: -1})
	indexed.IndexFrom(0)
	f := rowsOf(t, all, 0, 7_000)
	for _, next := range []int{7_001, 9_000, 9_001, 12_345, 20_000} {
		for _, q := range []pointillist.Request{
			{Kind: figure.Line{X: "x", Y: "y"}}, {Kind: figure.Line{X: "x", Y: "i"}, Filter: positive},
			{Kind: figure.Line{X: "z", Y: "y"}}, {Kind: figure.Line{X: "x", Y: "w", Color: "kind"}},
			{Kind: figure.Line{X: "log", Y: "w", LogX: true, LogY: true}},
		} {
			q.Frame, q.Reduce = f, reduce.Options{Method: reduce.Auto, Width: 20}
			want, _ := answerOf(t, plain, q)
			got, _ := answerOf(t, indexed, q)
			same(t, want, got)
		}
		more := rowsOf(t, all, f.Rows(), next)
		grown, err := f.Append(more, 0)
		require.NoError(t, err)
		t.Cleanup(grown.Release)
		f = grown
		assert.True(t, indexed.Continues(f, "x", "y"))
		assert.False(t, indexed.Continues(f, "x", "i"), "not seen without a filter")
	}
	more := rowsOf(t, all, 0, 1)
	window, err := f.Append(more, 20_000)
	require.NoError(t, err)
	t.Cleanup(window.Release)
	assert.False(t, indexed.Continues(window, "x", "y"), "its first row is gone")
}

// rowsOf returns some rows of a frame.
func rowsOf(t *testing.T, f *frame.Frame, from, to int) *frame.Frame {
	t.Helper()
	part := f.Slice(from, to)
	t.Cleanup(part.Release)
	return part
}
