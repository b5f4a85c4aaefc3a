package reduce_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// A hundred thousand markers on a spot of a few pixels, and one far away.
func Example() {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 100_000), make([]float64, 100_000)
	for i := range x {
		x[i], y[i] = r.Float64(), r.Float64()
	}
	x[500], y[500] = 100, 100
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Release()

	fig, err := figure.Scatter{X: "x", Y: "y"}.Build(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	record, err := reduce.Apply(fig, reduce.Options{Method: reduce.Visible, Width: 740, Height: 460})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(record.Method, record.RowsIn, record.RowsOut < 10_000)
	fmt.Printf("%.2f\n", fig.Layout.Get("xaxis").(*figure.Object).Get("range"))
	// Output:
	// visible 100000 true
	// [-6.57 106.57]
}

// A view as plotly.js's relayout event gives it.
func ExampleParseRange() {
	view, err := reduce.ParseRange([]any{"2019-01-31", "2019-02-01 12:00"})
	fmt.Println((view.To-view.From)/1000/3600, view.Date, err)
	// Output: 36 true <nil>
}

// Three rows on one spot: the reader sees one marker, and hovers over one row.
func ExamplePick() {
	f, err := frame.FromSlices(
		frame.Slice("miles", []float64{1.2, 9, 1.2, 1.2}),
		frame.Slice("fare", []float64{7.5, 30, 7.5, 7.5}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Release()
	fig, err := figure.Scatter{X: "miles", Y: "fare"}.Build(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	view := reduce.Options{Width: 740, Height: 460}
	picked, err := reduce.Pick(fig, view, reduce.Point{X: 1.2, Y: 7.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hit := range picked.Hits {
		fmt.Println("row", hit.Row)
	}
	fmt.Println(picked.Total, "in all, row", picked.Top.Row, "on top")
	// Output:
	// row 0
	// row 2
	// row 3
	// 3 in all, row 3 on top
}
