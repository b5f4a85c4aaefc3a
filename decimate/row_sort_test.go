package decimate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSortRows(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	var spare []uint32
	for _, span := range []int{1, 2, 1<<digitBits - 1, 1 << digitBits, 1<<digitBits + 1, 1 << (2 * digitBits), 1e8, math.MaxInt32} {
		first := r.IntN(math.MaxInt32 - span + 1)
		for _, n := range []int{0, 1, 3, 1000} {
			rows := make([]uint32, n)
			for i := range rows {
				rows[i] = uint32(first + r.IntN(span))
			}
			want := slices.Clone(rows)
			slices.Sort(want)
			rows, spare = sortRows(rows, spare, first, first+span)
			require.True(t, slices.Equal(want, rows), "%d rows of %d from %d on", n, span, first)
		}
	}
}
