package decimate

import (
	"runtime"
	"sync/atomic"
)

// A task has parts, of which each is done by whoever comes first.
type task struct {
	do          func(part int)
	parts       int64
	begun, done atomic.Int64
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
