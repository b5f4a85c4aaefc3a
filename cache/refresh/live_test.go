package refresh

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
	"github.com/pointillist-go/pointillist/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var background = context.Background()

// A source has another value after each load, unless it is down.
type source struct {
	t     *testing.T
	alloc *memory.CheckedAllocator
	takes time.Duration
	loads atomic.Int64
	value atomic.Int64
	down  atomic.Bool
}

var errDown = errors.New("connection refused")

func newSource(t *testing.T) *source {
	return &source{t: t, alloc: memory.NewCheckedAllocator(memory.NewGoAllocator())}
}

func (s *source) load(ctx context.Context) (*frame.Frame, error) {
	s.loads.Add(1)
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.down.Load() {
		return nil, errDown
	}
	return cachetest.Ints(s.t, s.alloc, 100, s.value.Add(1)), nil
}

func startLive(t *testing.T, o Options) *Live {
	t.Helper()
	l, err := Start(o)
	require.NoError(t, err)
	return l
}

func end(t *testing.T, l *Live, s *source) {
	t.Helper()
	require.NoError(t, l.Close())
	s.alloc.AssertSize(t, 0)
}

func value(t *testing.T, l *Live) (v int64, age time.Duration, err error) {
	t.Helper()
	s, gerr := l.Get(background)
	require.NoError(t, gerr)
	defer s.Release()
	for v = range 1000 {
		if cachetest.IsInts(s.Frame, v) {
			break
		}
	}
	return v, s.Age(), s.Err
}

// The seed's case: ten graphs of one query, fifty viewers, five minutes.
func TestManyViewersOneLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		source.takes = 3 * time.Second
		l := startLive(t, Options{Load: source.load, Every: 30 * time.Second})
		first, err := l.Get(background) // waits for the first load only
		require.NoError(t, err)
		first.Release()
		deadline := time.Now().Add(5*time.Minute - source.takes)

		var viewers sync.WaitGroup
		var pages atomic.Int64
		for range 50 {
			viewers.Go(func() {
				for time.Now().Before(deadline) {
					asked := time.Now()
					viewPage(t, l)
					pages.Add(1)
					time.Sleep(5*time.Second - time.Since(asked))
				}
			})
		}
		viewers.Wait()
		assert.EqualValues(t, 50*60, pages.Load())
		assert.GreaterOrEqual(t, source.loads.Load(), int64(10))
		assert.LessOrEqual(t, source.loads.Load(), int64(11))
		end(t, l, source)
	})
}

// viewPage draws ten figures of one version, a second apart from the first to the last.
func viewPage(t *testing.T, l *Live) {
	asked := time.Now()
	page, err := l.Get(background)
	if !assert.NoError(t, err) {
		return
	}
	assert.Zero(t, time.Since(asked), "a load under way is not waited for")
	assert.Less(t, page.Age(), 36*time.Second)
	version := page.Version
	page.Release()
	for range 9 {
		time.Sleep(100 * time.Millisecond)
		figure, err := l.At(version)
		if assert.NoError(t, err) {
			assert.Equal(t, version, figure.Frame.Version())
			figure.Release()
		}
	}
}

func TestSourceIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		l := startLive(t, Options{Load: source.load, Every: 10 * time.Second, MaxWait: 40 * time.Second})
		synctest.Wait()
		source.down.Store(true)
		time.Sleep(11 * time.Second) // one attempt has failed
		v, age, err := value(t, l)
		assert.EqualValues(t, 1, v)
		assert.Equal(t, 11*time.Second, age)
		assert.ErrorIs(t, err, errDown)

		time.Sleep(5 * time.Minute)
		_, age, _ = value(t, l)
		assert.Equal(t, 5*time.Minute+11*time.Second, age)
		failed := l.Stats().Failed
		assert.GreaterOrEqual(t, failed, uint64(8), "10, 20, 40, 80, 120 … s")
		assert.LessOrEqual(t, failed, uint64(10))

		source.down.Store(false)
		l.Refresh()
		synctest.Wait()
		v, age, err = value(t, l)
		assert.EqualValues(t, 2, v)
		assert.Zero(t, age)
		assert.NoError(t, err)
		time.Sleep(11 * time.Second)
		assert.EqualValues(t, 3, l.Stats().Loads, "and goes on as before")
		end(t, l, source)
	})
}

func TestSourceWasNeverUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		source.down.Store(true)
		l := startLive(t, Options{Load: source.load, Every: time.Second})
		_, err := l.Get(background)
		assert.ErrorIs(t, err, errDown)
		source.down.Store(false)
		time.Sleep(2 * time.Second)
		v, _, err := value(t, l)
		assert.NoError(t, err)
		assert.EqualValues(t, 1, v)
		end(t, l, source)
	})
}

func TestBadLoaders(t *testing.T) {
	for name, test := range map[string]struct {
		load func(context.Context) (*frame.Frame, error)
		want string
	}{
		"panics":        {func(context.Context) (*frame.Frame, error) { panic("no such table") }, "loader panicked: no such table"},
		"never returns": {func(ctx context.Context) (*frame.Frame, error) { <-ctx.Done(); return nil, ctx.Err() }, "no answer within 1m0s"},
		"heeds nothing": {func(context.Context) (*frame.Frame, error) { time.Sleep(time.Hour); return nil, errDown }, "no answer within 1m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				source := newSource(t)
				var bad atomic.Bool
				l := startLive(t, Options{Every: time.Minute, Timeout: time.Minute, Load: func(ctx context.Context) (*frame.Frame, error) {
					if bad.Load() {
						return test.load(ctx)
					}
					return source.load(ctx)
				}})
				synctest.Wait()
				bad.Store(true)
				time.Sleep(3 * time.Minute)
				v, _, err := value(t, l)
				assert.EqualValues(t, 1, v)
				assert.ErrorContains(t, err, test.want)
				bad.Store(false)
				time.Sleep(20 * time.Minute)
				v, _, err = value(t, l)
				assert.Greater(t, v, int64(1))
				assert.NoError(t, err)
				time.Sleep(2 * time.Hour) // those that heed nothing end, too
				end(t, l, source)
			})
		})
	}
}

func TestVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		l := startLive(t, Options{Load: source.load, Every: time.Minute, Keep: 2})
		var versions []frame.Version
		for range 4 {
			synctest.Wait()
			s, err := l.Get(background)
			require.NoError(t, err)
			versions = append(versions, s.Version)
			s.Release()
			l.Refresh()
		}
		synctest.Wait() // the fifth is the newest
		for i, want := range []error{cache.ErrSuperseded, cache.ErrSuperseded, nil, nil} {
			s, err := l.At(versions[i])
			require.ErrorIs(t, err, want)
			if err == nil {
				assert.Equal(t, versions[i], s.Frame.Version())
				s.Release()
			}
		}
		_, err := l.At(frame.Version{1})
		assert.ErrorIs(t, err, cache.ErrNotFound)

		source.value.Store(2) // what was the third comes back
		l.Refresh()
		synctest.Wait()
		s, err := l.Get(background)
		require.NoError(t, err)
		assert.Equal(t, versions[2], s.Version)
		assert.EqualValues(t, 5, l.Stats().Versions)
		require.NoError(t, l.Close())
		assert.True(t, cachetest.IsInts(s.Frame, 3), "a snapshot outlives what it is of")
		s.Release()
		_, err = l.Get(background)
		assert.ErrorIs(t, err, errClosed)
		_, err = l.At(versions[2])
		assert.ErrorIs(t, err, errClosed)
		end(t, l, source)
	})
}

func TestMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trips.parquet")
	require.NoError(t, os.WriteFile(path, []byte("one"), 0o600))
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		l := startLive(t, Options{Load: source.load, Every: time.Second, Mark: FileMark(path)})
		time.Sleep(time.Minute)
		v, age, err := value(t, l)
		require.NoError(t, err)
		assert.EqualValues(t, 1, v)
		assert.LessOrEqual(t, age, 1050*time.Millisecond, "it is as fresh as it was found to be")
		assert.GreaterOrEqual(t, l.Stats().Unchanged, uint64(55))

		require.NoError(t, os.WriteFile(path, []byte("three"), 0o600))
		time.Sleep(2 * time.Second)
		v, _, err = value(t, l)
		require.NoError(t, err)
		assert.EqualValues(t, 2, v)

		require.NoError(t, os.Remove(path))
		time.Sleep(2 * time.Second)
		v, _, err = value(t, l)
		assert.ErrorIs(t, err, os.ErrNotExist)
		assert.EqualValues(t, 2, v)
		assert.EqualValues(t, 2, source.loads.Load())
		end(t, l, source)
	})
}

// A table gets rows: only those are asked for, and readers see all or none.
func TestAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		var rows atomic.Int64
		rows.Store(3)
		l := startLive(t, Options{
			Load: source.load, Every: time.Second, Window: 104,
			Append: func(_ context.Context, newest *frame.Frame) (*frame.Frame, error) {
				switch n := int(rows.Load()); n {
				case -1:
					return nil, errDown
				case 0:
					return nil, nil
				default:
					return cachetest.Ints(t, source.alloc, n, int64(newest.Rows())), nil
				}
			},
		})
		at := func(wait time.Duration, want int, err error) {
			t.Helper()
			time.Sleep(wait)
			synctest.Wait()
			s, gerr := l.Get(background)
			require.NoError(t, gerr)
			defer s.Release()
			assert.Equal(t, want, s.Frame.Rows())
			assert.Equal(t, err, s.Err)
		}
		at(0, 100, nil)
		before, err := l.Get(background)
		require.NoError(t, err)
		at(1100*time.Millisecond, 103, nil)
		at(1100*time.Millisecond, 104, nil) // the window is full
		assert.Equal(t, 100, before.Frame.Rows(), "who reads goes on with what he has")
		before.Release()
		rows.Store(0)
		at(2200*time.Millisecond, 104, nil)
		assert.Positive(t, l.Stats().Unchanged)
		rows.Store(-1)
		at(1100*time.Millisecond, 104, errDown)
		assert.EqualValues(t, 1, source.loads.Load(), "all was loaded once")
		end(t, l, source)
	})
}

func TestGetHeedsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := newSource(t)
		source.takes = time.Hour
		l := startLive(t, Options{Load: source.load, Every: time.Hour})
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		_, err := l.Get(ctx)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		end(t, l, source) // amid the load
	})
}

func TestOptions(t *testing.T) {
	_, err := Start(Options{})
	assert.ErrorContains(t, err, "Options.Load is nil")
	assert.ErrorContains(t, err, "Every must be positive")
	_, err = Start(Options{Every: time.Second, Keep: -1})
	assert.ErrorContains(t, err, "not negative")
}
