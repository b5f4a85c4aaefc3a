package filter

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// frameOf returns a frame of one chunk from rows in JSON.
func frameOf(t testing.TB, fields []arrow.Field, rows string) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema(fields, nil)
	batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(rows))
	require.NoError(t, err)
	defer batch.Release()
	f, err := frame.New(schema, []arrow.Record{batch})
	require.NoError(t, err)
	t.Cleanup(f.Release)
	return f
}

func oneOfEach(t testing.TB) *frame.Frame {
	return frameOf(t, []arrow.Field{
		{Name: "count", Type: arrow.PrimitiveTypes.Int64},
		{Name: "fare", Type: arrow.PrimitiveTypes.Float64},
		{Name: "city", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}},
		{Name: "paid", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "day", Type: arrow.FixedWidthTypes.Date32},
		{Name: "pickup", Type: &arrow.TimestampType{Unit: arrow.Second}},
		{Name: "flight", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}},
		{Name: "lost", Type: &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Mars/Olympus"}},
		{Name: "open", Type: arrow.FixedWidthTypes.Time32s},
		{Name: "took", Type: arrow.FixedWidthTypes.Duration_s},
		{Name: "tags", Type: arrow.ListOf(arrow.BinaryTypes.String)},
		{Name: "huge", Type: &arrow.Decimal128Type{Precision: 3, Scale: 1 << 30}},
	}, "[]")
}

func TestCompileErrors(t *testing.T) {
	f := oneOfEach(t)
	for _, c := range []struct{ name, text, want string }{
		{"misspelt column", "count == 1 and cuont == 1", `no column "cuont": did you mean "count"?`},
		{"text for a number", "count == 'many'", `column "count" is int64 and cannot be compared with 'many': write a number, such as 1`},
		{"a number in quotes", "count in [1, '2.50']", `column "count" is int64 and cannot be compared with '2.50': write 2.5 without the quotes`},
		{"a number for text", "city == 5", `column "city" is dictionary<values=utf8, indices=int8, ordered=false> and cannot be compared with 5: write '5' in quotes`},
		{"a date for a number", "fare > 2024-01-31", `column "fare" is float64 and cannot be compared with 2024-01-31: write a number, such as 1`},
		{"a number for a truth", "paid == 1", `column "paid" is bool and cannot be compared with 1: write true or false`},
		{"order of truths", "paid < true", `column "paid" is bool and cannot be compared with "<": true and false have no order: use == or !=`},
		{"a number for a date", "day > 20240131", `column "day" is date32 and cannot be compared with 20240131: write a date, such as 2024-01-31, or a date and time, such as 2024-01-31T12:30:00`},
		{"no date", "day > 'tomorrow'", `column "day" is date32 and cannot be compared with 'tomorrow': "tomorrow" is not a date: want 2024-01-31 or 2024-01-31T12:30:00, with Z or +02:00 if it has an offset`},
		{"an offset without a zone", "pickup > 2024-01-31T12:00+02:00", `column "pickup" is timestamp[s] and cannot be compared with 2024-01-31T12:00:00+02:00: the column has no time zone, so leave out the offset: 2024-01-31T12:00:00`},
		{"a zone nobody knows", "lost > 2024-01-31T12:00", `column "lost" is timestamp[s, tz=Mars/Olympus] and cannot be compared with 2024-01-31T12:00:00: this machine does not know the zone, so write the offset, as in 2024-01-31T12:00:00Z`},
		{"a number for a time", "open > 12", `column "open" is time32[s] and cannot be compared with 12: write a time of day in quotes, such as '13:30:05'`},
		{"no time", "open > 'noon'", `column "open" is time32[s] and cannot be compared with 'noon': "noon" is neither a time of day such as '13:30:05' nor a duration such as '1h30m'`},
		{"a number for a duration", "took > 12", `column "took" is duration[s] and cannot be compared with 12: write a duration in quotes, such as '1h30m'`},
		{"like on numbers", "count like '1%'", `column "count" is int64 and cannot be compared with "like": like needs a column of text`},
		{"a list", "tags == 'a'", `column "tags" is list<item: utf8, nullable> and cannot be compared with "==": only is null and is not null can be asked of it`},
		{"a scale to kill with", "huge == 1", `column "huge": decimals of scale 1073741824: at most ±500 is supported`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse(c.text)
			require.NoError(t, err)
			_, err = Compile(e, f)
			var at *Error
			require.ErrorAs(t, err, &at)
			assert.Equal(t, c.want, at.Err.Error())
			assert.Equal(t, c.text, at.Text)
		})
	}
}

func TestCompileErrorsCanBeTold(t *testing.T) {
	f := oneOfEach(t)
	_, err := Compile(Col("cuont").Eq(1), f)
	assert.ErrorIs(t, err, frame.ErrNoColumn)
	assert.EqualError(t, err, `filter: no column "cuont": did you mean "count"?`)
	at, ok := errors.AsType[*Error](err)
	require.True(t, ok)
	line, column := at.Position()
	assert.Zero(t, line+column, "it has no text")
	_, err = Compile(Col("count").Eq("1"), f)
	assert.ErrorIs(t, err, frame.ErrType)

	e, err := Parse("count == 1 and\n  cuont == 2")
	require.NoError(t, err)
	_, err = Compile(e, f)
	assert.EqualError(t, err, "filter: line 2, column 3 (byte 17): no column \"cuont\": did you mean \"count\"?\n\t  cuont == 2\n\t  ^")
}

func TestCompileRefusesBadGoValues(t *testing.T) {
	f := oneOfEach(t)
	deep := Col("count").Eq(1)
	for i := range MaxDepth + 1 {
		if i%2 == 0 {
			deep = deep.Or(Col("count").Eq(2))
		} else {
			deep = deep.And(Col("count").Eq(3))
		}
	}
	wide := make([]*Expr, MaxTerms+1)
	for i := range wide {
		wide[i] = Col("count").Eq(i)
	}
	for _, c := range []struct {
		name string
		e    *Expr
		want string
	}{
		{"nil", Col("count").Eq(nil), `filter: column "count": nil cannot be compared: use IsNull`},
		{"NaN", Col("fare").Eq(math.NaN()), `filter: column "fare": NaN equals nothing: use IsNull`},
		{"infinity", Col("fare").Lt(math.Inf(1)), `filter: column "fare": an infinity has no text form: compare with ±math.MaxFloat64`},
		{"a struct", Col("fare").Eq(struct{}{}), `filter: column "fare": a Go value of type struct {} cannot be compared: use a number, string, bool, time.Time or time.Duration`},
		{"a year of five digits", Col("day").Eq(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), `filter: column "day": the year 10000 is outside 0000 to 9999`},
		{"a pattern that ends early", Col("city").Like(`a\`), `filter: column "city": the pattern ends in \, which needs a character after it`},
		{"a long list", Col("count").In(make([]int, MaxList+1)), `filter: 10001 values in a list: at most 10000 are allowed`},
		{"too deep", deep, `filter: nested more than 100 deep`},
		{"too many", wide[0].Or(wide[1:]...), `filter: more than 1000 comparisons`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Compile(c.e, f)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestBuilder(t *testing.T) {
	type code int16
	type name string
	noon := time.Date(2024, 1, 31, 12, 0, 0, 0, time.FixedZone("", 3600))
	x := Col("x")
	var every *Expr
	for _, c := range []struct {
		name string
		e    *Expr
		want string
	}{
		{"nil", nil, ""},
		{"named types", x.Eq(code(5)).Or(x.Ne(name("it's"))), "x == 5 or x != 'it''s'"},
		{"floats are shortest", x.In(0.1, float32(0.1), 1e300, 5e-324), "x in [0.1, 0.1, 1e300, 5e-324]"},
		{"large integers", x.Between(int64(math.MinInt64), uint64(math.MaxUint64)), "x between -9223372036854775808 and 18446744073709551615"},
		{"an instant", x.Ge(noon), "x >= 2024-01-31T12:00:00+01:00"},
		{"a duration", x.Lt(90 * time.Minute), "x < '1h30m0s'"},
		{"a slice", x.In([]string{"a", "b"}), "x in ['a', 'b']"},
		{"no value", x.NotIn(), "x not in []"},
		{"the rest", x.Le(1).And(x.Gt(2), x.NotBetween(3, 4), x.Like("a%"), x.NotLike("_"), x.IsNull(), x.IsNotNull()), "x <= 1 and x > 2 and x not between 3 and 4 and x like 'a%' and x not like '_' and x is null and x is not null"},
		{"or within and", x.Eq(1).And(x.Eq(2).Or(x.Eq(3))), "x == 1 and (x == 2 or x == 3)"},
		{"nil and", every.And(x.Eq(1), nil), "x == 1"},
		{"nil or", x.Eq(1).Or(nil), ""},
		{"not", x.Lt(1).And(Col("a b").Eq(true).Or(x.Like("%"))).Not(), "x >= 1 or `a b` != true and x not like '%'"},
		{"an empty name", Col("").Eq(1), "`` == 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, c.e.String())
			requireRoundTrip(t, c.e)
		})
	}
	assert.PanicsWithValue(t, "filter: Not of a nil Expr", func() { every.Not() })
}

func TestNumberText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0", "0"}, {"-0.000", "0"}, {"007", "7"}, {"1000", "1000"}, {"1e21", "1e21"}, {"1e20", "100000000000000000000"},
		{"0.000001", "0.000001"}, {"0.0000001", "1e-7"}, {"-12.5e1", "-125"}, {"123e-2", "1.23"}, {"1.5e-10", "15e-11"},
	} {
		n, err := parseNumber(c.text)
		require.NoError(t, err)
		assert.Equal(t, c.want, n.String(), c.text)
	}
}
