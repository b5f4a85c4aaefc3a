package encode_test

import (
	"fmt"
	"os"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

func ExampleNewObject() {
	f, err := frame.FromSlices(frame.Slice("x", []int64{1, 2, 3}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Release()
	x := &figure.Array{Column: f.Columns()[0], Rows: frame.AllRows(f), Form: figure.FormList}
	plan, err := encode.NewObject(figure.NewObject(figure.Member{Key: "x", Value: x}), encode.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = plan.WriteTo(os.Stdout)
	fmt.Println(err)
	// Output: {"x":[1,2,3]}<nil>
}
