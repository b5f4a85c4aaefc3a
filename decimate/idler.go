package decimate

import (
	"runtime"
	"time"
)

// An idler is who looks for something again and again. The zero value has not looked.
type idler struct {
	looks int
	since time.Time
}

const (
	// patience is how often one looks until it lets other goroutines have the core.
	patience = 500
	// awake is how long until it lets other processes have it.
	awake = 300 * time.Microsecond
)

// rest is what to do between two looks.
func (i *idler) rest() {
	if i.looks++; i.looks%patience != 0 {
		return
	}
	now := time.Now()
	if i.since.IsZero() {
		i.since = now
	}
	if now.Sub(i.since) > awake || runtime.GOMAXPROCS(0) > runtime.NumCPU() {
		time.Sleep(10 * time.Microsecond)
		return
	}
	runtime.Gosched()
}
