package taxi

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// TestSameEverywhere pins the frame: benchmarks of two machines compare only
// if it is the same on both.
func TestSameEverywhere(t *testing.T) {
	f := New()
	defer f.Release()
	assert.Equal(t, "5aaaef59e5906749b1677e9bb7cc3d4e", f.Version().String())
}

func TestShape(t *testing.T) {
	f := New()
	defer f.Release()
	require.Equal(t, Rows, f.Rows())
	stats := map[string]*frame.Stats{}
	for _, c := range f.Columns() {
		stats[c.Name()] = c.Stats()
	}
	alone := 0
	passengers, err := f.Column("passenger_count")
	require.NoError(t, err)
	for _, code := range passengers.Codes().Chunk(0) {
		if passengers.Codes().Values().Value(int(code)) == int64(1) {
			alone++
		}
	}
	assert.Equal(t, Alone, alone)
	assert.EqualValues(t, 0, stats["passenger_count"].Min.Int)
	assert.EqualValues(t, 6, stats["passenger_count"].Max.Int)

	for _, name := range []string{"trip_distance", "total_amount", "tip_amount"} {
		assert.Equal(t, 2, stats[name].Scale, name)
	}
	assert.Zero(t, stats["trip_distance"].Min.Float)
	assert.Greater(t, stats["trip_distance"].Max.Float, 100.0)
	assert.Less(t, stats["total_amount"].Min.Float, -20.0)
	assert.Greater(t, stats["total_amount"].Max.Float, 400.0)
	assert.InDelta(t, 0.44, float64(stats["tip_amount"].Nulls)/Rows, 0.01)
	assert.Zero(t, stats["total_amount"].Nulls)
	assert.InDelta(t, 3.0, mean(t, f, "trip_distance"), 0.5)
	assert.InDelta(t, 15.0, mean(t, f, "total_amount"), 3)

	payments, err := f.Column("payment_type")
	require.NoError(t, err)
	assert.Equal(t, len(Payments), payments.Codes().Len())
	pickups := stats["lpep_pickup_datetime"]
	assert.GreaterOrEqual(t, pickups.Min.Int, int64(start)*1_000_000)
	assert.Less(t, pickups.Max.Int, int64(start+month)*1_000_000)
}

func mean(t *testing.T, f *frame.Frame, name string) float64 {
	c, err := f.Column(name)
	require.NoError(t, err)
	values, err := c.AppendFloats(nil, frame.AllRows(f))
	require.NoError(t, err)
	sum := 0.0
	for _, v := range values {
		require.False(t, math.IsNaN(v))
		sum += v
	}
	return sum / float64(len(values))
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New().Release()
	}
}
