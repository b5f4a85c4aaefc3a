package frame

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fakeTable is a database that answers every query with itself.
type fakeTable struct {
	names, types []string
	rows         [][]driver.Value
	err          error // after the rows
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

func TestReadSQL(t *testing.T) {
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.FixedZone("", 3600))
	table := &fakeTable{
		names: []string{"id", "big", "price", "ratio", "open", "at", "name", "blob"},
		types: []string{"BIGINT", "UNSIGNED BIGINT", "DECIMAL", "DOUBLE PRECISION", "BOOLEAN", "TIMESTAMP", "VARCHAR", "BLOB"},
		rows: [][]driver.Value{
			{int64(1), []byte("18446744073709551615"), []byte("1.25"), 0.5, true, noon, "a", []byte("b\xff")},
			{nil, nil, nil, nil, nil, nil, nil, nil},
			{[]byte("-7"), int64(2), "3", int64(4), int64(0), noon, []byte("é"), []byte{}},
		},
	}
	f, err := ReadSQL(context.Background(), table.query(t), SQLOptions{})
	require.NoError(t, err)
	defer f.Release()
	want := [][]any{
		{int64(1), uint64(18446744073709551615), 1.25, 0.5, true, noon.UTC(), "a", "b\uFFFD"},
		{nil, nil, nil, nil, nil, nil, nil, nil},
		{int64(-7), uint64(2), 3.0, 4.0, false, noon.UTC(), "é", ""},
	}
	for row, values := range want {
		for i, c := range f.Columns() {
			assert.Equal(t, values[i], c.Value(row), "%s, row %d", c.Name(), row)
		}
	}
}

func TestReadSQLErrors(t *testing.T) {
	numbers := func(values ...driver.Value) *fakeTable {
		table := &fakeTable{names: []string{"n"}, types: []string{"INT"}}
		for _, v := range values {
			table.rows = append(table.rows, []driver.Value{v})
		}
		return table
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	broken := numbers(int64(1))
	broken.err = errors.New("connection lost")
	twice := &fakeTable{names: []string{"n", "n"}, types: []string{"INT", "INT"}}
	for name, test := range map[string]struct {
		ctx     context.Context
		table   *fakeTable
		options SQLOptions
		want    string
	}{
		"value":      {context.Background(), numbers(int64(1), "x"), SQLOptions{}, `trips, row 1, column "n": `},
		"rows":       {context.Background(), numbers(int64(1), int64(2)), SQLOptions{MaxRows: 1}, "more than 1 rows: over the limit"},
		"bytes":      {context.Background(), numbers(int64(1), int64(2)), SQLOptions{MaxBytes: 10}, "trips, row 1: too many bytes"},
		"cancelled":  {ctx, numbers(int64(1)), SQLOptions{}, "context canceled"},
		"connection": {context.Background(), broken, SQLOptions{}, "trips: connection lost"},
		"names":      {context.Background(), twice, SQLOptions{}, `the name "n" is taken`},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Source = "trips"
			_, err := ReadSQL(test.ctx, test.table.query(t), test.options)
			require.ErrorContains(t, err, test.want)
		})
	}
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
