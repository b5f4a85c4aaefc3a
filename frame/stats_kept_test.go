package frame

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// again returns a frame of the same content and chunks that knows nothing yet.
func again(f *Frame) *Frame { return f.Slice(0, f.Rows()) }

func statsOf(f *Frame) (all []*Stats) {
	for _, c := range f.Columns() {
		all = append(all, c.Stats())
	}
	return all
}

func TestKeptStatsEqualComputed(t *testing.T) {
	for name, chunks := range map[string][]int{"one block": {7}, "blocks and chunks": {BlockRows + 5, 1}, "no rows": {}} {
		for _, nulls := range []float64{0, 0.1, 1} {
			f := randomFrame(t, newRand(3), checked(t), allTypes(), nulls, chunks...)
			kept := f.AppendStats([]byte("before"))
			require.Equal(t, "before", string(kept[:6]))
			g := again(f)
			g.SetStats(kept[6:])
			assert.Equal(t, statsOf(f), statsOf(g), name)
			assert.Equal(t, f.DerivedBytes(), g.DerivedBytes(), name)
			g.Release()
			f.Release()
		}
	}
}

// Kept statistics are believed: they are what spares the pass over the column.
func TestKeptStatsAreNotComputed(t *testing.T) {
	f, err := FromSlices(Slice("x", []int64{1, 2, 3}))
	require.NoError(t, err)
	defer f.Release()
	other, err := FromSlices(Slice("x", []int64{4, 5, 6}))
	require.NoError(t, err)
	defer other.Release()
	f.SetStats(other.AppendStats(nil))
	assert.EqualValues(t, 4, f.Columns()[0].Stats().Min.Int)

	part := f.Slice(0, 2) // has statistics of its own
	defer part.Release()
	assert.EqualValues(t, 1, part.Columns()[0].Stats().Min.Int)
}

// What does not fit is as if it were not there.
func TestKeptStatsThatDoNotFit(t *testing.T) {
	f := randomFrame(t, newRand(5), memory.DefaultAllocator, allTypes(), 0.1, 20, 3)
	defer f.Release()
	want, kept := statsOf(f), f.AppendStats(nil)
	check := func(kept []byte, what string, at int) {
		t.Helper()
		g := again(f)
		defer g.Release()
		g.SetStats(kept)
		require.Equal(t, want, statsOf(g), "%s %d", what, at)
	}
	for n := range kept {
		check(kept[:n], "cut at", n)
	}
	newer := append([]byte{keptStats + 1}, kept[1:]...)
	check(newer, "version", keptStats+1)

	two, err := f.Select("c0", "c1")
	require.NoError(t, err)
	defer two.Release()
	check(two.AppendStats(nil), "columns", 2)
	less := f.Slice(0, 21)
	defer less.Release()
	g := again(less)
	defer g.Release()
	g.SetStats(kept) // the counts fit, and nobody says that they must not
	for _, c := range g.Columns() {
		s := c.Stats()
		require.Equal(t, 21, s.Rows)
		require.LessOrEqual(t, s.Nulls+s.NaNs, 21)
	}
}

// A reader of a file that somebody has written bounds to must not crash.
func TestKeptBoundsThatCannotBe(t *testing.T) {
	f, err := FromSlices(Slice("x", []float64{1, 2, 3}))
	require.NoError(t, err)
	defer f.Release()
	kept := f.AppendStats(nil)
	for name, eight := range map[string]string{"nan": "\xff\xff\xff\xff\xff\xff\xff\x7f", "above the other": "\x00\x00\x00\x00\x00\x00\x59\x40"} {
		forged := []byte(strings.Replace(string(kept), "\x00\x00\x00\x00\x00\x00\xf0\x3f", eight, 1))
		require.NotEqual(t, kept, forged)
		g := again(f)
		g.SetStats(forged)
		assert.Equal(t, f.Columns()[0].Stats(), g.Columns()[0].Stats(), name)
		g.Release()
	}
}

func TestLongBoundsAreNotKept(t *testing.T) {
	long := strings.Repeat("a", longestBound+1)
	f, err := FromSlices(Slice("long", []string{long, "b"}), Slice("fits", []string{long[1:], "b"}))
	require.NoError(t, err)
	defer f.Release()
	kept := f.AppendStats(nil)
	assert.Less(t, len(kept), 2*longestBound)
	g := again(f)
	defer g.Release()
	g.SetStats(kept)
	assert.Equal(t, statsOf(f), statsOf(g))
}

func FuzzSetStats(f *testing.F) {
	source := randomFrame(f, newRand(9), memory.DefaultAllocator, []arrow.DataType{
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint64, arrow.PrimitiveTypes.Float64, arrow.BinaryTypes.String,
		arrow.BinaryTypes.Binary, arrow.Null, &arrow.Decimal128Type{Precision: 12, Scale: 2},
	}, 0.1, 20, 3)
	defer source.Release()
	f.Add(source.AppendStats(nil))
	f.Fuzz(func(t *testing.T, kept []byte) {
		g := again(source)
		defer g.Release()
		g.SetStats(kept)
		for i, c := range g.Columns() {
			s := c.Stats()
			require.Equal(t, source.Columns()[i].Rows(), s.Rows)
			require.LessOrEqual(t, s.Nulls+s.NaNs, s.Rows)
		}
	})
}
