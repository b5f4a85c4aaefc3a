package main

import (
	"context"
	"math"
	"time"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

const (
	firstReadings = 5_000               // those that are there when the program starts
	newReadings   = 5                   // that come each time
	thirdSensor   = firstReadings + 300 // is switched on then
)

// startReadings keeps the readings of sensors, of which some come every so often.
func startReadings(every time.Duration) (*refresh.Live, error) {
	return refresh.Start(refresh.Options{
		Every:  every,
		Load:   func(context.Context) (*frame.Frame, error) { return readings(0, firstReadings) },
		Append: func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return readings(f.Rows(), newReadings) },
	})
}

// readings returns n of them from the given one on: those of a database would be
// the rows with a higher id.
func readings(from, n int) (*frame.Frame, error) {
	at, value, sensor := make([]int64, n), make([]float64, n), make([]string, n)
	for i := range n {
		row := from + i
		sensors := []string{"cellar", "attic", "roof"}
		if row < thirdSensor {
			sensors = sensors[:2]
		}
		which := row % len(sensors)
		at[i], sensor[i] = int64(row), sensors[which]
		value[i] = math.Round(1000*(10*float64(which)+4*math.Sin(float64(row)/300)+math.Sin(float64(row)*1.7))) / 1000
	}
	return frame.FromSlices(frame.Slice("at", at), frame.Slice("value", value), frame.Slice("sensor", sensor))
}
