package figure

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// slowSplit is split as px says it: a map of tuples, and a sort.
func slowSplit(g grouping, columns [][]int, rows []int) map[string][]uint32 {
	groups := map[string][]uint32{}
	for _, row := range rows {
		var tuple []byte
		for i := range g.keys {
			tuple = append(tuple, byte(columns[i][row]))
		}
		if !slices.Contains(tuple, missingValue) || g.single() {
			groups[string(tuple)] = append(groups[string(tuple)], uint32(row))
		}
	}
	return groups
}

const missingValue = 255

// FuzzSplit compares the counting sort with a map over random columns, some of
// so many values that no table holds their product.
func FuzzSplit(f *testing.F) {
	f.Add(uint64(1), uint16(50), uint8(2), uint8(3))
	f.Add(uint64(2), uint16(3000), uint8(3), uint8(200))
	f.Add(uint64(3), uint16(0), uint8(1), uint8(1))
	f.Add(uint64(4), uint16(10), uint8(2), uint8(1))
	f.Fuzz(func(t *testing.T, seed uint64, n uint16, width, values uint8) {
		r := rand.New(rand.NewPCG(seed, 0))
		columns := make([][]int, 1+width%4)
		for i := range columns {
			columns[i] = make([]int, n)
			for row := range columns[i] {
				columns[i][row] = r.IntN(1 + int(values)%254)
				if r.IntN(10) == 0 && values > 1 {
					columns[i][row] = missingValue
				}
			}
		}
		fr := intFrame(t, columns)
		rows := frame.AllRows(fr)
		if seed%2 == 1 {
			rows = frame.IndexRows(fr, randomRows(r, int(n)))
		}
		checkSplit(t, fr, rows, columns)
	})
}

func checkSplit(t *testing.T, f *frame.Frame, rows *frame.Rows, columns [][]int) {
	var g grouping
	for _, c := range f.Columns() {
		k := readKeys(c, rows)
		g.keys = append(g.keys, k)
		g.orders = append(g.orders, newOrder(c.Name(), nil, k))
	}
	if rows.Len() == 0 {
		require.Empty(t, g.split(rows))
		return
	}
	var numbers []int
	rows.Each(func(row int) bool { numbers = append(numbers, row); return true })
	want := slowSplit(g, columns, numbers)
	got := g.split(rows)
	require.Len(t, got, len(want))
	for i, group := range got {
		if i > 0 {
			require.Negative(t, slices.Compare(got[i-1].places, group.places), "sorted")
		}
		index := group.rows.AppendIndex(nil)
		var tuple []byte
		for c := range columns {
			tuple = append(tuple, byte(columns[c][index[0]]))
		}
		require.Equal(t, want[string(tuple)], index)
	}
}

func randomRows(r *rand.Rand, n int) []uint32 {
	var rows []uint32
	for row := range n {
		if r.IntN(3) > 0 {
			rows = append(rows, uint32(row))
		}
	}
	return rows
}

// intFrame makes a frame of int64 columns in two chunks.
func intFrame(t *testing.T, columns [][]int) *frame.Frame {
	fields := make([]arrow.Field, len(columns))
	for i := range fields {
		fields[i] = arrow.Field{Name: string(rune('a' + i)), Type: arrow.PrimitiveTypes.Int64, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	var batches []arrow.Record
	half := len(columns[0]) / 2
	for _, span := range [][2]int{{0, half}, {half, len(columns[0])}} {
		for i, values := range columns {
			for _, v := range values[span[0]:span[1]] {
				if v == missingValue {
					b.Field(i).AppendNull()
				} else {
					b.Field(i).(*array.Int64Builder).Append(int64(v))
				}
			}
		}
		batches = append(batches, b.NewRecord())
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	return f
}

func TestSparseColumnsAreMixedByAMap(t *testing.T) {
	const n = 70_000 // distinct values each: their product is beyond uint32
	k := func(step int) *keys {
		k := &keys{ids: make([]uint32, n), values: make([]orderValue, n), missing: -1}
		for i := range k.ids {
			k.ids[i] = uint32(i * step % n)
		}
		return k
	}
	m := newMix(k(1), n)
	m.add(k(3))
	for _, row := range []int{0, 1, n - 1} {
		require.Equal(t, []uint32{uint32(row), uint32(row * 3 % n)}, m.codes(int(m.numbers[row])))
	}
}
