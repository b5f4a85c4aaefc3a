package redis

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// A process under test is this test binary, started with one of these roles.
const roleVariable = "POINTILLIST_REDIS_TEST_ROLE"

var roles = map[string]func(*Store){
	"load":            loadOnce,
	"load for ever":   loadForEver,
	"put at limit":    putAtTheLimit,
	"count":           countMany,
	"append":          appendMany,
	"append for ever": appendForEver,
}

// A client of a cluster waits five seconds before it closes connections that
// it does not need any more, and Close does not wait for that.
func TestMain(m *testing.M) {
	role := roles[os.Getenv(roleVariable)]
	if role == nil {
		goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*clusterClient)._refresh.func2"))
		return
	}
	s, err := Open(processOptions(os.Getenv("ADDRESS")))
	if err != nil {
		panic(err)
	}
	role(s)
	if err := s.Close(); err != nil {
		panic(err)
	}
}

// limit is that of the entries in the store that processes share.
const limit = 50

func processOptions(address string) Options {
	return Options{
		Connect: rueidis.ClientOption{InitAddress: []string{address}}, Prefix: "processes",
		Timeout: patient, MaxEntries: limit, LoadLease: 2 * time.Second,
	}
}

// startProcess starts one with a role.
func startProcess(t *testing.T, role string, server *server) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	require.NotNil(t, roles[role])
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "ADDRESS="+server.addr)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// panicking is a testing.TB for a process that is no test.
type panicking struct{ testing.TB }

func (panicking) Helper()                        {}
func (panicking) FailNow()                       { panic("failed") }
func (panicking) Errorf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }

func ints(rows int, v int64) *frame.Frame {
	return cachetest.Ints(panicking{}, memory.DefaultAllocator, rows, v)
}

const tally = "runs of loaders, of all processes"

// loading returns a loader that counts itself in the server and takes a while.
func loading(s *Store, v int64) cache.Loader {
	return func(ctx context.Context) (*frame.Frame, cache.PutOptions, error) {
		if err := s.client.Do(ctx, s.client.B().Incr().Key(tally).Build()).Error(); err != nil {
			return nil, cache.PutOptions{}, err
		}
		time.Sleep(50 * time.Millisecond)
		return ints(1000, v), cache.PutOptions{}, nil
	}
}

func tallied(t *testing.T, c rueidis.Client) int64 {
	t.Helper()
	n, err := c.Do(background, c.B().Get().Key(tally).Build()).AsInt64()
	require.NoError(t, err)
	return n
}

// loadOnce has 64 goroutines ask for one cold key.
func loadOnce(s *Store) {
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			f, _, err := s.Load(background, cachetest.Key(1), loading(s, int64(os.Getpid())))
			if err != nil {
				panic(err)
			}
			if !cachetest.IsInts(f, f.Columns()[0].Value(0).(int64)) {
				panic("torn")
			}
			f.Release()
		})
	}
	wg.Wait()
}

func TestLoadersRunOnceInAllProcesses(t *testing.T) {
	server := startServer(t)
	var processes []*exec.Cmd
	for range 4 {
		cmd, _ := startProcess(t, "load", server)
		processes = append(processes, cmd)
	}
	for _, cmd := range processes {
		require.NoError(t, cmd.Wait())
	}
	c := client(t, server)
	assert.EqualValues(t, 1, tallied(t, c))
	assert.Empty(t, keysOf(t, c, "*:claim:*"))
}

func loadForEver(s *Store) {
	_, _, err := s.Load(background, cachetest.Key(1), func(ctx context.Context) (*frame.Frame, cache.PutOptions, error) {
		_, _, _ = loading(s, 1)(ctx)
		fmt.Println("loading")
		select {}
	})
	panic(err)
}

func TestKilledLoaderIsTakenOver(t *testing.T) {
	server := startServer(t)
	cmd, lines := startProcess(t, "load for ever", server)
	begun := time.Now()
	require.True(t, lines.Scan())
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // killed
	o := processOptions(server.addr)
	s := openTest(t, o)
	f, _, err := s.Load(background, cachetest.Key(1), loading(s, 2))
	require.NoError(t, err)
	defer f.Release()
	assert.True(t, cachetest.IsInts(f, 2))
	assert.Greater(t, time.Since(begun), o.LoadLease/2, "it waited for the lease to end")
	assert.EqualValues(t, 2, tallied(t, client(t, server)))
}

// putAtTheLimit puts 400 values.
func putAtTheLimit(s *Store) {
	for i := range 400 {
		f := ints(10, int64(i))
		if err := s.Put(background, cachetest.Key(os.Getpid()*1000+i), f, cache.PutOptions{}); err != nil {
			panic(err)
		}
		f.Release()
		if held := s.Stats(); held.Entries > limit {
			panic(fmt.Sprint(held.Entries, " entries"))
		}
	}
}

func TestLimitIsExactForAllProcesses(t *testing.T) {
	server := startServer(t)
	var processes []*exec.Cmd
	for range 4 {
		cmd, _ := startProcess(t, "put at limit", server)
		processes = append(processes, cmd)
	}
	for _, cmd := range processes {
		require.NoError(t, cmd.Wait())
	}
	s := openTest(t, processOptions(server.addr))
	assert.Equal(t, limit, s.Stats().Entries)
	requireCounted(t, s)
}

// A loader hangs until its lease is over and another has its work done.
func TestHungLoaderIsFencedOff(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	o := Options{Prefix: "one", Timeout: patient, Now: clock.Now}
	a, b := openTest(t, o, server), openTest(t, o, server)
	begun, hung, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		f, _, err := a.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
			close(begun)
			<-hung
			return ints(100, 1), cache.PutOptions{}, nil
		})
		if assert.NoError(t, err) {
			assert.True(t, cachetest.IsInts(f, 2), "its callers have what took its place")
			f.Release()
		}
	}()
	<-begun
	clock.Advance(59 * time.Second)
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	_, _, err := b.Load(ctx, cachetest.Key(1), nil)
	assert.ErrorIs(t, err, context.DeadlineExceeded, "it is not hung yet")

	clock.Advance(time.Second)
	f, _, err := b.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
		return ints(100, 2), cache.PutOptions{}, nil
	})
	require.NoError(t, err)
	f.Release()
	close(hung)
	<-ended
	has(t, b, 1, 2)
	require.NoError(t, a.Close())
	requireCounted(t, b)
}

// Clocks of two processes are never the same, nor do their calls arrive in the
// order in which they asked for the time.
func TestClaimOfAClockAhead(t *testing.T) {
	server, ahead := startServer(t), cachetest.NewClock()
	o := Options{Prefix: "one", Timeout: patient, Now: ahead.Now}
	a := openTest(t, o, server)
	o.Now = func() time.Time { return ahead.Now().Add(-time.Second) }
	b := openTest(t, o, server)
	begun, finish, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		f, _, err := a.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
			close(begun)
			<-finish
			return ints(100, 1), cache.PutOptions{}, nil
		})
		if assert.NoError(t, err) {
			f.Release()
		}
	}()
	<-begun
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	_, _, err := b.Load(ctx, cachetest.Key(1), nil)
	assert.ErrorIs(t, err, context.DeadlineExceeded, "it waits")
	close(finish)
	<-ended
	has(t, b, 1, 1)
}

func TestLoadFails(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	broken := errors.New("no such table")
	for name, load := range map[string]cache.Loader{
		"an error": func(context.Context) (*frame.Frame, cache.PutOptions, error) { return nil, cache.PutOptions{}, broken },
		"a panic":  func(context.Context) (*frame.Frame, cache.PutOptions, error) { panic(broken) },
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // an error is not kept, nor the claim
				_, _, err := s.Load(background, cachetest.Key(1), load)
				assert.ErrorIs(t, err, broken)
				assert.Empty(t, keysOf(t, s.client, "*:claim:*"))
			}
		})
	}
}

// What was loaded is returned, whether it can be kept or not.
func TestLoadWithoutAPlaceToKeep(t *testing.T) {
	for name, test := range map[string]struct {
		o    Options
		harm func(*Store, *server)
	}{
		"too large":  {Options{Timeout: patient, MaxEntryBytes: 1000}, func(*Store, *server) {}},
		"over quota": {Options{Timeout: patient, MaxOwnerBytes: 1000}, func(*Store, *server) {}},
		"closed":     {Options{Timeout: patient}, func(s *Store, _ *server) { _ = s.Close() }},
		"no server":  {Options{}, func(_ *Store, server *server) { server.stop() }},
	} {
		t.Run(name, func(t *testing.T) {
			server := startServer(t)
			s := openTest(t, test.o, server)
			test.harm(s, server)
			f, info, err := s.Load(background, cachetest.Key(1), func(context.Context) (*frame.Frame, cache.PutOptions, error) {
				return ints(1000, 3), cache.PutOptions{TTL: time.Hour, Owner: alice}, nil
			})
			require.NoError(t, err)
			assert.True(t, cachetest.IsInts(f, 3))
			assert.Equal(t, info.Created.Add(time.Hour), info.Expires)
			f.Release()
		})
	}
}
