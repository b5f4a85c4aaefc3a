package frame

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/internal/race"
)

// slowSummary looks at every row by Value.
func slowSummary(c *Column, from, to int) Summary {
	s := Summary{Rows: to - from}
	first := true
	for row := from; row < to; row++ {
		v := c.Value(row)
		if v == nil {
			s.Nulls++
			continue
		}
		b, ok := boundOfValue(c, v)
		if !ok {
			s.NaNs++
			continue
		}
		if first || b.less(s.Min) {
			s.Min = b
		}
		if first || s.Max.less(b) {
			s.Max = b
		}
		first = false
	}
	return s
}

func boundOfValue(c *Column, v any) (Bound, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return Bound{Int: 1}, true
		}
		return Bound{}, true
	case int64:
		return Bound{Int: v}, true
	case uint64:
		return Bound{Uint: v}, true
	case float32:
		return Bound{Float: float64(v)}, v == v
	case float64:
		return Bound{Float: v}, v == v
	case string:
		return Bound{Text: v}, c.Kind() != Unsupported
	case time.Duration:
		return Bound{Int: int64(v / unitOf(c.ValueType()))}, true
	case time.Time:
		switch c.ValueType().ID() {
		case arrow.DATE32:
			return Bound{Int: v.Unix() / 86400}, true
		case arrow.DATE64:
			return Bound{Int: v.UnixMilli()}, true
		}
		return Bound{Int: v.UnixNano() / int64(unitOf(c.ValueType()))}, true
	}
	panic(fmt.Sprintf("a value of type %T", v))
}

func unitOf(t arrow.DataType) time.Duration {
	return t.(arrow.TemporalWithUnit).TimeUnit().Multiplier()
}

func TestStatsEqualSlow(t *testing.T) {
	for nulls, chunks := range map[float64][]int{0: {BlockRows + 5, 1}, 0.1: {100, BlockRows, 3}, 1: {5, 3, 70}} {
		mem := checked(t)
		f := randomFrame(t, newRand(7), mem, allTypes(), nulls, chunks...)
		for i, c := range f.Columns() {
			if i%min(race.Stride, 5) != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/nulls=%g", c.Type(), nulls), func(t *testing.T) {
				s := c.Stats()
				require.Equal(t, c.Nulls(), s.Nulls)
				require.Len(t, s.Blocks, 3)
				rows := 0
				for _, b := range s.Blocks {
					from := f.ChunkStart(b.Chunk) + b.First
					require.Equal(t, rows, from)
					rows += b.N
					requireSummary(t, c, slowSummary(c, from, from+b.N), b.Summary)
				}
				require.Equal(t, f.Rows(), rows)
				requireSummary(t, c, slowSummary(c, 0, rows), s.Summary)
				require.Positive(t, s.bytes())
			})
		}
		f.Release()
	}
}

func requireSummary(t *testing.T, c *Column, want, got Summary) {
	t.Helper()
	switch c.Kind() {
	case Unsupported:
		require.Equal(t, want.Nulls, got.Nulls)
		require.Equal(t, Bound{}, got.Min)
		return
	case Decimal:
		require.LessOrEqual(t, got.Min.Float, want.Min.Float)
		require.GreaterOrEqual(t, got.Max.Float, want.Max.Float)
		require.InEpsilon(t, 1+math.Abs(want.Min.Float), 1+math.Abs(got.Min.Float), 1e-14)
		require.InEpsilon(t, 1+math.Abs(want.Max.Float), 1+math.Abs(got.Max.Float), 1e-14)
		got.Min, got.Max = want.Min, want.Max
	}
	require.Equal(t, want, got)
}

func TestStatsOfFloats(t *testing.T) {
	third := 1.0 / 3
	for _, test := range []struct {
		name   string
		values []float64
		scale  int
		single bool
	}{
		{"none", nil, 0, true},
		{"integral", []float64{1, -3, 1e6}, 0, true},
		{"prices", []float64{1.25, 0, -7.1}, 2, false},
		{"halves", []float64{1.5, -2}, 1, true},
		{"no scale", []float64{1.5, third}, -1, false},
		{"too many digits", []float64{1 << 47, 0.25}, -1, true},
		{"large, integral", []float64{1e14, 3}, 0, false},
		{"infinity", []float64{1, math.Inf(-1)}, -1, true},
		{"nan", []float64{math.NaN(), 0.1}, 1, false},
		{"beyond float32", []float64{1e300}, -1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, blocks := range []int{1, 3} { // also with zeros in other blocks
				b := array.NewFloat64Builder(memory.DefaultAllocator)
				defer b.Release()
				for range blocks {
					b.AppendNull()
					b.AppendValues(test.values, nil)
					b.AppendValues(make([]float64, (blocks-1)*BlockRows), nil)
				}
				s := newColumn(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Float64},
					[]arrow.Array{b.NewArray()}, []int{0, blocks * (len(test.values) + 1 + (blocks-1)*BlockRows)}).Stats()
				assert.Equal(t, test.scale, s.Scale)
				assert.Equal(t, test.single, s.Single)
			}
		})
	}
}

func TestStatsOfOtherKinds(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 10)
	defer f.Release()
	s := f.Columns()[0].Stats()
	assert.Equal(t, -1, s.Scale)
	assert.False(t, s.Single)
}

func TestStatsOnAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	f := randomFrame(t, newRand(7), memory.DefaultAllocator, allTypes(), 0.2, 30, 10, 100, 1, 50)
	defer f.Release()
	for _, c := range f.Columns() {
		runtime.GOMAXPROCS(1)
		want := newStats(c)
		runtime.GOMAXPROCS(3)
		require.Equal(t, want, newStats(c), "%s", c.Type())
	}
}
