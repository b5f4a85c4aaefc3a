package filter

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

const benchRows = 630_918

// benchFrame has the shape of the demo's taxi frame: no order that statistics
// could use.
func benchFrame(b *testing.B) *frame.Frame {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	payments := []string{"Credit card", "Cash", "No charge", "Dispute"}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "count", Type: arrow.PrimitiveTypes.Int64},
		{Name: "count8", Type: arrow.PrimitiveTypes.Uint8},
		{Name: "distance", Type: arrow.PrimitiveTypes.Float64},
		{Name: "payment", Type: arrow.BinaryTypes.String},
		{Name: "category", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
		{Name: "nulls", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)
	rows := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer rows.Release()
	for range benchRows {
		count := int64(1)
		if r.Float64() > 0.85 {
			count = r.Int64N(9)
		}
		payment := payments[r.IntN(4)]
		rows.Field(0).(*array.Int64Builder).Append(count)
		rows.Field(1).(*array.Uint8Builder).Append(uint8(count))
		rows.Field(2).(*array.Float64Builder).Append(float64(r.IntN(3000)) / 100)
		rows.Field(3).(*array.StringBuilder).Append(payment)
		require.NoError(b, rows.Field(4).(*array.BinaryDictionaryBuilder).AppendString(payment))
		if nulls := rows.Field(5).(*array.Int64Builder); r.IntN(10) == 0 {
			nulls.AppendNull()
		} else {
			nulls.Append(count)
		}
	}
	batch := rows.NewRecord()
	defer batch.Release()
	f, err := frame.New(schema, []arrow.Record{batch})
	require.NoError(b, err)
	b.Cleanup(f.Release)
	return f
}

// BenchmarkRun reads bytes/op from memory; its ceiling is BenchmarkRead.
func BenchmarkRun(b *testing.B) {
	f := benchFrame(b)
	for _, c := range []struct {
		text  string
		bytes int64 // a row
	}{
		{"count == 1", 8},
		{"count8 == 1", 1},
		{"count != 1", 8},
		{"nulls == 1", 8},
		{"distance between 0 and 20", 8},
		{"distance >= 0 and distance < 20", 8},
		{"count == 1 and distance between 0 and 20", 16},
		{"count == 1 or distance > 20", 16},
		{"count in [1, 3, 5, 7]", 8},
		{"count in [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]", 8},
		{"category == 'Cash'", 1},
		{"payment == 'Cash'", 10},
		{"payment like '%card'", 10},
		{"count == 8 and payment == 'Cash'", 8},
	} {
		e, err := Parse(c.text)
		require.NoError(b, err)
		for _, cores := range []int{1, 2} {
			b.Run(fmt.Sprintf("filter=%s/cores=%d", c.text, cores), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
				p, err := Compile(e, f)
				require.NoError(b, err)
				_, err = p.Run(b.Context()) // computes statistics
				require.NoError(b, err)
				b.SetBytes(benchRows * c.bytes)
				b.ReportAllocs()
				for b.Loop() {
					_, err = p.Run(b.Context())
				}
				require.NoError(b, err)
			})
		}
	}
}

// BenchmarkRead copies the columns in pieces that stay in the first-level
// cache: the ceiling of what reads them once.
func BenchmarkRead(b *testing.B) {
	for _, width := range []int{1, 8} {
		b.Run(fmt.Sprintf("bytes=%d", width), func(b *testing.B) {
			column, piece := make([]byte, benchRows*width), make([]byte, 8192)
			b.SetBytes(int64(len(column)))
			for b.Loop() {
				for rest := column; len(rest) > 0; {
					rest = rest[copy(piece, rest):]
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	const text = "passenger_count == 1 and trip_distance between 0 and 20"
	b.ReportAllocs()
	for b.Loop() {
		_, err := Parse(text)
		require.NoError(b, err)
	}
}

func BenchmarkCompile(b *testing.B) {
	f := benchFrame(b)
	e := Col("count").Eq(1).And(Col("distance").Between(0, 20))
	b.ReportAllocs()
	for b.Loop() {
		_, err := Compile(e, f)
		require.NoError(b, err)
	}
}

// BenchmarkBlocks runs a filter that takes one block's rows of 3 million:
// where the column is sorted, and its blocks tell so; where they tell nothing,
// for the column is in random order; and beside it as if there were none, which
// is the ceiling of both.
func BenchmarkBlocks(b *testing.B) {
	const rows = 3_000_000
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	sorted, random := make([]int64, rows), make([]int64, rows)
	for i, v := range rand.New(rand.NewPCG(1, 2)).Perm(rows) {
		sorted[i], random[i] = int64(i), int64(v)
	}
	f, err := frame.FromSlices(frame.Slice("sorted", sorted), frame.Slice("random", random))
	require.NoError(b, err)
	defer f.Release()
	for _, column := range []string{"sorted", "random"} {
		p, err := Compile(Col(column).Between(1_000_000, 1_000_000+frame.BlockRows-1), f)
		require.NoError(b, err)
		for _, blocks := range []string{"kept", "none"} {
			b.Run("order="+column+"/blocks="+blocks, func(b *testing.B) {
				read := 0
				for b.Loop() {
					r := newRun(p)
					if blocks == "none" {
						r.stats = []*frame.Stats{ignorant(r.stats[0])}
					}
					require.NoError(b, r.all(b.Context()))
					read = int(r.read.Load())
				}
				b.ReportMetric(float64(read), "blocks-read")
			})
		}
	}
	kept := f.AppendStats(nil)
	for _, stored := range []bool{true, false} { // the first filter of a frame that a store returns
		b.Run(fmt.Sprintf("first/kept=%t", stored), func(b *testing.B) {
			for b.Loop() {
				g := f.Slice(0, rows)
				if stored {
					g.SetStats(kept)
				}
				p, err := Compile(Col("sorted").Lt(1000), g)
				require.NoError(b, err)
				_, err = p.Run(b.Context())
				require.NoError(b, err)
				g.Release()
			}
		})
	}
}

// ignorant returns statistics that settle nothing.
func ignorant(s *frame.Stats) *frame.Stats {
	none := &frame.Stats{Summary: s.Summary, Blocks: slices.Clone(s.Blocks)}
	for i := range none.Blocks {
		none.Blocks[i].Summary = s.Summary
	}
	return none
}
