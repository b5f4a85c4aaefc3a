package frame_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/pointillist-go/pointillist/frame"
)

func ExampleFromSlices() {
	f, err := frame.FromSlices(
		frame.Slice("trip_distance", []float64{1.2, 0, 7.41}),
		frame.Slice("payment_type", []string{"Cash", "", "Card"}).Valid([]bool{true, false, true}),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	for _, c := range f.Columns() {
		fmt.Println(c.Name(), c.Type(), c.Nulls(), c.Value(2))
	}
	// Output:
	// trip_distance float64 0 7.41
	// payment_type utf8 1 Card
}

func ExampleReadCSV() {
	text := "pickup,passengers,total\n2019-01-01 00:10:16,1,8.5\n2019-01-01 00:27:11,,-3\n"
	f, err := frame.ReadCSV(strings.NewReader(text), frame.CSVOptions{Source: "trips.csv"})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	for _, c := range f.Columns() {
		fmt.Println(c.Name(), c.Type(), c.Value(1))
	}

	_, err = frame.ReadCSV(strings.NewReader("a,b\n1,2\n3\n"), frame.CSVOptions{Source: "bad.csv"})
	fmt.Println(err)
	// Output:
	// pickup timestamp[us] 2019-01-01 00:27:11 +0000 UTC
	// passengers int64 <nil>
	// total float64 -3
	// bad.csv, line 3, row 1: 1 fields, but the header has 2
}

func ExampleReadJSON() {
	text := `{"columns": [{"name": "id", "type": "int64", "values": [9007199254740993, null]}]}`
	f, err := frame.ReadJSON(strings.NewReader(text), frame.JSONOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	fmt.Println(f.Columns()[0].Value(0), f.Columns()[0].Value(1))
	// Output: 9007199254740993 <nil>
}

func ExampleFromStructs() {
	type trip struct {
		Miles float64  `frame:"trip_distance"`
		Tip   *float64 `frame:"tip_amount"`
	}
	f, err := frame.FromStructs([]trip{{Miles: 1.2}, {Miles: 3}})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	fmt.Println(f.Names(), f.Rows(), f.Columns()[1].Nulls())
	// Output: [trip_distance tip_amount] 2 2
}

func ExampleWriteIPC() {
	f, err := frame.FromSlices(frame.Slice("x", []int32{1, 2, 3}))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	var file bytes.Buffer
	if err := frame.WriteIPC(&file, f); err != nil {
		log.Fatal(err)
	}
	again, err := frame.OpenIPC(file.Bytes(), frame.IPCOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer again.Release()
	fmt.Println(again.Version() == f.Version())
	// Output: true
}

func ExampleColumn_Stats() {
	f, err := frame.FromSlices(frame.Slice("price", []float64{1.25, -3, 80}))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	s := f.Columns()[0].Stats()
	fmt.Println(s.Min.Float, s.Max.Float, s.Scale)
	// Output: -3 80 2
}

func ExampleFrame_Column() {
	f, err := frame.FromSlices(frame.Slice("trip_distance", []float64{1}))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	_, err = f.Column("trip_distence")
	fmt.Println(err, errors.Is(err, frame.ErrNoColumn))
	// Output: no column "trip_distence": did you mean "trip_distance"? true
}

func ExampleRows_Spans() {
	f, err := frame.FromSlices(frame.Slice("x", []float64{5, 6, 7, 8}))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	rows := frame.BitmapRows(f, [][]uint64{{0b1011}})
	var scratch frame.Scratch
	rows.Spans(0, rows.Len(), &scratch, func(s frame.Span) bool {
		s.Each(func(i int) { fmt.Println(s.Chunk, i) })
		return true
	})
	// Output:
	// 0 0
	// 0 1
	// 0 3
}
