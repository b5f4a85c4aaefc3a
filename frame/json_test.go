package frame

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadJSON(t *testing.T) {
	noon := time.Date(2019, 1, 2, 12, 0, 0, 0, time.UTC)
	day := noon.Truncate(24 * time.Hour)
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, test := range []struct {
		column string
		typ    string
		want   []any
	}{
		{`"type":"bool","values":[true,false,null]`, "bool", []any{true, false, nil}},
		{`"type":"int8","values":[127,-128]`, "int8", []any{int64(127), int64(-128)}},
		{`"type":"int64","values":[9007199254740993,-9223372036854775808]`, "int64", []any{int64(9007199254740993), int64(math.MinInt64)}},
		{`"type":"uint64","values":[18446744073709551615]`, "uint64", []any{uint64(math.MaxUint64)}},
		{`"type":"float64","values":[1,2.5e3,null]`, "float64", []any{1.0, 2500.0, nil}},
		{`"type":"float32","values":[0.5]`, "float32", []any{float32(0.5)}},
		{`"type":"utf8","values":["a","",null,"\u00e9"]`, "utf8", []any{"a", "", nil, "é"}},
		{`"type":"dictionary","values":["a","b","a",null]`, "dictionary<values=utf8, indices=int32, ordered=false>", []any{"a", "b", "a", nil}},
		{`"type":"date32","values":["2019-01-02",17898]`, "date32", []any{day, day}},
		{`"type":"timestamp[s]","values":["2019-01-02T12:00:00",1546430400,"2019-01-02"]`, "timestamp[s]", []any{noon, noon, day}},
		{`"type":"timestamp[ns]","values":["2019-01-02 12:00:00.000000001"]`, "timestamp[ns]", []any{noon.Add(1)}},
		{`"type":"timestamp[ms]","tz":"UTC","values":["2019-01-02T14:00:00+02:00","2019-01-02T12:00:00"]`, "timestamp[ms, tz=UTC]", []any{noon, noon}},
		{`"type":"timestamp[us]","tz":"Europe/Berlin","values":["2019-01-02T12:00:00Z"]`, "timestamp[us, tz=Europe/Berlin]", []any{noon.In(berlin)}},
		{`"type":"float64","values":[]`, "float64", nil},
	} {
		t.Run(test.column, func(t *testing.T) {
			f, err := ReadJSON(strings.NewReader(`{"columns":[{"name":"x",`+test.column+`}]}`), JSONOptions{})
			require.NoError(t, err)
			defer f.Release()
			c := f.Columns()[0]
			assert.Equal(t, test.typ, c.Type().String())
			var got []any
			for row := range f.Rows() {
				got = append(got, c.Value(row))
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestReadJSONErrors(t *testing.T) {
	column := func(text string) string { return `{"columns":[{"name":"x",` + text + `}]}` }
	for text, want := range map[string]string{
		``:                                 "body: the text ends within the JSON",
		`{"columns":[`:                     "body: the text ends within the JSON",
		`{"columns":[]}`:                   "body: frame: no columns",
		`{"columns":[]} x`:                 "text after the end",
		`{"rows":[]}`:                      `unknown field "rows"`,
		`{"columns":[{"type":"int64"}]}`:   "column 0 has no name",
		column(`"type":"int"`):             `body, column "x": type "int" is not known: want bool`,
		column(`"type":"int8","tz":"UTC"`): "only a timestamp has a tz",
		column(`"type":"timestamp[s]","tz":"Mars"`):                                    `tz "Mars" is not a time zone`,
		column(`"type":"int8","values":[1,128]`):                                       `body, row 1, column "x": 128 is not an int8`,
		column(`"type":"int64","values":[1.5]`):                                        `1.5 is not an int64`,
		column(`"type":"int64","values":["1"]`):                                        `"1" is not an int64`,
		column(`"type":"uint8","values":[-1]`):                                         `-1 is not uint8`,
		column(`"type":"bool","values":[1]`):                                           `1 is not true or false`,
		column(`"type":"utf8","values":[1]`):                                           `1 is not text`,
		column(`"type":"dictionary","values":[{}]`):                                    `{} is not text`,
		column(`"type":"float64","values":["x"]`):                                      `"x" is not a float64`,
		column(`"type":"float32","values":[1e300]`):                                    `1e300 is not a float32`,
		column(`"type":"date32","values":["2019-02-29"]`):                              `is not a date such as`,
		column(`"type":"timestamp[s]","values":["2019-01-02T00:00:00Z"]`):              `give the column a "tz"`,
		column(`"type":"timestamp[s]","tz":"Europe/Berlin","values":["2019-01-02"]`):   `is not an instant`,
		column(`"type":"timestamp[s]","values":["2019-01-02T00:00:00.5"]`):             `is not a whole number of units`,
		column(`"type":"timestamp[ns]","values":["0001-01-01"]`):                       `is not within the range`,
		column(`"type":"int8","values":[1]},{"name":"y","type":"int8","values":[1,2]`): `column "y": 2 values, but column "x" has 1`,
		column(`"type":"int8","values":[1]},{"name":"x","type":"int8","values":[1]`):   `the name "x" is taken`,
	} {
		_, err := ReadJSON(strings.NewReader(text), JSONOptions{Source: "body"})
		require.ErrorContains(t, err, want, text)
		var source *SourceError
		require.ErrorAs(t, err, &source, text)
	}
	_, err := ReadJSON(strings.NewReader(column(`"type":"int8","values":[1]`)), JSONOptions{MaxBytes: 20})
	assert.ErrorIs(t, err, ErrTooLarge)
}

func FuzzReadJSON(f *testing.F) {
	f.Add(`{"columns":[{"name":"x","type":"int64","values":[1,2,null]}]}`)
	f.Add(`{"columns":[{"name":"x","type":"timestamp[ns]","tz":"UTC","values":["2019-01-02T12:00:00Z",1]}]}`)
	f.Add(`{"columns":[{"name":"x","type":"dictionary","values":["\ud800",null]},{"name":"y","type":"float32","values":[1e30,2]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		frame, err := ReadJSON(strings.NewReader(text), JSONOptions{})
		if err != nil {
			return
		}
		defer frame.Release()
		require.True(t, json.Valid([]byte(text)))
		for _, c := range frame.Columns() {
			require.Equal(t, frame.Rows(), c.Stats().Rows)
		}
	})
}
