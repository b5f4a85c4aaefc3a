package pointillist_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

// The whole path: a frame, the rows to keep, the figure, its JSON.
func Example() {
	trips, err := frame.FromSlices(
		frame.Slice("passengers", []int64{1, 2, 1}),
		frame.Slice("miles", []float64{0.5, 1.2, 7.25}),
		frame.Slice("fare", []float64{5.8, 9.3, 24.5}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer trips.Release()

	engine := pointillist.New(pointillist.Options{})
	answer, err := engine.Figure(context.Background(), pointillist.Request{
		Frame:  trips,
		Filter: filter.Col("passengers").Eq(1),
		Kind:   figure.Scatter{X: "miles", Y: "fare", Template: figure.Template{Name: "none"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Release()
	var json strings.Builder
	if _, err := answer.WriteTo(&json); err != nil {
		fmt.Println(err)
		return
	}
	data, _, _ := strings.Cut(json.String(), `,"xaxis"`)
	fmt.Println(data)
	// Output: {"data":[{"type":"scatter","mode":"markers","orientation":"v","name":"","legendgroup":"","showlegend":false,"x":[0.5,7.25],"y":[5.8,24.5]
}
