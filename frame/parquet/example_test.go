package parquet_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/parquet"
)

func ExampleRead() {
	file := bytes.NewReader(writeExample())
	f, err := parquet.Read(file, file.Size(), parquet.Options{Columns: []string{"miles"}})
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	fmt.Println(f.Names(), f.Rows(), f.Columns()[0].Value(1))

	cut := bytes.NewReader(writeExample()[:100])
	_, err = parquet.Read(cut, cut.Size(), parquet.Options{Source: "trips.parquet"})
	fmt.Println(err != nil)
	// Output:
	// [miles] 2 3.5
	// true
}

func writeExample() []byte {
	f, err := frame.FromSlices(frame.Slice("miles", []float64{1.2, 3.5}), frame.Slice("passengers", []int8{1, 2}))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Release()
	var file bytes.Buffer
	w, err := pqarrow.NewFileWriter(f.Schema(), &file, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		log.Fatal(err)
	}
	batch := array.NewRecord(f.Schema(), []arrow.Array{f.Columns()[0].Chunk(0), f.Columns()[1].Chunk(0)}, 2)
	defer batch.Release()
	if err := w.Write(batch); err != nil {
		log.Fatal(err)
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	return file.Bytes()
}
