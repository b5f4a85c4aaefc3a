package sqldb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

func TestPostgresTypes(t *testing.T) {
	db := open(t, postgres.URL)
	exec(t, db, "create type mood as enum ('sad', 'fine')", "create domain miles as float8")
	defer exec(t, db, "drop table if exists typed", "drop type mood", "drop domain miles")
	enums := open(t, postgres.URL) // its connections are made after the type was

	checkTypes(t, enums, map[string]typed{
		"int2":      {"int2", []string{"-32768", "null", "32767"}, "int16", "-32768 (null) 32767"},
		"int4":      {"int4", []string{"-2147483648", "null"}, "int32", "-2147483648 (null)"},
		"int8":      {"int8", []string{"9223372036854775807", "null"}, "int64", "9223372036854775807 (null)"},
		"oid":       {"oid", []string{"4294967295"}, "uint32", "4294967295"},
		"float4":    {"float4", []string{"0.1", "null", "'NaN'", "'-Infinity'"}, "float32", "0.1 (null) NaN -Inf"},
		"float8":    {"float8", []string{"0.1", "null", "'NaN'"}, "float64", "0.1 (null) NaN"},
		"domain":    {"miles", []string{"0.1"}, "float64", "0.1"},
		"numeric":   {"numeric(10,2)", []string{"12345678.90", "null", "-0.01", "'NaN'"}, "decimal(38, 2)", "12345678.900000 (null) -0.010000 (null)"},
		"bool":      {"bool", []string{"true", "null", "false"}, "bool", "true (null) false"},
		"text":      {"text", []string{"'é'", "null", "''"}, "utf8", "é (null) "},
		"varchar":   {"varchar(3)", []string{"'abc'", "null"}, "utf8", "abc (null)"},
		"char":      {"char(3)", []string{"'a'"}, "utf8", "a  "},
		`"char"`:    {`"char"`, []string{"'a'", "null"}, "utf8", "a (null)"},
		"enum":      {"mood", []string{"'sad'", "null"}, "utf8", "sad (null)"},
		"uuid":      {"uuid", []string{"'01234567-89ab-cdef-0102-030405060708'", "null"}, "utf8", "01234567-89ab-cdef-0102-030405060708 (null)"},
		"json":      {"json", []string{`'{"a": 1}'`, "null", "'null'"}, "utf8", `{"a": 1} (null) null`},
		"jsonb":     {"jsonb", []string{`'{"a":1}'`, "null"}, "utf8", `{"a": 1} (null)`},
		"xml":       {"xml", []string{"'<a/>'"}, "utf8", "<a/>"},
		"inet":      {"inet", []string{"'10.0.0.1'", "null"}, "utf8", "10.0.0.1 (null)"},
		"bit":       {"bit(4)", []string{"b'0101'", "null"}, "utf8", "0101 (null)"},
		"bytea":     {"bytea", []string{`'\xff00'`}, "binary", "/wA="},
		"date":      {"date", []string{"'1969-12-31'", "null", "'9999-12-31'"}, "date32", "1969-12-31 (null) 9999-12-31"},
		"timestamp": {"timestamp", []string{"'2019-01-02 12:00:00.000001'", "null", "'9999-12-31'"}, "timestamp[us]", "2019-01-02 12:00:00.000001Z (null) 9999-12-31 00:00:00Z"},
		"timestamptz": {"timestamptz", []string{"'2019-01-02 12:00:00.000001+01'", "null"}, "timestamp[us, tz=UTC]",
			"2019-01-02 11:00:00.000001Z (null)"},
		"time":     {"time", []string{"'23:59:59.999999'", "null"}, "time64[ns]", "23:59:59.999999000 (null)"},
		"timetz":   {"timetz", []string{"'12:00+01'", "null"}, "utf8", "12:00:00+01 (null)"},
		"interval": {"interval", []string{"'1 month 2 days 03:04:05'", "null"}, "utf8", "1 mon 2 days 03:04:05 (null)"},
	})
}

func TestPostgresDecimalsGrow(t *testing.T) {
	db := open(t, postgres.URL)
	f, err := db.Frame(background, `select v::numeric from (values ('1'), (null), ('-0.00000000000000000001'), ('12345678901234567890123456789012345678')) as t(v)`)
	require.NoError(t, err)
	defer f.Release()
	c := f.Columns()[0]
	assert.Equal(t, "decimal256(76, 20)", c.Type().String())
	assert.Equal(t, []any{1.0, nil, -1e-20, 12345678901234567890123456789012345678.0}, []any{c.Value(0), c.Value(1), c.Value(2), c.Value(3)})
}

func TestPostgresErrors(t *testing.T) {
	db := open(t, postgres.URL)
	db.Limits.Source = "trips"
	for name, test := range map[string]struct{ query, want string }{
		"array":             {"select array[1, 2] as tags", `trips, column "tags": the type _INT4 of the database has no column type: cast it`},
		"money":             {"select 1::money as paid", `trips, column "paid": the type 790 of the database`},
		"point":             {"select point(1, 2) as at", `column "at": the type POINT`},
		"infinite date":     {"select d::date as day from (values ('2019-01-01'), ('infinity')) as t(d)", `trips, row 1, column "day": "infinity" is not a moment`},
		"infinite moment":   {"select '-infinity'::timestamptz as at", `row 0, column "at": "-infinity" is not a moment`},
		"infinite decimal":  {"select 'Infinity'::numeric as n", `row 0, column "n": "Infinity" is not a decimal`},
		"no time of day":    {"select '24:00'::time as t", `row 0, column "t": "24:00:00`},
		"77 digits":         {"select repeat('9', 77)::numeric as n", `row 0, column "n": the column's values take more than 76 digits`},
		"amid the rows":     {"select 1/(3-n) as q from generate_series(1, 5) as t(n)", "trips: after 2 rows: ERROR: division by zero"},
		"syntax":            {"selec", "trips: ERROR: syntax error"},
		"no such table":     {"select * from nowhere", `relation "nowhere" does not exist`},
		"two columns alike": {"select 1 as n, 2 as n", `the name "n" is taken`},
		"no columns":        {"select", "no columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Frame(background, test.query)
			require.ErrorContains(t, err, test.want)
			_, isSource := asSource(err)
			assert.True(t, isSource)
		})
	}
	assert.Equal(t, 0, db.Stats().InUse, "no connection is lost")
}

func TestPostgresLimits(t *testing.T) {
	db := open(t, postgres.URL)
	db.Limits = frame.SQLOptions{MaxRows: 1000}
	_, err := db.Frame(background, "select n from generate_series(1, 1001) as t(n)")
	assert.ErrorIs(t, err, frame.ErrTooLarge)
	db.Limits = frame.SQLOptions{MaxBytes: 1 << 20}
	_, err = db.Frame(background, "select repeat('x', 1000) as v from generate_series(1, 2000)")
	assert.ErrorIs(t, err, frame.ErrTooLarge)
	f, err := db.Frame(background, "select repeat('x', 1000) as v from generate_series(1, $1)", 1000)
	require.NoError(t, err)
	f.Release()
}

// A query that is cancelled ends in the server too.
func TestPostgresCancel(t *testing.T) {
	db := open(t, postgres.URL)
	ctx, cancel := context.WithCancel(background)
	failed := make(chan error)
	go func() {
		_, err := db.Frame(ctx, "select n, pg_sleep(0.01) is null as z from generate_series(1, 1000000) as t(n) /* slow */")
		failed <- err
	}()
	running := func() int {
		var n int
		require.NoError(t, db.QueryRow("select count(*) from pg_stat_activity where state = 'active' and query like '%/* slow */%' and pid <> pg_backend_pid()").Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return running() == 1 }, time.Minute, 10*time.Millisecond)
	cancel()
	assert.ErrorIs(t, <-failed, context.Canceled)
	assert.Eventually(t, func() bool { return running() == 0 }, time.Minute, 10*time.Millisecond)
}

func TestPostgresLive(t *testing.T) {
	db := open(t, postgres.URL)
	exec(t, db, "create table trips (distance float8, updated_at timestamptz default clock_timestamp())", "insert into trips values (1.5)")
	defer exec(t, db, "drop table trips")
	live, err := refresh.Start(refresh.Options{
		Load:  db.Load("select distance from trips order by 1"),
		Mark:  db.Mark("select max(updated_at), count(*) from trips"),
		Every: 10 * time.Millisecond, Timeout: time.Minute,
	})
	require.NoError(t, err)
	defer live.Close()
	rows := func() int {
		s, err := live.Get(background)
		require.NoError(t, err)
		defer s.Release()
		return s.Frame.Rows()
	}
	assert.Equal(t, 1, rows())
	unchanged := live.Stats().Unchanged
	require.Eventually(t, func() bool { return live.Stats().Unchanged > unchanged+2 }, time.Minute, time.Millisecond)
	assert.EqualValues(t, 1, live.Stats().Loads, "what has not changed is not loaded")
	exec(t, db, "insert into trips values (2.5)")
	require.Eventually(t, func() bool { return rows() == 2 }, time.Minute, time.Millisecond)
	exec(t, db, "delete from trips where distance < 2")
	require.Eventually(t, func() bool { return rows() == 1 }, time.Minute, time.Millisecond)
	assert.EqualValues(t, 3, live.Stats().Loads)
}

func TestPostgresMillionRows(t *testing.T) {
	db := open(t, postgres.URL)
	f, err := db.Frame(background, `select n, n * 0.25::float8 as x, 'name ' || n % 7 as name,
		timestamptz '2019-01-01 00:00Z' + n * interval '1 second' as at from generate_series(1, 300000) as t(n)`)
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, 300_000, f.Rows())
	n, err := f.Column("n")
	require.NoError(t, err)
	assert.EqualValues(t, 300_000, n.Value(299_999))
	at, err := f.Column("at")
	require.NoError(t, err)
	assert.Equal(t, time.Date(2019, 1, 4, 11, 20, 0, 0, time.UTC), at.Value(299_999))
	name, err := f.Column("name")
	require.NoError(t, err)
	assert.Equal(t, "name 1", strings.TrimSpace(name.Value(0).(string)))
}
