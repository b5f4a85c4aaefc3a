package pointillist_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

// storedRows are two blocks of a chunk and a little, and two of another.
const storedRows = 4*frame.BlockRows + 100

// ordered returns a frame whose i-th row is order(i), with nulls, NaN and a
// second chunk.
func ordered(t *testing.T, order func(i int) int) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "int", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		{Name: "float", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Europe/Paris"}, Nullable: true},
		{Name: "price", Type: &arrow.Decimal128Type{Precision: 20, Scale: 2}, Nullable: true},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "code", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}, Nullable: true},
	}, nil)
	var batches []arrow.Record
	next := 0
	for _, rows := range []int{2*frame.BlockRows + 100, 2 * frame.BlockRows} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for range rows {
			appendStored(t, b, order(next))
			next++
		}
		batches = append(batches, b.NewRecord())
		b.Release()
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	for _, b := range batches {
		b.Release()
	}
	return f
}

func appendStored(t *testing.T, b *array.RecordBuilder, i int) {
	if i%97 == 0 {
		for _, column := range b.Fields() {
			column.AppendNull()
		}
		return
	}
	float := float64(i) / 8
	if i%89 == 0 {
		float = math.NaN()
	}
	b.Field(0).(*array.Int32Builder).Append(int32(i))
	b.Field(1).(*array.Float64Builder).Append(float)
	b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(i) * 60_000) // from 1970 on, a minute each
	b.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(i)))
	b.Field(4).(*array.StringBuilder).Append(fmt.Sprintf("%07d", i))
	require.NoError(t, b.Field(5).(*array.BinaryDictionaryBuilder).AppendString(fmt.Sprintf("%03d", i/1000)))
}

// What a store on disk has kept of a frame's blocks spares a filter those that
// cannot match, and never changes its answer. Another process's store is a
// second one of the same directory.
func TestStoredFramesAreFilteredByBlocks(t *testing.T) {
	dir := t.TempDir()
	writer, err := disk.Open(disk.Options{Dir: dir})
	require.NoError(t, err)
	defer writer.Close()
	f := ordered(t, func(i int) int { return i })
	defer f.Release()
	key := cache.NewKey("ordered", 1).Key()
	require.NoError(t, writer.Put(t.Context(), key, f, cache.PutOptions{}))
	reader, err := disk.Open(disk.Options{Dir: dir})
	require.NoError(t, err)
	defer reader.Close()
	shuffle := func(i int) int { return i * 100_003 % storedRows } // each block has values from everywhere
	shuffled := ordered(t, shuffle)
	defer shuffled.Release()

	for _, tt := range []struct {
		filter string
		blocks int // of 5: the last of the first chunk has 100 rows
	}{
		{"int == 70000", 1},
		{"int != 70000", 5}, // each has nulls, for which it does not hold
		{"int < 1000", 1},
		{"int <= 65535", 1},
		{"int > 262000", 1},
		{"int between 65000 and 66000", 2},
		{"int not between 1000 and 262000", 2},
		{"int in [5, 200000]", 2},
		{"int not in [5]", 5},
		{"int is null", 5},
		{"int > 1000000", 0},
		{"float == 8750", 1},
		{"float < 0.5", 1},
		{"float >= 20000", 2},
		{"float is null", 5},
		{"at < 1970-01-02", 1},
		{"at between 1970-02-19 and 1970-02-20", 1},
		{"price == 700.00", 1},
		{"price > 2621", 1},
		{"text == '0070000'", 1},
		{"text like '007%'", 1},
		{"text < '0001000'", 1},
		{"code == '070'", 1},
		{"code in ['001', '260']", 2},
		{"int < 1000 and text > '02'", 0},
		{"int < 1000 or code == '260'", 2},
	} {
		t.Run(tt.filter, func(t *testing.T) {
			stored, _, err := reader.Get(t.Context(), key)
			require.NoError(t, err)
			defer stored.Release()
			e, err := filter.Parse(tt.filter)
			require.NoError(t, err)
			rows, trace := run(t, e, stored)
			assert.Equal(t, tt.blocks, trace.Read, "blocks read")

			all, _ := run(t, e, shuffled)
			for i, row := range all {
				all[i] = uint32(shuffle(int(row)))
			}
			slices.Sort(all)
			assert.Equal(t, all, rows, "as of all rows")
		})
	}
}

func run(t *testing.T, e *filter.Expr, f *frame.Frame) ([]uint32, filter.Trace) {
	t.Helper()
	program, err := filter.Compile(e, f)
	require.NoError(t, err)
	rows, trace, err := program.RunTraced(t.Context())
	require.NoError(t, err)
	return rows.AppendIndex(nil), trace
}
