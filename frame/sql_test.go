package frame

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fakeTable is a database that answers every query with itself.
type fakeTable struct {
	names, types []string
	scans        []reflect.Type // nil: the driver does not tell
	rows         [][]driver.Value
	err          error // after the rows
	results      int   // more than the first
	next         int
}

func (f *fakeTable) Connect(context.Context) (driver.Conn, error) { return f, nil }
func (f *fakeTable) Driver() driver.Driver                        { return nil }
func (f *fakeTable) Prepare(string) (driver.Stmt, error)          { return f, nil }
func (f *fakeTable) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (f *fakeTable) Close() error                                 { return nil }
func (f *fakeTable) NumInput() int                                { return 0 }
func (f *fakeTable) Exec([]driver.Value) (driver.Result, error)   { return nil, errors.ErrUnsupported }
func (f *fakeTable) Query([]driver.Value) (driver.Rows, error)    { f.next = 0; return f, nil }
func (f *fakeTable) Columns() []string                            { return f.names }
func (f *fakeTable) ColumnTypeDatabaseTypeName(column int) string { return f.types[column] }
func (f *fakeTable) HasNextResultSet() bool                       { return f.results > 0 }
func (f *fakeTable) NextResultSet() error                         { f.results--; return nil }
func (f *fakeTable) ColumnTypeScanType(column int) reflect.Type {
	if f.scans == nil {
		return reflect.TypeFor[any]()
	}
	return f.scans[column]
}
func (f *fakeTable) Next(dest []driver.Value) error {
	if f.next == len(f.rows) {
		if f.err != nil {
			return f.err
		}
		return io.EOF
	}
	copy(dest, f.rows[f.next])
	f.next++
	return nil
}

func (f *fakeTable) query(t *testing.T) *sql.Rows {
	db := sql.OpenDB(f)
	t.Cleanup(func() { db.Close() })
	rows, err := db.Query("select")
	require.NoError(t, err)
	return rows
}

// oneColumn is a table of one column, n, that the driver scans into a T.
func oneColumn[T any](databaseType string, values ...driver.Value) *fakeTable {
	table := &fakeTable{names: []string{"n"}, types: []string{databaseType}, scans: []reflect.Type{reflect.TypeFor[T]()}}
	for _, v := range values {
		table.rows = append(table.rows, []driver.Value{v})
	}
	return table
}

// textOf writes the values of a frame's only column.
func textOf(f *Frame) string {
	var texts []string
	for i := range f.Rows() {
		switch chunk := f.Columns()[0].Chunk(0).(type) {
		case *array.Decimal128:
			texts = append(texts, decimalText(chunk, i, chunk.Value(i).BigInt()))
		case *array.Decimal256:
			texts = append(texts, decimalText(chunk, i, chunk.Value(i).BigInt()))
		case *array.Binary:
			text := array.NullValueStr
			if chunk.IsValid(i) {
				text = fmt.Sprintf("%x", chunk.Value(i))
			}
			texts = append(texts, text)
		default:
			texts = append(texts, chunk.ValueStr(i))
		}
	}
	return strings.Join(texts, " ")
}

func decimalText(chunk arrow.Array, i int, v *big.Int) string {
	if chunk.IsNull(i) {
		return array.NullValueStr
	}
	scale := chunk.DataType().(arrow.DecimalType).GetScale()
	return new(big.Rat).SetFrac(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(int(scale))
}

func TestReadSQLTypes(t *testing.T) {
	paris := time.FixedZone("", 3600)
	noon := time.Date(2019, 1, 2, 12, 0, 0, 1000, paris)
	fine := noon.Add(100)
	late := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		table *fakeTable
		typ   string
		want  string // Arrow's text of the values
	}{
		"int2":                {oneColumn[int16]("INT2", int64(-32768), nil, []byte("7"), "8"), "int16", "-32768 (null) 7 8"},
		"tinyint, SQL Server": {oneColumn[int64]("TINYINT", int64(255)), "int16", "255"},
		"tinyint, MySQL":      {oneColumn[sql.NullInt64]("TINYINT", int64(-128)), "int16", "-128"},
		"int4":                {oneColumn[int32]("INT4", int64(math.MinInt32)), "int32", "-2147483648"},
		"bigint":              {oneColumn[int64]("BIGINT", int64(math.MinInt64), uint64(math.MaxInt64)), "int64", "-9223372036854775808 9223372036854775807"},
		"unsigned":            {oneColumn[uint8]("UNSIGNED TINYINT", int64(255), uint64(1)), "uint8", "255 1"},
		"unsigned bigint":     {oneColumn[uint64]("UNSIGNED BIGINT", []byte("18446744073709551615"), nil), "uint64", "18446744073709551615 (null)"},
		"oid":                 {oneColumn[string]("OID", int64(math.MaxUint32)), "uint32", "4294967295"},
		"xid8":                {oneColumn[string]("XID8", "18446744073709551615"), "uint64", "18446744073709551615"},

		"float8":            {oneColumn[float64]("FLOAT8", 0.1, nil, math.NaN(), "-Infinity", int64(4)), "float64", "0.1 (null) NaN -Inf 4"},
		"float4":            {oneColumn[float32]("FLOAT4", float64(float32(0.1)), nil, math.NaN()), "float32", "0.1 (null) NaN"},
		"real, of float64":  {oneColumn[sql.NullFloat64]("REAL", 0.5, nil, 0.1), "float64", "0.5 (null) 0.1"},
		"float, MySQL":      {oneColumn[sql.NullFloat64]("FLOAT", float32(0.1)), "float32", "0.1"},
		"float, SQL Server": {oneColumn[float64]("FLOAT", 0.5), "float64", "0.5"},

		"numeric":              {oneColumn[float64]("NUMERIC", "1.50", nil, "-2"), "decimal(38, 1)", "1.5 (null) -2.0"},
		"numeric that grows":   {oneColumn[float64]("NUMERIC", "1", "0.0000000000000000000000000000000000001", "-3"), "decimal(38, 37)", "1." + strings.Repeat("0", 37) + " 0." + strings.Repeat("0", 36) + "1 -3." + strings.Repeat("0", 37)},
		"numeric of 76 digits": {oneColumn[float64]("NUMERIC", "-1", strings.Repeat("9", 76)), "decimal256(76, 0)", "-1 " + strings.Repeat("9", 76) + ""},
		"numeric, wide by scale": {oneColumn[float64]("NUMERIC", "-12345678901234567890123456789012345678", "0.5", "NaN"), "decimal256(76, 1)",
			"-12345678901234567890123456789012345678.0 0.5 (null)"},
		"money":     {oneColumn[[]byte]("MONEY", []byte("-922337203685477.5808")), "decimal(38, 4)", "-922337203685477.5808"},
		"number":    {oneColumn[any]("NUMBER(10,2)", int64(-3), 0.25), "decimal(38, 2)", "-3.00 0.25"},
		"no values": {oneColumn[float64]("NUMERIC"), "decimal(38, 0)", ""},

		"bool":            {oneColumn[bool]("BOOL", true, nil, int64(0), []byte("1"), "f"), "bool", "true (null) false true false"},
		"bit, SQL Server": {oneColumn[bool]("BIT", true), "bool", "true"},
		"bit, MySQL":      {oneColumn[[]byte]("BIT", []byte{1, 2}, nil), "uint64", "258 (null)"},
		"bit, PostgreSQL": {oneColumn[string]("BIT", "0101"), "utf8", "0101"},

		"date":                  {oneColumn[time.Time]("DATE", time.Date(1969, 12, 31, 0, 0, 0, 0, paris), nil), "date32", "1969-12-31 (null)"},
		"date of zeros":         {oneColumn[sql.NullTime]("DATE", time.Time{}, late), "date32", "(null) 9999-12-31"},
		"timestamp, PostgreSQL": {oneColumn[time.Time]("TIMESTAMP", noon, nil, late), "timestamp[us]", "2019-01-02 12:00:00.000001Z (null) 9999-12-31 00:00:00Z"},
		"timestamp, MySQL":      {oneColumn[sql.NullTime]("TIMESTAMP", noon, time.Time{}), "timestamp[us, tz=UTC]", "2019-01-02 11:00:00.000001Z (null)"},
		"timestamptz":           {oneColumn[time.Time]("TIMESTAMPTZ", noon, nil), "timestamp[us, tz=UTC]", "2019-01-02 11:00:00.000001Z (null)"},
		"datetime2":             {oneColumn[time.Time]("DATETIME2", noon, nil, fine, noon), "timestamp[ns]", "2019-01-02 12:00:00.000001Z (null) 2019-01-02 12:00:00.0000011Z 2019-01-02 12:00:00.000001Z"},
		"before 1970":           {oneColumn[time.Time]("DATETIME2", time.Unix(-1, 999_999_900).UTC()), "timestamp[ns]", "1969-12-31 23:59:59.9999999Z"},
		"datetimeoffset":        {oneColumn[time.Time]("DATETIMEOFFSET", fine), "timestamp[ns, tz=UTC]", "2019-01-02 11:00:00.0000011Z"},
		"time":                  {oneColumn[string]("TIME", "23:59:59.999999", []byte("00:00:00"), time.Date(1, 1, 1, 1, 2, 3, 100, time.UTC)), "time64[ns]", "23:59:59.999999000 00:00:00.000000000 01:02:03.000000100"},

		"text":  {oneColumn[string]("TEXT", "é", nil, []byte("b"), ""), "utf8", "é (null) b "},
		"jsonb": {oneColumn[string]("JSONB", []byte("{}")), "utf8", "{}"},
		"uniqueidentifier": {oneColumn[[]byte]("UNIQUEIDENTIFIER", []byte{0x67, 0x45, 0x23, 0x01, 0xab, 0x89, 0xef, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8}, nil),
			"utf8", "01234567-89ab-cdef-0102-030405060708 (null)"},
		"bytea":   {oneColumn[[]byte]("BYTEA", []byte{0xff}, nil), "binary", "ff (null)"},
		"no type": {oneColumn[any]("NULL", nil, nil), "null", "(null) (null)"},

		"by Go type: number": {oneColumn[*int64]("COUNT", int64(1), nil), "int64", "1 (null)"},
		"by Go type: uint":   {oneColumn[uint16]("PORT", int64(1)), "uint64", "1"},
		"by Go type: float":  {oneColumn[sql.NullFloat64]("RATIO", 0.5), "float64", "0.5"},
		"by Go type: bool":   {oneColumn[sql.NullBool]("FLAG", true), "bool", "true"},
		"by Go type: time":   {oneColumn[time.Time]("MOMENT", noon), "timestamp[us, tz=UTC]", "2019-01-02 11:00:00.000001Z"},
		"a nameless text":    {oneColumn[string]("", "a"), "utf8", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ReadSQL(context.Background(), test.table.query(t), SQLOptions{})
			require.NoError(t, err)
			defer f.Release()
			c := f.Columns()[0]
			assert.Equal(t, test.typ, c.Type().String())
			assert.Equal(t, len(test.table.rows), f.Rows())
			assert.Equal(t, test.want, textOf(f))
		})
	}
}

func TestReadSQLErrors(t *testing.T) {
	numbers := func(values ...driver.Value) *fakeTable { return oneColumn[int64]("INT", values...) }
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	broken := numbers(int64(1))
	broken.err = errors.New("connection lost")
	second := numbers(int64(1))
	second.results = 1
	fine := time.Date(2019, 1, 2, 12, 0, 0, 100, time.UTC)
	late := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		ctx     context.Context
		table   *fakeTable
		options SQLOptions
		want    string
		is      error
	}{
		"text for a number":    {table: numbers(int64(1), "x"), want: `trips, row 1, column "n": "x" is not an int32`},
		"too large a number":   {table: numbers(int64(1) << 40), want: `row 0, column "n": 1099511627776 (int64) is not an int32`},
		"uint64 in bigint":     {table: oneColumn[int64]("BIGINT", uint64(1)<<63), want: "9223372036854775808 (uint64) is not an int64"},
		"negative unsigned":    {table: oneColumn[uint8]("UNSIGNED INT", int64(-1)), want: "-1 (int64) is not a uint32"},
		"a float":              {table: oneColumn[float64]("FLOAT8", "x"), want: `"x" is not a float64`},
		"an int beyond floats": {table: oneColumn[float64]("FLOAT8", int64(1)<<53+1), want: "9007199254740993 (int64) is not a float64"},
		"a bool":               {table: oneColumn[bool]("BOOL", int64(2)), want: "2 (int64) is not a bool"},
		"bits":                 {table: oneColumn[[]byte]("BIT", make([]byte, 9)), want: "is not up to 64 bits"},
		"77 digits":            {table: oneColumn[float64]("NUMERIC", "0.5", strings.Repeat("9", 76)), want: `row 1, column "n": the column's values take more than 76 digits`},
		"infinite decimal":     {table: oneColumn[float64]("NUMERIC", "Infinity"), want: `"Infinity" is not a decimal`},
		"empty decimal":        {table: oneColumn[float64]("NUMERIC", "."), want: `"." is not a decimal`},
		"infinite moment":      {table: oneColumn[time.Time]("TIMESTAMP", "infinity"), want: `"infinity" is not a moment`},
		"moment as text":       {table: oneColumn[sql.NullTime]("DATETIME", []byte("2019-01-01 00:00:00")), want: "parseTime=true"},
		"too fine a moment":    {table: oneColumn[time.Time]("DATETIME2", late, fine), want: `row 1, column "n": 2019-01-02 12:00:00.0000001 +0000 UTC (time.Time) is not told like the others`},
		"too late a moment":    {table: oneColumn[time.Time]("DATETIME2", fine, late), want: "cast it to microseconds"},
		"no moment at all":     {table: oneColumn[time.Time]("TIMESTAMP", time.Unix(math.MaxInt64/1000, 0).UTC()), want: "is not a moment that microseconds"},
		"a date with a time":   {table: oneColumn[time.Time]("DATE", fine), want: "is not a day without a time"},
		"not a time of day":    {table: oneColumn[string]("TIME", "-01:00:00"), want: `"-01:00:00" is not a time of day`},
		"not UTF-8":            {table: oneColumn[string]("TEXT", "a", "\xff"), want: `row 1, column "n": the text "\xff" is not UTF-8`},
		"not a text":           {table: oneColumn[string]("TEXT", true), want: "true (bool) is not text"},
		"half a GUID":          {table: oneColumn[[]byte]("UNIQUEIDENTIFIER", []byte{1}), want: "is not the 16 bytes"},
		"a value of no type":   {table: oneColumn[any]("NULL", int64(1)), want: "a int64 in a column that has no type"},
		"unknown type":         {table: oneColumn[string]("_INT4", "{1}"), want: `trips, column "n": the type _INT4 of the database has no column type: cast it`, is: ErrType},
		"unknown without name": {table: oneColumn[any]("", "{1}"), want: `trips, column "n"`, is: ErrType},
		"rows":                 {table: numbers(int64(1), int64(2)), options: SQLOptions{MaxRows: 1}, want: "more than 1 rows: over the limit", is: ErrTooLarge},
		"bytes":                {table: numbers(int64(1), int64(2)), options: SQLOptions{MaxBytes: 7}, want: "trips, row 1: more than 7 bytes", is: ErrTooLarge},
		"cancelled":            {ctx: ctx, table: numbers(int64(1)), want: "context canceled", is: context.Canceled},
		"connection":           {table: broken, want: "trips: after 1 rows: connection lost", is: broken.err},
		"second result":        {table: second, want: "a second result"},
		"names":                {table: &fakeTable{names: []string{"n", "n"}, types: []string{"INT", "INT"}}, want: `the name "n" is taken`},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Source = "trips"
			ctx := cmp.Or(test.ctx, context.Background())
			_, err := ReadSQL(ctx, test.table.query(t), test.options)
			require.ErrorContains(t, err, test.want)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
			_, isSource := errors.AsType[*SourceError](err)
			assert.True(t, isSource)
		})
	}
}

// What ReadSQL returns can be kept, also what cannot be drawn.
func TestReadSQLRoundTrip(t *testing.T) {
	table := &fakeTable{names: []string{"price", "blob", "at"}, types: []string{"NUMERIC", "BYTEA", "TIME"}, rows: [][]driver.Value{
		{"1.5", []byte{0xff}, "01:00:00"}, {nil, nil, nil}, {"-0.001", []byte{}, "02:00:00.5"},
	}}
	f, err := ReadSQL(context.Background(), table.query(t), SQLOptions{})
	require.NoError(t, err)
	defer f.Release()
	var file bytes.Buffer
	require.NoError(t, WriteIPC(&file, f))
	back, err := OpenIPC(file.Bytes(), IPCOptions{})
	require.NoError(t, err)
	defer back.Release()
	assert.Equal(t, f.Version(), back.Version())
	assert.Equal(t, 1.5, back.Columns()[0].Value(0))
}

// The wide numbers are made of pieces; big.Int is the judge.
func FuzzSQLDecimals(f *testing.F) {
	f.Add("1.5", "-0.001", "12345678901234567890123456789012345678")
	f.Add("-99999999999999999999.5", "0", "NaN")
	f.Add("0.00000000000000000000000000000000000000001", "-7", ".5")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		d := &sqlDecimals{}
		var kept []*big.Rat
		for _, text := range []string{a, b, c} {
			if _, valid, err := d.add(text); err == nil && valid {
				want, ok := new(big.Rat).SetString(text)
				require.True(t, ok, "%q", text)
				kept = append(kept, want)
			} else if err == nil {
				kept = append(kept, nil)
			}
		}
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d.scale)), nil)
		for i, want := range kept {
			var got *big.Int
			if d.wide != nil {
				got = d.wide[i].BigInt()
			} else {
				got = d.values[i].BigInt()
			}
			if want != nil {
				assert.Zero(t, want.Cmp(new(big.Rat).SetFrac(got, scale)), "%v, not %v / %v", want, got, scale)
			}
		}
	})
}

// The ceiling is what database/sql takes to hand out the same rows.
func BenchmarkReadSQL(b *testing.B) {
	const rows = 10_000
	table := &fakeTable{names: []string{"id", "price", "ratio", "at", "name"}, types: []string{"INT8", "NUMERIC", "FLOAT8", "TIMESTAMPTZ", "TEXT"}}
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC)
	for i := range rows {
		table.rows = append(table.rows, []driver.Value{int64(i), fmt.Sprintf("%d.25", i), float64(i), noon, "some text"})
	}
	db := sql.OpenDB(table)
	defer db.Close()
	b.Run("rows=1e4/to=frame", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rows, err := db.Query("select")
			require.NoError(b, err)
			f, err := ReadSQL(context.Background(), rows, SQLOptions{})
			require.NoError(b, err)
			f.Release()
		}
	})
	b.Run("rows=1e4/to=any", func(b *testing.B) {
		b.ReportAllocs()
		values := make([]any, len(table.names))
		targets := make([]any, len(values))
		for i := range values {
			targets[i] = &values[i]
		}
		for b.Loop() {
			scanAll(b, db, targets)
		}
	})
}

func scanAll(b *testing.B, db *sql.DB, targets []any) {
	rows, err := db.Query("select")
	require.NoError(b, err)
	defer rows.Close()
	for rows.Next() {
		require.NoError(b, rows.Scan(targets...))
	}
	require.NoError(b, rows.Err())
}

func TestFromStructs(t *testing.T) {
	type vendor string
	type trip struct {
		Vendor   vendor
		Miles    float64   `frame:"trip_distance"`
		Tip      *float32  `frame:"tip_amount"`
		At       time.Time `frame:"at"`
		Ignored  []int     `frame:"-"`
		Stored   bool
		A        int8
		B        int16
		C        int32
		D        int
		E        uint8
		F        uint16
		G        uint32
		H        *uint64
		internal int
	}
	tip, h := float32(1.5), uint64(8)
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC)
	f, err := FromStructs([]trip{
		{"a", 1, &tip, noon, nil, true, 1, 2, 3, 4, 5, 6, 7, &h, 0},
		{"b", 2, nil, noon, nil, false, 1, 2, 3, 4, 5, 6, 7, nil, 0},
	})
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, []string{"Vendor", "trip_distance", "tip_amount", "at", "Stored", "A", "B", "C", "D", "E", "F", "G", "H"}, f.Names())
	for i, want := range []any{"a", 1.0, float32(1.5), noon, true, int64(1), int64(2), int64(3), int64(4), uint64(5), uint64(6), uint64(7), uint64(8)} {
		assert.Equal(t, want, f.Columns()[i].Value(0))
	}
	assert.Nil(t, f.Columns()[2].Value(1))
	assert.Nil(t, f.Columns()[12].Value(1))

	_, err = FromStructs([]struct{ X []int }{})
	assert.ErrorContains(t, err, `column "X": field X is a []int`)
	_, err = FromStructs([]int{1})
	assert.ErrorContains(t, err, "int is not a struct")
	_, err = FromStructs([]struct{}{{}})
	assert.ErrorContains(t, err, "no columns")
}
