package decimate

import "sync/atomic"

// A crew is goroutines that do one task after the other, together. Between tasks they
// look for the next one, as to wake a goroutine takes a tenth of a millisecond, which is
// as long as some tasks do.
type crew struct {
	size int
	task atomic.Pointer[task]
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
