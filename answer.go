package pointillist

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/frame"
)

// An Answer is a figure ready to be written. It is for one goroutine.
type Answer struct {
	request Request // what etag is of
	etag    string  // once it has been asked for
	stages  []Stage

	// One of: bytes that are there, a plan to make them, an answer to compress.
	body   *cache.Body
	plan   *encode.Plan
	frame  *frame.Frame // what plan reads
	plain  *Answer
	coding *Coding
}

// ETag returns the strong entity tag, in quotes; see Request.ETag. It must be
// asked for before Release.
func (a *Answer) ETag() string {
	if a.etag == "" {
		a.etag = a.request.ETag()
	}
	return a.etag
}

// Size returns the number of bytes that will be written, or false and an
// estimate if it is not known before.
func (a *Answer) Size() (n int64, known bool) {
	switch {
	case a.body != nil:
		return a.body.Len(), true
	case a.plan != nil:
		return a.plan.Size()
	}
	n, _ = a.plain.Size()
	return n, false
}

// Made reports whether the bytes are there, so that writing them takes no more
// than a copy.
func (a *Answer) Made() bool { return a.body != nil }

// Stages returns what was done so far and how long it took. Encoding is among
// it before WriteTo only if the answer was memoised.
func (a *Answer) Stages() []Stage { return a.stages }

// WriteTo is Write without a way to cancel it.
func (a *Answer) WriteTo(w io.Writer) (int64, error) { return a.Write(context.Background(), w) }

// Write writes the figure as JSON, in pieces of 64 to 128 KiB, until ctx ends. It
// writes the same bytes if it is called again.
func (a *Answer) Write(ctx context.Context, w io.Writer) (n int64, err error) {
	switch {
	case a.body != nil:
		return a.body.WriteTo(w)
	case a.plan != nil:
		err = a.time("encode", func() error {
			n, err = a.plan.Write(ctx, w)
			return err
		})
		return n, err
	}
	counter := &counter{w: w}
	err = a.time("compress", func() error {
		z := a.coding.Writer(counter)
		_, err := a.plain.Write(ctx, z)
		return errors.Join(err, z.Close())
	})
	return counter.n, err
}

// Release gives back what the answer holds. It must be called once, after the
// last write.
func (a *Answer) Release() {
	switch {
	case a.body != nil:
		a.body.Release()
	case a.plan != nil:
		a.frame.Release()
	default:
		a.plain.Release()
	}
}

// holdBody makes the answer one of bytes that are there.
func (a *Answer) holdBody(body *cache.Body) {
	a.Release()
	a.body, a.plan, a.frame, a.plain = body, nil, nil, nil
}

// time notes how long a stage takes.
func (a *Answer) time(name string, work func() error) error {
	start := time.Now()
	err := work()
	a.stages = append(a.stages, Stage{name, time.Since(start)})
	return err
}

// A counter counts what passes to w.
type counter struct {
	w io.Writer
	n int64
}

// Write passes p on.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
