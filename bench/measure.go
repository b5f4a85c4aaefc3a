package main

import (
	"fmt"
	"math"
	"runtime"
	"syscall"
	"time"
)

// A contender is one of the things timed against each other. It returns how
// long it took: a peer in another process times itself.
type contender struct {
	name string
	run  func() (time.Duration, error)
}

// timed makes a contender of work in this process.
func timed(name string, work func() error) contender {
	return contender{name, func() (time.Duration, error) {
		start := time.Now()
		err := work()
		return time.Since(start), err
	}}
}

// interleaved runs the contenders in turn, round after round, and returns the
// least time of each: what disturbs the machine only adds time, and disturbs
// all of them alike. A first round is not counted.
func interleaved(rounds int, contenders ...contender) ([]time.Duration, error) {
	return inTurn(contenders, func(round, _ int) bool { return round > rounds })
}

// settled is interleaved until so many rounds have made no time less than it was, by
// more than a two-hundredth; at most ten times as many. Where both sides wait for the
// memory that others on the machine use too, it takes long until each had its best.
func settled(rounds int, contenders ...contender) ([]time.Duration, error) {
	return inTurn(contenders, func(round, last int) bool { return round > last+rounds || round > 10*rounds })
}

// inTurn goes on until it is over, given the number of the round to come and of the last
// in which a least time fell.
func inTurn(contenders []contender, over func(round, last int) bool) ([]time.Duration, error) {
	least := make([]time.Duration, len(contenders))
	for i := range least {
		least[i] = math.MaxInt64
	}
	last := 0
	for round := 0; !over(round, last); round++ {
		for i, c := range contenders {
			took, err := c.run()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if round == 0 {
				continue
			}
			if took < least[i]-least[i]/200 {
				last = round
			}
			least[i] = min(least[i], took)
		}
	}
	return least, nil
}

// onOneCore runs work on a single processor.
func onOneCore(work func() error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	return work()
}

// best makes a contender of the least of n runs of another: what takes
// milliseconds is not warm after something that takes a hundred times as long.
func best(n int, c contender) contender {
	return contender{c.name, func() (least time.Duration, err error) {
		least = math.MaxInt64
		for range n {
			took, err := c.run()
			if err != nil {
				return 0, err
			}
			least = min(least, took)
		}
		return least, nil
	}}
}

// processorTime is what all threads of this process have taken so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // there is always a self
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// elapsed is how far the clock goes on during the work.
func elapsed(clock func() time.Duration, work func()) time.Duration {
	before := clock()
	work()
	return clock() - before
}
