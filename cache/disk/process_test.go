package disk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/internal/race"
)

// A process under test is this test binary, started with one of these roles.
const roleVariable = "POINTILLIST_DISK_TEST_ROLE"

// roles are what such a process does.
var roles = map[string]func(){
	"put for ever":     func() { putForEver(0, 5) },
	"put and evict":    func() { putForEver(killLimit, 3) },
	"put at the limit": putAtTheLimit,
	"append for ever":  appendForEver,
	"count for ever":   countForEver,
	"load":             loadOnce,
	"load for ever":    loadForEver,
}

func TestMain(m *testing.M) {
	role := roles[os.Getenv(roleVariable)]
	if role == nil {
		goleak.VerifyTestMain(m)
		return
	}
	role()
}

// start runs a role in the directory, and gives it an argument.
func start(t *testing.T, role, dir string, argument int, as *syscall.SysProcAttr) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	require.NotNil(t, roles[role])
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "DIR="+dir, "ARGUMENT="+strconv.Itoa(argument))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = as
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

func childStore(maxEntries int) (*Store, int) {
	argument, _ := strconv.Atoi(os.Getenv("ARGUMENT"))
	s, err := Open(Options{Dir: os.Getenv("DIR"), MaxEntries: maxEntries, MinFree: 1})
	if err != nil {
		panic(err)
	}
	return s, argument
}

// putForEver replaces the values of its own few keys, and says when it has. The
// argument is the number of the writer and of its round.
func putForEver(maxEntries, keys int) {
	s, argument := childStore(maxEntries)
	writer := argument / killRounds
	for v := int64(argument) << 20; ; v++ {
		key := writer*keys + int(v%int64(keys))
		f := cachetest.Ints(panicking{}, memory.DefaultAllocator, killRows, v)
		err := s.Put(context.Background(), cachetest.Key(key), f, cache.PutOptions{Owner: owners[v%2]})
		if err != nil && !errors.Is(err, cache.ErrFull) {
			panic(err)
		}
		f.Release()
		fmt.Println(key, v)
	}
}

// owners have the keys in turn.
var owners = []cache.Key{alice, bob}

// requireOwned deletes by owner, which must find all that there is.
func requireOwned(t *testing.T, s *Store) {
	t.Helper()
	all, found := s.Stats().Entries, 0
	for _, owner := range owners {
		n, err := s.DeleteOwner(background, owner)
		require.NoError(t, err)
		found += n
	}
	assert.Equal(t, all, found)
	assert.Zero(t, s.Stats().Entries)
	requireCounted(t, s)
}

// A panicking is the testing.TB of a process that is no test.
type panicking struct{ testing.TB }

func (panicking) Helper()                   {}
func (panicking) Errorf(s string, a ...any) { panic(fmt.Sprintf(s, a...)) }
func (panicking) FailNow()                  { panic("failed") }

const (
	killWriters = 4
	killRounds  = 125
	killRows    = 1000
)

// Four writers are killed 500 times at random moments, while this process
// reads. No value that a Put has acknowledged may be lost, none may be torn,
// and nothing may be left over.
func TestKilledWriters(t *testing.T) {
	dir, rounds := t.TempDir(), killRounds
	if race.Enabled { // each start takes many times as long
		rounds = 10
	}
	s := openTest(t, Options{Dir: dir})
	var wg sync.WaitGroup
	acknowledged := make([]map[int]int64, killWriters)
	for w := range killWriters {
		acknowledged[w] = map[int]int64{}
		wg.Go(func() {
			for round := range rounds {
				killAfterAWhile(t, s, dir, w*killRounds+round, acknowledged[w])
			}
		})
	}
	wg.Wait()
	require.NoError(t, s.Close())

	again := openTest(t, Options{Dir: dir})
	values := 0
	for _, of := range acknowledged {
		require.NotEmpty(t, of, "a writer never got as far as one Put")
		values += len(of)
	}
	assert.Equal(t, values, again.Stats().Entries)
	assert.Empty(t, strays(t, dir))
	requireCounted(t, again)
	requireOwned(t, again)
}

// killAfterAWhile runs one writer until it is killed, and notes what it says.
func killAfterAWhile(t *testing.T, s *Store, dir string, argument int, acknowledged map[int]int64) {
	cmd, lines := start(t, "put for ever", dir, argument, nil)
	var timer *time.Timer
	for lines.Scan() {
		if timer == nil { // it has come as far as its first Put
			timer = time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		var key int
		var v int64
		if _, err := fmt.Sscan(lines.Text(), &key, &v); err == nil {
			acknowledged[key] = v
			requireWhole(t, s, key, v)
		}
	}
	_ = cmd.Wait() // killed
	for key, v := range acknowledged {
		requireWhole(t, s, key, v)
	}
}

const killLimit = 6

// Four writers evict what the others put, and write to its files, and are killed 200 times while
// they do.
func TestKilledWritersAtTheLimit(t *testing.T) {
	dir, rounds := t.TempDir(), 50
	if race.Enabled { // each start takes many times as long
		rounds = 6
	}
	s := openTest(t, Options{Dir: dir, MaxEntries: killLimit})
	var wg sync.WaitGroup
	for w := range killWriters {
		wg.Go(func() {
			for round := range rounds {
				killAtTheLimit(t, s, w*killRounds+round)
			}
		})
	}
	wg.Wait()
	requireCounted(t, s)
	again := openTest(t, Options{Dir: dir, MaxEntries: killLimit})
	assert.Empty(t, strays(t, dir))
	assert.LessOrEqual(t, again.Stats().Entries, killLimit)
	assert.Positive(t, again.Stats().Entries)
	requireCounted(t, again)
	requireOwned(t, again)
}

// killAtTheLimit runs one writer until it is killed, and reads what any may have put.
func killAtTheLimit(t *testing.T, s *Store, argument int) {
	cmd, lines := start(t, "put and evict", s.o.Dir, argument, nil)
	for first := true; lines.Scan(); first = false {
		if first {
			time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
		f, _, err := s.Get(background, cachetest.Key(rand.IntN(killWriters*3)))
		if err != nil {
			assert.NotErrorIs(t, err, cache.ErrCorrupt)
			continue
		}
		assert.True(t, cachetest.IsInts(f, firstInt(f)), "torn")
		f.Release()
	}
	_ = cmd.Wait() // killed
}

// requireWhole has a value that is as good as the one that was acknowledged:
// that one, or one that was put after it.
func requireWhole(t *testing.T, s *Store, key int, least int64) {
	t.Helper()
	f, _, err := s.Get(context.Background(), cachetest.Key(key))
	if !assert.NoError(t, err) {
		return
	}
	defer f.Release()
	assert.Equal(t, killRows, f.Rows())
	v := firstInt(f)
	assert.GreaterOrEqual(t, v, least)
	assert.True(t, cachetest.IsInts(f, v), "torn")
}

func strays(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), tempSuffix) || strings.HasSuffix(e.Name(), goneSuffix) {
			names = append(names, e.Name())
		}
	}
	return names
}

// requireCounted compares the ledger with the directory, temporary files included.
func requireCounted(t *testing.T, s *Store) {
	t.Helper()
	require.NoError(t, s.change(context.Background(), func(u *usage) error {
		entries, err := os.ReadDir(s.o.Dir)
		counted := usage{graves: u.graves}
		for _, e := range entries {
			if info, err := e.Info(); filepath.Ext(e.Name()) != "" && assert.NoError(t, err) && info.Mode().IsRegular() {
				counted.bytes += info.Size()
				counted.entries++
			}
		}
		require.Equal(t, counted, *u)
		return err
	}))
}

const (
	processLimit = 200
	processPuts  = 400
)

// putAtTheLimit has as many processes as there are want the same room.
func putAtTheLimit() {
	s, process := childStore(processLimit)
	f := cachetest.Ints(panicking{}, memory.DefaultAllocator, 1000, int64(process))
	for i := range processPuts {
		err := s.Put(context.Background(), cachetest.Key(process*1000+i), f, cache.PutOptions{})
		if err != nil && !errors.Is(err, cache.ErrFull) { // all others may be in flight
			panic(err)
		}
	}
	if err := s.Close(); err != nil {
		panic(err)
	}
}

func TestProcessesShareTheLimit(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, Options{Dir: dir, MaxEntries: processLimit})
	var processes []*exec.Cmd
	for i := range 8 {
		cmd, _ := start(t, "put at the limit", dir, i, nil)
		processes = append(processes, cmd)
	}
	done := make(chan error)
	go func() {
		var err error
		for _, cmd := range processes {
			err = errors.Join(err, cmd.Wait())
		}
		done <- err
	}()
	for running := true; running; {
		select {
		case err := <-done:
			require.NoError(t, err)
			running = false
		case <-time.After(5 * time.Millisecond):
			files := 0
			require.NoError(t, s.change(context.Background(), func(*usage) error {
				entries, err := os.ReadDir(dir)
				for _, e := range entries {
					if filepath.Ext(e.Name()) != "" {
						files++
					}
				}
				return err
			}))
			require.LessOrEqual(t, files, processLimit, "values and those in flight")
		}
	}
	assert.Equal(t, processLimit, s.Stats().Entries)
	requireCounted(t, s)
}
