package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

// refreshRows compare what a viewer waits for the newest data while it is
// loaded anew, with what he waits when nothing else goes on.
func (b *bench) refreshRows(*peer) ([]row, error) {
	source, err := newSource()
	if err != nil {
		return nil, err
	}
	live, err := refresh.Start(refresh.Options{Every: time.Hour, Load: source.load})
	if err != nil {
		return nil, err
	}
	defer func() { _ = live.Close() }() // nothing is read any more
	if err := get(live); err != nil {
		return nil, err
	}
	most := 0
	during := contender{"get, while it is loaded", func() (time.Duration, error) {
		loads := live.Stats().Loads
		live.Refresh()
		p99, n, err := gets(live, func(int) bool { return live.Stats().Loads == loads })
		most = max(most, n)
		return p99, err
	}}
	idle := contender{"get", func() (time.Duration, error) {
		p99, _, err := gets(live, func(n int) bool { return n < 10_000 })
		return p99, err
	}}
	least, err := interleaved(b.slowRounds, during, idle)
	if err != nil {
		return nil, err
	}
	if most < 1000 {
		return nil, fmt.Errorf("only %d gets while data was loaded: too few for a 99th percentile", most)
	}
	r := row{What: "99th percentile of a get while the data is loaded anew, against that of one when it is not", Unit: "×", Value: ratioOf(least[0], least[1]),
		Times: map[string]float64{"while it is loaded": ms(least[0]), "when not": ms(least[1])}}
	return []row{r.gated(gate{2, 1.5})}, nil
}

// A source is a CSV file of the seed's frame, with another last row each time.
type source struct {
	text []byte
	n    int
}

func newSource() (*source, error) {
	f, err := storeFrame()
	if err != nil {
		return nil, err
	}
	defer f.Release()
	s := &source{text: []byte("passenger_count,trip_distance,total_amount\n")}
	columns := make([][]float64, 3)
	for i, c := range f.Columns() {
		if columns[i], err = c.AppendFloats(nil, frame.AllRows(f)); err != nil {
			return nil, err
		}
	}
	for row := range f.Rows() {
		for i, values := range columns {
			if i > 0 {
				s.text = append(s.text, ',')
			}
			s.text = strconv.AppendFloat(s.text, values[row], 'g', -1, 64)
		}
		s.text = append(s.text, '\n')
	}
	return s, nil
}

// load is asked by one goroutine at a time.
func (s *source) load(context.Context) (*frame.Frame, error) {
	s.n++
	return frame.ReadCSV(bytes.NewReader(fmt.Appendf(bytes.Clone(s.text), "%d,0,0\n", s.n)), frame.CSVOptions{})
}

// gets has the newest data for as long as more says so, and returns the 99th
// percentile of the times, and how many they were.
func gets(live *refresh.Live, more func(n int) bool) (p99 time.Duration, n int, err error) {
	took := make([]time.Duration, 0, 1<<17)
	for more(len(took)) {
		start := time.Now()
		if err := get(live); err != nil {
			return 0, 0, err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[len(took)*99/100], len(took), nil
}

// get does what stands before each figure: it has the data, looks at it, and
// gives it back.
func get(live *refresh.Live) error {
	s, err := live.Get(background)
	if err != nil {
		return err
	}
	defer s.Release()
	if s.Frame.Rows() == 0 {
		return fmt.Errorf("no rows")
	}
	return nil
}
