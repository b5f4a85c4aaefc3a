package filter

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// blocksFrame returns a frame of two chunks and six blocks, the last of each
// chunk short:
//
//	id    the row
//	part  the number of the block
//	name  "even" or "odd", after the row
//	gap   NaN in block 0, null in block 1, half of both in block 2, then 1
func blocksFrame(t testing.TB, mem memory.Allocator) *frame.Frame {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "part", Type: arrow.PrimitiveTypes.Uint8},
		{Name: "name", Type: arrow.BinaryTypes.String},
		{Name: "gap", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	var batches []arrow.Record
	id, part := 0, 0
	for _, blocks := range [][]int{{frame.BlockRows, frame.BlockRows, 100}, {frame.BlockRows, frame.BlockRows, 1}} {
		for _, rows := range blocks {
			for i := range rows {
				b.Field(0).(*array.Int64Builder).Append(int64(id))
				b.Field(1).(*array.Uint8Builder).Append(uint8(part))
				b.Field(2).(*array.StringBuilder).Append([]string{"even", "odd"}[id%2])
				gap := b.Field(3).(*array.Float64Builder)
				switch {
				case part == 0 || part == 2 && i%2 == 0:
					gap.Append(nan)
				case part <= 2:
					gap.AppendNull()
				default:
					gap.Append(1)
				}
				id++
			}
			part++
		}
		batches = append(batches, b.NewRecord())
	}
	f, err := frame.New(schema, batches)
	require.NoError(t, err)
	for _, batch := range batches {
		batch.Release()
	}
	return f
}

var nan = func() float64 { var zero float64; return zero / zero }()

func TestBlocksAreSkipped(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	f := blocksFrame(t, mem)
	defer f.Release()
	rows := f.Rows()
	const block = frame.BlockRows
	for _, c := range []struct {
		text          string
		rows          int
		read, skipped int
	}{
		{"part == 3", block, 0, 6},
		{"part != 3", rows - block, 0, 6},
		{"id == 70000", 1, 1, 5},
		{"id < 0", 0, 0, 6},
		{"id >= 0", rows, 0, 6},
		{"id between 10 and 20 or id between 70000 and 70010", 22, 2, 4},
		{"id >= 10 and id < 20", 10, 1, 5},
		{"id >= 10 and id < 10", 0, 0, 6},
		{"part == 3 and name == 'odd'", block / 2, 1, 11},
		{"part == 3 and name like '%d'", block / 2, 1, 11},
		{"part == 3 or name < 'a'", block, 0, 12},
		{"part <= 5 or name like '%d'", rows, 0, 12},
		{"name like 'x%'", 0, 0, 6},
		{"name like '%'", rows, 0, 6},
		{"name < 'f' and name like '%d'", 0, 11, 1},
		{"name like '%d' and name < 'f'", 0, 11, 1},
		{"name like 'e%'", (rows + 1) / 2, 5, 1}, // the last block has one row
		{"gap is null", 2*block + 100, 0, 6},
		{"gap is not null", 2*block + 1, 0, 6},
		{"gap > 0", 2*block + 1, 0, 6},
		{"gap > 1", 0, 0, 6},
		{"gap > 0 or gap is null", rows, 0, 6},
		{"id == 70000 and name == 'even'", 1, 2, 10}, // name: one area of the block
		{"id == 70001 and name == 'even'", 0, 2, 10},
	} {
		t.Run(c.text, func(t *testing.T) {
			e, err := Parse(c.text)
			require.NoError(t, err)
			p, err := Compile(e, f)
			require.NoError(t, err)
			got, trace, err := p.RunTraced(t.Context())
			require.NoError(t, err)
			assert.Equal(t, c.rows, got.Len())
			assert.Equal(t, Trace{Read: c.read, Skipped: c.skipped}, trace)
			assert.Equal(t, c.rows == rows, got.All())
		})
	}
}

func TestAllRowsWithoutAnExpression(t *testing.T) {
	f := oneOfEach(t)
	p, err := Compile(nil, f)
	require.NoError(t, err)
	rows, err := p.Run(t.Context())
	require.NoError(t, err)
	assert.True(t, rows.All())
}

func TestFrameWithoutRows(t *testing.T) {
	p, err := Compile(Col("count").Eq(1), oneOfEach(t))
	require.NoError(t, err)
	rows, err := p.Run(t.Context())
	require.NoError(t, err)
	assert.Zero(t, rows.Len())
}

func TestRunEndsWithItsContext(t *testing.T) {
	f := blocksFrame(t, memory.DefaultAllocator)
	defer f.Release()
	p, err := Compile(Col("name").Like("%d"), f)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, err = p.Run(countdown(ctx))
	require.ErrorIs(t, err, context.Canceled)
}

// countdown returns a context that is cancelled when it is first asked within
// the blocks.
func countdown(cancelled context.Context) context.Context {
	return &asked{Context: cancelled}
}

type asked struct {
	context.Context
	mu    sync.Mutex
	times int
}

func (a *asked) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times++; a.times <= 2 {
		return nil
	}
	return a.Context.Err()
}

// One program is run by several goroutines, each of which starts more.
func TestRunIsTheSameOnAnyCores(t *testing.T) {
	f := blocksFrame(t, memory.DefaultAllocator)
	defer f.Release()
	e, err := Parse("(name like '%d' or gap is null) and id not in [5, 7, 99999] and not name == 'x'")
	require.NoError(t, err)
	p, err := Compile(e, f)
	require.NoError(t, err)
	require.Greater(t, f.Rows()*p.root.cost(), 2*workPerCore, "too little work to share")

	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want, trace, err := p.RunTraced(t.Context())
	require.NoError(t, err)
	runtime.GOMAXPROCS(4)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, again, err := p.RunTraced(t.Context())
			assert.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, trace, again)
		})
	}
	all.Wait()
}

// A run allocates the same however many rows there are.
func TestRunAllocatesNothingARow(t *testing.T) {
	f := blocksFrame(t, memory.DefaultAllocator)
	defer f.Release()
	small := f.Slice(0, 1000)
	defer small.Release()
	for _, text := range []string{"id == 5", "id != 5 and gap is null or name like '%dd'", "id in [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21]"} {
		e, err := Parse(text)
		require.NoError(t, err)
		allocations := func(f *frame.Frame) float64 {
			p, err := Compile(e, f)
			require.NoError(t, err)
			return testing.AllocsPerRun(10, func() { _, err = p.Run(t.Context()) })
		}
		// The second chunk, the ranks of the rows and a goroutine come to a few.
		assert.LessOrEqual(t, allocations(f), allocations(small)+10, text)
	}
}

func TestIntegersAreExact(t *testing.T) {
	f := frameOf(t, []arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}, {Name: "u", Type: arrow.PrimitiveTypes.Uint64}},
		`[{"n": "9007199254740992", "u": "18446744073709551614"}, {"n": "9007199254740993", "u": "18446744073709551615"}, {"n": "-3", "u": "0"}]`)
	for _, c := range []struct {
		text string
		want []uint32
	}{
		{"n == 9007199254740993", []uint32{1}},
		{"n > 9007199254740992", []uint32{1}},
		{"n < 9007199254740992.5", []uint32{0, 2}},
		{"n < -2.5", []uint32{2}},
		{"n == -2.5", nil},
		{"n < 1e30", []uint32{0, 1, 2}},
		{"n >= 1e30", nil},
		{"u == 18446744073709551615", []uint32{1}},
		{"u < 18446744073709551615", []uint32{0, 2}},
		{"u >= -1", []uint32{0, 1, 2}},
		{"u == -1", nil},
		{"u < 0", nil},
	} {
		t.Run(c.text, func(t *testing.T) { assert.Equal(t, c.want, rowsOf(t, c.text, f)) })
	}
}

func TestLookUps(t *testing.T) {
	f := blocksFrame(t, memory.DefaultAllocator)
	defer f.Release()
	var even []any
	var want []uint32
	for i := range 100 {
		even = append(even, i*2)
		want = append(want, uint32(i*2))
	}
	for name, more := range map[string][]any{"in a bitmap": nil, "by bisection": {-7}} {
		t.Run(name, func(t *testing.T) {
			list := append(more, even...)
			assert.Equal(t, want, rowsOf(t, Col("id").In(list...).String(), f))
			assert.Len(t, rowsOf(t, Col("id").NotIn(list...).String(), f), f.Rows()-len(want))
		})
	}
}

func rowsOf(t *testing.T, text string, f *frame.Frame) []uint32 {
	t.Helper()
	e, err := Parse(text)
	require.NoError(t, err)
	p, err := Compile(e, f)
	require.NoError(t, err)
	rows, err := p.Run(t.Context())
	require.NoError(t, err)
	return rows.AppendIndex(nil)
}

// Arrow counts the nulls of a slice when it is first asked, without a lock.
func TestCompileIsSafeForConcurrentUse(t *testing.T) {
	whole := blocksFrame(t, memory.DefaultAllocator)
	defer whole.Release()
	f := whole.Slice(1, whole.Rows()-1)
	defer f.Release()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			p, err := Compile(Col("gap").IsNull(), f)
			assert.NoError(t, err)
			_, err = p.Run(t.Context())
			assert.NoError(t, err)
		})
	}
	all.Wait()
}
