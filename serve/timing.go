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
