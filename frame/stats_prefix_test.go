package frame

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireComputed compares statistics with those that are computed from all rows.
func requireComputed(t *testing.T, f *Frame) {
	t.Helper()
	for _, c := range f.Columns() {
		whole := newColumn(c.field, c.chunks, c.starts)
		require.Equal(t, newStats(whole), c.Stats(), "%s", c.Type())
	}
}

// Whatever was known of the rows before, and whether anybody asked for it, the
// statistics of what was appended to are those of its rows.
func TestStatsGoOn(t *testing.T) {
	r := newRand(11)
	for range 40 {
		f := randomFrame(t, r, memory.DefaultAllocator, allTypes(), 0.2, 1+r.IntN(100), 1+r.IntN(100))
		for range 6 {
			switch r.IntN(4) {
			case 0:
				requireComputed(t, f)
			case 1:
				kept := f.AppendStats(nil)
				again, err := Concat(f)
				require.NoError(t, err)
				again.SetStats(kept)
				f.Release()
				f = again
			}
			more, window := randomFrame(t, r, memory.DefaultAllocator, allTypes(), 0.2, r.IntN(100)), 0
			if r.IntN(6) == 0 {
				window = 50
			}
			if r.IntN(2) == 0 {
				requireComputed(t, more)
			}
			next, err := f.Append(more, window)
			if r.IntN(4) == 0 {
				require.NoError(t, err)
				next.Release()
				next, err = Concat(f, more, more)
			}
			require.NoError(t, err)
			more.Release()
			f.Release()
			f = next
		}
		requireComputed(t, f)
		f.Release()
	}
}

// Chunks that are merged at the end are computed anew, and those before them are not
// read again: here they have changed, which no frame's may.
func TestWhatIsKnownIsNotReadAgain(t *testing.T) {
	values := make([]float64, 2*BlockRows)
	for i := range values {
		values[i] = float64(i % 100)
	}
	f, err := FromSlices(Slice("v", values))
	require.NoError(t, err)
	f.Columns()[0].Stats()
	for i := range values {
		values[i] = math.Pi
	}
	total := len(values)
	for range 20 {
		more, err := FromSlices(Slice("v", make([]float64, 10_000)))
		require.NoError(t, err)
		next, err := f.Append(more, 0)
		require.NoError(t, err)
		more.Release()
		f.Release()
		f, total = next, total+10_000
	}
	defer f.Release()
	s := f.Columns()[0].Stats()
	assert.Equal(t, total, s.Rows)
	assert.Equal(t, 99.0, s.Max.Float)
	assert.Zero(t, s.Scale, "Pi has none")
	assert.True(t, s.Single)
}

// What f has no scale for, or would be none with larger numbers, has none.
func TestScaleGoesOn(t *testing.T) {
	for _, test := range [][2]float64{{0.001, 1e12}, {1e12, 0.001}, {math.Pi, 1}, {1, math.Pi}, {0.5, 0.25}, {math.NaN(), 0.5}, {math.Inf(1), 1}, {1e15, 0.1}} {
		f, err := FromSlices(Slice("v", test[:1]))
		require.NoError(t, err)
		f.Columns()[0].Stats()
		more, err := FromSlices(Slice("v", test[1:]))
		require.NoError(t, err)
		both, err := f.Append(more, 0)
		require.NoError(t, err)
		requireComputed(t, both)
		more.Columns()[0].Stats()
		all, err := Concat(f, more, f)
		require.NoError(t, err)
		requireComputed(t, all)
		all.Release()
		both.Release()
		more.Release()
		f.Release()
	}
}

// BenchmarkStatsGoOn: after 1,000 rows more than ten million, and of all as the ceiling.
func BenchmarkStatsGoOn(b *testing.B) {
	f, err := FromSlices(Slice("v", make([]float64, 10_000_000)))
	require.NoError(b, err)
	defer f.Release()
	f.Version()
	more, err := FromSlices(Slice("v", make([]float64, 1000)))
	require.NoError(b, err)
	defer more.Release()
	grown := func(b *testing.B) *Column {
		next, err := f.Append(more, 0)
		require.NoError(b, err)
		b.Cleanup(next.Release)
		return next.Columns()[0]
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			newStats(newColumn(arrow.Field{Type: arrow.PrimitiveTypes.Float64}, f.columns[0].chunks, f.starts))
		}
	})
	f.Columns()[0].Stats()
	b.Run("on", func(b *testing.B) {
		for b.Loop() {
			grown(b).Stats()
		}
	})
}
