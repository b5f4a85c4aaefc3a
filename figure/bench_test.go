package figure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// BenchmarkBuild measures what is done before a byte is encoded. The plain
// figure must not depend on n.
func BenchmarkBuild(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
		s    figure.Scatter
	}{
		{"plain/n=1e2", 100, figure.Scatter{X: "x", Y: "y"}},
		{"plain/n=1e6", 1e6, figure.Scatter{X: "x", Y: "y"}},
		{"color=1000/n=5e5", 5e5, figure.Scatter{X: "x", Y: "y", Color: "thousand"}},
		{"facets=10x10/n=1e6", 1e6, figure.Scatter{X: "x", Y: "y", FacetRow: "ten", FacetCol: "other"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := groupedFrame(b, c.n)
			for b.Loop() {
				if _, err := c.s.Build(f, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func groupedFrame(b *testing.B, n int) *frame.Frame {
	x, thousand := make([]float64, n), make([]string, n)
	ten, other := make([]string, n), make([]string, n)
	for i := range x {
		x[i] = float64(i * 7919 % 1000)
		thousand[i] = fmt.Sprint("g", i*7919%1000)
		ten[i], other[i] = fmt.Sprint("t", i*7919%10), fmt.Sprint("o", i/10*7919%10)
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", x), frame.Slice("thousand", thousand), frame.Slice("ten", ten), frame.Slice("other", other))
	require.NoError(b, err)
	return f
}
