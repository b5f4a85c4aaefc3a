package encode

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/race"
)

// encoded returns the JSON of v as the value of one attribute.
func encoded(t testing.TB, v any, o Options) []byte {
	t.Helper()
	p, err := New(&figure.Figure{Data: []*figure.Object{figure.NewObject(figure.Member{Key: "v", Value: v})}}, o)
	require.NoError(t, err)
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, int64(b.Len()), n)
	if size, exact := p.Size(); exact {
		require.Equal(t, size, n)
	}
	text, ok := bytes.CutPrefix(b.Bytes(), []byte(`{"data":[{"v":`))
	require.True(t, ok)
	text, ok = bytes.CutSuffix(text, []byte(`}],"layout":{}}`))
	require.True(t, ok)
	return text
}

func column(t testing.TB, f *frame.Frame, name string) *frame.Column {
	t.Helper()
	c, err := f.Column(name)
	require.NoError(t, err)
	return c
}

// Every type, with and without nulls, in every form of rows and of arrays,
// says what a slow encoder says.
func TestAgainstReference(t *testing.T) {
	chunkings := map[string][]int{"one row": {1}, "one chunk": {200}, "chunks": {63, 4096 + 70, 64, 1}}
	nulls := []int{0, 5, 1}
	if race.Enabled {
		chunkings = map[string][]int{"chunks": {63, 4096 + 70, 64, 1}}
		nulls = []int{5}
	}
	for _, k := range makers {
		t.Run(k.name, func(t *testing.T) {
			for chunking, lengths := range chunkings {
				for _, nullEvery := range nulls {
					r := seeded(caseName(k.name, chunking, nullEvery))
					f := k.column(t, r, nullEvery, lengths...)
					defer f.Release()
					for _, s := range selectors {
						rows := s.rows(f, r)
						name := caseName(chunking, ", null every ", nullEvery, ", ", s.name)
						t.Run(name, func(t *testing.T) { matchesReference(t, column(t, f, "v"), rows) })
					}
				}
			}
		})
	}
}

func matchesReference(t *testing.T, c *frame.Column, rows *frame.Rows) {
	want := refValues(c, rows, false)
	for _, arrays := range []Arrays{Auto, Typed, Text} {
		got := encoded(t, &figure.Array{Column: c, Rows: rows}, Options{Arrays: arrays})
		same(t, want, decode(t, got))
		if arrays == Text {
			assert.NotContains(t, string(got), "bdata")
			exactly(t, c, want, got)
		}
	}
	got := encoded(t, &figure.Array{Column: c, Rows: rows, Form: figure.FormList}, Options{})
	same(t, want, decode(t, got))
	assert.NotContains(t, string(got), "bdata")
	got = encoded(t, &figure.Array{Column: c, Rows: rows, Form: figure.FormText}, Options{})
	same(t, refValues(c, rows, true), decode(t, got))
}

// exactly compares integers digit by digit: float64 would hide those beyond
// 2^53.
func exactly(t testing.TB, c *frame.Column, want []any, got []byte) {
	t.Helper()
	if c.Kind() == frame.Int || c.Kind() == frame.Uint || c.Kind() == frame.Duration {
		text, err := json.Marshal(want)
		require.NoError(t, err)
		require.Equal(t, string(text), string(got))
	}
}

// A null may be a code, or a value of the dictionary; and dictionaries with too
// many values to be written beforehand say the same.
func TestDictionaries(t *testing.T) {
	for name, distinct := range map[string]int{"small": 3, "large": maxCodes + 1, "long values": 0} {
		t.Run(name, func(t *testing.T) {
			values := array.NewStringBuilder(memory.DefaultAllocator)
			values.Append(strings.Repeat("<long>", 100-min(distinct, 100)))
			values.AppendNull()
			for i := range distinct {
				values.Append(strconv.Itoa(i))
			}
			indices := array.NewUint32Builder(memory.DefaultAllocator)
			indices.AppendValues([]uint32{0, 1, uint32(values.Len() - 1), 0}, []bool{true, true, true, false})
			typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint32, ValueType: arrow.BinaryTypes.String}
			chunk := array.NewDictionaryArray(typ, indices.NewArray(), values.NewArray())
			schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: typ, Nullable: true}}, nil)
			f, err := frame.New(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{chunk}, 4)})
			require.NoError(t, err)
			matchesReference(t, column(t, f, "v"), frame.AllRows(f))
		})
	}
}

// FuzzColumn is TestAgainstReference at random.
func FuzzColumn(f *testing.F) {
	for i := range makers {
		f.Add(uint64(i), uint8(i), uint8(3), uint16(100), uint16(70))
	}
	f.Fuzz(func(t *testing.T, seed uint64, kind, nullEvery uint8, first, second uint16) {
		r := rand.New(rand.NewPCG(seed, 7))
		k := makers[int(kind)%len(makers)]
		f := k.column(t, r, int(nullEvery%20), int(first%5000)+1, int(second%200)+1)
		defer f.Release()
		matchesReference(t, column(t, f, "v"), selectors[r.IntN(len(selectors))].rows(f, r))
	})
}

// FuzzFloats takes the bits of its floats from the fuzzer.
func FuzzFloats(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add(bytesOf([]float64{0.1, -1.25, 1e300, 5e-324, 123456.78, math.Copysign(0, -1)}), false)
	f.Add(bytesOf([]float64{math.NaN(), math.Inf(1), 1e21, 1e-7, 9007199254740993}), true)
	f.Fuzz(func(t *testing.T, raw []byte, computed bool) {
		values := make([]float64, len(raw)/8)
		for i := range values {
			values[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
		for _, arrays := range []Arrays{Auto, Typed, Text} {
			a := &figure.Array{Floats: values}
			if !computed && len(values) > 0 {
				f := floatFrame(t, values)
				defer f.Release()
				a = &figure.Array{Column: column(t, f, "v"), Rows: frame.AllRows(f)}
			}
			same(t, boxed(values), decode(t, encoded(t, a, Options{Arrays: arrays})))
		}
	})
}

func boxed(values []float64) []any {
	list := []any{}
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			list = append(list, nil)
		} else {
			list = append(list, v)
		}
	}
	return list
}

func floatFrame(t testing.TB, values []float64) *frame.Frame {
	t.Helper()
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendValues(values, nil)
	schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: arrow.PrimitiveTypes.Float64}}, nil)
	f, err := frame.New(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{b.NewArray()}, int64(len(values)))})
	require.NoError(t, err)
	return f
}

// Computed values are written like a column's, also over several pages.
func TestComputed(t *testing.T) {
	long := make([]float64, 30_000)
	for i := range long {
		long[i] = float64(i) / 7
	}
	for name, values := range map[string][]float64{
		"none": {}, "prices": {1.25, -2, 1e5}, "missing": {math.NaN(), 1, math.Inf(-1)}, "long": long,
	} {
		t.Run(name, func(t *testing.T) {
			for _, arrays := range []Arrays{Auto, Typed, Text} {
				same(t, boxed(values), decode(t, encoded(t, &figure.Array{Floats: values}, Options{Arrays: arrays})))
			}
			same(t, boxed(values), decode(t, encoded(t, &figure.Array{Floats: values, Form: figure.FormList}, Options{})))
			texts := []any{}
			for _, v := range boxed(values) {
				text := ""
				if v != nil {
					b, _ := json.Marshal(v)
					text = string(b)
				}
				texts = append(texts, text)
			}
			same(t, texts, decode(t, encoded(t, &figure.Array{Floats: values, Form: figure.FormText}, Options{})))
		})
	}
}

// A table is the rows of its columns.
func TestTable(t *testing.T) {
	for _, s := range selectors {
		t.Run(s.name, func(t *testing.T) {
			var columns []*frame.Column
			var rows *frame.Rows
			for i, k := range makers {
				f := k.column(t, seeded(k.name), 4, 90, 4200, 7)
				if i == 0 {
					rows = s.rows(f, seeded(s.name))
				}
				columns = append(columns, column(t, f, "v"))
			}
			want := []any{}
			rows.Each(func(row int) bool {
				list := []any{}
				for _, c := range columns {
					list = append(list, refValue(c, row, false))
				}
				want = append(want, list)
				return true
			})
			same(t, want, decode(t, encoded(t, &figure.Table{Columns: columns, Rows: rows}, Options{})))
		})
	}
}
