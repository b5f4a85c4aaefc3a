package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/internal/taxi"
)

var trips = sync.OnceValue(taxi.New)

// seedRequest is the figure of the question that started this project:
// 630,918 trips, those with one passenger, as a scatter of two columns.
func seedRequest(arrays encode.Arrays) pointillist.Request {
	return pointillist.Request{
		Frame:  trips(),
		Filter: filter.Col("passenger_count").Eq(1),
		Kind:   figure.Scatter{X: "trip_distance", Y: "total_amount"},
		Arrays: arrays,
	}
}

// bare is an engine that keeps nothing, so that every figure is made from its
// frame, and encodes on one core.
func bare() *pointillist.Engine {
	return pointillist.New(pointillist.Options{Workers: 1, MemoBytes: -1, SelectionBytes: -1})
}

// figureOf makes a figure and throws its bytes away.
func figureOf(e *pointillist.Engine, q pointillist.Request) (int64, error) {
	answer, err := e.Figure(context.Background(), q)
	if err != nil {
		return 0, err
	}
	defer answer.Release()
	return answer.WriteTo(io.Discard)
}

// numbers returns the values of a column that the seed's filter keeps.
func numbers(column string) ([]float64, error) {
	f := trips()
	program, err := filter.Compile(filter.Col("passenger_count").Eq(1), f)
	if err != nil {
		return nil, err
	}
	rows, err := program.Run(context.Background())
	if err != nil {
		return nil, err
	}
	c, err := f.Column(column)
	if err != nil {
		return nil, err
	}
	return c.AppendFloats(nil, rows)
}

// copies copies the bytes that the figure has to write: the ceiling.
func copies(n int64) func() error {
	src, dst := make([]byte, n), make([]byte, n)
	for i := range src {
		src[i] = byte(i)
	}
	return func() error {
		if copy(dst, src) != len(src) {
			return fmt.Errorf("copied too little")
		}
		return nil
	}
}

// work is what a peer of this program does by name.
var work = map[string]func() (int64, error){
	"typed": func() (int64, error) { return figureOf(bare(), seedRequest(encode.Typed)) },
	"text":  func() (int64, error) { return figureOf(bare(), seedRequest(encode.Text)) },
}
