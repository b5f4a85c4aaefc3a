package refresh

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// ErrNoData is wrapped by the error of Get where there never was any data: the
// source has not answered yet, or the Live is closed.
var ErrNoData = errors.New("cache/refresh: there is no data")

var errClosed = fmt.Errorf("%w: closed", ErrNoData)

// A Live is data that is kept fresh. It is safe for concurrent use.
type Live struct {
	o     Options
	loads cache.Group[struct{}, found]
	kept  *keeper // nil if there is no store

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	stopped chan struct{}
	kick    chan struct{} // has room for one: load now
	tried   chan struct{} // closed by tell
	tell    func()        // that the first attempt, or all, is over
	looked  chan struct{} // closed when it is known what the store had

	mu       sync.Mutex
	closed   bool
	versions []*Snapshot // the newest first
	restored bool        // the newest is what the store had, which the source has not confirmed
	mark     string      // of the newest
	gone     map[frame.Version]time.Time
	err      error // of the last attempt
	stats    Stats
}

// Stats are counters since the start.
type Stats struct {
	Loads     uint64 // that succeeded
	Failed    uint64 // attempts
	Unchanged uint64 // attempts that the mark made needless, or that had no row to append
	Versions  uint64 // that were different
	Kept      uint64 // versions that the store has taken, or had
	NotKept   uint64 // attempts to have it take one that failed
}

// Start loads for the first time, in the background, and goes on until Close.
func Start(o Options) (*Live, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	l := &Live{
		o:       o,
		kept:    newKeeper(o),
		stopped: make(chan struct{}),
		kick:    make(chan struct{}, 1),
		tried:   make(chan struct{}),
		looked:  make(chan struct{}),
		gone:    make(map[frame.Version]time.Time),
	}
	l.tell = sync.OnceFunc(func() { close(l.tried) })
	l.loads.Retain = func(f found) { f.each((*frame.Frame).Retain) }
	l.loads.Release = func(f found) { f.each((*frame.Frame).Release) }
	l.ctx, l.cancel = context.WithCancel(context.Background())
	go l.run()
	return l, nil
}

// Get returns the newest version, which the caller releases. Only before the
// first attempt is over does it wait; its error wraps ErrNoData if there never
// was any.
//
// Cost: a frame.Share.
func (l *Live) Get(ctx context.Context) (*Snapshot, error) {
	select {
	case <-l.tried:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return l.TryGet()
}

// TryGet is Get that does not wait for the first attempt either.
func (l *Live) TryGet() (*Snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, errClosed
	case len(l.versions) > 0:
		return l.share(l.versions[0]), nil
	case l.err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNoData, l.err)
	}
	return nil, fmt.Errorf("%w: the source was not asked yet", ErrNoData)
}

// At returns the given version, which the caller releases. The error wraps
// [cache.ErrSuperseded] if it is one of those that are not kept any more, and
// [cache.ErrNotFound] if it is not known.
func (l *Live) At(v frame.Version) (*Snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, errClosed
	}
	for _, s := range l.versions {
		if s.Version == v {
			return l.share(s), nil
		}
	}
	if at, ok := l.gone[v]; ok {
		return nil, &cache.Miss{Key: cache.Key(v), Cause: cache.ErrSuperseded, When: at}
	}
	return nil, &cache.Miss{Key: cache.Key(v), Cause: cache.ErrNotFound}
}

func (l *Live) share(s *Snapshot) *Snapshot {
	c := s.share()
	c.Err, c.StoreErr = l.err, l.kept.lastErr()
	return c
}

// Refresh has the next attempt begin now, such as when the source says that it
// has changed. It does not wait.
func (l *Live) Refresh() {
	select {
	case l.kick <- struct{}{}:
	default: // it will
	}
}

// Stats returns the counters.
func (l *Live) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	l.kept.count(&s)
	return s
}

// Close stops a load that is under way, and what is being written to the store,
// and releases what is kept. Snapshots stay valid until they are released.
func (l *Live) Close() error {
	l.cancel()
	<-l.stopped
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, s := range l.versions {
		s.Release()
	}
	l.versions = nil
	return nil
}

// run makes one attempt after another.
func (l *Live) run() {
	defer close(l.stopped)
	defer l.tell()
	var store sync.WaitGroup
	defer store.Wait()
	if l.kept != nil {
		l.begin(&store)
	}
	wait := time.NewTimer(0)
	defer wait.Stop()
	for failures := 0; ; {
		select {
		case <-wait.C:
		case <-l.kick:
		case <-l.ctx.Done():
			return
		}
		begun := time.Now()
		failures++
		if l.attempt(begun) {
			failures = 0
		}
		wait.Reset(time.Until(begun.Add(l.wait(failures))))
	}
}

// wait returns the time from one attempt to the next.
func (l *Live) wait(failures int) time.Duration {
	d := l.o.Every
	for range failures - 1 {
		d = min(2*d, l.o.MaxWait)
	}
	return d + rand.N(l.o.Every/20+1)
}

// attempt asks the source once, and reports whether it answered.
func (l *Live) attempt(begun time.Time) bool {
	ctx, cancel := context.WithTimeoutCause(l.ctx, l.o.Timeout, fmt.Errorf("no answer within %v", l.o.Timeout))
	defer cancel()
	f, _, err := l.loads.Do(ctx, struct{}{}, l.ask)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil && l.kept != nil {
		l.await()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.err = err; {
	case err != nil:
		l.stats.Failed++
	case f.frame == nil:
		l.stats.Unchanged++
		l.versions[0].Checked = begun
		l.mark = f.mark
	default:
		l.stats.Loads++
		l.mark = f.mark
		l.insert(&Snapshot{Frame: f.frame, Version: f.frame.Version(), Loaded: begun, Checked: begun})
	}
	if err == nil {
		l.restored = false
		l.keep(f)
	}
	l.tell()
	return err == nil
}

// insert makes a snapshot the newest. A content that was kept already keeps
// its frame, and what was computed about it.
func (l *Live) insert(s *Snapshot) {
	delete(l.gone, s.Version)
	if i := slices.IndexFunc(l.versions, func(old *Snapshot) bool { return old.Version == s.Version }); i >= 0 {
		s.Release()
		s.Frame = l.versions[i].Frame
		l.versions = slices.Delete(l.versions, i, i+1)
	} else {
		l.stats.Versions++
	}
	l.versions = slices.Insert(l.versions, 0, s)
	for len(l.versions) > l.o.Keep+1 {
		last := len(l.versions) - 1
		l.bury(l.versions[last].Version, s.Loaded)
		l.versions[last].Release()
		l.versions = l.versions[:last]
	}
}

// maxGone bounds what is remembered of old versions.
const maxGone = 1000

func (l *Live) bury(v frame.Version, at time.Time) {
	if len(l.gone) >= maxGone {
		for old := range l.gone { // any: who asks for one is told that it is not known
			delete(l.gone, old)
			break
		}
	}
	l.gone[v] = at
}
