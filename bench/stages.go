package main

import (
	"context"
	"io"
	"time"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

// stages times each stage of the seed's figure by itself, beside a copy of the
// bytes that it reads or writes.
func (b *bench) stages() (section, error) {
	s := section{Title: "Stages of the seed's figure", About: "Each by itself, one core; in brackets a copy of the bytes that it reads (filter) or writes (encode)."}
	f := trips()
	program, err := filter.Compile(filter.Col("passenger_count").Eq(1), f)
	if err != nil {
		return s, err
	}
	rows, err := program.Run(context.Background())
	if err != nil {
		return s, err
	}
	kind := figure.Scatter{X: "trip_distance", Y: "total_amount"}
	fig, err := kind.Build(f, rows)
	if err != nil {
		return s, err
	}
	stage := func(what string, bytes int64, work func() error) error {
		var least []time.Duration
		err := onOneCore(func() (err error) {
			least, err = interleaved(b.rounds, timed(what, work), timed("copy", copies(bytes)))
			return err
		})
		if err != nil {
			return err
		}
		s.Rows = append(s.Rows, row{What: what, Value: ms(least[0]), Unit: "ms", Note: "(" + quantity(ms(least[1]), "ms") + ")",
			Times: map[string]float64{"stage": ms(least[0]), "copy": ms(least[1])}})
		return nil
	}
	steps := []error{
		stage("filter: int64 == 1", int64(f.Rows())*8, func() error { _, err := program.Run(context.Background()); return err }),
		stage("build the figure", 8<<10, func() error { _, err := kind.Build(f, rows); return err }),
	}
	for _, arrays := range []encode.Arrays{encode.Typed, encode.Text} {
		plan, err := encode.New(fig, encode.Options{Arrays: arrays, Workers: 1})
		if err != nil {
			return s, err
		}
		size, err := plan.WriteTo(io.Discard)
		if err != nil {
			return s, err
		}
		steps = append(steps, stage("encode: "+arrays.String()+" arrays", size, func() error { _, err := plan.WriteTo(io.Discard); return err }))
	}
	return s, firstError(append(steps, b.reading(&s))...)
}

// reading times what happens once to a frame.
func (b *bench) reading(s *section) error {
	column, err := trips().Column("total_amount")
	if err != nil {
		return err
	}
	least, err := interleaved(b.slowRounds,
		timed("statistics", func() error {
			fresh, err := frame.FromSlices(frame.Array("y", column.Chunk(0)))
			if err != nil {
				return err
			}
			defer fresh.Release()
			fresh.Columns()[0].Stats()
			return nil
		}),
		timed("version", func() error {
			fresh := trips().Slice(0, trips().Rows())
			defer fresh.Release()
			fresh.Version()
			return nil
		}))
	if err != nil {
		return err
	}
	s.Rows = append(s.Rows,
		row{What: "statistics of a float64 column, once", Value: ms(least[0]), Unit: "ms"},
		row{What: "content version of the frame, once", Value: ms(least[1]), Unit: "ms"})
	return nil
}
