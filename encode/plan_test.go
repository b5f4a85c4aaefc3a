package encode

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/race"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mixed is a figure with an array of every column of the taxi frame and a
// table, of about rows rows.
func mixed(t testing.TB, rows int) *figure.Figure {
	t.Helper()
	f := taxi(t, rows)
	kept := bitmap(f, rand.New(rand.NewPCG(3, 4)), 85)
	fig := &figure.Figure{}
	for _, c := range f.Columns() {
		fig.Data = append(fig.Data, figure.NewObject(figure.Member{Key: "x", Value: &figure.Array{Column: c, Rows: kept}}))
	}
	fig.Data = append(fig.Data, figure.NewObject(figure.Member{Key: "customdata", Value: &figure.Table{Columns: f.Columns()[3:], Rows: kept}}))
	return fig
}

func planned(t testing.TB, fig *figure.Figure, o Options) *Plan {
	t.Helper()
	p, err := New(fig, o)
	require.NoError(t, err)
	return p
}

func written(t testing.TB, p *Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

// The number of workers changes nothing.
func TestWorkers(t *testing.T) {
	fig := mixed(t, 60_000)
	crews := []int{2, 3, 4, 5, 6, 7, 8}
	if race.Enabled {
		crews = []int{2, 8}
	}
	for _, arrays := range []Arrays{Auto, Typed, Text} {
		want := written(t, planned(t, fig, Options{Arrays: arrays, Workers: 1}))
		require.True(t, json.Valid(want))
		for _, workers := range crews {
			p := planned(t, fig, Options{Arrays: arrays, Workers: workers})
			require.Greater(t, p.pages(), 50)
			require.True(t, bytes.Equal(want, written(t, p)), "%s, %d workers", arrays, workers)
		}
	}
}

// Where the pages are cut changes nothing but the pages.
func TestCuts(t *testing.T) {
	p := planned(t, mixed(t, 5000), Options{Workers: 1})
	want := written(t, p)
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		p.cuts = []position{{}}
		for i, part := range p.parts {
			for at := 3 * r.IntN(2000); at < part.n; at += 3 * (1 + r.IntN(2000)) {
				p.cuts = append(p.cuts, position{i, at})
			}
		}
		p.cuts = append(p.cuts, position{len(p.parts), 0})
		require.True(t, bytes.Equal(want, written(t, p)), "%v", p.cuts)
	}
}

// Pages are as long as they should be, whatever is in the figure.
func TestPageSizes(t *testing.T) {
	figures := map[string]*figure.Figure{"arrays": mixed(t, 60_000)}
	small := &figure.Figure{}
	for range 3000 {
		small.Data = append(small.Data, figure.NewObject(figure.Member{Key: "x", Value: &figure.Array{Floats: []float64{1.5, 2, 3, 4.25}}}))
	}
	figures["many small arrays"] = small
	for name, fig := range figures {
		t.Run(name, func(t *testing.T) {
			p := planned(t, fig, Options{Arrays: Typed})
			var m scratch
			for i := range p.pages() - 1 {
				page, err := p.appendPage(nil, i, &m)
				require.NoError(t, err)
				assert.Greater(t, len(page), 32<<10, "page %d of %d", i, p.pages())
				assert.Less(t, len(page), maxKept, "page %d of %d", i, p.pages())
			}
		})
	}
}

func TestSize(t *testing.T) {
	f := taxi(t, 10_000)
	for name, rows := range map[string]*frame.Rows{
		"all": frame.AllRows(f), "some": bitmap(f, rand.New(rand.NewPCG(1, 1)), 50), "one": frame.IndexRows(f, []uint32{7}), "none": frame.IndexRows(f, nil),
	} {
		t.Run(name, func(t *testing.T) {
			p := planned(t, trace(t, f, rows, "trip_distance", "id"), Options{Arrays: Typed})
			size, exact := p.Size()
			assert.True(t, exact)
			assert.EqualValues(t, len(written(t, p)), size)
		})
	}
	p := planned(t, trace(t, f, frame.AllRows(f), "trip_distance", "zone"), Options{Arrays: Typed})
	size, exact := p.Size()
	assert.False(t, exact, "a list of texts")
	assert.InEpsilon(t, len(written(t, p)), size, 0.1)
}

var errFull = errors.New("full")

// A failing writer takes n bytes.
type failing struct{ n int }

func (f *failing) Write(b []byte) (int, error) {
	if len(b) <= f.n {
		f.n -= len(b)
		return len(b), nil
	}
	return f.n, errFull
}

func TestWriterFails(t *testing.T) {
	fig := mixed(t, 30_000)
	for workers := 1; workers <= 4; workers++ {
		for _, at := range []int{0, 1, 100_000, 1_000_000} {
			n, err := planned(t, fig, Options{Workers: workers}).WriteTo(&failing{at})
			assert.ErrorIs(t, err, errFull)
			assert.EqualValues(t, at, n)
		}
	}
}

// A short writer takes less than it is given and says nothing.
type short struct{}

func (short) Write(b []byte) (int, error) { return len(b) - 1, nil }

func TestShortWrite(t *testing.T) {
	_, err := planned(t, mixed(t, 100), Options{}).WriteTo(short{})
	assert.ErrorIs(t, err, io.ErrShortWrite)
}

// A cancelling writer ends the context at its third page.
type cancelling struct {
	pages  int
	cancel context.CancelCauseFunc
}

func (c *cancelling) Write(b []byte) (int, error) {
	if c.pages++; c.pages == 3 {
		c.cancel(errFull)
	}
	return len(b), nil
}

func TestCancel(t *testing.T) {
	fig := mixed(t, 30_000)
	for workers := 1; workers <= 4; workers++ {
		p := planned(t, fig, Options{Workers: workers})
		ctx, cancel := context.WithCancelCause(t.Context())
		w := &cancelling{cancel: cancel}
		_, err := p.Write(ctx, w)
		assert.ErrorIs(t, err, errFull)
		assert.Equal(t, 3, w.pages)
		n, err := p.Write(ctx, w)
		assert.ErrorIs(t, err, errFull)
		assert.Zero(t, n)
	}
}

// A Plan may be written by several goroutines at once.
func TestConcurrentWrites(t *testing.T) {
	p := planned(t, mixed(t, 20_000), Options{Workers: 3})
	want := written(t, p)
	results := make(chan []byte)
	for range 4 {
		go func() {
			var b bytes.Buffer
			_, _ = p.WriteTo(&b)
			results <- b.Bytes()
		}()
	}
	for range 4 {
		assert.True(t, bytes.Equal(want, <-results))
	}
}

// Memory that contradicts itself is an error with a place, not a panic.
func TestCorrupt(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	values := array.NewStringBuilder(memory.DefaultAllocator)
	values.Append("only")
	indices := array.NewInt32Builder(memory.DefaultAllocator)
	for i := range 100_000 {
		indices.Append(int32(i / 99_999)) // the last one is 1
	}
	chunk := array.NewDictionaryArray(typ, indices.NewArray(), values.NewArray())
	schema := arrow.NewSchema([]arrow.Field{{Name: "borough", Type: typ}}, nil)
	f, err := frame.New(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{chunk}, int64(chunk.Len()))})
	require.NoError(t, err)
	fig := trace(t, f, frame.AllRows(f), "borough")
	for workers := 1; workers <= 3; workers++ {
		_, err = planned(t, fig, Options{Workers: workers}).WriteTo(io.Discard)
		require.ErrorIs(t, err, ErrCorrupt)
		var at *Error
		require.ErrorAs(t, err, &at)
		assert.Equal(t, "/data/0/borough", at.Pointer)
		assert.ErrorContains(t, err, `column "borough"`)
	}
}

func TestNewErrors(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "blob", Type: arrow.BinaryTypes.Binary},
		{Name: "tags", Type: arrow.ListOf(arrow.BinaryTypes.String)},
		{Name: "codes", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.Binary}},
		{Name: "when", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Moon/Tranquility"}},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range schema.NumFields() {
		b.Field(i).AppendNull()
	}
	f, err := frame.New(schema, []arrow.Record{b.NewRecord()})
	require.NoError(t, err)
	of := func(name string) *figure.Array {
		return &figure.Array{Column: column(t, f, name), Rows: frame.AllRows(f)}
	}
	none := frame.IndexRows(f, nil)
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"binary", of("blob"), `encode: /layout/a~1b/0/~0: column "blob" is binary: type cannot be written`},
		{"list", of("tags"), `encode: /layout/a~1b/0/~0: column "tags" is list<item: utf8, nullable>: type cannot be written`},
		{"dictionary of binary", of("codes"), `encode: /layout/a~1b/0/~0: column "codes" is dictionary<values=binary, indices=int8, ordered=false>: type cannot be written`},
		{"no rows", &figure.Array{Column: column(t, f, "blob"), Rows: none}, `encode: /layout/a~1b/0/~0: column "blob" is binary: type cannot be written`},
		{"in a table", &figure.Table{Columns: []*frame.Column{column(t, f, "blob")}, Rows: none}, `encode: /layout/a~1b/0/~0: column "blob" is binary: type cannot be written`},
		{"a zone of no place", of("when"), `encode: /layout/a~1b/0/~0: column "when": unknown time zone "Moon/Tranquility"`},
		{"a Go value", int64(7), `encode: /layout/a~1b/0/~0: a value of Go type int64: type cannot be written`},
	} {
		t.Run(test.name, func(t *testing.T) {
			inner := figure.NewObject(figure.Member{Key: "~", Value: test.value})
			_, err := New(&figure.Figure{Layout: figure.NewObject(figure.Member{Key: "a/b", Value: []any{inner}})}, Options{})
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), test.want), "%s", err)
		})
	}
}

func TestOptions(t *testing.T) {
	_, err := New(&figure.Figure{}, Options{Arrays: 3})
	assert.EqualError(t, err, "encode: Options.Arrays is 3: want Auto, Typed or Text")
	_, err = New(&figure.Figure{}, Options{Workers: -1})
	assert.EqualError(t, err, "encode: Options.Workers is -1: want 0 (one a core) or more")
	for _, a := range []Arrays{Auto, Typed, Text} {
		parsed, err := ParseArrays(a.String())
		require.NoError(t, err)
		assert.Equal(t, a, parsed)
	}
	_, err = ParseArrays("binary")
	assert.EqualError(t, err, `encode: arrays "binary": want auto, typed or text`)
}
