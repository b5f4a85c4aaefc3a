package frame

import (
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewRefuses(t *testing.T) {
	number := arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int8}
	_, err := New(arrow.NewSchema(nil, nil), nil)
	assert.ErrorContains(t, err, "no columns")
	_, err = New(arrow.NewSchema([]arrow.Field{number, number}, nil), nil)
	assert.ErrorContains(t, err, `column 1: the name "a" is taken`)

	f := randomFrame(t, newRand(1), memory.DefaultAllocator, []arrow.DataType{arrow.PrimitiveTypes.Int16}, 0, 3)
	defer f.Release()
	batch := array.NewRecord(f.Schema(), []arrow.Array{f.Columns()[0].Chunk(0)}, 3)
	defer batch.Release()
	_, err = New(arrow.NewSchema([]arrow.Field{number}, nil), []arrow.Record{batch})
	assert.ErrorContains(t, err, "batch 0 has the schema")
}

func TestColumnByName(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, allTypes()[:3], 0, 3)
	defer f.Release()
	c, err := f.Column("c1")
	require.NoError(t, err)
	assert.Equal(t, "c1", c.Name())
	assert.Equal(t, Bool, c.Kind())
	assert.Equal(t, 3, c.Rows())
	_, err = f.Column("c7")
	assert.ErrorIs(t, err, ErrNoColumn)
	assert.ErrorContains(t, err, "did you mean")
	_, err = f.Select("c0", "nope")
	assert.ErrorIs(t, err, ErrNoColumn)
	_, err = f.Select()
	assert.ErrorContains(t, err, "no columns")
	_, err = f.Select("c0", "c0")
	assert.ErrorContains(t, err, "is taken")
}

func TestLocate(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, allTypes()[:1], 0, 3, 0, 1, 4)
	defer f.Release()
	require.Equal(t, 3, f.Chunks())
	for row := range f.Rows() {
		chunk, offset := f.Locate(row)
		assert.Equal(t, row, f.ChunkStart(chunk)+offset)
		assert.Less(t, offset, f.ChunkRows(chunk))
	}
	assert.Panics(t, func() { f.Locate(8) })
	assert.Panics(t, func() { f.Locate(-1) })
}

func TestSliceAndSelect(t *testing.T) {
	f := randomFrame(t, newRand(1), checked(t), allTypes(), 0.2, 10, 20, 5)
	for from := 0; from <= f.Rows(); from++ {
		for to := from; to <= f.Rows(); to += 3 {
			s := f.Slice(from, to)
			require.Equal(t, to-from, s.Rows())
			for _, name := range []string{"c3", "c15", "c27"} {
				whole, err := f.Column(name)
				require.NoError(t, err)
				part, err := s.Column(name)
				require.NoError(t, err)
				for row := range s.Rows() {
					require.Equal(t, whole.Value(from+row), part.Value(row))
				}
			}
			s.Release()
		}
	}
	assert.Panics(t, func() { f.Slice(-1, 2) })
	assert.Panics(t, func() { f.Slice(0, f.Rows()+1) })

	two, err := f.Select("c6", "c2")
	require.NoError(t, err)
	assert.Equal(t, []string{"c6", "c2"}, two.Names())
	assert.Same(t, f.Columns()[6], two.Columns()[0])
	f.Release() // two keeps it
	two.Columns()[1].Stats()
	two.Release()
}

func TestFromTable(t *testing.T) {
	mem := checked(t)
	r := newRand(1)
	chunk := func(n int) arrow.Array { return randomArray(r, mem, arrow.PrimitiveTypes.Int32, n, 0) }
	schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int32}, {Name: "b", Type: arrow.PrimitiveTypes.Int32}}, nil)
	a, b := []arrow.Array{chunk(5), chunk(5)}, []arrow.Array{chunk(3), chunk(7)}
	columns := make([]arrow.Column, 2)
	for i, chunks := range [][]arrow.Array{a, b} {
		chunked := arrow.NewChunked(arrow.PrimitiveTypes.Int32, chunks)
		columns[i] = *arrow.NewColumn(schema.Field(i), chunked)
		chunked.Release()
	}
	table := array.NewTable(schema, columns, 10)
	f, err := FromTable(table)
	require.NoError(t, err)
	assert.Equal(t, 10, f.Rows())
	assert.Equal(t, 3, f.Chunks())
	assert.EqualValues(t, b[1].(*array.Int32).Value(2), f.Columns()[1].Value(5))
	f.Release()
	table.Release()
	for i := range columns {
		columns[i].Release()
		a[i].Release()
		b[i].Release()
	}
}

func TestReferences(t *testing.T) {
	f := randomFrame(t, newRand(1), checked(t), allTypes(), 0.2, 10)
	var order []string
	f.OnFree(func() { order = append(order, "first") })
	f.OnFree(func() { order = append(order, "second") })
	s := f.Slice(2, 5)
	f.Retain()
	f.Release()
	f.Release()
	assert.Empty(t, order, "a slice is alive")
	s.Release()
	assert.Equal(t, []string{"first", "second"}, order)
	assert.PanicsWithValue(t, released, f.Release)
	assert.PanicsWithValue(t, released, f.Retain)
}

func TestBytesAreExact(t *testing.T) {
	mem := checked(t)
	f := randomFrame(t, newRand(1), mem, allTypes(), 0.2, 100, 50)
	defer f.Release()
	assert.EqualValues(t, mem.CurrentAlloc(), f.Bytes())
	s := f.Slice(60, 70)
	defer s.Release()
	two, err := f.Select("c1", "c3")
	require.NoError(t, err)
	defer two.Release()
	assert.EqualValues(t, mem.CurrentAlloc(), f.Bytes(), "views allocate nothing")
	assert.Less(t, s.Bytes(), f.Bytes())

	assert.Zero(t, f.DerivedBytes())
	for _, c := range f.Columns() {
		c.Stats()
	}
	stats := f.DerivedBytes()
	assert.Positive(t, stats)
	f.Columns()[0].Codes()
	assert.GreaterOrEqual(t, f.DerivedBytes(), stats+4*150)
}

func TestConcurrentUse(t *testing.T) {
	f := randomFrame(t, newRand(1), checked(t), allTypes(), 0.2, 100, 50)
	whole := f.Slice(1, f.Rows())
	f.Release()
	var wg sync.WaitGroup
	for range 4 {
		whole.Retain()
		wg.Go(func() {
			defer whole.Release()
			part := whole.Slice(10, 60)
			defer part.Release()
			for i, c := range part.Columns() {
				assert.Equal(t, c.Nulls(), c.Stats().Nulls)
				whole.Columns()[i].Codes()
			}
			part.Version()
			whole.Version()
		})
	}
	wg.Wait()
	whole.Release()
}
