package frame

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadCSVInfers(t *testing.T) {
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		fields []string
		typ    string
		want   []any
	}{
		{"bool", []string{"true", "False", ""}, "bool", []any{true, false, nil}},
		{"bool and number", []string{"true", "1"}, "utf8", []any{"true", "1"}},
		{"int64", []string{"1", "-2", "+3", "NA", "007", " 8 "}, "int64", []any{int64(1), int64(-2), int64(3), nil, int64(7), int64(8)}},
		{"extremes", []string{"9223372036854775807", "-9223372036854775808"}, "int64", []any{int64(math.MaxInt64), int64(math.MinInt64)}},
		{"beyond int64", []string{"1", "9223372036854775808"}, "float64", []any{1.0, 9223372036854775808.0}},
		{"int then float", []string{"1", "2.5", "1e3", ".5", "5."}, "float64", []any{1.0, 2.5, 1000.0, 0.5, 5.0}},
		{"infinite", []string{"1", "-inf", "1e999"}, "float64", []any{1.0, math.Inf(-1), math.Inf(1)}},
		{"number then text", []string{"1", "2.5", "x"}, "utf8", []any{"1", "2.5", "x"}},
		{"Go's own numbers", []string{"0x10", "1_000"}, "utf8", []any{"0x10", "1_000"}},
		{"no value", []string{"", "NaN", "null"}, "float64", []any{nil, nil, nil}},
		{"nulls of pandas", []string{"#N/A N/A", "-1.#QNAN", "<NA>", "None", "1"}, "int64", []any{nil, nil, nil, nil, int64(1)}},
		{"date", []string{"2019-01-02", "2024-02-29", "1969-12-31"}, "date32", []any{noon.Truncate(24 * time.Hour),
			time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)}},
		{"no such day", []string{"2019-02-29"}, "utf8", []any{"2019-02-29"}},
		{"timestamp", []string{"2019-01-02 12:00:00", "2019-01-02T12:00", "2019-01-02"}, "timestamp[us]", []any{noon, noon, noon.Truncate(24 * time.Hour)}},
		{"micros", []string{"2019-01-02 12:00:00.25", "1969-12-31 23:59:59.999999"}, "timestamp[us]",
			[]any{noon.Add(250 * time.Millisecond), time.Unix(0, -1000).UTC()}},
		{"nanos", []string{"2019-01-02 12:00:00.000000001", "2019-01-02"}, "timestamp[ns]", []any{noon.Add(1), noon.Truncate(24 * time.Hour)}},
		{"nanos of the year 1", []string{"0001-01-01", "2019-01-02 12:00:00.000000001"}, "utf8", []any{"0001-01-01", "2019-01-02 12:00:00.000000001"}},
		{"zones", []string{"2019-01-02T12:00:00Z", "2019-01-02T13:30:00+01:30", "2019-01-02 04:00-08", "2019-01-02 04:00:00-0800"},
			"timestamp[us, tz=UTC]", []any{noon, noon, noon, noon}},
		{"zone and none", []string{"2019-01-02T12:00:00Z", "2019-01-02T12:00:00"}, "utf8", []any{"2019-01-02T12:00:00Z", "2019-01-02T12:00:00"}},
		{"date and zone", []string{"2019-01-02", "2019-01-02T12:00:00Z"}, "utf8", []any{"2019-01-02", "2019-01-02T12:00:00Z"}},
		{"not quite", []string{"2019-01-02 24:00:00"}, "utf8", []any{"2019-01-02 24:00:00"}},
		{"quoted", []string{`"a,b"`, `"say ""hi"""`, `"two` + "\r\n" + `lines"`, `""`}, "utf8", []any{"a,b", `say "hi"`, "two\nlines", nil}},
		{"quoted number", []string{`"1"`, "2"}, "int64", []any{int64(1), int64(2)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			// Another column, so that blank lines mean something; small pieces, so
			// that the fields that decide come late.
			text := "x,n\n"
			for i, field := range test.fields {
				text += fmt.Sprintf("%s,%d\n", field, i)
			}
			for _, size := range []int{1, 7, 1 << 16} {
				f, err := readCSV(strings.NewReader(text), CSVOptions{Delimiter: ','}, size)
				require.NoError(t, err)
				c := f.Columns()[0]
				assert.Equal(t, test.typ, c.Type().String())
				got := []any{}
				for row := range f.Rows() {
					got = append(got, c.Value(row))
				}
				assert.Equal(t, test.want, got)
				f.Release()
			}
		})
	}
}

func TestReadCSVTolerates(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte("a,b\n1,x\n2,y\n"))
	z.Close()
	for name, text := range map[string]string{
		"plain":            "a,b\n1,x\n2,y\n",
		"no last line end": "a,b\n1,x\n2,y",
		"crlf":             "a,b\r\n1,x\r\n2,y\r\n",
		"byte order mark":  "\ufeffa,b\n1,x\n2,y\n",
		"blank lines":      "\n\na,b\n\n1,x\r\n\r\n2,y\n\n",
		"semicolon":        "a;b\n1;x\n2;y\n",
		"tab":              "a\tb\n1\tx\n2\ty\n",
		"bar":              "a|b\n1|x\n2|y\n",
		"quoted header":    "\"a\",\"b\"\n1,x\n2,y\n",
		"spaces in header": " a , b\n1,x\n2,y\n",
		"gzip":             zipped.String(),
	} {
		t.Run(name, func(t *testing.T) {
			var read int64
			f, err := ReadCSV(iotest.OneByteReader(strings.NewReader(text)), CSVOptions{Progress: func(n int64) { read = n }})
			require.NoError(t, err)
			defer f.Release()
			assert.EqualValues(t, len(text), read)
			assert.Equal(t, []string{"a", "b"}, f.Names())
			assert.Equal(t, int64(2), f.Columns()[0].Value(1))
			assert.Equal(t, "y", f.Columns()[1].Value(1))
		})
	}
}

func TestReadCSVDelimiters(t *testing.T) {
	for text, want := range map[string]byte{
		"a\n1\n":                       ',',
		"a b\n":                        ',',
		"a;b,c\n1;2\n":                 ';',
		"a,b\n\"1;2;3\",x\n":           ',',
		"name;price\nx;1,5\ny;2,5\n":   ';',
		"t\tx,y\n1\t\"a,b\"\n2\t\"c\"": '\t',
	} {
		assert.Equal(t, string(want), string(detectDelimiter([]byte(text))), text)
	}
}

func TestReadCSVHeader(t *testing.T) {
	f, err := ReadCSV(strings.NewReader(",a,\n0,1,2\n"), CSVOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"Unnamed: 0", "a", "Unnamed: 2"}, f.Names())
	f, err = ReadCSV(strings.NewReader("a,b\n"), CSVOptions{})
	require.NoError(t, err)
	assert.Zero(t, f.Rows())
}

func TestReadCSVGivenTypes(t *testing.T) {
	types := map[string]arrow.DataType{"zip": arrow.BinaryTypes.String, "n": arrow.PrimitiveTypes.Float64}
	f, err := ReadCSV(strings.NewReader("zip,n\n01234,1\n"), CSVOptions{Types: types})
	require.NoError(t, err)
	assert.Equal(t, "01234", f.Columns()[0].Value(0))
	assert.Equal(t, 1.0, f.Columns()[1].Value(0))
}

func TestReadCSVErrors(t *testing.T) {
	truncated := func() string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte("a,b\n1,2\n"))
		z.Close()
		return b.String()[:b.Len()-6]
	}()
	for name, test := range map[string]struct {
		text    string
		options CSVOptions
		want    string
	}{
		"empty":             {"", CSVOptions{}, "trips.csv: the file is empty"},
		"blank":             {"\n\n", CSVOptions{}, "trips.csv: the file is empty"},
		"short record":      {"a,b\n1,2\n\n3\n", CSVOptions{}, "trips.csv, line 4, row 1: 1 fields, but the header has 2"},
		"long record":       {"a,b\n1,2\n3,4,5,6\n", CSVOptions{}, "trips.csv, line 3, row 1: 4 fields, but the header has 2"},
		"quote in field":    {"a,b\n1,5\" pipe\n", CSVOptions{}, `trips.csv, line 2, row 0, column "b": a quote within a field`},
		"text after quote":  {"a,b\n\"1\n1\"x,2\n", CSVOptions{}, `trips.csv, line 3, row 0, column "a": text after a closing quote`},
		"open quote":        {"a,b\n1,2\n\"1,2\n3,4\n", CSVOptions{Delimiter: ','}, `trips.csv, line 3, row 1, column "a": a quote is not closed`},
		"open quote header": {"\"a,b\n", CSVOptions{}, "trips.csv, line 1: a quote is not closed"},
		"name twice":        {"a,b,a\n1,2,3\n", CSVOptions{}, `trips.csv, line 1: columns 1 and 3 are both named "a"`},
		"latin1":            {"a\nx\ncaf\xe9\n", CSVOptions{}, "trips.csv, line 3: byte 0xE9 is not UTF-8"},
		"latin1 header":     {"caf\xe9\n1\n", CSVOptions{}, "trips.csv, line 1: the header is not UTF-8"},
		"utf16":             {"\xff\xfea\x00\n\x00", CSVOptions{}, "UTF-16"},
		"given type":        {"a\n1\nx\n", CSVOptions{Types: map[string]arrow.DataType{"a": arrow.PrimitiveTypes.Int64}}, `trips.csv, line 3, row 1, column "a": "x" is not int64`},
		"given name":        {"alpha\n1\n", CSVOptions{Types: map[string]arrow.DataType{"alhpa": arrow.PrimitiveTypes.Int64}}, `did you mean "alpha"`},
		"impossible type":   {"a\n1\n", CSVOptions{Types: map[string]arrow.DataType{"a": arrow.PrimitiveTypes.Int8}}, "CSV cannot be read as int8"},
		"bytes":             {"a\n1\n", CSVOptions{MaxBytes: 3}, "over the limit"},
		"rows":              {"a\n1\n2\n", CSVOptions{MaxRows: 1}, "more than 1 rows: over the limit"},
		"truncated gzip":    {truncated, CSVOptions{}, "trips.csv: unexpected EOF"},
		"gzip header":       {"\x1f\x8bx", CSVOptions{}, "trips.csv: "},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Source = "trips.csv"
			_, err := ReadCSV(strings.NewReader(test.text), test.options)
			require.ErrorContains(t, err, test.want)
			var source *SourceError
			require.ErrorAs(t, err, &source)
		})
	}
	_, err := readCSV(strings.NewReader("\n\na,b\n1\n"), CSVOptions{}, 1)
	assert.ErrorContains(t, err, "line 4, row 0: 1 fields")
	_, err = ReadCSV(iotest.ErrReader(errors.New("the wire broke")), CSVOptions{})
	assert.ErrorContains(t, err, "the wire broke")
	_, err = ReadCSV(io.MultiReader(strings.NewReader("a\n1\n"), iotest.ErrReader(errors.New("the wire broke"))), CSVOptions{})
	assert.ErrorContains(t, err, "the wire broke")
}

// TestReadCSVErrorsAcrossPieces: lines and rows are counted over pieces.
func TestReadCSVErrorsAcrossPieces(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,\"x\ny\"\n", 1000) + "1\n"
	_, err := readCSV(strings.NewReader(text), CSVOptions{}, 50)
	assert.EqualError(t, err, "line 2002, row 1000: 1 fields, but the header has 2")
}

func TestReadCSVBomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 1 << 10 {
		z.Write(bytes.Repeat([]byte("1\n"), 1<<10))
	}
	z.Close()
	_, err := ReadCSV(&b, CSVOptions{MaxBytes: 1 << 20})
	assert.ErrorIs(t, err, ErrTooLarge)
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\n\"x\"\"y\"\r\n\r", "a,b\r\n\"x\r\ny\",2\n\n3,4", "a\n\r\r\n", "a,b\n1\n", "a\"b\n", "\"a\"b\n"} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		if !utf8.Valid(text) || bytes.HasPrefix(text, []byte("\ufeff")) || bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			return
		}
		want, slowErr := csv.NewReader(bytes.NewReader(text)).ReadAll()
		got, err := readCSV(bytes.NewReader(text), CSVOptions{Delimiter: ','}, int(size)+1)
		if slowErr != nil || len(want) == 0 {
			require.Error(t, err)
			return
		}
		if err != nil { // only of the header, which encoding/csv does not look at
			require.ErrorContains(t, err, "both named")
			return
		}
		defer got.Release()
		require.Equal(t, len(want)-1, got.Rows())
		for i, c := range got.Columns() {
			for row := range got.Rows() {
				requireField(t, want[row+1][i], c, row)
			}
		}
	})
}

// requireField reads the field again, with the standard library.
func requireField(t *testing.T, field string, c *Column, row int) {
	got := c.Value(row)
	if isNullText([]byte(field)) {
		require.Nil(t, got)
		return
	}
	switch c.Kind() {
	case Bool:
		want, err := strconv.ParseBool(strings.TrimSpace(field))
		require.NoError(t, err)
		require.Equal(t, want, got)
	case Int:
		want, err := strconv.ParseInt(strings.TrimSpace(field), 10, 64)
		require.NoError(t, err)
		require.Equal(t, want, got)
	case Float:
		want, _ := strconv.ParseFloat(strings.TrimSpace(field), 64)
		require.True(t, want == got || want != want, "%q: %v", field, got)
	case Date:
		want, err := time.Parse("2006-01-02", strings.TrimSpace(field))
		require.NoError(t, err)
		require.Equal(t, want, got)
	case Timestamp:
		require.True(t, requireTime(field).Equal(got.(time.Time)), "%q: %v", field, got)
	default:
		require.Equal(t, field, got)
	}
}

func requireTime(field string) time.Time {
	field = strings.Replace(strings.TrimSpace(field), " ", "T", 1)
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
			if v, err := time.Parse(layout+zone, field); err == nil {
				return v
			}
		}
	}
	return time.Time{}
}

func FuzzParseFloat(f *testing.F) {
	for _, seed := range []string{"1", "-0", "1.", ".5", "123456789012345", "9007199254740993", "1e-7", "1.2.3", "-.", "0.000000000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseFloat([]byte(s))
		want, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if ok && !math.IsInf(got, 0) {
			require.NoError(t, err)
			require.Equal(t, math.Float64bits(want), math.Float64bits(got))
		}
		if err == nil && !strings.ContainsAny(s, "_xXpP") {
			require.True(t, ok, s)
		}
	})
}

func TestDaysSince1970(t *testing.T) {
	for day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 10_000; day = day.AddDate(0, 0, 13) {
		require.Equal(t, day.Unix()/86_400, daysSince1970(day.Year(), int(day.Month()), day.Day()), day)
	}
}

// greenTrips writes rows with the columns of green_tripdata.
func greenTrips(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("VendorID,lpep_pickup_datetime,lpep_dropoff_datetime,store_and_fwd_flag,RatecodeID,PULocationID,DOLocationID," +
		"passenger_count,trip_distance,fare_amount,extra,mta_tax,tip_amount,tolls_amount,ehail_fee,improvement_surcharge," +
		"total_amount,payment_type,trip_type,congestion_surcharge\n")
	r := newRand(2019)
	start := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	for range rows {
		start = start.Add(time.Duration(r.IntN(9)) * time.Second)
		fare := float64(r.IntN(8000)-200) / 100
		fmt.Fprintf(&b, "%d,%s,%s,N,1,%d,%d,%d,%.2f,%g,0.5,0.5,%.2f,0,,0.3,%.2f,%d,1,\n", 1+r.IntN(2),
			start.Format(time.DateTime), start.Add(time.Duration(r.IntN(3600))*time.Second).Format(time.DateTime),
			1+r.IntN(265), 1+r.IntN(265), r.IntN(7), float64(r.IntN(3000))/100, fare, fare/10, fare*1.1+1.3, 1+r.IntN(5))
	}
	return b.Bytes()
}

func TestReadCSVOfGreenTrips(t *testing.T) {
	f, err := ReadCSV(bytes.NewReader(greenTrips(20_000)), CSVOptions{})
	require.NoError(t, err)
	defer f.Release()
	require.Equal(t, 20_000, f.Rows())
	require.Len(t, f.Columns(), 20)
	for name, kind := range map[string]Kind{
		"VendorID": Int, "lpep_pickup_datetime": Timestamp, "store_and_fwd_flag": Text, "passenger_count": Int,
		"trip_distance": Float, "total_amount": Float, "ehail_fee": Float, "payment_type": Int,
	} {
		c, err := f.Column(name)
		require.NoError(t, err)
		assert.Equal(t, kind, c.Kind(), name)
	}
	total, err := f.Column("total_amount")
	require.NoError(t, err)
	assert.Equal(t, 2, total.Stats().Scale)
}

func BenchmarkReadCSV(b *testing.B) {
	text := greenTrips(100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		f, err := ReadCSV(bytes.NewReader(text), CSVOptions{})
		require.NoError(b, err)
		f.Release()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(100_000*20), "ns/field")
}
