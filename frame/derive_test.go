package frame_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// meltable is a frame of two chunks: 2 and 3 rows.
func meltable(t *testing.T) *frame.Frame {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int64},
		{Name: "f", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "g", Type: arrow.PrimitiveTypes.Float64},
		{Name: "s", Type: arrow.BinaryTypes.String},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	var batches []arrow.Record
	for _, rows := range [][]int{{0, 1}, {2, 3, 4}} {
		for _, row := range rows {
			b.Field(0).(*array.Int64Builder).Append(int64(row))
			if row == 3 {
				b.Field(1).AppendNull()
			} else {
				b.Field(1).(*array.Float64Builder).Append(float64(row) + 0.5)
			}
			b.Field(2).(*array.Float64Builder).Append(float64(-row))
			b.Field(3).(*array.StringBuilder).Append(string(rune('a' + row)))
		}
		batches = append(batches, b.NewRecord())
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	return f
}

func columnsOf(t *testing.T, f *frame.Frame, names ...string) []*frame.Column {
	columns := make([]*frame.Column, len(names))
	for i, name := range names {
		var err error
		columns[i], err = f.Column(name)
		require.NoError(t, err)
	}
	return columns
}

// valuesOf returns the values of the given rows.
func valuesOf(c *frame.Column, rows *frame.Rows) []any {
	var out []any
	rows.Each(func(row int) bool {
		out = append(out, c.Value(row))
		return true
	})
	return out
}

func TestRankColumn(t *testing.T) {
	f := meltable(t)
	all := frame.AllRows(f)
	assert.Equal(t, []any{int64(0), int64(1), int64(2), int64(3), int64(4)}, valuesOf(frame.RankColumn(f, "r", all), all))
	some := frame.IndexRows(f, []uint32{4, 1, 2})
	ranks := frame.RankColumn(f, "r", some)
	assert.Equal(t, []any{int64(0), int64(1), int64(2)}, valuesOf(ranks, some))
	assert.Equal(t, 2, ranks.Chunks())
	assert.Equal(t, "r", ranks.Name())
}

func TestMelt(t *testing.T) {
	f := meltable(t)
	some := frame.IndexRows(f, []uint32{3, 0})
	for name, c := range map[string]struct {
		rows      *frame.Rows
		columns   []string
		values    []any
		variables []any
		texts     []any
	}{
		"one type, all rows": {
			frame.AllRows(f), []string{"f", "g"},
			[]any{0.5, 1.5, 2.5, nil, 4.5, 0.0, -1.0, -2.0, -3.0, -4.0},
			[]any{"f", "f", "f", "f", "f", "g", "g", "g", "g", "g"},
			[]any{"a", "b", "c", "d", "e", "a", "b", "c", "d", "e"},
		},
		"one type, some rows": {some, []string{"g", "f"}, []any{-3.0, 0.0, nil, 0.5}, []any{"g", "g", "f", "f"}, []any{"d", "a", "d", "a"}},
		"text":                {some, []string{"s"}, []any{"d", "a"}, []any{"s", "s"}, []any{"d", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := frame.Melt(f, c.rows, columnsOf(t, f, c.columns...), "variable", "value")
			require.NoError(t, err)
			assert.Equal(t, c.values, valuesOf(m.Value, m.Rows))
			assert.Equal(t, c.variables, valuesOf(m.Variable, m.Rows))
			assert.Equal(t, c.texts, valuesOf(m.Repeat(columnsOf(t, f, "s")[0]), m.Rows))
		})
	}
}

func TestMeltOfMixedNumbers(t *testing.T) {
	f := meltable(t)
	m, err := frame.Melt(f, frame.IndexRows(f, []uint32{3, 4}), columnsOf(t, f, "i", "f"), "variable", "value")
	require.NoError(t, err)
	values := valuesOf(m.Value, m.Rows)
	assert.Equal(t, []any{3.0, 4.0}, values[:2])
	assert.NotEqual(t, values[2], values[2], "a missing value is NaN")
	assert.Equal(t, 4.5, values[3])
}

func TestMeltErrors(t *testing.T) {
	f := meltable(t)
	_, err := frame.Melt(f, frame.AllRows(f), columnsOf(t, f, "i", "s"), "variable", "value")
	require.ErrorIs(t, err, frame.ErrType)
	assert.ErrorContains(t, err, `"s" is utf8`)
	_, err = frame.Melt(f, frame.AllRows(f), nil, "variable", "value")
	assert.ErrorIs(t, err, frame.ErrType)
}

func TestTraits(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "d", Type: &arrow.Decimal128Type{Precision: 5, Scale: 2}},
		{Name: "z", Type: &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}},
		{Name: "t", Type: &arrow.TimestampType{Unit: arrow.Second}},
	}, nil)
	f, err := frame.New(schema, nil)
	require.NoError(t, err)
	c := columnsOf(t, f, "d", "z", "t")
	scale, ok := c[0].DecimalScale()
	assert.True(t, ok)
	assert.Equal(t, 2, scale)
	_, ok = c[1].DecimalScale()
	assert.False(t, ok)
	assert.Equal(t, []bool{false, true, false}, []bool{c[0].Zoned(), c[1].Zoned(), c[2].Zoned()})
	assert.Equal(t, []bool{false, true, false}, []bool{c[0].Nanoseconds(), c[1].Nanoseconds(), c[2].Nanoseconds()})
}

func TestGivenColumn(t *testing.T) {
	f := meltable(t)
	all := frame.AllRows(f)
	for name, c := range map[string]struct{ given, want []any }{
		"whole":  {[]any{1, int64(2), nil, 4, 5}, []any{int64(1), int64(2), nil, int64(4), int64(5)}},
		"floats": {[]any{1, 2.5, nil, int64(4), 5}, []any{1.0, 2.5, nil, 4.0, 5.0}},
		"texts":  {[]any{"a", "b", nil, "", "e"}, []any{"a", "b", nil, "", "e"}},
		"bools":  {[]any{true, false, nil, true, true}, []any{true, false, nil, true, true}},
		"none":   {make([]any, 5), make([]any, 5)},
	} {
		t.Run(name, func(t *testing.T) {
			column, err := frame.GivenColumn(f, "g", c.given)
			require.NoError(t, err)
			assert.Equal(t, c.want, valuesOf(column, all))
			assert.Equal(t, 2, column.Chunks())
		})
	}
	_, err := frame.GivenColumn(f, "g", []any{1})
	assert.ErrorContains(t, err, "1 values for a frame of 5 rows")
	_, err = frame.GivenColumn(f, "g", []any{1, "a", 2, 3, 4})
	assert.ErrorIs(t, err, frame.ErrType)
	_, err = frame.GivenColumn(f, "g", []any{1, []int{}, 2, 3, 4})
	assert.ErrorIs(t, err, frame.ErrType)
}

func TestConstantColumn(t *testing.T) {
	f := meltable(t)
	for _, value := range []any{"a", 2.5, true, int64(7)} {
		column, err := frame.ConstantColumn(f, "c", value)
		require.NoError(t, err)
		assert.Equal(t, []any{value, value, value, value, value}, valuesOf(column, frame.AllRows(f)))
	}
	_, err := frame.ConstantColumn(f, "c", []int{})
	assert.ErrorIs(t, err, frame.ErrType)
}
