package encode

import (
	"io"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// taxi is shaped like a month of green cabs: 630,918 rows, of which about 85 %
// have one passenger.
func taxi(b testing.TB, rows int) *frame.Frame {
	b.Helper()
	r := rand.New(rand.NewPCG(2019, 1))
	fields := []arrow.Field{
		{Name: "trip_distance", Type: arrow.PrimitiveTypes.Float64},
		{Name: "total_amount", Type: arrow.PrimitiveTypes.Float64},
		{Name: "random", Type: arrow.PrimitiveTypes.Float64},
		{Name: "passenger_count", Type: arrow.PrimitiveTypes.Int64},
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "pickup", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "America/New_York"}},
		{Name: "wall", Type: &arrow.TimestampType{Unit: arrow.Microsecond}},
		{Name: "day", Type: arrow.FixedWidthTypes.Date32},
		{Name: "zone", Type: arrow.BinaryTypes.String},
		{Name: "borough", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
	}
	schema := arrow.NewSchema(fields, nil)
	batch := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer batch.Release()
	cents := func(v float64) float64 { return math.Round(v*100) / 100 }
	names := []string{"East Harlem North", "Central Park", "Astoria", "Forest Hills"}
	for range rows {
		batch.Field(0).(*array.Float64Builder).Append(cents(r.ExpFloat64() * 3))
		batch.Field(1).(*array.Float64Builder).Append(cents(r.ExpFloat64()*15 + 3))
		batch.Field(2).(*array.Float64Builder).Append(r.NormFloat64())
		batch.Field(3).(*array.Int64Builder).Append(1 + r.Int64N(6))
		batch.Field(4).(*array.Int64Builder).Append(r.Int64N(1e6))
		at := arrow.Timestamp(1546300800e6 + r.Int64N(31*86400)*1e6)
		batch.Field(5).(*array.TimestampBuilder).Append(at)
		batch.Field(6).(*array.TimestampBuilder).Append(at)
		batch.Field(7).(*array.Date32Builder).Append(arrow.Date32(17897 + r.IntN(31)))
		batch.Field(8).(*array.StringBuilder).Append(names[r.IntN(4)])
		_ = batch.Field(9).(*array.BinaryDictionaryBuilder).AppendString(names[r.IntN(4)])
	}
	record := batch.NewRecord()
	defer record.Release()
	f, err := frame.New(schema, []arrow.Record{record})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.Release)
	return f
}

const taxiRows = 630_918

// trace is a figure of one trace of the named columns.
func trace(b testing.TB, f *frame.Frame, rows *frame.Rows, names ...string) *figure.Figure {
	b.Helper()
	o := figure.NewObject(figure.Member{Key: "type", Value: "scattergl"})
	for _, name := range names {
		c, err := f.Column(name)
		if err != nil {
			b.Fatal(err)
		}
		o.Set(name, &figure.Array{Column: c, Rows: rows})
	}
	return &figure.Figure{Data: []*figure.Object{o}}
}

func benchmark(b *testing.B, fig *figure.Figure, values int, o Options) {
	p, err := New(fig, o)
	if err != nil {
		b.Fatal(err)
	}
	n, err := p.WriteTo(io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(n)
	b.ReportAllocs()
	fastest := time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		if _, err := p.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
		fastest = min(fastest, time.Since(start))
	}
	b.ReportMetric(float64(fastest.Nanoseconds())/float64(values), "min-ns/value")
	b.ReportMetric(fastest.Seconds()*1e3, "min-ms")
}

// The figure of the README: two columns of floats through a filter's bitmap.
func BenchmarkFigure(b *testing.B) {
	f := taxi(b, taxiRows)
	rows := bitmap(f, rand.New(rand.NewPCG(1, 2)), 85)
	fig := trace(b, f, rows, "trip_distance", "total_amount")
	for _, arrays := range []Arrays{Typed, Text} {
		for _, workers := range []int{1, 2} {
			b.Run(caseName("arrays=", arrays, "/workers=", workers), func(b *testing.B) {
				benchmark(b, fig, 2*rows.Len(), Options{Arrays: arrays, Workers: workers})
			})
		}
	}
	index := frame.IndexRows(f, rows.AppendIndex(nil)) // as grouping gives them
	for _, arrays := range []Arrays{Typed, Text} {
		b.Run(caseName("arrays=", arrays, "/rows=index"), func(b *testing.B) {
			benchmark(b, trace(b, f, index, "trip_distance", "total_amount"), 2*rows.Len(), Options{Arrays: arrays, Workers: 1})
		})
	}
	b.Run("ceiling=copy", func(b *testing.B) { benchmarkCopy(b, 2*rows.Len()*8/3*4) })
}

// benchmarkCopy is the ceiling: a copy of as many bytes, in pages.
func benchmarkCopy(b *testing.B, n int) {
	src, page := make([]byte, n), make([]byte, pageBytes)
	for i := range src {
		src[i] = byte(i)
	}
	b.SetBytes(int64(n))
	fastest := time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		for from := src; len(from) > 0; {
			k := copy(page, from)
			from = from[k:]
		}
		fastest = min(fastest, time.Since(start))
	}
	b.ReportMetric(fastest.Seconds()*1e3, "min-ms")
}

// One column of each kind, all rows through a bitmap.
func BenchmarkColumn(b *testing.B) {
	f := taxi(b, taxiRows)
	rows := bitmap(f, rand.New(rand.NewPCG(1, 2)), 85)
	for _, c := range f.Columns() {
		for _, arrays := range []Arrays{Typed, Text} {
			b.Run(caseName("column=", c.Name(), "/arrays=", arrays), func(b *testing.B) {
				benchmark(b, trace(b, f, rows, c.Name()), rows.Len(), Options{Arrays: arrays, Workers: 1})
			})
		}
	}
}

// BenchmarkTable is customdata: four columns side by side.
func BenchmarkTable(b *testing.B) {
	f := taxi(b, taxiRows)
	rows := bitmap(f, rand.New(rand.NewPCG(1, 2)), 85)
	columns := []*frame.Column{}
	for _, name := range []string{"total_amount", "passenger_count", "pickup", "borough"} {
		columns = append(columns, column(b, f, name))
	}
	o := figure.NewObject(figure.Member{Key: "customdata", Value: &figure.Table{Columns: columns, Rows: rows}})
	benchmark(b, &figure.Figure{Data: []*figure.Object{o}}, rows.Len()*len(columns), Options{Workers: 1})
}

func BenchmarkNew(b *testing.B) {
	f := taxi(b, 1000)
	fig := trace(b, f, frame.AllRows(f), "trip_distance", "total_amount", "borough")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(fig, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
