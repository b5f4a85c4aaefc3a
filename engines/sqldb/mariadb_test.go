package sqldb_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMariaDBTypes(t *testing.T) {
	db := open(t, mariadb.URL)
	exec(t, db, "set global time_zone = '+05:00'") // the server's is not the session's
	checkTypes(t, db, map[string]typed{
		"tinyint":            {"tinyint", []string{"-128", "null", "127"}, "int16", "-128 (null) 127"},
		"bool":               {"bool", []string{"true"}, "int16", "1"},
		"smallint":           {"smallint not null", []string{"-32768"}, "int16", "-32768"},
		"mediumint":          {"mediumint", []string{"-8388608", "null"}, "int32", "-8388608 (null)"},
		"int":                {"int not null", []string{"-2147483648"}, "int32", "-2147483648"},
		"bigint":             {"bigint", []string{"-9223372036854775808", "null"}, "int64", "-9223372036854775808 (null)"},
		"tinyint unsigned":   {"tinyint unsigned", []string{"255", "null"}, "uint8", "255 (null)"},
		"smallint unsigned":  {"smallint unsigned", []string{"65535"}, "uint16", "65535"},
		"mediumint unsigned": {"mediumint unsigned", []string{"16777215"}, "uint32", "16777215"},
		"int unsigned":       {"int unsigned not null", []string{"4294967295"}, "uint32", "4294967295"},
		"bigint unsigned":    {"bigint unsigned", []string{"18446744073709551615", "null"}, "uint64", "18446744073709551615 (null)"},
		"year":               {"year", []string{"2019", "null"}, "int16", "2019 (null)"},
		"bit":                {"bit(16)", []string{"258", "null"}, "uint64", "258 (null)"},
		"float":              {"float", []string{"0.1", "null"}, "float32", "0.1 (null)"},
		"float not null":     {"float not null", []string{"0.1"}, "float32", "0.1"},
		"double":             {"double", []string{"0.1", "null"}, "float64", "0.1 (null)"},
		"decimal":            {"decimal(10,2)", []string{"12345678.90", "null", "-0.01"}, "decimal(38, 2)", "12345678.900000 (null) -0.010000"},
		"decimal unsigned":   {"decimal(4,2) unsigned", []string{"99.99"}, "decimal(38, 2)", "99.990000"},
		"char":               {"char(3)", []string{"'é'", "null"}, "utf8", "é (null)"},
		"varchar":            {"varchar(3) not null", []string{"'abc'"}, "utf8", "abc"},
		"text":               {"text", []string{"'a'", "null", "''"}, "utf8", "a (null) "},
		"longtext":           {"longtext", []string{"'a'"}, "utf8", "a"},
		"latin1":             {"varchar(3) character set latin1", []string{"'é'"}, "utf8", "é"},
		"enum":               {"enum('a','b')", []string{"'b'", "null"}, "utf8", "b (null)"},
		"set":                {"set('a','b')", []string{"'a,b'"}, "utf8", "a,b"},
		"json":               {"json", []string{`'{"a": 1}'`, "null"}, "utf8", `{"a": 1} (null)`},
		"varbinary":          {"varbinary(3)", []string{"x'ff00'"}, "binary", "/wA="},
		"blob":               {"blob", []string{"x'ff00'"}, "binary", "/wA="},
		"date":               {"date", []string{"'1969-12-31'", "null", "'0000-00-00'"}, "date32", "1969-12-31 (null) (null)"},
		"datetime":           {"datetime(6)", []string{"'2019-01-02 12:00:00.000001'", "null", "'0000-00-00'"}, "timestamp[us]", "2019-01-02 12:00:00.000001Z (null) (null)"},
		"timestamp":          {"timestamp(6) null", []string{"from_unixtime(1546426800.000001)", "null"}, "timestamp[us, tz=UTC]", "2019-01-02 11:00:00.000001Z (null)"},
		"time":               {"time(6)", []string{"'23:59:59.999999'", "null"}, "time64[ns]", "23:59:59.999999000 (null)"},
	})
}

func TestMariaDBErrors(t *testing.T) {
	db := open(t, mariadb.URL)
	db.Limits.Source = "trips"
	exec(t, db, "drop table if exists odd", "create table odd (p point, t time)", "insert into odd values (point(1, 2), '-01:00:00')")
	for name, test := range map[string]struct{ query, want string }{
		"geometry":       {"select p from odd", `trips, column "p": the type GEOMETRY of the database has no column type`},
		"no time of day": {"select t from odd", `trips, row 0, column "t": "-01:00:00" is not a time of day`},
		"syntax":         {"selec", "You have an error in your SQL syntax"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := db.Frame(background, test.query)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// What a statement with arguments answers comes in the protocol's other form.
func TestMariaDBPrepared(t *testing.T) {
	db := open(t, mariadb.URL)
	const query = `select cast(? as double) as d, cast('18446744073709551615' as unsigned) as u, cast(1.5 as decimal(5,2)) as n,
		cast('2019-01-02 12:00:00' as datetime) as at, cast('12:00:00' as time) as t, 'é' as s, null as z, cast('2019-01-02' as date) as day`
	f, err := db.Frame(background, query, 0.1)
	require.NoError(t, err)
	defer f.Release()
	for i, want := range []any{0.1, uint64(18446744073709551615), 1.5, time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC), 12 * time.Hour, "é", nil, time.Date(2019, 1, 2, 0, 0, 0, 0, time.UTC)} {
		assert.Equal(t, want, f.Columns()[i].Value(0), f.Names()[i])
	}
}

func TestMariaDBSecondResult(t *testing.T) {
	exec(t, open(t, mariadb.URL), "drop procedure if exists both_of", "create procedure both_of() begin select 1 as a; select 2 as b; end",
		"drop procedure if exists one_of", "create procedure one_of() begin select 1 as a; end")
	db := open(t, mariadb.URL+"?multiStatements=true")
	_, err := db.Frame(background, "call both_of()")
	assert.ErrorContains(t, err, "a second result")
	f, err := db.Frame(background, "call one_of()")
	require.NoError(t, err)
	f.Release()
}

func TestMariaDBCancel(t *testing.T) {
	db := open(t, mariadb.URL)
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	_, err := db.Frame(ctx, "select sleep(600) as n")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestMariaDBMark(t *testing.T) {
	db := open(t, mariadb.URL)
	exec(t, db, "drop table if exists marked", "create table marked (at timestamp(6))")
	mark := db.Mark("select max(at), count(*) from marked")
	seen := map[string]bool{}
	for _, change := range []string{"", "insert into marked values ('2019-01-02')", "insert into marked values ('2019-01-02')", "update marked set at = '2019-01-03'"} {
		if change != "" {
			exec(t, db, change)
		}
		for range 2 {
			now, err := mark(background)
			require.NoError(t, err)
			seen[now] = true
		}
	}
	assert.Len(t, seen, 4)
}
