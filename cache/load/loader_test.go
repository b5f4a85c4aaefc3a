package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	background = context.Background()
	errSource  = errors.New("no such table")
)

// An ask is what a callback is called with.
type ask struct {
	city  string
	click int // which button: nothing depends on it
}

// A bench is a store, a clock and a source that counts.
type bench struct {
	*testing.T
	alloc *memory.CheckedAllocator
	clock *cachetest.Clock
	store cache.Store
	loads atomic.Int64
	fails atomic.Bool
}

func newBench(t *testing.T) *bench { return newBenchOf(t, cache.MemoryOptions{}) }

func newBenchOf(t *testing.T, o cache.MemoryOptions) *bench {
	b := &bench{T: t, alloc: memory.NewCheckedAllocator(memory.NewGoAllocator()), clock: cachetest.NewClock()}
	o.Now = b.clock.Now
	store, err := cache.NewMemory(o)
	require.NoError(t, err)
	b.store = store
	t.Cleanup(func() {
		require.NoError(t, store.Close())
		b.alloc.AssertSize(t, 0)
	})
	return b
}

// load returns another value at each call.
func (b *bench) load(context.Context, ask) (*frame.Frame, error) {
	if b.fails.Load() {
		b.loads.Add(1)
		return nil, errSource
	}
	return cachetest.Ints(b, b.alloc, 10, b.loads.Add(1)), nil
}

// loader completes the options.
func (b *bench) loader(o Options[ask]) *Loader[ask] {
	if o.Store == nil {
		o.Store = b.store
	}
	if o.Load == nil {
		o.Load = b.load
	}
	o.Name, o.Now = "trips", b.clock.Now
	l, err := New(o)
	require.NoError(b, err)
	return l
}

// get returns the value that is got, and what else is said of it.
func (b *bench) get(l *Loader[ask], who Caller, a ask) (int64, Result) {
	b.Helper()
	r, err := l.Get(background, who, a)
	require.NoError(b, err)
	return b.value(r), *r
}

func (b *bench) value(r *Result) int64 {
	b.Helper()
	defer r.Release()
	for v := int64(1); v < 1000; v++ {
		if cachetest.IsInts(r.Frame, v) {
			return v
		}
	}
	require.Fail(b, "not one of the values")
	return 0
}

func byCity(b *cache.KeyBuilder, a ask) { b.Text(a.city) }

func byAll(b *cache.KeyBuilder, a ask) { b.Text(a.city).Int(int64(a.click)) }

var (
	ada  = Caller{User: "ada", Session: "1"}
	adas = Caller{User: "ada", Session: "2"}
	bob  = Caller{User: "bob", Session: "3"}
)

// TestWhoSharesWhat tabulates, for each scope and each choice of arguments,
// which calls have the entry of ada's first call.
func TestWhoSharesWhat(t *testing.T) {
	first := ask{"Oslo", 1}
	calls := []struct {
		name string
		who  Caller
		ask  ask
	}{
		{"the same", ada, first},
		{"ada's other session", adas, first},
		{"bob", bob, first},
		{"another click", ada, ask{"Oslo", 2}},
		{"another city", ada, ask{"Rome", 1}},
		{"bob, another click", bob, ask{"Oslo", 2}},
	}
	keys := map[string]func(*cache.KeyBuilder, ask){"no arguments": nil, "arguments but the click": byCity, "all arguments": byAll}
	for _, tt := range []struct {
		scope Scope
		key   string
		want  [6]bool // shared
	}{
		{Global, "no arguments", [6]bool{true, true, true, true, true, true}},
		{Global, "arguments but the click", [6]bool{true, true, true, true, false, true}},
		{Global, "all arguments", [6]bool{true, true, true, false, false, false}},
		{User, "no arguments", [6]bool{true, true, false, true, true, false}},
		{User, "arguments but the click", [6]bool{true, true, false, true, false, false}},
		{User, "all arguments", [6]bool{true, true, false, false, false, false}},
		{Session, "no arguments", [6]bool{true, false, false, true, true, false}},
		{Session, "arguments but the click", [6]bool{true, false, false, true, false, false}},
		{Session, "all arguments", [6]bool{true, false, false, false, false, false}},
	} {
		for mode, name := range map[Mode]string{Memo: "memo", Replace: "replace"} {
			t.Run(fmt.Sprintf("%v/%s/%s", tt.scope, tt.key, name), func(t *testing.T) {
				b := newBench(t)
				l := b.loader(Options[ask]{Scope: tt.scope, Key: keys[tt.key], Mode: mode})
				_, want := b.get(l, ada, first)
				for i, c := range calls {
					_, got := b.get(l, c.who, c.ask)
					assert.Equal(t, tt.want[i], got.Key == want.Key, c.name)
					if mode == Memo {
						assert.Equal(t, tt.want[i], !got.Loaded, c.name)
						require.NoError(t, l.Delete(background, c.who, c.ask))
						_, _ = b.get(l, ada, first)
					} else {
						assert.True(t, got.Loaded, c.name)
					}
				}
			})
		}
	}
}

func TestNamesAndVersionsDiffer(t *testing.T) {
	b := newBench(t)
	seen := map[cache.Key]bool{}
	for _, name := range []string{"trips", "trip", "s"} {
		for version := range 3 {
			l, err := New(Options[ask]{Name: name, Version: version, Store: b.store, Load: b.load, Key: byCity})
			require.NoError(t, err)
			for _, city := range []string{"", "s", "strip"} {
				key, err := l.Key(Caller{}, ask{city: city})
				require.NoError(t, err)
				seen[key] = true
			}
		}
	}
	assert.Len(t, seen, 27)
}

func TestCallerMustBeNamed(t *testing.T) {
	b := newBench(t)
	_, err := b.loader(Options[ask]{Scope: Session}).Get(background, Caller{User: "ada"}, ask{})
	assert.EqualError(t, err, "cache/load: trips is one for each session, and Caller names none")
	_, err = b.loader(Options[ask]{Scope: User}).Refresh(background, Caller{Session: "1"}, ask{})
	assert.ErrorContains(t, err, "one for each user")
	assert.Zero(t, b.loads.Load())
}

// np8's case: a loader that takes 5 s.
func TestModes(t *testing.T) {
	for mode, want := range map[Mode][]time.Duration{
		Memo:    {5 * time.Second, 0, 0},
		Replace: {5 * time.Second, 5 * time.Second, 5 * time.Second},
		Store:   {5 * time.Second, 5 * time.Second, 5 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			l := b.loader(Options[ask]{Mode: mode, Load: func(ctx context.Context, a ask) (*frame.Frame, error) {
				time.Sleep(5 * time.Second)
				return b.load(ctx, a)
			}})
			for i, took := range want {
				start := time.Now()
				v, r := b.get(l, Caller{}, ask{})
				assert.Equal(t, took, time.Since(start))
				assert.Equal(t, took > 0, r.Loaded)
				if took > 0 {
					assert.EqualValues(t, i+1, v)
				}
			}
			assert.Equal(t, map[Mode]int{Memo: 1, Replace: 1, Store: 3}[mode], b.store.Stats().Entries)
		})
	}
}

// Equal content has one key, and so one handle; another content another.
func TestEqualContentIsOneEntry(t *testing.T) {
	b := newBench(t)
	content := int64(7)
	l := b.loader(Options[ask]{Mode: Store, Load: func(context.Context, ask) (*frame.Frame, error) {
		return cachetest.Ints(b, b.alloc, 10, content), nil
	}})
	_, first := b.get(l, Caller{}, ask{})
	_, again := b.get(l, Caller{}, ask{})
	content++
	_, other := b.get(l, Caller{}, ask{})
	assert.Equal(t, first.Key, again.Key)
	assert.NotEqual(t, first.Key, other.Key)
	assert.Equal(t, 2, b.store.Stats().Entries)
}

// In mode Store a session's new value supersedes its old one, and no other's.
func TestSessionsOldValueIsSuperseded(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Mode: Store, Scope: Session})
	_, first := b.get(l, ada, ask{})
	_, other := b.get(l, bob, ask{})
	_, _ = b.get(l, ada, ask{})
	_, _, err := b.store.Get(background, first.Key)
	assert.ErrorIs(t, err, cache.ErrSuperseded)
	f, info, err := b.store.Get(background, other.Key)
	require.NoError(t, err)
	f.Release()
	assert.Equal(t, cache.SessionOwner("3"), info.Owner)

	n, err := b.store.(cache.OwnerStore).DeleteOwner(background, cache.SessionOwner("1"))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, 1, b.store.Stats().Entries)
}

func TestRefreshAndDelete(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Key: byCity})
	oslo := ask{city: "Oslo"}
	v, _ := b.get(l, Caller{}, oslo)
	assert.EqualValues(t, 1, v)
	r, err := l.Refresh(background, Caller{}, oslo)
	require.NoError(t, err)
	assert.EqualValues(t, 2, b.value(r))
	v, _ = b.get(l, Caller{}, oslo)
	assert.EqualValues(t, 2, v)

	b.fails.Store(true)
	_, err = l.Refresh(background, Caller{}, oslo)
	assert.ErrorIs(t, err, errSource)
	v, _ = b.get(l, Caller{}, oslo)
	assert.EqualValues(t, 2, v, "what was there stays")

	require.NoError(t, l.Delete(background, Caller{}, oslo))
	require.NoError(t, l.Delete(background, Caller{}, oslo))
	_, err = l.Get(background, Caller{}, oslo)
	assert.EqualError(t, err, "cache/load: trips: no such table")
}

func TestEntriesAge(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{TTL: time.Minute, Stale: time.Hour, IsStale: func(a ask, info cache.Info) bool {
		return a.click > 0 && b.clock.Now().Sub(info.Created) >= 10*time.Second
	}})
	at := func(a ask, want int64, loaded bool) Result {
		t.Helper()
		v, r := b.get(l, Caller{}, a)
		assert.Equal(t, want, v)
		assert.Equal(t, loaded, r.Loaded)
		return r
	}
	at(ask{}, 1, true)
	b.clock.Advance(10 * time.Second)
	at(ask{}, 1, false)
	at(ask{click: 1}, 2, true) // IsStale says so
	b.clock.Advance(time.Minute)
	at(ask{}, 3, true) // its time had come

	b.fails.Store(true)
	b.clock.Advance(10 * time.Second)
	assert.ErrorIs(t, at(ask{click: 1}, 3, false).Err, errSource, "too old is better than nothing")
	b.clock.Advance(time.Minute)
	last := at(ask{}, 3, false)
	assert.ErrorIs(t, last.Err, errSource)
	assert.True(t, last.Info.Expired)
	b.clock.Advance(time.Hour)
	_, err := l.Get(background, Caller{}, ask{})
	assert.ErrorIs(t, err, errSource)
}

func TestErrorsAreKeptForNegativeTTL(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Key: byAll, NegativeTTL: time.Minute})
	b.fails.Store(true)
	for range 3 {
		_, err := l.Get(background, Caller{}, ask{})
		assert.ErrorIs(t, err, errSource)
	}
	assert.EqualValues(t, 1, b.loads.Load())
	b.fails.Store(false)
	b.clock.Advance(time.Minute)
	v, _ := b.get(l, Caller{}, ask{})
	assert.EqualValues(t, 2, v)

	b.fails.Store(true)
	for i := range 2 * maxFailures {
		_, err := l.Get(background, Caller{}, ask{click: i + 1})
		assert.ErrorIs(t, err, errSource)
	}
	assert.Len(t, l.failed.byKey, maxFailures, "it is bounded")

	plain := b.loader(Options[ask]{})
	before := b.loads.Load()
	for range 3 {
		_, err := plain.Get(background, Caller{}, ask{})
		assert.ErrorIs(t, err, errSource)
	}
	assert.EqualValues(t, 3, b.loads.Load()-before, "without it, nothing is kept of an error")
}

func TestOnlyWhatIsWorthKeeping(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Keep: func(f *frame.Frame) bool { return cachetest.IsInts(f, 2) }})
	v, r := b.get(l, Caller{}, ask{})
	assert.EqualValues(t, 1, v)
	assert.Error(t, r.Unkept)
	for range 3 {
		v, _ = b.get(l, Caller{}, ask{})
		assert.EqualValues(t, 2, v)
	}
}

// A frame without rows is an answer, and is kept.
func TestNoRowsAreKept(t *testing.T) {
	b := newBench(t)
	loads := 0
	l := b.loader(Options[ask]{Load: func(context.Context, ask) (*frame.Frame, error) {
		loads++
		return cachetest.Ints(b, b.alloc, 0, 1), nil
	}})
	for range 3 {
		r, err := l.Get(background, Caller{}, ask{})
		require.NoError(t, err)
		assert.Zero(t, r.Frame.Rows())
		r.Release()
	}
	assert.Equal(t, 1, loads)
}

func TestBadLoads(t *testing.T) {
	b := newBench(t)
	var panicked *cache.PanicError
	_, err := b.loader(Options[ask]{Load: func(context.Context, ask) (*frame.Frame, error) { panic("no such column") }}).Get(background, Caller{}, ask{})
	assert.ErrorAs(t, err, &panicked)
	_, err = b.loader(Options[ask]{Load: func(context.Context, ask) (*frame.Frame, error) { return nil, nil }}).Get(background, Caller{}, ask{})
	assert.ErrorContains(t, err, "neither a frame nor an error")

	synctest.Test(t, func(t *testing.T) { // it never returns, and the caller's time is over
		hung := b.loader(Options[ask]{Load: func(ctx context.Context, _ ask) (*frame.Frame, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		_, err := hung.Get(ctx, Caller{}, ask{})
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// A hangingStore does not answer, whatever the context says, until it is let.
type hangingStore struct {
	cache.Store
	let chan struct{}
}

func (s hangingStore) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	<-s.let
	return s.Store.Get(context.WithoutCancel(ctx), key)
}

func TestStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		let := make(chan struct{})
		var said []error
		l := b.loader(Options[ask]{Store: hangingStore{b.store, let}, OnStoreError: func(err error) { said = append(said, err) }})
		fine := b.loader(Options[ask]{})
		b.get(fine, Caller{}, ask{}) // that the store then finds, too late
		start := time.Now()
		v, r := b.get(l, Caller{}, ask{})
		assert.EqualValues(t, 2, v)
		assert.Equal(t, 250*time.Millisecond, time.Since(start))
		assert.ErrorIs(t, r.Unkept, cache.ErrDown)
		require.Len(t, said, 1)
		assert.ErrorContains(t, said[0], "no answer within 250ms")
		close(let)
		synctest.Wait()
	})
}

func TestStoreThatIsDown(t *testing.T) {
	b := newBench(t)
	var said []error
	l := b.loader(Options[ask]{OnStoreError: func(err error) { said = append(said, err) }})
	require.NoError(t, b.store.Close())
	v, r := b.get(l, Caller{}, ask{})
	assert.EqualValues(t, 1, v)
	assert.ErrorIs(t, r.Unkept, cache.ErrDown)
	assert.Len(t, said, 1)

	l = b.loader(Options[ask]{Store: &cache.Null{}, OnStoreError: func(err error) { said = append(said, err) }})
	v, r = b.get(l, Caller{}, ask{})
	assert.EqualValues(t, 2, v)
	assert.ErrorIs(t, r.Unkept, cache.ErrTooLarge)
	assert.Len(t, said, 2)
}

func TestOneLoadForAll(t *testing.T) {
	b := newBench(t)
	entered, let := make(chan struct{}), make(chan struct{})
	l := b.loader(Options[ask]{Load: func(ctx context.Context, a ask) (*frame.Frame, error) {
		entered <- struct{}{}
		<-let
		return b.load(ctx, a)
	}})
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			r, err := l.Get(background, Caller{}, ask{})
			if assert.NoError(t, err) {
				assert.True(t, cachetest.IsInts(r.Frame, 1))
				r.Release()
			}
		})
	}
	<-entered
	close(let)
	all.Wait()
	assert.EqualValues(t, 1, b.loads.Load())
}

// Two loaders over one directory are two processes: one of them loads.
func TestOneLoadInAllProcesses(t *testing.T) {
	b := newBench(t)
	dir := t.TempDir() + "/frames"
	var all sync.WaitGroup
	for range 4 {
		store, err := disk.Open(disk.Options{Dir: dir})
		require.NoError(t, err)
		defer func() { assert.NoError(t, store.Close()) }()
		l := b.loader(Options[ask]{Store: store, NegativeTTL: time.Minute})
		for range 8 {
			all.Go(func() {
				r, err := l.Get(background, Caller{}, ask{})
				if assert.NoError(t, err) {
					assert.True(t, cachetest.IsInts(r.Frame, 1))
					r.Release()
				}
			})
		}
	}
	all.Wait()
	assert.EqualValues(t, 1, b.loads.Load())
}

func TestWarm(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Key: byCity})
	require.NoError(t, l.Warm(background, ask{city: "Oslo"}, ask{city: "Rome"}))
	assert.Equal(t, 2, b.store.Stats().Entries)
	b.fails.Store(true)
	err := l.Warm(background, ask{city: "Oslo"}, ask{city: "Bern"})
	assert.EqualError(t, err, "cache/load: trips: warming up: cache/load: trips: no such table")
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := New(Options[ask]{TTL: -1, Mode: 9})
	assert.ErrorContains(t, err, "Name, Store and Load must be set")
	assert.ErrorContains(t, err, "must not be negative")
	assert.ErrorContains(t, err, "none of the constants")
}
