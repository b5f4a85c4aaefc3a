package encode

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// TestForms shows what each column becomes in each form, as text to be read.
func TestForms(t *testing.T) {
	ny := &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "America/New_York"}
	var b strings.Builder
	for _, test := range []struct {
		typ    arrow.DataType
		values string // as Arrow reads JSON
	}{
		{arrow.PrimitiveTypes.Int8, `[1,-2,3]`},
		{arrow.PrimitiveTypes.Int8, `[1,null,3]`},
		{arrow.PrimitiveTypes.Int64, `[1,-2,3]`},
		{arrow.PrimitiveTypes.Int64, `[0,200,7]`},
		{arrow.PrimitiveTypes.Int64, `[0,-200,40000]`},
		{arrow.PrimitiveTypes.Int64, `[0,4294967295]`},
		{arrow.PrimitiveTypes.Int64, `[0,9007199254740992]`},
		{arrow.PrimitiveTypes.Int64, `[0,9007199254740993]`},
		{arrow.PrimitiveTypes.Int64, `[9007199254740993,null]`},
		{arrow.PrimitiveTypes.Uint8, `[1,2,3]`},
		{arrow.PrimitiveTypes.Uint64, `[18446744073709551615,1]`},
		{arrow.PrimitiveTypes.Float32, `[0.1,0.25]`},
		{arrow.PrimitiveTypes.Float64, `[1,2,-3]`},
		{arrow.PrimitiveTypes.Float64, `[1,null,-3]`},
		{arrow.PrimitiveTypes.Float64, `[12.5,0.01,-7.99]`},
		{arrow.PrimitiveTypes.Float64, `[0.1,0.30000000000000004]`},
		{arrow.PrimitiveTypes.Float64, `[1.5,1e21,1e-9]`},
		{&arrow.Decimal128Type{Precision: 10, Scale: 2}, `["0.57","-12.30",null]`},
		{arrow.FixedWidthTypes.Boolean, `[true,null,false]`},
		{arrow.BinaryTypes.String, `["Zürich","</script>",null,""]`},
		{arrow.FixedWidthTypes.Date32, `["2019-01-31",null]`},
		{&arrow.TimestampType{Unit: arrow.Second}, `["2019-01-31 23:59:59",null]`},
		{ny, `["2019-01-31T23:59:59.500Z","2019-07-31T23:59:59Z"]`},
		{arrow.FixedWidthTypes.Time64us, `["23:59:59.5","00:00:00"]`},
		{arrow.FixedWidthTypes.Duration_ms, `[1500,0,-1]`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, `["a",null,"b","a"]`},
		{arrow.Null, `[null,null]`},
	} {
		f := parsed(t, test.typ, test.values)
		a := figure.Array{Column: column(t, f, "v"), Rows: frame.AllRows(f)}
		fmt.Fprintf(&b, "%s %s\n", test.typ, test.values)
		for _, arrays := range []Arrays{Auto, Typed, Text} {
			fmt.Fprintf(&b, "  %-8s %s\n", arrays, encoded(t, &a, Options{Arrays: arrays}))
		}
		a.Form = figure.FormText
		fmt.Fprintf(&b, "  FormText %s\n", encoded(t, &a, Options{}))
		f.Release()
	}
	golden(t, "forms.txt", b.String())
}

func parsed(t *testing.T, typ arrow.DataType, values string) *frame.Frame {
	t.Helper()
	a, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader(values), array.WithUseNumber())
	require.NoError(t, err)
	schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: typ, Nullable: true}}, nil)
	f, err := frame.New(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{a}, int64(a.Len()))})
	require.NoError(t, err)
	return f
}

// TestObject shows every kind of value that is not a column.
func TestObject(t *testing.T) {
	o := figure.NewObject(
		figure.Member{Key: "nil", Value: nil},
		figure.Member{Key: "bool", Value: true},
		figure.Member{Key: "int", Value: -7},
		figure.Member{Key: "float", Value: 0.1},
		figure.Member{Key: "integral", Value: 1e6},
		figure.Member{Key: "text <b>", Value: "a \"b\" </script>\u2028"},
		figure.Member{Key: "list", Value: []any{1, "a", nil, figure.NewObject()}},
		figure.Member{Key: "texts", Value: []string{"a", "<"}},
		figure.Member{Key: "floats", Value: []float64{1, 0.5}},
		figure.Member{Key: "empty", Value: []float64{}},
		figure.Member{Key: "raw", Value: figure.Raw(`{"text":"<i>"}`)},
		figure.Member{Key: "computed", Value: &figure.Array{Floats: []float64{1.5, 2}}},
	)
	frames := []*figure.Object{figure.NewObject(figure.Member{Key: "name", Value: "1"})}
	p := planned(t, &figure.Figure{Data: []*figure.Object{o, {}}, Layout: figure.NewObject(), Frames: frames}, Options{})
	golden(t, "object.json", strings.ReplaceAll(string(written(t, p)), `,"`, ",\n\"")+"\n")
}

func TestEmptyFigure(t *testing.T) {
	assert.Equal(t, `{"data":[],"layout":{}}`, string(written(t, planned(t, &figure.Figure{}, Options{}))))
}
