package refresh

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/frame"
)

// A spy is a store in memory that counts what it is asked, and fails when it is to.
type spy struct {
	*cache.Memory
	puts, appends, rows atomic.Int64
	down, hangs         atomic.Bool
	slow                atomic.Int64 // how long it takes to find what is there
}

func newSpy(t *testing.T) *spy {
	t.Helper()
	m, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	return &spy{Memory: m}
}

func (s *spy) fails(ctx context.Context, key cache.Key) error {
	switch {
	case s.hangs.Load():
		<-ctx.Done()
		return ctx.Err()
	case s.down.Load():
		return &cache.Miss{Key: key, Cause: cache.ErrDown}
	}
	return nil
}

func (s *spy) Put(ctx context.Context, key cache.Key, f *frame.Frame, o cache.PutOptions) error {
	if err := s.fails(ctx, key); err != nil {
		return err
	}
	s.puts.Add(1)
	return s.Memory.Put(ctx, key, f, o)
}

func (s *spy) Append(ctx context.Context, key cache.Key, before frame.Version, more *frame.Frame, window int) (frame.Version, error) {
	if err := s.fails(ctx, key); err != nil {
		return frame.Version{}, err
	}
	s.appends.Add(1)
	s.rows.Add(int64(more.Rows()))
	return s.Memory.Append(ctx, key, before, more, window)
}

func (s *spy) Lease(ctx context.Context, key cache.Key) (*cache.Lease, error) {
	if err := s.fails(ctx, key); err != nil {
		return nil, err
	}
	return s.Memory.Lease(ctx, key)
}

func (s *spy) GetStale(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	if err := s.fails(ctx, key); err != nil {
		return nil, cache.Info{}, err
	}
	time.Sleep(time.Duration(s.slow.Load()))
	return s.Memory.GetStale(ctx, key)
}

func diskStore(t *testing.T, dir string) *disk.Store {
	t.Helper()
	s, err := disk.Open(disk.Options{Dir: dir, MinFree: 1})
	require.NoError(t, err)
	return s
}

// A process starts while the source is down: what the one before it has kept is
// served, as old as it is.
func TestRestartWithoutTheSource(t *testing.T) {
	for name, open := range map[string]func(*testing.T, string) func() cache.Store{
		"memory": func(t *testing.T, _ string) func() cache.Store {
			s := newSpy(t)
			return func() cache.Store { return s }
		},
		"disk": func(t *testing.T, dir string) func() cache.Store {
			return func() cache.Store { return diskStore(t, dir) }
		},
	} {
		for kind, put := range map[string]cache.PutOptions{
			"for ever": {},
			"expired":  {TTL: time.Minute, Stale: 24 * time.Hour},
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				dir := t.TempDir()
				synctest.Test(t, func(t *testing.T) {
					reopen := open(t, dir)
					store, source := reopen(), newSource(t)
					source.takes = time.Second
					o := Options{Load: source.load, Every: 10 * time.Minute, Store: store, Key: cachetest.Key(1), Put: put}
					l := startLive(t, o)
					v, age, err := value(t, l)
					require.NoError(t, err)
					assert.EqualValues(t, 1, v)
					assert.Equal(t, time.Second, age)
					synctest.Wait()
					assert.EqualValues(t, 1, l.Stats().Kept)
					require.NoError(t, l.Close())
					require.NoError(t, errorOfClose(store, name))

					time.Sleep(time.Hour)
					source.down.Store(true)
					o.Store = reopen()
					l = startLive(t, o)
					v, age, err = value(t, l)
					require.NoError(t, err, "it is not known yet that the source is down")
					assert.EqualValues(t, 1, v)
					assert.Equal(t, time.Hour, age, "since it was put")
					time.Sleep(2 * time.Second)
					v, _, err = value(t, l)
					assert.EqualValues(t, 1, v)
					assert.ErrorIs(t, err, errDown)
					source.down.Store(false)
					time.Sleep(time.Hour)
					v, age, err = value(t, l)
					require.NoError(t, err)
					assert.Greater(t, v, int64(1))
					assert.Less(t, age, 11*time.Minute)
					assert.Zero(t, l.Stats().NotKept)
					require.NoError(t, l.Close())
					require.NoError(t, o.Store.Close())
					source.alloc.AssertSize(t, 0)
				})
			})
		}
	}
}

// A source that refuses at once is not faster than a store that has something to serve;
// but a store that hangs is not waited for.
func TestRefusedBeforeTheStoreIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, source := newSpy(t), newSource(t)
		o := Options{Load: source.load, Every: time.Minute, Store: store, Key: cachetest.Key(1)}
		l := startLive(t, o)
		_, _, err := value(t, l)
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, l.Close())

		source.down.Store(true)
		store.slow.Store(int64(patience / 2))
		l = startLive(t, o)
		kept, err := l.Get(t.Context())
		require.NoError(t, err)
		kept.Release()
		require.NoError(t, l.Close())

		store.hangs.Store(true)
		l = startLive(t, o)
		began := time.Now()
		_, err = l.Get(t.Context())
		require.ErrorIs(t, err, ErrNoData)
		assert.Equal(t, patience, time.Since(began))
		require.NoError(t, l.Close())
		require.NoError(t, store.Close())
		source.alloc.AssertSize(t, 0)
	})
}

// errorOfClose closes a store that can be opened again.
func errorOfClose(s cache.Store, name string) error {
	if name == "memory" {
		return nil
	}
	return s.Close()
}

// What is loaded again and is the same is not put again.
func TestWhatIsKeptIsNotPutAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, source := newSpy(t), newSource(t)
		o := Options{Every: time.Minute, Store: store, Key: cachetest.Key(1), Load: func(ctx context.Context) (*frame.Frame, error) {
			source.value.Store(6)
			return source.load(ctx)
		}}
		for range 2 {
			l := startLive(t, o)
			time.Sleep(time.Hour)
			assert.Greater(t, l.Stats().Loads, uint64(50))
			assert.EqualValues(t, 1, l.Stats().Kept)
			store.slow.Store(int64(time.Second)) // the next one has loaded before it is known
			require.NoError(t, l.Close())
		}
		assert.EqualValues(t, 1, store.puts.Load())
		require.NoError(t, store.Close())
		source.alloc.AssertSize(t, 0)
	})
}

// A growing table has rows 0, 1, 2, …
type growing struct {
	loads, rows atomic.Int64
	down        atomic.Bool
}

func (s *growing) load(context.Context) (*frame.Frame, error) {
	s.loads.Add(1)
	return s.from(0)
}

func (s *growing) more(_ context.Context, newest *frame.Frame) (*frame.Frame, error) {
	from := 0
	if n := newest.Rows(); n > 0 {
		from = int(newest.Columns()[0].Value(n-1).(int64)) + 1
	}
	return s.from(from)
}

func (s *growing) from(row int) (*frame.Frame, error) {
	if s.down.Load() {
		return nil, errDown
	}
	values := []int64{}
	for ; row < int(s.rows.Load()); row++ {
		values = append(values, int64(row))
	}
	return frame.FromSlices(frame.Slice("v", values))
}

// rowsOf returns the rows of the newest version, which must be the last ones of a table.
func rowsOf(t *testing.T, l *Live) (n int, last int64, v frame.Version) {
	t.Helper()
	s, err := l.Get(background)
	require.NoError(t, err)
	defer s.Release()
	c := s.Frame.Columns()[0]
	last = -1
	for i := range c.Chunks() {
		for _, v := range c.Chunk(i).(*array.Int64).Int64Values() {
			if n > 0 && v != last+1 {
				require.Fail(t, "rows are missing", "%d after %d", v, last)
			}
			last = v
			n++
		}
	}
	return n, last, s.Version
}

// What grows is kept at the cost of its new rows, and so is what a new process
// goes on with.
func TestAppendsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, source := newSpy(t), &growing{}
		source.rows.Store(1000)
		o := Options{Load: source.load, Append: source.more, Every: time.Minute, Store: store, Key: cachetest.Key(1)}
		l := startLive(t, o)
		for range 20 {
			time.Sleep(70 * time.Second)
			source.rows.Add(5)
		}
		require.NoError(t, l.Close())
		assert.EqualValues(t, 1, store.puts.Load())
		assert.Equal(t, store.rows.Load(), store.appends.Load()*5)
		assert.Greater(t, store.appends.Load(), int64(15))

		l = startLive(t, o)
		time.Sleep(10 * time.Second)
		n, _, v := rowsOf(t, l)
		assert.Equal(t, 1100, n)
		assert.EqualValues(t, 1, source.loads.Load(), "all was loaded once")
		assert.EqualValues(t, 1, store.puts.Load())
		kept, _, err := store.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		assert.Equal(t, v, kept.Version())
		kept.Release()

		require.NoError(t, store.Delete(background, cachetest.Key(1))) // as if it was evicted
		source.rows.Add(5)
		time.Sleep(70 * time.Second)
		assert.EqualValues(t, 2, store.puts.Load(), "then all is put")
		assert.Zero(t, l.Stats().NotKept)
		require.NoError(t, l.Close())
		require.NoError(t, store.Close())
	})
}

// A store that fails or hangs keeps no data from readers, and has the newest
// when it is back.
func TestStoreFails(t *testing.T) {
	for name, fail := range map[string]func(*spy, bool){
		"down":  func(s *spy, on bool) { s.down.Store(on) },
		"hangs": func(s *spy, on bool) { s.hangs.Store(on) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, source := newSpy(t), &growing{}
				source.rows.Store(10)
				fail(store, true)
				o := Options{Load: source.load, Append: source.more, Every: time.Minute, Timeout: 30 * time.Second, Store: store, Key: cachetest.Key(1)}
				begun := time.Now()
				l := startLive(t, o)
				n, _, _ := rowsOf(t, l)
				assert.Equal(t, 10, n)
				assert.LessOrEqual(t, time.Since(begun), patience)
				for range 5 {
					source.rows.Add(5)
					time.Sleep(64*time.Second + o.Timeout/4)
					n, _, _ = rowsOf(t, l)
					assert.EqualValues(t, source.rows.Load(), n)
				}
				s, err := l.Get(background)
				require.NoError(t, err)
				assert.Error(t, s.StoreErr)
				assert.NoError(t, s.Err)
				s.Release()
				assert.Positive(t, l.Stats().NotKept)
				assert.Zero(t, l.Stats().Kept)

				fail(store, false)
				time.Sleep(3 * time.Minute)
				s, err = l.Get(background)
				require.NoError(t, err)
				assert.NoError(t, s.StoreErr)
				kept, _, err := store.Get(background, cachetest.Key(1))
				require.NoError(t, err)
				assert.Equal(t, s.Version, kept.Version())
				kept.Release()
				s.Release()
				require.NoError(t, l.Close())
				require.NoError(t, store.Close())
			})
		})
	}
}

// What another program has kept under the key cannot be appended to: all is loaded.
func TestKeptColumnsAreOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, source := newSpy(t), &growing{}
		source.rows.Store(10)
		other, err := frame.FromSlices(frame.Slice("v", []int64{1, 2}), frame.Slice("text", []string{"a", "b"}))
		require.NoError(t, err)
		require.NoError(t, store.Put(background, cachetest.Key(1), other, cache.PutOptions{}))
		other.Release()
		l := startLive(t, Options{Load: source.load, Append: source.more, Every: time.Minute, Store: store, Key: cachetest.Key(1)})
		time.Sleep(time.Second)
		n, _, _ := rowsOf(t, l)
		assert.Equal(t, 10, n)
		kept, _, err := store.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		assert.Equal(t, 10, kept.Rows())
		kept.Release()
		require.NoError(t, l.Close())
		require.NoError(t, store.Close())
	})
}

// Processes that share a store agree on its versions: who lost a race goes on from
// what the other has appended. No reader goes back.
func TestProcessesShareAStore(t *testing.T) {
	const processes, window = 3, 300
	dir := t.TempDir()
	for name, open := range map[string]func(*testing.T) []cache.Store{
		"memory": func(t *testing.T) []cache.Store {
			s := newSpy(t)
			return []cache.Store{s, s, s}
		},
		"disk": func(t *testing.T) (all []cache.Store) {
			for range processes {
				all = append(all, diskStore(t, dir))
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stores, source := open(t), &growing{}
				source.rows.Store(100)
				var lives []*Live
				for _, store := range stores {
					lives = append(lives, startLive(t, Options{
						Load: source.load, Append: source.more, Window: window, Every: 10 * time.Second, Store: store, Key: cachetest.Key(1),
					}))
				}
				var readers sync.WaitGroup
				until := time.Now().Add(10 * time.Minute)
				for _, l := range lives {
					readers.Go(func() {
						for before := int64(0); time.Now().Before(until); time.Sleep(time.Second) {
							_, last, _ := rowsOf(t, l)
							assert.GreaterOrEqual(t, last, before)
							before = last
						}
					})
				}
				for time.Now().Before(until) {
					source.rows.Add(1)
					time.Sleep(700 * time.Millisecond)
				}
				readers.Wait()
				time.Sleep(time.Minute)
				_, last, want := rowsOf(t, lives[0])
				assert.Equal(t, source.rows.Load()-1, last)
				for i, l := range lives {
					n, last, v := rowsOf(t, l)
					assert.Equal(t, window, n)
					assert.Equal(t, source.rows.Load()-1, last)
					assert.Equal(t, want, v, "process %d", i)
					assert.Zero(t, l.Stats().NotKept)
				}
				kept, _, err := stores[0].Get(background, cachetest.Key(1))
				require.NoError(t, err)
				assert.Equal(t, want, kept.Version())
				kept.Release()
				if s, ok := stores[0].(*spy); ok {
					t.Logf("%d puts, %d appends", s.puts.Load(), s.appends.Load())
					assert.LessOrEqual(t, s.puts.Load(), int64(processes))
				}
				for i, l := range lives {
					require.NoError(t, l.Close())
					require.NoError(t, stores[i].Close())
				}
			})
		})
	}
}

// A store that is none of an Appender, a Leaser and a StaleStore has the newest
// version, put as a whole.
func TestStoreThatCanDoLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, source := newSpy(t), &growing{}
		source.rows.Store(10)
		store := struct{ cache.Store }{memory}
		l := startLive(t, Options{Load: source.load, Append: source.more, Every: time.Second, Store: store, Key: cachetest.Key(1)})
		for range 5 {
			time.Sleep(1100 * time.Millisecond)
			source.rows.Add(5)
		}
		time.Sleep(1100 * time.Millisecond)
		_, _, v := rowsOf(t, l)
		kept, _, err := store.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		assert.Equal(t, v, kept.Version())
		kept.Release()
		assert.Zero(t, memory.appends.Load())
		require.NoError(t, l.Close())
		require.NoError(t, memory.Close())
	})
}

// The versions that are kept, and what they were made of, are released.
func TestKeptFramesAreReleased(t *testing.T) {
	for range 20 { // what the writer does at the end is chance
		synctest.Test(t, func(t *testing.T) {
			alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
			ints := func(n int) *frame.Frame { return cachetest.Ints(t, alloc, n, 1) }
			store := newSpy(t)
			l := startLive(t, Options{
				Every: time.Second, Window: 1000, Store: store, Key: cachetest.Key(1),
				Load:   func(context.Context) (*frame.Frame, error) { return ints(100), nil },
				Append: func(context.Context, *frame.Frame) (*frame.Frame, error) { return ints(30), nil },
			})
			time.Sleep(10 * time.Second)
			store.hangs.Store(true)
			time.Sleep(10 * time.Second)
			require.NoError(t, l.Close())
			require.NoError(t, store.Close())
			alloc.AssertSize(t, 0)
		})
	}
}

// A mark is of what this process has loaded: what the store had is asked for once.
func TestMarkAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, source := newSpy(t), newSource(t)
		mark := func(context.Context) (string, error) { return "", nil }
		for i := range int64(2) {
			l := startLive(t, Options{Load: source.load, Mark: mark, Every: time.Minute, Store: store, Key: cachetest.Key(1)})
			time.Sleep(time.Hour)
			v, _, err := value(t, l)
			require.NoError(t, err)
			assert.Equal(t, i+1, v)
			assert.Equal(t, i+1, source.loads.Load())
			require.NoError(t, l.Close())
		}
		require.NoError(t, store.Close())
		source.alloc.AssertSize(t, 0)
	})
}

func TestStoreOptions(t *testing.T) {
	store, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	_, err = Start(Options{Load: (&growing{}).load, Every: time.Second, Store: store})
	assert.ErrorContains(t, err, "Options.Key is zero")
	_, err = Start(Options{Load: (&growing{}).load, Every: time.Second, Put: cache.PutOptions{TTL: -1}})
	assert.ErrorContains(t, err, "negative")
	require.NoError(t, store.Close())
}
