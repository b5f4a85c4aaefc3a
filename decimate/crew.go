package decimate

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A crew is goroutines that do one task after the other, together. Between tasks they
// look for the next one, as to wake a goroutine takes a tenth of a millisecond, which is
// as long as some tasks do.
type crew struct {
	size int
	task atomic.Pointer[task]
}

// A task has parts, of which each is done by whoever comes first.
type task struct {
	do          func(part int)
	parts       int64
	begun, done atomic.Int64
}

// over is the task after the last one.
var over = new(task)

// newCrew returns a crew of n, of which one is whoever asks it.
func newCrew(n int) *crew {
	c := &crew{size: n}
	for range n - 1 {
		go c.serve()
	}
	return c
}

func (c *crew) dismiss() { c.task.Store(over) }

func (c *crew) serve() {
	var last *task
	var between idler
	for {
		switch t := c.task.Load(); t {
		case over:
			return
		case last:
			between.rest()
		default:
			t.work()
			last, between = t, idler{}
		}
	}
}

// parts returns into how many parts work is divided, so that each does one of at least
// so much.
func (c *crew) parts(work, least int) int { return max(min(c.size, work/least), 1) }

// shares is parts for work that may take longer here than there: more of them, so that
// none waits long for the last one.
func (c *crew) shares(work, least int) int { return max(min(4*c.size, work/least), 1) }

// together does all parts of a task. It takes no longer if no other has the time.
func (c *crew) together(parts int, do func(part int)) {
	t := &task{do: do, parts: int64(parts)}
	c.task.Store(t)
	t.finish()
}

// atOnce does all parts of a single task.
func atOnce(parts int, do func(part int)) {
	t := &task{do: do, parts: int64(parts)}
	for range min(runtime.GOMAXPROCS(0), parts) - 1 {
		go t.work()
	}
	t.finish()
}

// finish does the parts that are left, and waits for those that others do.
func (t *task) finish() {
	t.work()
	for others := (idler{}); t.done.Load() < t.parts; {
		others.rest()
	}
}

func (t *task) work() {
	for k := t.begun.Add(1) - 1; k < t.parts; k = t.begun.Add(1) - 1 {
		t.do(int(k))
		t.done.Add(1)
	}
}

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
