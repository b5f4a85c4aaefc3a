package reduce_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/internal/taxi"
	"github.com/pointillist-go/pointillist/reduce"
)

func BenchmarkApply(b *testing.B) {
	f := taxi.New()
	defer f.Release()
	for _, method := range []string{reduce.Visible, reduce.Auto, reduce.Sample} {
		b.Run("frame=taxi/method="+method, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fig, err := figure.Scatter{X: "trip_distance", Y: "total_amount"}.Build(f, nil)
				require.NoError(b, err)
				_, err = reduce.Apply(fig, reduce.Options{Method: method, Width: 740, Height: 460})
				require.NoError(b, err)
			}
		})
	}
}
