package encode_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// trips returns a frame of four trips.
func trips() *frame.Frame {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "pickup", Type: &arrow.TimestampType{Unit: arrow.Second}},
		{Name: "passengers", Type: arrow.PrimitiveTypes.Int64},
		{Name: "amount", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "borough", Type: arrow.BinaryTypes.String},
	}, nil)
	record, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(`[
		{"pickup": "2019-01-01 00:18:50", "passengers": 5, "amount": 4.3,  "borough": "Queens"},
		{"pickup": "2019-01-01 00:31:38", "passengers": 2, "amount": 7.3,  "borough": "Bronx"},
		{"pickup": "2019-01-01 00:52:46", "passengers": 1, "amount": null, "borough": "Bronx"},
		{"pickup": "2019-01-01 00:57:45", "passengers": 1, "amount": 15.8, "borough": "Manhattan"}
	]`))
	if err != nil {
		panic(err)
	}
	f, err := frame.New(schema, []arrow.Record{record})
	if err != nil {
		panic(err)
	}
	return f
}

// amounts is a figure of the amounts against what is named x.
func amounts(f *frame.Frame, x string, rows *frame.Rows) *figure.Figure {
	of := func(name string) *figure.Array {
		c, err := f.Column(name)
		if err != nil {
			panic(err)
		}
		return &figure.Array{Column: c, Rows: rows}
	}
	trace := figure.NewObject(
		figure.Member{Key: "type", Value: "scattergl"},
		figure.Member{Key: "x", Value: of(x)},
		figure.Member{Key: "y", Value: of("amount")},
	)
	return &figure.Figure{Data: []*figure.Object{trace}, Layout: figure.NewObject(figure.Member{Key: "width", Value: 600})}
}

func Example() {
	f := trips()
	defer f.Release()

	plan, err := encode.New(amounts(f, "pickup", frame.IndexRows(f, []uint32{0, 2, 3})), encode.Options{})
	if err != nil {
		panic(err)
	}
	if _, err := plan.WriteTo(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// {"data":[{"type":"scattergl","x":["2019-01-01T00:18:50","2019-01-01T00:52:46","2019-01-01T00:57:45"],"y":[4.3,null,15.8]}],"layout":{"width":600}}
}

// The form of the arrays is chosen column by column, or the same for all.
func ExampleArrays() {
	f := trips()
	defer f.Release()
	fig := amounts(f, "passengers", frame.AllRows(f))
	for _, arrays := range []encode.Arrays{encode.Auto, encode.Typed, encode.Text} {
		plan, err := encode.New(fig, encode.Options{Arrays: arrays})
		if err != nil {
			panic(err)
		}
		var b bytes.Buffer
		if _, err := plan.WriteTo(&b); err != nil {
			panic(err)
		}
		fmt.Println(arrays, b.String())
	}
	// Output:
	// auto {"data":[{"type":"scattergl","x":{"dtype":"i1","bdata":"BQIBAQ=="},"y":[4.3,7.3,null,15.8]}],"layout":{"width":600}}
	// typed {"data":[{"type":"scattergl","x":{"dtype":"i1","bdata":"BQIBAQ=="},"y":{"dtype":"f8","bdata":"MzMzMzMzEUAzMzMzMzMdQAEAAAAAAPh/mpmZmZmZL0A="}}],"layout":{"width":600}}
	// text {"data":[{"type":"scattergl","x":[5,2,1,1],"y":[4.3,7.3,null,15.8]}],"layout":{"width":600}}
}

// The length of a figure of typed arrays is known before a value is read.
func ExamplePlan_Size() {
	f := trips()
	defer f.Release()
	for _, x := range []string{"passengers", "pickup"} {
		plan, err := encode.New(amounts(f, x, frame.AllRows(f)), encode.Options{Arrays: encode.Typed})
		if err != nil {
			panic(err)
		}
		if size, exact := plan.Size(); exact {
			fmt.Printf("%s: Content-Length: %d\n", x, size)
		} else {
			fmt.Printf("%s: about %d bytes\n", x, size)
		}
	}
	// Output:
	// passengers: Content-Length: 166
	// pickup: about 223 bytes
}

// An error names the place in the figure and the column.
func ExampleError() {
	schema := arrow.NewSchema([]arrow.Field{{Name: "photo", Type: arrow.BinaryTypes.Binary}}, nil)
	f, err := frame.New(schema, nil)
	if err != nil {
		panic(err)
	}
	defer f.Release()
	photo, err := f.Column("photo")
	if err != nil {
		panic(err)
	}
	trace := figure.NewObject(figure.Member{Key: "y", Value: &figure.Array{Column: photo, Rows: frame.AllRows(f)}})
	_, err = encode.New(&figure.Figure{Data: []*figure.Object{trace}}, encode.Options{})
	fmt.Println(err)
	// Output:
	// encode: /data/0/y: column "photo" is binary: type cannot be written
}
