package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// tally counts runs in all processes: a byte in a file beside the store for each.
func tally(dir string) {
	f, err := os.OpenFile(dir+"-tally", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	if _, err := f.Write([]byte{1}); err != nil {
		panic(err)
	}
	f.Close()
}

func tallied(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(dir + "-tally")
	require.NoError(t, err)
	return len(b)
}

func ints(v int64) *frame.Frame { return cachetest.Ints(panicking{}, memory.DefaultAllocator, 1000, v) }

// loading returns a loader that counts itself and takes a while.
func loading(dir string, v int64) Loader {
	return func(context.Context) (*frame.Frame, cache.PutOptions, error) {
		tally(dir)
		time.Sleep(50 * time.Millisecond)
		return ints(v), cache.PutOptions{}, nil
	}
}

// loadOnce has 64 goroutines ask for one cold key.
func loadOnce() {
	s, process := childStore(0)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			f, _, err := s.Load(context.Background(), cachetest.Key(1), loading(s.o.Dir, int64(process)))
			if err != nil {
				panic(err)
			}
			if !cachetest.IsInts(f, firstInt(f)) {
				panic("torn")
			}
			f.Release()
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		panic(err)
	}
}

func TestLoadersRunOnceInAllProcesses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := openTest(t, Options{Dir: dir})
	var processes []*exec.Cmd
	for i := range 4 {
		cmd, _ := start(t, "load", dir, i, nil)
		processes = append(processes, cmd)
	}
	for _, cmd := range processes {
		require.NoError(t, cmd.Wait())
	}
	assert.Equal(t, 1, tallied(t, dir))
	assert.NoFileExists(t, s.loadPath(cachetest.Key(1)))
	requireCounted(t, s)
}

func loadForEver() {
	s, _ := childStore(0)
	_, _, err := s.Load(context.Background(), cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
		tally(s.o.Dir)
		fmt.Println("loading")
		select {}
	})
	panic(err)
}

func TestKilledLoaderIsTakenOver(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := openTest(t, Options{Dir: dir, LoadLease: time.Hour})
	cmd, lines := start(t, "load for ever", dir, 0, nil)
	require.True(t, lines.Scan())
	done := make(chan error)
	go func() {
		f, _, err := s.Load(background, cachetest.Key(1), loading(dir, 2))
		if err == nil {
			f.Release()
		}
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatal("it did not wait", err)
	case <-time.After(50 * time.Millisecond):
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // killed
	require.NoError(t, <-done)
	has(t, s, 1, 2)
	assert.Equal(t, 2, tallied(t, dir))
	requireCounted(t, s)
}

// A loader hangs until its lease is over and another has its work done. Two
// stores of one directory stand for two processes.
func TestHungLoaderIsFencedOff(t *testing.T) {
	clock := cachetest.NewClock()
	o := Options{Dir: t.TempDir(), LoadLease: time.Minute, Now: clock.Now}
	a, b := openTest(t, o), openTest(t, o)
	begun, hung, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		f, _, err := a.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
			close(begun)
			<-hung
			return ints(1), cache.PutOptions{}, nil
		})
		if assert.NoError(t, err) {
			assert.True(t, cachetest.IsInts(f, 2), "its callers have what took its place")
			f.Release()
		}
	}()
	<-begun
	clock.Advance(59 * time.Second)
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	_, _, err := b.Load(ctx, cachetest.Key(1), nil)
	assert.ErrorIs(t, err, context.DeadlineExceeded, "it is not hung yet")

	clock.Advance(time.Second)
	f, _, err := b.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
		return ints(2), cache.PutOptions{}, nil
	})
	require.NoError(t, err)
	f.Release()
	close(hung)
	<-ended
	has(t, b, 1, 2)
	requireCounted(t, a)
}

func TestLoadFails(t *testing.T) {
	s := openTest(t, Options{})
	broken := errors.New("no such table")
	for name, test := range map[string]struct {
		load Loader
		want string
	}{
		"an error": {func(context.Context) (*frame.Frame, cache.PutOptions, error) { return nil, cache.PutOptions{}, broken }, "no such table"},
		"a panic":  {func(context.Context) (*frame.Frame, cache.PutOptions, error) { panic(broken) }, "loader panicked"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // an error is not kept, nor the claim
				_, _, err := s.Load(background, cachetest.Key(1), test.load)
				assert.ErrorIs(t, err, broken)
				assert.ErrorContains(t, err, test.want)
				assert.NoFileExists(t, s.loadPath(cachetest.Key(1)))
			}
		})
	}
}

// What was loaded is returned, whether it can be kept or not.
func TestLoadWithoutAPlaceToKeep(t *testing.T) {
	for name, test := range map[string]struct {
		o    Options
		harm func(s *Store)
	}{
		"too large":  {Options{MaxEntryBytes: 1000}, func(*Store) {}},
		"over quota": {Options{MaxOwnerBytes: 1000}, func(*Store) {}},
		"closed":     {Options{}, func(s *Store) { _ = s.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, test.o)
			test.harm(s)
			f, info, err := s.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
				return ints(3), cache.PutOptions{TTL: time.Hour, Owner: alice}, nil
			})
			require.NoError(t, err)
			assert.True(t, cachetest.IsInts(f, 3))
			assert.Equal(t, info.Created.Add(time.Hour), info.Expires)
			f.Release()
		})
	}
}

func TestLoadDoesNotLeak(t *testing.T) {
	alloc := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer alloc.AssertSize(t, 0)
	s := openTest(t, Options{})
	for range 3 {
		f, _, err := s.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
			return cachetest.Ints(t, alloc, 100, 1), cache.PutOptions{}, nil
		})
		require.NoError(t, err)
		f.Release()
	}
	assert.Empty(t, s.open)
	assert.EqualValues(t, 2, s.Stats().Hits)
	assert.EqualValues(t, 1, s.Stats().Misses.NotFound)
}
