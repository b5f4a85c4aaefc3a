package parquet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/race"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sample has a column of each kind that Parquet holds, with nulls.
func sample(rows int) arrow.Record {
	fields := []arrow.Field{
		{Name: "bool", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "int16", Type: arrow.PrimitiveTypes.Int16},
		{Name: "int64", Type: arrow.PrimitiveTypes.Int64},
		{Name: "uint32", Type: arrow.PrimitiveTypes.Uint32},
		{Name: "float32", Type: arrow.PrimitiveTypes.Float32},
		{Name: "float64", Type: arrow.PrimitiveTypes.Float64},
		{Name: "decimal", Type: &arrow.Decimal128Type{Precision: 12, Scale: 2}},
		{Name: "text", Type: arrow.BinaryTypes.String},
		{Name: "category", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "when", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
	}
	columns := make([]arrow.Array, len(fields))
	for i := range fields {
		fields[i].Nullable = true
		b := array.NewBuilder(memory.DefaultAllocator, fields[i].Type)
		for row := range rows {
			text := fmt.Sprint(row * (i + 1) % 97)
			switch fields[i].Type.ID() {
			case arrow.BOOL:
				text = fmt.Sprint(row%3 == 0)
			case arrow.DATE32:
				text = fmt.Sprintf("2019-01-%02d", 1+row%28)
			case arrow.TIMESTAMP:
				text = fmt.Sprintf("2019-01-02T03:%02d:05Z", row%60)
			}
			if row%7 == i%7 {
				b.AppendNull()
			} else if err := b.AppendValueFromString(text); err != nil {
				panic(err)
			}
		}
		columns[i] = b.NewArray()
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(rows))
}

func write(t testing.TB, batch arrow.Record, rowGroup int, options ...parquet.WriterProperty) []byte {
	var b bytes.Buffer
	options = append(options, parquet.WithMaxRowGroupLength(int64(rowGroup)), parquet.WithCompression(compress.Codecs.Snappy))
	w, err := pqarrow.NewFileWriter(batch.Schema(), &b, parquet.NewWriterProperties(options...), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	require.NoError(t, err)
	if batch.NumRows() > 0 {
		require.NoError(t, w.Write(batch))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func read(data []byte, o Options) (*frame.Frame, error) {
	return Read(bytes.NewReader(data), int64(len(data)), o)
}

func TestRead(t *testing.T) {
	batch := sample(1000)
	want, err := frame.New(batch.Schema(), []arrow.Record{batch})
	require.NoError(t, err)
	for name, option := range map[string]parquet.WriterProperty{
		"dictionaries": parquet.WithDictionaryDefault(true),
		"plain":        parquet.WithDictionaryDefault(false),
		"pages v2":     parquet.WithDataPageVersion(parquet.DataPageV2),
		"small pages":  parquet.WithDataPageSize(256),
		"zstd":         parquet.WithCompressionFor("text", compress.Codecs.Zstd),
		"gzip":         parquet.WithCompressionFor("text", compress.Codecs.Gzip),
		"brotli":       parquet.WithCompressionFor("text", compress.Codecs.Brotli),
		"uncompressed": parquet.WithCompressionFor("text", compress.Codecs.Uncompressed),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(write(t, batch, 300, option), Options{})
			require.NoError(t, err)
			defer got.Release()
			require.Equal(t, want.Names(), got.Names())
			require.Equal(t, 4, got.Chunks())
			for i, c := range want.Columns() {
				require.Equal(t, c.Type().String(), got.Columns()[i].Type().String())
				for row := range want.Rows() {
					require.Equal(t, c.Value(row), got.Columns()[i].Value(row), "%s, row %d", c.Name(), row)
				}
			}
		})
	}
}

func TestReadColumns(t *testing.T) {
	data := write(t, sample(100), 30)
	f, err := read(data, Options{Columns: []string{"text", "bool"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"text", "bool"}, f.Names())
	f.Release()
	_, err = read(data, Options{Columns: []string{"txt"}})
	assert.ErrorIs(t, err, frame.ErrNoColumn)
	assert.ErrorContains(t, err, `did you mean "text"`)
}

func TestReadNoRows(t *testing.T) {
	f, err := read(write(t, sample(0), 10), Options{})
	require.NoError(t, err)
	defer f.Release()
	assert.Zero(t, f.Rows())
	assert.Len(t, f.Columns(), 11)
}

func TestReadNested(t *testing.T) {
	b := array.NewListBuilder(memory.DefaultAllocator, arrow.PrimitiveTypes.Int64)
	b.Append(true)
	b.ValueBuilder().(*array.Int64Builder).Append(1)
	numbers := array.NewInt64Builder(memory.DefaultAllocator)
	numbers.Append(7)
	columns := []arrow.Array{b.NewArray(), numbers.NewArray()}
	schema := arrow.NewSchema([]arrow.Field{{Name: "list", Type: columns[0].DataType()}, {Name: "n", Type: columns[1].DataType()}}, nil)
	data := write(t, array.NewRecord(schema, columns, 1), 10)
	f, err := read(data, Options{})
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, []string{"n"}, f.Names())
	assert.Equal(t, int64(7), f.Columns()[0].Value(0))
	_, err = read(data, Options{Columns: []string{"list"}})
	assert.ErrorIs(t, err, frame.ErrType)
}

func TestProgress(t *testing.T) {
	most, total := int64(0), int64(0)
	f, err := read(write(t, sample(1000), 100), Options{Progress: func(done, of int64) {
		assert.Greater(t, done, most)
		most, total = done, of
	}})
	require.NoError(t, err)
	f.Release()
	assert.Positive(t, total)
	assert.Equal(t, total, most)
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trips.parquet")
	require.NoError(t, os.WriteFile(path, write(t, sample(10), 10), 0o600))
	f, err := Open(path, Options{})
	require.NoError(t, err)
	f.Release()
	require.NoError(t, os.Truncate(path, 500))
	_, err = Open(path, Options{})
	assert.ErrorContains(t, err, path+": the file is cut off, or not Parquet")
	_, err = Open(path+"x", Options{})
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestErrors(t *testing.T) {
	data := write(t, sample(100), 100)
	for name, test := range map[string]struct {
		data    []byte
		options Options
		want    string
	}{
		"empty":    {nil, Options{}, "it does not begin with PAR1"},
		"csv":      {[]byte("a,b\n1,2\n"), Options{}, "it does not begin with PAR1"},
		"cut":      {data[:len(data)-1], Options{}, "cut off"},
		"magic":    {[]byte("PAR1"), Options{}, "cut off"},
		"too much": {data, Options{MaxBytes: 100}, "over the limit"},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Source = "trips.parquet"
			_, err := read(test.data, test.options)
			require.ErrorContains(t, err, "trips.parquet")
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestErrorNamesColumn: a column's error names it.
func TestErrorNamesColumn(t *testing.T) {
	data := write(t, sample(100), 100)
	r, err := file.NewParquetReader(bytes.NewReader(data))
	require.NoError(t, err)
	chunk, err := r.MetaData().RowGroup(0).ColumnChunk(r.MetaData().Schema.ColumnIndexByName("text"))
	require.NoError(t, err)
	data[chunk.DataPageOffset()] ^= 0xFF
	_, err = read(data, Options{Source: "trips.parquet"})
	require.ErrorContains(t, err, `trips.parquet, column "text": byte `)
}

// TestFlippedBits reads a small file with each of its bits flipped, and cut
// off at each of its bytes: an error, or a frame that can be used.
func TestFlippedBits(t *testing.T) {
	batch := sample(20)
	schema := arrow.NewSchema(batch.Schema().Fields()[7:9], nil)
	data := write(t, array.NewRecord(schema, batch.Columns()[7:9], 20), 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for bit := 0; bit < 8*len(data); bit += race.Stride {
		flipped := slices.Clone(data)
		flipped[bit/8] ^= 1 << (bit % 8)
		use(t, flipped)
	}
	for n := range data {
		use(t, data[:n])
	}
	runtime.ReadMemStats(&after)
	perRead := (after.TotalAlloc - before.TotalAlloc) / uint64((8/race.Stride+1)*len(data)+1)
	assert.Less(t, perRead, uint64(8<<20), "bytes allocated by a read")
}

func use(t testing.TB, data []byte) {
	f, err := read(data, Options{MaxBytes: 64 << 20})
	if err != nil {
		require.NotContains(t, err.Error(), "goroutine")
		return
	}
	defer f.Release()
	for _, c := range f.Columns() {
		c.Stats()
		c.Codes()
	}
}

func FuzzReadPageHeader(f *testing.F) {
	f.Add([]byte{0x15, 0x00, 0x15, 0x10, 0x15, 0x10, 0x2c, 0x15, 0x02, 0x00, 0x00})
	f.Fuzz(func(t *testing.T, buf []byte) {
		_, n, err := readPageHeader(buf)
		require.LessOrEqual(t, n, len(buf))
		if err == nil {
			_, again, err := readPageHeader(buf[:n])
			require.NoError(t, err)
			require.Equal(t, n, again)
		}
	})
}

// TestMemoryIsGivenBack: what the frame holds is all that the limiter counts.
func TestMemoryIsGivenBack(t *testing.T) {
	data := write(t, sample(1000), 100)
	p := &reader{r: bytes.NewReader(data), size: int64(len(data)), limit: 1 << 30, mem: newLimiter(1 << 30)}
	require.NoError(t, p.open())
	f, err := p.read()
	require.NoError(t, err)
	limiter := p.mem.(*limiter)
	assert.LessOrEqual(t, 1<<30-limiter.left.Load(), f.Bytes()+1<<20) // and pooled buffers
	held := limiter.left.Load()
	bytes := f.Bytes()
	f.Release()
	assert.Positive(t, limiter.left.Load()-held)
	assert.LessOrEqual(t, limiter.left.Load()-held, bytes)
}

// TestFlights reads the real flights where POINTILLIST_DATA names the directory
// of flights-3m.parquet, as make test does, and else as many made up.
func TestFlights(t *testing.T) {
	path, rows := filepath.Join(t.TempDir(), "flights.parquet"), 10_000
	if directory := os.Getenv("POINTILLIST_DATA"); directory != "" {
		path, rows = filepath.Join(directory, "flights-3m.parquet"), 3_000_000
	} else {
		require.NoError(t, os.WriteFile(path, flights(t, rows), 0o600))
	}
	f, err := Open(path, Options{})
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, rows, f.Rows())
	for _, name := range []string{"date", "delay", "origin"} {
		c, err := f.Column(name)
		require.NoError(t, err)
		assert.False(t, c.Stats().Empty(), name)
	}
}

func flights(t testing.TB, rows int) []byte {
	date := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Nanosecond})
	delay := array.NewInt64Builder(memory.DefaultAllocator)
	origin := array.NewStringBuilder(memory.DefaultAllocator)
	for row := range rows {
		date.Append(arrow.Timestamp(row) * 6e10)
		delay.Append(int64(row%300 - 60))
		origin.Append(strings.Repeat("ABC"[row%3:row%3+1], 3))
	}
	columns := []arrow.Array{date.NewArray(), delay.NewArray(), origin.NewArray()}
	schema := arrow.NewSchema([]arrow.Field{{Name: "date", Type: columns[0].DataType()},
		{Name: "delay", Type: columns[1].DataType()}, {Name: "origin", Type: columns[2].DataType()}}, nil)
	return write(t, array.NewRecord(schema, columns, int64(rows)), rows/3)
}

func BenchmarkRead(b *testing.B) {
	data := flights(b, 500_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		f, err := read(data, Options{})
		require.NoError(b, err)
		f.Release()
	}
}
