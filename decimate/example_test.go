package decimate_test

import (
	"fmt"
	"math"

	"github.com/pointillist-go/pointillist/decimate"
)

// wave is a sine with one spike and one gap.
func wave(n int) (x, y []float64) {
	for i := range n {
		x = append(x, float64(i))
		y = append(y, math.Round(1000*math.Sin(float64(i)/float64(n)*7)))
	}
	y[n/3] = 5000
	y[n/2] = math.NaN()
	return x, y
}

// The spike is kept, and so are both sides of the gap.
func ExampleMinMax() {
	x, y := wave(1000)
	rows := decimate.MinMax(nil, x, y, decimate.View[float64]{Lo: 0, Hi: 999}, 4)
	for _, i := range rows {
		fmt.Println(i, y[i])
	}
	// Output:
	// 0 0
	// 220 1000
	// 333 5000
	// 499 -344
	// 500 NaN
	// 501 -357
	// 669 -1000
	// 750 -859
	// 999 652
}

func ExampleLTTB() {
	x, y := wave(1000)
	fmt.Println(decimate.LTTB(nil, x, y, decimate.View[float64]{Lo: 0, Hi: 999}, 10))
	// Output: [0 201 333 499 500 501 634 756 834 999]
}

func ExampleLine() {
	x, y := wave(100_000)
	v, err := decimate.ViewOf(x[0], x[len(x)-1])
	if err != nil {
		fmt.Println(err)
		return
	}
	_, red := decimate.Line(nil, x, y, v, decimate.LineOptions{Width: 500, MaxError: 0.5})
	fmt.Printf("%s: %d of %d rows, within %v px, %d gap\n", red.Method, red.RowsOut, red.RowsIn, red.Bound, red.Gaps)
	// Output: minmax: 3834 of 100000 rows, within 0.5 px, 1 gap
}

func ExampleEvery() {
	x, y := wave(1000)
	fmt.Println(decimate.Every(nil, x[:400], y[:400], decimate.View[float64]{Lo: 0, Hi: 399}, 5))
	// Output: [0 99 199 299 399]
}

// A hundred thousand markers in a disc: nearly all are hidden by others.
func ExampleCanvas_Visible() {
	m := decimate.Markers{Size: 8, Opacity: 1}
	for i := range 100_000 {
		r := math.Sqrt(float64(i*7919%100_000) / 20_000)
		m.X = append(m.X, 5+r*math.Sin(float64(i)))
		m.Y = append(m.Y, 5+r*math.Cos(float64(i)))
	}
	area := decimate.Area{Left: 0, Right: 10, Bottom: 0, Top: 10, Width: 400, Height: 300}
	canvas, err := decimate.NewCanvas(area, decimate.SVG)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, red := canvas.Visible(nil, m)
	fmt.Println(red.Method, red.RowsIn, red.RowsOut)
	// Output: visible 100000 5328
}

// No category vanishes, however rare.
func ExampleSampleBy() {
	codes := make([]int32, 10_000)
	codes[1234] = 1
	rows := make([]uint32, len(codes))
	for i := range rows {
		rows[i] = uint32(i)
	}
	kept := decimate.SampleBy(nil, rows, codes, 2, 50, 1)
	fmt.Println(decimate.CountCategories(nil, codes, kept, 2))
	// Output: [{9999 41} {1 1}]
}

func ExampleBins_Count() {
	b := decimate.Bins{Left: 0, Right: 3, Bottom: 0, Top: 2, Columns: 3, Rows: 2}
	x := []float64{0.5, 0.6, 2.5, 3, math.NaN()}
	y := []float64{0.5, 0.7, 1.5, 2, 1}
	fmt.Println(b.Count(nil, x, y))
	// Output: [2 0 0 0 0 2]
}

func ExamplePath() {
	var x, y []float64
	for i := range 10_000 { // ten times around a circle
		x = append(x, math.Cos(float64(i)/500*math.Pi))
		y = append(y, math.Sin(float64(i)/500*math.Pi))
	}
	area := decimate.Area{Left: -1, Right: 1, Bottom: -1, Top: 1, Width: 50, Height: 50}
	_, red := decimate.Path(nil, x, y, area)
	fmt.Printf("%d of %d rows, within %.2f px\n", red.RowsOut, red.RowsIn, red.Bound)
	// Output: 3741 of 10000 rows, within 0.71 px
}
