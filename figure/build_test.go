package figure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// A column of a test's frame; nil values are null.
type column struct {
	name   string
	typ    arrow.DataType
	values []any
}

func floats(name string, values ...any) column {
	return column{name, arrow.PrimitiveTypes.Float64, values}
}

func ints(name string, values ...any) column {
	return column{name, arrow.PrimitiveTypes.Int64, values}
}

func texts(name string, values ...any) column {
	return column{name, arrow.BinaryTypes.String, values}
}

// newFrame makes a frame of columns, whose values are given as JSON would.
func newFrame(t testing.TB, columns ...column) *frame.Frame {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.typ, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, c := range columns {
		for _, v := range c.values {
			if v == nil {
				b.Field(i).AppendNull()
				continue
			}
			require.NoError(t, b.Field(i).AppendValueFromString(fmt.Sprint(v)))
		}
	}
	record := b.NewRecord()
	f, err := frame.New(schema, []arrow.Record{record})
	require.NoError(t, err)
	return f
}

// xy is a frame of n rows with x and y, and the given columns beside them.
func xy(t testing.TB, n int, more ...column) *frame.Frame {
	x, y := floats("x"), floats("y")
	for i := range n {
		x.values = append(x.values, i)
		y.values = append(y.values, i*i)
	}
	return newFrame(t, append([]column{x, y}, more...)...)
}

// scatter builds px.scatter with arguments as JSON.
func scatter(t testing.TB, f *frame.Frame, args string) *figure.Figure {
	kind, err := figure.ParseArgs("scatter", []byte(args))
	require.NoError(t, err)
	fig, err := kind.Build(f, nil)
	require.NoError(t, err)
	return fig
}

// refused returns why arguments are refused.
func refused(t testing.TB, f *frame.Frame, kind, args string) error {
	k, err := figure.ParseArgs(kind, []byte(args))
	if err == nil {
		_, err = k.Build(f, nil)
	}
	require.Error(t, err)
	return err
}

// at follows keys and indices into an object.
func at(o any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			o = o.(*figure.Object).Get(step)
		case int:
			o = o.([]any)[step]
		}
	}
	return o
}

// names returns a member of each trace.
func each(fig *figure.Figure, path ...any) []any {
	out := make([]any, len(fig.Data))
	for i, trace := range fig.Data {
		out[i] = at(trace, path...)
	}
	return out
}

// written returns the traces as JSON decodes them.
func written(t testing.TB, fig *figure.Figure, arrays encode.Arrays) []map[string]any {
	plan, err := encode.New(fig, encode.Options{Arrays: arrays})
	require.NoError(t, err)
	var text bytes.Buffer
	_, err = plan.WriteTo(&text)
	require.NoError(t, err)
	var out struct{ Data []map[string]any }
	require.NoError(t, json.Unmarshal(text.Bytes(), &out))
	return out.Data
}

func text(t testing.TB, plan *encode.Plan) string {
	var b bytes.Buffer
	_, err := plan.WriteTo(&b)
	require.NoError(t, err)
	return b.String()
}
