package decimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowLTTB is Largest Triangle Three Buckets as its author states it, with
// absolute means and the determinant of three points.
func slowLTTB(x, y []float64, m int) []uint32 {
	n := len(x)
	var starts []int
	for k := range m - 2 {
		starts = append(starts, 1+k*(n-2)/(m-2))
	}
	starts = append(starts, n-1, n)
	rows, a := []uint32{0}, 0
	for k := range m - 2 {
		var cx, cy float64
		for i := starts[k+1]; i < starts[k+2]; i++ {
			cx += x[i]
			cy += y[i]
		}
		count := float64(starts[k+2] - starts[k+1])
		cx, cy = cx/count, cy/count
		best, largest := 0, -1.0
		for i := starts[k]; i < starts[k+1]; i++ {
			area := math.Abs((x[a]-cx)*(y[i]-y[a])-(x[a]-x[i])*(cy-y[a])) / 2
			if area > largest {
				best, largest = i, area
			}
		}
		rows, a = append(rows, uint32(best)), best
	}
	return append(rows, uint32(n-1))
}

func TestLTTBIsThePapers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 3 + r.IntN(400)
		m := 3 + r.IntN(n-2)
		if m >= n {
			continue
		}
		x, y := make([]float64, n), make([]float64, n)
		at := 0
		for i := range x {
			// Small integers, so that neither form rounds but in the means.
			at += 1 + r.IntN(4)
			x[i], y[i] = float64(at), float64(r.IntN(1<<20))
		}
		require.Equal(t, slowLTTB(x, y, m), LTTB(nil, x, y, View[float64]{x[0], x[n-1]}, m))
	}
}

// TestLTTBNanoseconds: a float64 cannot tell these timestamps apart.
func TestLTTBNanoseconds(t *testing.T) {
	const base = int64(1_700_000_000_000_000_000)
	n := 20_000 // more than a block of distances in each bucket
	small, large, y := make([]int64, n), make([]int64, n), make([]float64, n)
	floats := make([]float64, n)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range y {
		small[i], large[i], y[i] = int64(i*3), base+int64(i*3), r.NormFloat64()
		floats[i] = float64(small[i])
	}
	want := LTTB(nil, small, y, View[int64]{small[0], small[n-1]}, 20)
	assert.Equal(t, want, LTTB(nil, large, y, View[int64]{large[0], large[n-1]}, 20))
	assert.Equal(t, want, LTTB(nil, floats, y, View[float64]{floats[0], floats[n-1]}, 20))
}

func TestDistanceOverTheWholeRange(t *testing.T) {
	assert.Equal(t, math.Pow(2, 64), distance[int64](math.MinInt64, math.MaxInt64))
	assert.Equal(t, 3.0, distance[int64](-1, 2))
}

// TestMinMaxLTTBKeepsSpikes: the preselection must offer the spikes to LTTB.
func TestMinMaxLTTBKeepsSpikes(t *testing.T) {
	n := 100_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	spikes := []uint32{12_345, 50_001, 77_777}
	for _, i := range spikes {
		y[i] = 100
	}
	assert.Subset(t, MinMaxLTTB(nil, x, y, View[float64]{0, float64(n)}, 100), spikes)
}
