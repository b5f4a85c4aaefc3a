package encode

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// encoded returns the JSON of v as the value of one attribute.
func encoded(t testing.TB, v any, o Options) []byte {
	t.Helper()
	p, err := New(&figure.Figure{Data: []*figure.Object{figure.NewObject(figure.Member{Key: "v", Value: v})}}, o)
	require.NoError(t, err)
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, int64(b.Len()), n)
	if size, exact := p.Size(); exact {
		require.Equal(t, size, n)
	}
	text, ok := bytes.CutPrefix(b.Bytes(), []byte(`{"data":[{"v":`))
	require.True(t, ok)
	text, ok = bytes.CutSuffix(text, []byte(`}],"layout":{}}`))
	require.True(t, ok)
	return text
}

func column(t testing.TB, f *frame.Frame, name string) *frame.Column {
	t.Helper()
	c, err := f.Column(name)
	require.NoError(t, err)
	return c
}

// Every type, with and without nulls, in every form of rows and of arrays,
// says what a slow encoder says.
func TestAgainstReference(t *testing.T) {
	chunkings := map[string][]int{"one row": {1}, "one chunk": {4096 + 70}, "chunks": {63, 300, 64, 1, 130}}
	for _, k := range makers {
		t.Run(k.name, func(t *testing.T) {
			for chunking, lengths := range chunkings {
				for _, nullEvery := range []int{0, 5, 1} {
					r := seeded(caseName(k.name, chunking, nullEvery))
					f := k.column(t, r, nullEvery, lengths...)
					defer f.Release()
					for _, s := range selectors {
						rows := s.rows(f, r)
						name := caseName(chunking, ", null every ", nullEvery, ", ", s.name)
						t.Run(name, func(t *testing.T) { matchesReference(t, column(t, f, "v"), rows) })
					}
				}
			}
		})
	}
}

func matchesReference(t *testing.T, c *frame.Column, rows *frame.Rows) {
	want := refValues(c, rows, false)
	for _, arrays := range []Arrays{Auto, Typed, Text} {
		got := encoded(t, &figure.Array{Column: c, Rows: rows}, Options{Arrays: arrays})
		same(t, want, decode(t, got))
		if arrays == Text {
			assert.NotContains(t, string(got), "bdata")
			exactly(t, c, want, got)
		}
	}
	got := encoded(t, &figure.Array{Column: c, Rows: rows, Form: figure.FormList}, Options{})
	same(t, want, decode(t, got))
	assert.NotContains(t, string(got), "bdata")
	got = encoded(t, &figure.Array{Column: c, Rows: rows, Form: figure.FormText}, Options{})
	same(t, refValues(c, rows, true), decode(t, got))
}

// exactly compares integers digit by digit: float64 would hide those beyond
// 2^53.
func exactly(t testing.TB, c *frame.Column, want []any, got []byte) {
	t.Helper()
	if c.Kind() == frame.Int || c.Kind() == frame.Uint || c.Kind() == frame.Duration {
		text, err := json.Marshal(want)
		require.NoError(t, err)
		require.Equal(t, string(text), string(got))
	}
}
