package figure_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// trips is a frame to draw.
func trips() *frame.Frame {
	f, err := frame.FromSlices(
		frame.Slice("miles", []float64{1.5, 3, 2.5, 12}),
		frame.Slice("fare", []float64{7, 12.5, 10, 52}),
		frame.Slice("payment", []string{"card", "cash", "card", "cash"}),
		frame.Slice("riders", []int{1, 2, 1, 4}),
	)
	if err != nil {
		panic(err)
	}
	return f
}

func Example() {
	f := trips()
	defer f.Release()
	fig, err := figure.Scatter{X: "miles", Y: "fare", Template: figure.Template{Name: "none"}}.Build(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := encode.New(&figure.Figure{Data: fig.Data, Layout: figure.NewObject()}, encode.Options{Arrays: encode.Text})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan.WriteTo(os.Stdout)
	// Output:
	// {"data":[{"type":"scatter","mode":"markers","orientation":"v","name":"","legendgroup":"","showlegend":false,"x":[1.5,3,2.5,12],"y":[7,12.5,10,52],"xaxis":"x","yaxis":"y","marker":{"color":"#1F77B4","symbol":"circle"},"hovertemplate":"miles=%{x}\u003cbr\u003efare=%{y}\u003cextra\u003e\u003c/extra\u003e"}],"layout":{}}
}

// A column that is not of numbers makes a trace of each value.
func ExampleScatter_color() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{
		X: "miles", Y: "fare", Color: "payment", Symbol: "riders",
		ColorDiscreteMap: figure.Mapping{{Value: "cash", Use: "green"}},
		CategoryOrders:   []figure.Order{{Column: "riders", Values: []any{4, 2, 1}}},
	}.Build(f, nil)
	for _, trace := range fig.Data {
		marker := trace.Object("marker")
		fmt.Println(trace.Get("name"), marker.Get("color"), marker.Get("symbol"), trace.Get("x").(*figure.Array).Len())
	}
	// Output:
	// cash, 4 green circle 1
	// cash, 2 green diamond 1
	// card, 1 #EF553B square 2
}

// A column of numbers is a color scale, unless it is px.line's.
func ExampleScatter_colorContinuous() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{
		X: "miles", Y: "fare", Color: "riders",
		ColorContinuousScale: figure.ColorScale{Colors: []string{"white", "navy"}},
		RangeColor:           []float64{0, 4},
	}.Build(f, nil)
	axis := fig.Layout.Object("coloraxis")
	fmt.Println(axis.Get("colorscale"), axis.Get("cmin"), axis.Get("cmax"))
	// Output: [[0 white] [1 navy]] 0 4
}

// Sizes are areas: a value of SizeRef·SizeMax² is SizeMax wide, times √2.
func ExampleScatter_size() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", Size: "riders", SizeMax: 40, Opacity: new(0.5)}.Build(f, nil)
	marker := fig.Data[0].Object("marker")
	fmt.Println(marker.Get("sizemode"), marker.Get("sizeref"), marker.Get("opacity"))
	// Output: area 0.0025 0.5
}

// HoverData adds lines to the hover, and formats or hides those there are.
func ExampleScatter_hover() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{
		X: "miles", Y: "fare", HoverName: "payment",
		HoverData: []figure.Hover{{Column: "fare", Format: ":$.2f"}, {Column: "miles", Hide: true}, {Column: "riders"}},
		Labels:    []figure.Label{{Column: "fare", Text: "Fare"}},
	}.Build(f, nil)
	for _, line := range strings.SplitAfter(fig.Data[0].Get("hovertemplate").(string), "<br>") {
		fmt.Println(line)
	}
	// Output:
	// <b>%{hovertext}</b><br>
	// <br>
	// Fare=%{y:$.2f}<br>
	// riders=%{customdata[0]}<extra></extra>
}

// Facets make a panel of each value, and marginals a strip beside the panels.
func ExampleScatter_facets() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", FacetCol: "payment", MarginalX: "box"}.Build(f, nil)
	for _, trace := range fig.Data {
		fmt.Println(trace.Get("type"), trace.Get("xaxis"), trace.Get("yaxis"))
	}
	// Output:
	// scatter x y
	// box x3 y3
	// scatter x2 y2
	// box x4 y4
}

// Error bars are columns too; texts stand beside the symbols.
func ExampleScatter_errorBars() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", ErrorY: "riders", ErrorYMinus: "miles", Text: "payment"}.Build(f, nil)
	bars := fig.Data[0].Object("error_y")
	fmt.Println(fig.Data[0].Get("mode"), bars.Get("array").(*figure.Array).Column.Name(), bars.Get("arrayminus").(*figure.Array).Column.Name())
	// Output: markers+text riders miles
}

// Marginals share the axis that they lie along.
func ExampleScatter_marginals() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", MarginalX: "histogram", MarginalY: "rug"}.Build(f, nil)
	for _, trace := range fig.Data {
		fmt.Println(trace.Get("type"), trace.Get("xaxis"), trace.Get("yaxis"))
	}
	fmt.Println(fig.Layout.Object("yaxis3").Get("domain"))
	// Output:
	// scatter x y
	// histogram x3 y3
	// box x2 y2
	// [0.7426 1]
}

// Values that are no column of the frame are given, under a name of their own.
func ExampleScatter_given() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{
		X: "row", Y: "fare", Color: "fleet",
		Given: []figure.Given{{Name: "fleet", Constant: "yellow"}, {Name: "row"}},
	}.Build(f, nil)
	fmt.Println(fig.Data[0].Get("name"), fig.Data[0].Get("hovertemplate"))
	// Output: yellow fleet=yellow<br>row=%{x}<br>fare=%{y}<extra></extra>
}

// Lines have dashes and shapes, and groups that share both.
func ExampleLine_dash() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Line{
		X: "miles", Y: "fare", LineDash: "payment", LineShape: "hv", Markers: true,
		LineDashMap: figure.Mapping{{Value: "cash", Use: "solid"}},
	}.Build(f, nil)
	for _, trace := range fig.Data {
		line := trace.Object("line")
		fmt.Println(trace.Get("name"), trace.Get("mode"), line.Get("dash"), line.Get("shape"))
	}
	// Output:
	// card lines+markers dot hv
	// cash lines+markers solid hv
}

// An animation has the traces of each value in a frame.
func ExampleScatter_animation() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", Color: "payment", AnimationFrame: "riders"}.Build(f, nil)
	for _, moment := range fig.Frames {
		var rows []int
		for _, trace := range moment.Get("data").([]any) {
			rows = append(rows, trace.(*figure.Object).Get("x").(*figure.Array).Len())
		}
		fmt.Println(moment.Get("name"), rows)
	}
	// Output:
	// 1 [2 0]
	// 2 [0 1]
	// 4 [0 1]
}

// The wide form stacks columns: a line of each.
func ExampleLine_wide() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Line{YColumns: []string{"miles", "fare"}}.Build(f, nil)
	for _, trace := range fig.Data {
		fmt.Println(trace.Get("name"), trace.Object("line").Get("color"), trace.Get("hovertemplate"))
	}
	// Output:
	// miles #636efa variable=miles<br>index=%{x}<br>value=%{y}<extra></extra>
	// fare #EF553B variable=fare<br>index=%{x}<br>value=%{y}<extra></extra>
}

// Symbols of values, and what concerns the figure as a whole.
func ExampleScatter_look() {
	f := trips()
	defer f.Release()
	opacity := 0.5
	fig, _ := figure.Scatter{
		X: "miles", Y: "fare", Symbol: "payment",
		SymbolMap:  figure.Mapping{{Value: "card", Use: "star"}},
		Opacity:    &opacity,
		RenderMode: "webgl",
		Template:   figure.Template{Name: "plotly_white"},
		Title:      "Fares", Subtitle: "by card and in cash", Width: 600,
	}.Build(f, nil)
	for _, trace := range fig.Data {
		marker := trace.Object("marker")
		fmt.Println(trace.Get("type"), trace.Get("name"), marker.Get("symbol"), marker.Get("opacity"))
	}
	fmt.Println(fig.Layout.Object("title").Object("subtitle").Get("text"), fig.Layout.Get("width"))
	// Output:
	// scattergl card star 0.5
	// scattergl cash diamond 0.5
	// by card and in cash 600
}

// Ranges of a logarithmic axis are given as values.
func ExampleScatter_axes() {
	f := trips()
	defer f.Release()
	fig, _ := figure.Scatter{X: "miles", Y: "fare", LogX: true, RangeX: []any{1, 100}, RangeY: []any{0, nil}, Title: "Fares"}.Build(f, nil)
	x, y := fig.Layout.Object("xaxis"), fig.Layout.Object("yaxis")
	fmt.Println(x.Get("type"), x.Get("range"), y.Get("range"), fig.Layout.Object("title").Get("text"))
	// Output: log [0 2] [0 <nil>] Fares
}

func ExampleParseArgs() {
	f := trips()
	defer f.Release()
	kind, err := figure.ParseArgs("scatter", []byte(`{"x": "miles", "y": "fare", "color": "payment", "labels": {"payment": "Paid by"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fig, err := kind.Build(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fig.Layout.Object("legend").Object("title").Get("text"))

	_, err = figure.ParseArgs("scatter", []byte(`{"x": 7, "colour": "payment", "line_dash": "payment"}`))
	fmt.Println(err)
	// Output:
	// Paid by
	// x: is a number, want a column, or a list of columns
	// colour: px.scatter has no such argument: did you mean "color"?
	// line_dash: px.scatter has no such argument: it belongs to px.line
}

func ExampleTemplate() {
	own, err := figure.ParseTemplate([]byte(`{"layout": {"colorway": ["black", "orange"]}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	f := trips()
	defer f.Release()
	for _, template := range []figure.Template{own, {Name: "ggplot2"}, {Name: "plotly_dark+presentation"}} {
		fig, _ := figure.Scatter{X: "miles", Y: "fare", Template: template}.Build(f, nil)
		fmt.Println(fig.Data[0].Object("marker").Get("color"))
	}
	// Output:
	// black
	// #F8766D
	// #636efa
}
