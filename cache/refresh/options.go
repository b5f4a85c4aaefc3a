package refresh

import (
	"context"
	"errors"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// Options say what is kept, and how fresh. Load and Every must be set.
type Options struct {
	// Load returns the data, which the Live releases. A panic is an error.
	Load func(ctx context.Context) (*frame.Frame, error)

	// Every is the time from the start of one load to that of the next. Up to
	// a twentieth is added at random, so that processes started together do
	// not ask together. After a failure it doubles, up to MaxWait.
	Every time.Duration

	MaxWait time.Duration // between two attempts; 0 is 8 times Every
	Timeout time.Duration // of an attempt, also one that ignores its context; 0 is 4 times Every

	// Mark, if not nil, is asked before each load for a text that changes when
	// the source does, such as the highest id of a table: while it is the
	// same, nothing is loaded. FileMark and QueryMark return one.
	Mark func(ctx context.Context) (string, error)

	// Append, if not nil, returns the rows that the source has besides those of
	// the newest frame, such as those with a higher id; or nil if there are
	// none. It is asked instead of Load once that has succeeded. Readers have
	// the frame with them or without them: see frame.Frame.Append.
	Append func(ctx context.Context, newest *frame.Frame) (*frame.Frame, error)
	// Window is how many rows are kept, the newest; 0 is all.
	Window int

	// Store, if not nil, keeps the newest version under Key, as Put says: whole, or, where
	// Append gave rows and the store is a cache.Appender, at the cost of these. What
	// it has from before is served until the source answers, with its age, and is what
	// rows are appended to then. Processes that share it go on from what any of
	// them has appended. It is not closed.
	//
	// A TTL would end what does not change; and so that a process with other
	// columns finds nothing, Key should name them, or a version of the program.
	Store cache.Store
	Key   cache.Key
	Put   cache.PutOptions

	Keep int // versions kept for At, besides the newest; 0 is 1
}

func (o Options) withDefaults() (Options, error) {
	var err error
	if o.Load == nil {
		err = errors.New("cache/refresh: Options.Load is nil")
	}
	if o.Every <= 0 || o.MaxWait < 0 || o.Timeout < 0 || o.Keep < 0 || o.Window < 0 {
		err = errors.Join(err, errors.New("cache/refresh: Options: Every must be positive, and MaxWait, Timeout, Window and Keep not negative"))
	}
	if o.Store != nil && o.Key == (cache.Key{}) {
		err = errors.Join(err, errors.New("cache/refresh: Options.Key is zero: the store needs one"))
	}
	err = errors.Join(err, o.Put.Validate())
	if o.MaxWait == 0 {
		o.MaxWait = 8 * o.Every
	}
	if o.Timeout == 0 {
		o.Timeout = 4 * o.Every
	}
	if o.Keep == 0 {
		o.Keep = 1
	}
	return o, err
}
