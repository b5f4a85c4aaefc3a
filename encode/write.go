package encode

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// minParallel is the number of pages from which workers pay: below it the
// starting of goroutines costs as much as it saves.
const minParallel = 8

var _ io.WriterTo = (*Plan)(nil)

// WriteTo is Write without a way to cancel it.
func (p *Plan) WriteTo(w io.Writer) (int64, error) {
	return p.Write(context.Background(), w)
}

// Write writes the figure to w, in pieces of about 64 KiB, and returns how
// many bytes w took. It stops at the first error: of w, which is returned as
// it is; of ctx, its cause; of the data, an *Error that wraps ErrCorrupt. w is
// called from one goroutine, and must not keep the bytes. All goroutines have
// ended when Write returns.
//
// It holds one page, or with workers at most two for each, and 130 KB of
// buffers for each worker. With one worker it allocates nothing but what the
// pools lack.
func (p *Plan) Write(ctx context.Context, w io.Writer) (int64, error) {
	if p.workers == 1 || p.pages() < minParallel {
		return p.writeSerial(ctx, w)
	}
	return p.writeParallel(ctx, w, min(p.workers, p.pages()))
}

func (p *Plan) writeSerial(ctx context.Context, w io.Writer) (n int64, err error) {
	b := buffers.Get().(*buffer)
	defer b.free()
	for i := range p.pages() {
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		if err = p.makePage(b, i); err != nil {
			return n, err
		}
		if err = writeAll(w, b.bytes, &n); err != nil {
			return n, err
		}
	}
	return n, nil
}

func writeAll(w io.Writer, b []byte, n *int64) error {
	k, err := w.Write(b)
	*n += int64(k)
	if err == nil && k < len(b) {
		return io.ErrShortWrite
	}
	return err
}

// A made is a page, ready to be written.
type made struct {
	*buffer
	err error
}

// A crew makes pages side by side. A worker takes a ticket, then the next
// page; the writer gives the ticket back when that page is written. So the
// pages under way are consecutive and no more than there are tickets, and
// page i has slot i modulo tickets to itself.
type crew struct {
	plan    *Plan
	tickets chan struct{}
	next    atomic.Int64
	slots   []chan made // of capacity 1: putting a page never waits
}

func (p *Plan) writeParallel(ctx context.Context, w io.Writer, workers int) (n int64, err error) {
	c := &crew{plan: p, tickets: make(chan struct{}, 2*workers), slots: make([]chan made, 2*workers)}
	for i := range c.slots {
		c.tickets <- struct{}{}
		c.slots[i] = make(chan made, 1)
	}
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	for range workers {
		working.Go(func() { c.work(ctx) })
	}
	for i := range p.pages() {
		if err := c.write(ctx, w, i, &n); err != nil {
			return n, err
		}
	}
	return n, nil
}

// write waits for page i and writes it.
func (c *crew) write(ctx context.Context, w io.Writer, i int, n *int64) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case page := <-c.slots[i%len(c.slots)]:
		defer page.free()
		if page.err != nil {
			return page.err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := writeAll(w, page.bytes, n); err != nil {
			return err
		}
		c.tickets <- struct{}{}
		return nil
	}
}

// work makes pages until there are no more.
func (c *crew) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.tickets:
		}
		i := int(c.next.Add(1)) - 1
		if i >= c.plan.pages() {
			return
		}
		page := made{buffer: buffers.Get().(*buffer)}
		page.err = c.plan.makePage(page.buffer, i)
		c.slots[i%len(c.slots)] <- page
	}
}

// makePage writes page i to b. The scratch is had for as long as that takes
// only: with many figures on slow connections there are many pages that wait,
// and few that are being made.
func (p *Plan) makePage(b *buffer, i int) (err error) {
	m := scratches.Get().(*scratch)
	defer scratches.Put(m)
	b.bytes, err = p.appendPage(b.bytes[:0], i, m)
	return err
}

// A buffer is the memory of a page.
type buffer struct{ bytes []byte }

// maxKept bounds the buffers that are used again: a page of long texts may
// have grown far beyond pageBytes.
const maxKept = 4 * pageBytes

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, pageBytes+pageSlack)} }}

func (b *buffer) free() {
	if cap(b.bytes) <= maxKept {
		buffers.Put(b)
	}
}
