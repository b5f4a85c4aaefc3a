package main

import (
	"math"
	"runtime"
	"time"
)

// A contender is one of the things timed against each other.
type contender struct {
	name string
	run  func() error
}

// interleaved runs the contenders in turn, round after round, and returns the
// least time of each: what disturbs the machine only adds time, and disturbs
// all of them alike. A first round is not counted.
func interleaved(rounds int, contenders ...contender) ([]time.Duration, error) {
	least := make([]time.Duration, len(contenders))
	for i := range least {
		least[i] = math.MaxInt64
	}
	for round := range rounds + 1 {
		for i, c := range contenders {
			start := time.Now()
			if err := c.run(); err != nil {
				return nil, fmtError(c.name, err)
			}
			if took := time.Since(start); round > 0 {
				least[i] = min(least[i], took)
			}
		}
	}
	return least, nil
}

// onOneCore runs work on a single processor.
func onOneCore(work func() error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	return work()
}
