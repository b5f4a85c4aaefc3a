package refresh

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

// A table is a database that answers every query with itself.
type table struct {
	rows [][]driver.Value
	err  error
}

func (t *table) Connect(context.Context) (driver.Conn, error) { return t, nil }
func (t *table) Driver() driver.Driver                        { return nil }
func (t *table) Prepare(string) (driver.Stmt, error)          { return t, nil }
func (t *table) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (t *table) Close() error                                 { return nil }
func (t *table) NumInput() int                                { return -1 }
func (t *table) Exec([]driver.Value) (driver.Result, error)   { return nil, errors.ErrUnsupported }
func (t *table) Query([]driver.Value) (driver.Rows, error) {
	return &cursor{rows: t.rows, err: t.err}, nil
}

type cursor struct {
	rows [][]driver.Value
	err  error
}

func (c *cursor) Columns() []string { return []string{"max", "count"} }
func (c *cursor) Close() error      { return nil }
func (c *cursor) Next(dest []driver.Value) error {
	switch {
	case c.err != nil:
		return c.err
	case len(c.rows) == 0:
		return io.EOF
	}
	copy(dest, c.rows[0])
	c.rows = c.rows[1:]
	return nil
}

func TestQueryMark(t *testing.T) {
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC)
	marks := map[string]int{}
	for i, row := range [][]driver.Value{
		{noon, int64(1)}, {noon.Add(time.Nanosecond), int64(1)}, {noon, int64(2)}, {nil, int64(0)}, {"", int64(0)},
		{"<nil>", int64(0)}, {int64(1), int64(0)}, {"a; b", "c"}, {"a", "b; c"},
	} {
		db := sql.OpenDB(&table{rows: [][]driver.Value{row}})
		defer db.Close()
		mark := QueryMark(db, "select")
		first, err := mark(background)
		require.NoError(t, err)
		again, err := mark(background)
		require.NoError(t, err)
		assert.Equal(t, first, again)
		assert.NotContains(t, marks, first, "row %d", i)
		marks[first] = i
	}
	for name, test := range map[string]struct {
		table table
		want  string
	}{
		"none":  {table{}, "has 0 rows: want one"},
		"two":   {table{rows: [][]driver.Value{{1.0, 1.0}, {2.0, 2.0}}}, "has 2 rows: want one"},
		"error": {table{err: errDown}, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			db := sql.OpenDB(&test.table)
			defer db.Close()
			_, err := QueryMark(db, "select")(background)
			assert.ErrorContains(t, err, test.want)
		})
	}
}
