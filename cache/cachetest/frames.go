package cachetest

import (
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Key returns the i-th of the keys that tests use.
func Key(i int) cache.Key { return cache.NewKey("test", 1).Int(int64(i)).Key() }

// Ints returns a frame of one int64 column of n rows, all v.
func Ints(t testing.TB, alloc memory.Allocator, n int, v int64) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: arrow.PrimitiveTypes.Int64}}, nil)
	b := array.NewRecordBuilder(alloc, schema)
	defer b.Release()
	values := make([]int64, n)
	for i := range values {
		values[i] = v
	}
	b.Field(0).(*array.Int64Builder).AppendValues(values, nil)
	return of(t, schema, b.NewRecord())
}

// IsInts reports whether f is what Ints returns for v: not a row of it may differ.
func IsInts(f *frame.Frame, v int64) bool {
	c := f.Columns()[0]
	for i := range c.Chunks() {
		for _, got := range c.Chunk(i).(*array.Int64).Int64Values() {
			if got != v {
				return false
			}
		}
	}
	return true
}

// Mixed returns a frame of two chunks with nulls, texts, a dictionary, a
// timestamp with a zone, booleans, and a slice that starts amid a byte.
func Mixed(t testing.TB, alloc memory.Allocator) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "code", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Paris"}, Nullable: true},
		{Name: "ok", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(alloc, schema)
	defer b.Release()
	for i := range 30 {
		if i%7 == 3 {
			for _, field := range b.Fields() {
				field.AppendNull()
			}
			continue
		}
		b.Field(0).(*array.Float64Builder).Append(float64(i) / 4)
		b.Field(1).(*array.StringBuilder).Append(string(rune('a'+i)) + "é")
		require.NoError(t, b.Field(2).(*array.BinaryDictionaryBuilder).AppendString(string(rune('A'+i%3))))
		b.Field(3).(*array.TimestampBuilder).Append(arrow.Timestamp(i) * 1e12)
		b.Field(4).(*array.BooleanBuilder).Append(i%2 == 0)
	}
	whole := b.NewRecord()
	defer whole.Release()
	return of(t, schema, whole.NewSlice(0, 17), whole.NewSlice(17, 30))
}

// of takes over the records.
func of(t testing.TB, schema *arrow.Schema, records ...arrow.Record) *frame.Frame {
	t.Helper()
	f, err := frame.New(schema, records)
	require.NoError(t, err)
	for _, r := range records {
		r.Release()
	}
	return f
}

// A Clock stands until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock at some time in 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
