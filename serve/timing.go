package serve

import (
	"strconv"
	"time"
)

// serverTiming is the value of a Server-Timing header with one metric a stage,
// in milliseconds.
func serverTiming(stages []stage) string {
	var dst []byte
	for _, s := range stages {
		if len(dst) > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, s.name...)
		dst = append(dst, ";dur="...)
		dst = strconv.AppendFloat(dst, float64(s.took)/float64(time.Millisecond), 'f', 3, 64)
	}
	return string(dst)
}

type stage struct {
	name string
	took time.Duration
}

// A stopwatch times a stage.
type stopwatch struct {
	name  string
	start time.Time
}

func startStage(name string) stopwatch { return stopwatch{name, time.Now()} }

func (s stopwatch) end() stage { return stage{s.name, time.Since(s.start)} }
