package reduce

import (
	"time"

	"github.com/pointillist-go/pointillist/decimate"
	"github.com/pointillist-go/pointillist/frame"
)

// A columnSeries is a column in axis coordinates, which are worked out as they
// are read.
type columnSeries struct {
	*frame.FloatReader
	zone    *time.Location // of instants; nil for all else
	log     bool
	missing float64 // what a log axis cannot show
}

var _ decimate.Series = (*columnSeries)(nil)

// At returns the coordinate of the row of a rank.
func (s *columnSeries) At(rank int) float64 {
	v := s.FloatReader.At(rank)
	switch {
	case s.zone != nil:
		return wallClock(v, s.zone)
	case s.log:
		return logOf(v, s.missing)
	}
	return v
}

// Read fills dst with the coordinates of the ranks from, from+1, …
func (s *columnSeries) Read(dst []float64, from int) {
	s.FloatReader.Read(dst, from)
	switch {
	case s.zone != nil:
		for i, v := range dst {
			dst[i] = wallClock(v, s.zone)
		}
	case s.log:
		for i, v := range dst {
			dst[i] = logOf(v, s.missing)
		}
	}
}

// Slice returns coordinates that are values of the column as they are in memory,
// and false if they are not.
func (s *columnSeries) Slice(from, to int) ([]float64, bool) {
	if s.zone != nil || s.log {
		return nil, false
	}
	return s.FloatReader.Slice(from, to)
}

// allOf reads a series.
func allOf(s decimate.Series) []float64 {
	if floats, ok := s.(decimate.Floats); ok {
		return floats
	}
	all := make([]float64, s.Len())
	s.Read(all, 0)
	return all
}
