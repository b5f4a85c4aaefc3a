package sqldb_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/engines/sqldb"
	"github.com/pointillist-go/pointillist/frame"
)

var background = context.Background()

func open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(url)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(t testing.TB, db *sqldb.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := db.Exec(s)
		require.NoError(t, err, s)
	}
}

// A typed is a column of a database: what its values must become.
type typed struct {
	definition string   // of the column
	values     []string // as literals of the database
	typ        string   // Arrow's
	want       string   // Arrow's text
}

// checkTypes makes a table of each, fills it and reads it: with rows, and without.
func checkTypes(t *testing.T, db *sqldb.DB, types map[string]typed) {
	for name, test := range types {
		t.Run(name, func(t *testing.T) {
			exec(t, db, "drop table if exists typed", "create table typed (n int not null, v "+test.definition+")")
			empty, err := db.Frame(background, "select v from typed")
			require.NoError(t, err)
			defer empty.Release()
			assert.Zero(t, empty.Rows())
			for i, v := range test.values {
				exec(t, db, "insert into typed values ("+string(rune('0'+i))+", "+v+")")
			}
			f, err := db.Frame(background, "select v from typed order by n")
			require.NoError(t, err)
			defer f.Release()
			assert.Equal(t, test.typ, f.Columns()[0].Type().String())
			assert.Equal(t, test.want, textOf(f.Columns()[0]))
		})
	}
}

func textOf(c *frame.Column) string {
	texts := make([]string, c.Rows())
	for i := range texts {
		texts[i] = c.Chunk(0).ValueStr(i)
		if v := c.Value(i); v != nil && c.Kind() == frame.Decimal {
			texts[i] = strconv.FormatFloat(v.(float64), 'f', 6, 64) // Arrow's text of decimals has wrong digits
		}
	}
	return strings.Join(texts, " ")
}
