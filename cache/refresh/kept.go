package refresh

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A keeper has a store keep the newest version, for the next process, and for
// others that share the store. It writes in the background: readers and loads do
// not wait for a store.
type keeper struct {
	store   cache.Store
	key     cache.Key
	put     cache.PutOptions
	window  int
	timeout time.Duration
	wake    chan struct{} // has room for one: there is a next

	mu      sync.Mutex
	next    *change       // to be written
	writing frame.Version // zero: nothing is
	stored  frame.Version // what the store has, as far as is known; zero: it is not
	err     error         // of the last call of the store
	kept    uint64
	notKept uint64
}

// A change is a version to be kept: all of it, and, if it is that, the rows
// that make it of the version before.
type change struct {
	frame, more *frame.Frame
	before      frame.Version
}

// newKeeper returns nil if there is no store.
func newKeeper(o Options) *keeper {
	if o.Store == nil {
		return nil
	}
	return &keeper{store: o.Store, key: o.Key, put: o.Put, window: o.Window, timeout: o.Timeout, wake: make(chan struct{}, 1)}
}

// last returns what was kept last, which may have expired.
func (k *keeper) last(ctx context.Context) (*frame.Frame, cache.Info, error) {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	get := k.store.Get
	if s, ok := k.store.(cache.StaleStore); ok {
		get = s.GetStale
	}
	f, info, err := get(ctx, k.key)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.kept+k.notKept > 0: // it is known better
	case err == nil:
		k.stored = f.Version()
	case !errors.Is(err, cache.ErrNotFound):
		k.err = err
	}
	return f, info, err
}

// others returns what another process has put or appended since this one knew what
// the store has, or nil. It is never what this process is about to replace, and is
// known only once keep says that it was adopted.
func (k *keeper) others(ctx context.Context, ours frame.Version) *frame.Frame {
	k.mu.Lock()
	stored, idle := k.stored, k.next == nil && k.writing == frame.Version{}
	k.mu.Unlock()
	if !idle {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, k.timeout/4)
	defer cancel()
	v, err := k.version(ctx)
	if err != nil || v == stored {
		return nil
	}
	if v == ours {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.stored = v
		return nil
	}
	f, _, err := k.store.Get(ctx, k.key)
	if err != nil {
		return nil
	}
	return f
}

// version returns the version that the store has, if it can tell without reading it.
func (k *keeper) version(ctx context.Context) (frame.Version, error) {
	s, ok := k.store.(cache.Leaser)
	if !ok {
		return frame.Version{}, errors.ErrUnsupported
	}
	lease, err := s.Lease(ctx, k.key)
	if err != nil {
		return frame.Version{}, err
	}
	lease.Release()
	return lease.Version, nil
}

// keep has a version written, unless the store has it or is about to. It is that
// which was found, or the one that was there before.
func (k *keeper) keep(newest *frame.Frame, f found) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.adopted {
		k.stored = f.before
	}
	more := f.more
	v := newest.Version()
	switch {
	case k.next != nil && k.next.frame.Version() == v, k.next == nil && (k.writing == v || k.stored == v):
		return
	case k.next != nil: // it is skipped, and so is what would be appended to it
		k.next.release()
		more = nil
	}
	newest.Retain()
	if more != nil {
		more.Retain()
	}
	k.next = &change{newest, more, f.before}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (c *change) release() {
	c.frame.Release()
	if c.more != nil {
		c.more.Release()
	}
}

// run writes what is to be kept, until the context ends.
func (k *keeper) run(ctx context.Context) {
	for {
		select {
		case <-k.wake:
		case <-ctx.Done():
			k.drop()
			return
		}
		if c, stored := k.take(); c != nil {
			v, err := k.write(ctx, c, stored)
			if ctx.Err() == nil {
				k.wrote(v, err)
			}
			c.release()
		}
	}
}

func (k *keeper) take() (*change, frame.Version) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.next
	k.next = nil
	if c != nil {
		k.writing = c.frame.Version()
	}
	return c, k.stored
}

func (k *keeper) drop() {
	if c, _ := k.take(); c != nil {
		c.release()
	}
}

// write returns the version that the store has then; the zero one if another
// process has appended before. What that has kept is found by others.
func (k *keeper) write(ctx context.Context, c *change, stored frame.Version) (frame.Version, error) {
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	if s, ok := k.store.(cache.Appender); ok && c.more != nil && c.before == stored {
		v, err := s.Append(ctx, k.key, c.before, c.more, k.window)
		_, miss := errors.AsType[*cache.Miss](err)
		switch {
		case errors.Is(err, cache.ErrSuperseded):
			return frame.Version{}, nil
		case errors.Is(err, cache.ErrDown), err != nil && !miss && !errors.Is(err, errors.ErrUnsupported):
			return stored, err
		case err == nil:
			return v, nil
		}
	}
	v := c.frame.Version()
	if there, err := k.version(ctx); err == nil && there == v {
		return v, nil
	}
	if err := k.store.Put(ctx, k.key, c.frame, k.put); err != nil {
		return stored, err
	}
	return v, nil
}

func (k *keeper) wrote(v frame.Version, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.writing, k.stored, k.err = frame.Version{}, v, err
	if err != nil {
		k.notKept++
	} else if v != (frame.Version{}) {
		k.kept++
	}
}

// lastErr returns the error of the store's last call, if there is a store.
func (k *keeper) lastErr() error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// count adds what was kept.
func (k *keeper) count(s *Stats) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s.Kept, s.NotKept = k.kept, k.notKept
}

// begin has what the store has served, and the versions to come kept.
func (l *Live) begin(store *sync.WaitGroup) {
	store.Go(func() { l.kept.run(l.ctx) })
	store.Go(func() {
		defer close(l.looked)
		l.restore()
	})
	if l.o.Append != nil {
		l.await()
	}
}

// restore serves what the store has until the source answers.
func (l *Live) restore() {
	f, info, err := l.kept.last(l.ctx)
	if err != nil {
		return // there is nothing to serve yet
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.versions) > 0 {
		f.Release()
		return
	}
	l.restored = true
	l.insert(&Snapshot{Frame: f, Version: f.Version(), Loaded: info.Created, Checked: info.Created})
	l.tell()
}

// patience is how long an attempt waits for what the store has: the first one, if it may
// append to it, and one that has failed, of which readers are told only then.
const patience = time.Second

// await waits for what the store has. A store that hangs is not waited for.
func (l *Live) await() {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-l.looked:
	case <-enough.C:
	case <-l.ctx.Done():
	}
}

// keep has the newest version kept, and releases what it was made of.
func (l *Live) keep(f found) {
	if l.kept != nil {
		l.kept.keep(l.versions[0].Frame, f)
	}
	if f.more != nil {
		f.more.Release()
	}
}
