package frame_test

import (
	"slices"
	"testing"
	"testing/quick"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

func numbers(t testing.TB, from, n int) *frame.Frame {
	t.Helper()
	x, names := make([]int64, n), make([]string, n)
	for i := range x {
		x[i], names[i] = int64(from+i), string(rune('a'+(from+i)%7))
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("name", names))
	require.NoError(t, err)
	return f
}

func xs(t testing.TB, f *frame.Frame) []float64 {
	t.Helper()
	c, err := f.Column("x")
	require.NoError(t, err)
	x, err := c.AppendFloats(nil, frame.AllRows(f))
	require.NoError(t, err)
	return x
}

// A frame that grows is at each step the rows that were appended last, and
// those before it stay as they were.
func TestAppend(t *testing.T) {
	check := func(sizes []uint16, window uint16) bool {
		f, total := numbers(t, 0, 10), 10
		defer func() { f.Release() }()
		for _, n := range sizes {
			more := numbers(t, total, int(n)%30_000)
			before := xs(t, f)
			next, err := f.Append(more, int(window))
			require.NoError(t, err)
			total += more.Rows()
			if window > 0 {
				assert.LessOrEqual(t, next.Rows(), int(window))
			}
			x := xs(t, next)
			for i, v := range slices.Backward(x) {
				if v != float64(total-len(x)+i) {
					return false
				}
			}
			assert.Equal(t, before, xs(t, f))
			assert.NotEqual(t, f.Version(), next.Version())
			more.Release()
			f.Release()
			f = next
		}
		return true
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 10}))
}

// A million appends of a row do not make a million chunks.
func TestAppendKeepsChunksFew(t *testing.T) {
	f, row := numbers(t, 0, 1), numbers(t, 0, 1000)
	defer row.Release()
	for range 1000 {
		next, err := f.Append(row, 500_000)
		require.NoError(t, err)
		f.Release()
		f = next
		require.LessOrEqual(t, f.Chunks(), 500_000/(1<<16)+67)
	}
	assert.Equal(t, 500_000, f.Rows())
	assert.Less(t, f.Bytes(), int64(2*500_000*(8+4+1)), "what left the window is free")
	f.Release()
}

// A frame that goes on from one that owns its memory keeps that, and nothing of
// those between.
func TestAppendKeepsNoneBetween(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer alloc.AssertSize(t, 0)
	freed := 0
	f := numbers(t, 0, 100)
	f.OnFree(func() { freed++ })
	for i := range 1000 {
		b := array.NewRecordBuilder(alloc, f.Schema())
		b.Field(0).(*array.Int64Builder).AppendValues(make([]int64, 1000), nil)
		b.Field(1).(*array.StringBuilder).AppendValues(make([]string, 1000), nil)
		r := b.NewRecord()
		more, err := frame.New(f.Schema(), []arrow.Record{r})
		require.NoError(t, err)
		r.Release()
		b.Release()
		next, err := f.Append(more, 0)
		require.NoError(t, err)
		more.Release()
		f.Release()
		f = next
		require.Less(t, alloc.CurrentAlloc(), 67*13_000, "after %d", i)
	}
	assert.Zero(t, freed)
	f.Release()
	assert.Equal(t, 1, freed)
}

func TestAppendTellsTheBeginnings(t *testing.T) {
	f := numbers(t, 0, 3)
	defer f.Release()
	assert.Empty(t, f.Beginnings())
	var want []frame.Beginning
	for k := range 70 {
		want = append([]frame.Beginning{{Version: f.Version(), Rows: f.Rows()}}, want...)
		more := numbers(t, 3+k, 1)
		grown, err := f.Append(more, 100)
		require.NoError(t, err)
		more.Release()
		defer grown.Release()
		f = grown
	}
	assert.Equal(t, want[:64], f.Beginnings())
	shared := f.Share()
	defer shared.Release()
	assert.Equal(t, f.Beginnings(), shared.Beginnings())

	more := numbers(t, 0, 50)
	defer more.Release()
	window, err := f.Append(more, 100)
	require.NoError(t, err)
	defer window.Release()
	assert.Empty(t, window.Beginnings(), "rows have left the window")
}

func TestAppendRefuses(t *testing.T) {
	f := numbers(t, 0, 3)
	defer f.Release()
	narrow, err := frame.FromSlices(frame.Slice("x", []int64{1}))
	require.NoError(t, err)
	defer narrow.Release()
	other, err := frame.FromSlices(frame.Slice("x", []float64{1}), frame.Slice("name", []string{"a"}))
	require.NoError(t, err)
	defer other.Release()
	_, err = f.Append(narrow, 0)
	assert.EqualError(t, err, "frame: 1 columns cannot be appended to 2")
	_, err = f.Append(other, 0)
	assert.EqualError(t, err, `frame: column 0: "x" of type float64 cannot be appended to "x" of type int64`)
	_, err = f.Append(f, -1)
	assert.Error(t, err)
}

// Of many frames at once comes what appending them one by one makes, but for the
// chunks, and Compact leaves none that is short beside another.
func TestConcat(t *testing.T) {
	_, err := frame.Concat()
	require.Error(t, err)
	check := func(sizes []uint16) bool {
		frames, total := []*frame.Frame{numbers(t, 0, 10)}, 10
		for _, n := range sizes {
			more := numbers(t, total, int(n)%80_000)
			frames, total = append(frames, more), total+more.Rows()
		}
		whole, err := frame.Concat(frames...)
		require.NoError(t, err)
		defer whole.Release()
		for _, f := range frames {
			f.Release()
		}
		want := numbers(t, 0, total)
		defer want.Release()
		assert.Equal(t, xs(t, want), xs(t, whole))
		compact, err := whole.Compact()
		require.NoError(t, err)
		defer compact.Release()
		assert.Equal(t, xs(t, want), xs(t, compact))
		assert.Equal(t, want.Version(), compact.Version())
		for i := range compact.Chunks() - 1 {
			assert.GreaterOrEqual(t, max(compact.ChunkRows(i), compact.ChunkRows(i+1)), 1<<16)
		}
		return !t.Failed()
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 10}))

	other := numbers(t, 0, 1)
	defer other.Release()
	narrow, err := other.Select("x")
	require.NoError(t, err)
	defer narrow.Release()
	_, err = frame.Concat(other, narrow)
	assert.EqualError(t, err, "frame: 1 columns cannot be appended to 2")
}

// A thousand rows more for ten million: the new rows, and at times 64 Ki.
func BenchmarkAppend(b *testing.B) {
	f, more := numbers(b, 0, 10_000_000), numbers(b, 0, 1000)
	defer more.Release()
	f.Version()
	b.ReportAllocs()
	for b.Loop() {
		next, err := f.Append(more, 10_000_000)
		if err != nil {
			b.Fatal(err)
		}
		f.Release()
		f = next
	}
	f.Release()
}
