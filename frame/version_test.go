package frame

import (
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
)

// rebuilt returns the values of f, one after the other, in new arrays of other
// chunks, with nothing under the nulls and dictionaries in another order.
func rebuilt(t *testing.T, f *Frame, chunkRows int) *Frame {
	var batches []arrow.Record
	for from := 0; from < f.Rows(); from += chunkRows {
		to := min(from+chunkRows, f.Rows())
		columns := make([]arrow.Array, len(f.Columns()))
		for i, c := range f.Columns() {
			b := array.NewBuilder(memory.DefaultAllocator, c.Type())
			for row := from; row < to; row++ {
				chunk, at := f.Locate(row)
				a := c.Chunk(chunk)
				if c.Value(row) == nil {
					b.AppendNull()
					continue
				}
				require.NoError(t, b.AppendValueFromString(a.ValueStr(at)))
			}
			columns[i] = b.NewArray()
		}
		batches = append(batches, array.NewRecord(f.Schema(), columns, int64(to-from)))
	}
	g, err := New(f.Schema(), batches)
	require.NoError(t, err)
	return g
}

// −0 and decimals do not survive Arrow's text, so these are left out.
func rebuildable() []arrow.DataType {
	var types []arrow.DataType
	for _, t := range drawnTypes {
		if k := KindOf(t); k != Float && k != Decimal {
			types = append(types, t)
		}
	}
	return types
}

func TestVersionIsOfLogicalContents(t *testing.T) {
	f := randomFrame(t, newRand(3), checked(t), rebuildable(), 0.2, 50, 1, 200, 13)
	defer f.Release()
	for _, rows := range []int{1000, 100, 17} {
		g := rebuilt(t, f, rows)
		for i, c := range f.Columns() {
			a, err := f.Select(c.Name())
			require.NoError(t, err)
			b, err := g.Select(c.Name())
			require.NoError(t, err)
			require.Equal(t, a.Version(), b.Version(), "column %d, %s, chunks of %d", i, c.Type(), rows)
			a.Release()
			b.Release()
		}
		require.Equal(t, f.Version(), g.Version())
		g.Release()
	}
}

func TestVersionOfSlices(t *testing.T) {
	f := randomFrame(t, newRand(4), checked(t), allTypes(), 0.2, 64, 100)
	defer f.Release()
	seen := map[Version]string{}
	for _, bounds := range [][2]int{{0, 164}, {0, 163}, {1, 164}, {50, 90}, {60, 60}} {
		s := f.Slice(bounds[0], bounds[1])
		again := f.Slice(0, bounds[1])
		same := again.Slice(bounds[0], bounds[1])
		require.Equal(t, s.Version(), same.Version())
		require.NotContains(t, seen, s.Version())
		seen[s.Version()] = fmt.Sprint(bounds)
		s.Release()
		again.Release()
		same.Release()
	}
}

// TestVersionTellsApart changes one thing at a time.
func TestVersionTellsApart(t *testing.T) {
	text := func(values ...any) *Frame {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		for _, v := range values {
			if v == nil {
				b.AppendNull()
			} else {
				b.Append(v.(string))
			}
		}
		return single(t, "x", b.NewArray())
	}
	number := func(name string, t2 arrow.DataType, values ...string) *Frame {
		b := array.NewBuilder(memory.DefaultAllocator, t2)
		for _, v := range values {
			require.NoError(t, b.AppendValueFromString(v))
		}
		return single(t, name, b.NewArray())
	}
	frames := map[string]*Frame{
		"text":       text("a", "b"),
		"moved byte": text("ab", ""),
		"null":       text("ab", nil),
		"null first": text(nil, "ab"),
		"number":     number("x", arrow.PrimitiveTypes.Int64, "1", "2"),
		"name":       number("y", arrow.PrimitiveTypes.Int64, "1", "2"),
		"type":       number("x", arrow.PrimitiveTypes.Uint64, "1", "2"),
		"unit":       number("x", arrow.FixedWidthTypes.Duration_ms, "1ms", "2ms"),
		"value":      number("x", arrow.PrimitiveTypes.Int64, "1", "3"),
		"order":      number("x", arrow.PrimitiveTypes.Int64, "2", "1"),
		"rows":       number("x", arrow.PrimitiveTypes.Int64, "1", "2", "0"),
		"decimal128": number("x", &arrow.Decimal128Type{Precision: 9}, "0"),
		"decimal256": number("x", &arrow.Decimal256Type{Precision: 9}, "0"),
	}
	seen := map[Version]string{}
	for name, f := range frames {
		require.NotContains(t, seen, f.Version(), name)
		seen[f.Version()] = name
		require.Len(t, f.Version().String(), 32)
	}
}

// single returns a frame of one column, and releases the array.
func single(t testing.TB, name string, values arrow.Array) *Frame {
	defer values.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: values.DataType(), Nullable: true}}, nil)
	batch := array.NewRecord(schema, []arrow.Array{values}, int64(values.Len()))
	defer batch.Release()
	f, err := New(schema, []arrow.Record{batch})
	require.NoError(t, err)
	return f
}

func BenchmarkVersion(b *testing.B) {
	for _, typ := range []arrow.DataType{arrow.PrimitiveTypes.Float64, arrow.BinaryTypes.String} {
		for _, nulls := range []float64{0, 0.1} {
			f := randomFrame(b, newRand(1), memory.DefaultAllocator, []arrow.DataType{typ}, nulls, 1<<18)
			b.Run(fmt.Sprintf("type=%s/nulls=%g", typ, nulls), func(b *testing.B) {
				b.SetBytes(f.Bytes())
				for b.Loop() {
					hashFrame(f)
				}
			})
		}
	}
}
