package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func init() {
	roles["fill a small disk"] = fillSmallDisk
	roles["evict what rests"] = evictWhatRests
	roles["lose the right to write"] = loseTheRightToWrite
}

// runRole runs a role that prints "ok" if all is as it should be.
func runRole(t *testing.T, role string, as *syscall.SysProcAttr) {
	t.Helper()
	cmd, lines := start(t, role, t.TempDir(), 0, as)
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	require.NoError(t, cmd.Wait())
	assert.Equal(t, "ok", last)
}

func must(ok bool, what string, detail ...any) {
	if !ok {
		panic(fmt.Sprint(what, ": ", detail))
	}
}

// A disk of two megabytes, in a mount namespace of its own. MinFree would
// notice that it is full before a write does, so it is out of the way, and so
// are the old entries: somebody reads them.
func TestFullDisk(t *testing.T) { runRole(t, "fill a small disk", ownMounts()) }

// What is evicted for space gives it back at once, though another process has it
// mapped still: else it would seem that more must go, and all would.
func TestWhatRestsMakesRoom(t *testing.T) { runRole(t, "evict what rests", ownMounts()) }

func ownMounts() *syscall.SysProcAttr {
	as := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		as.Cloneflags |= syscall.CLONE_NEWUSER
		as.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	}
	return as
}

func evictWhatRests() {
	dir := os.Getenv("DIR")
	check(unix.Mount("none", dir, "tmpfs", 0, "size=4m,mode=700"))
	reader, _ := childStore(0)
	writer, _ := childStore(0)
	ctx := context.Background()
	put := func(s *Store, key, rows int) {
		f := cachetest.Ints(panicking{}, memory.DefaultAllocator, rows, int64(key))
		defer f.Release()
		check(s.Put(ctx, cachetest.Key(key), f, cache.PutOptions{}))
	}
	for i := range 8 {
		put(reader, i, 50_000)
		f, _, err := reader.Get(ctx, cachetest.Key(i))
		check(err)
		f.Release()
	}
	writer.o.MinFree = 300_000
	put(writer, 9, 150_000)
	evicted := writer.Stats().Evicted
	must(evicted[cache.LimitFree] == 2, "two of 400 kB make room for 1.2 MB on a disk of 4 MB", evicted)
	check(errors.Join(reader.Close(), writer.Close()))
	fmt.Println("ok")
}

func fillSmallDisk() {
	dir := os.Getenv("DIR")
	check(unix.Mount("none", dir, "tmpfs", 0, "size=2m,mode=700"))
	s, _ := childStore(0)
	s.o.MinFree = -1 << 40
	ctx := context.Background()
	kept := 0
	var full error
	for ; full == nil; kept++ {
		f := cachetest.Ints(panicking{}, memory.DefaultAllocator, 50_000, int64(kept))
		full = s.Put(ctx, cachetest.Key(kept), f, cache.PutOptions{})
		f.Release()
	}
	kept--
	must(kept > 2 && kept < 6, "entries of 400 kB on a disk of 2 MB", kept)
	must(errors.Is(full, cache.ErrFull) && errors.Is(full, unix.ENOSPC), "full", full)
	for i := range kept {
		f, _, err := s.Get(ctx, cachetest.Key(i))
		check(err)
		must(cachetest.IsInts(f, int64(i)), "entry", i)
		f.Release()
	}
	must(s.Stats().Entries == kept, "what failed is not counted", s.Stats())
	temps, err := filepath.Glob(filepath.Join(dir, "*"+tempSuffix))
	check(err)
	must(len(temps) == 0, "left over", temps)

	// With its usual reserve the store makes room itself.
	s.o.MinFree = 300_000
	f := cachetest.Ints(panicking{}, memory.DefaultAllocator, 50_000, 9)
	check(s.Put(ctx, cachetest.Key(9), f, cache.PutOptions{}))
	f.Release()
	must(s.Stats().Evicted[cache.LimitFree] > 0, "evicted", s.Stats().Evicted)
	check(s.Close())
	fmt.Println("ok")
}

func TestReadOnlyDirectory(t *testing.T) {
	runRole(t, "lose the right to write", nil)
}

func loseTheRightToWrite() {
	dir := os.Getenv("DIR")
	if os.Geteuid() == 0 { // who may write everywhere
		check(os.Chmod(filepath.Dir(dir), 0o755))
		check(os.Chmod(dir, 0o777))
		check(syscall.Setuid(65534))
	}
	check(os.Setenv("DIR", filepath.Join(dir, "store")))
	s, _ := childStore(0)
	ctx := context.Background()
	f := cachetest.Ints(panicking{}, memory.DefaultAllocator, 100, 1)
	defer f.Release()
	check(s.Put(ctx, cachetest.Key(1), f, cache.PutOptions{}))
	check(os.Chmod(s.o.Dir, 0o500))

	err := s.Put(ctx, cachetest.Key(2), f, cache.PutOptions{})
	must(errors.Is(err, os.ErrPermission), "put", err)
	got, _, err := s.Get(ctx, cachetest.Key(1))
	check(err)
	again, _, err := s.Get(ctx, cachetest.Key(1))
	check(err)
	must(cachetest.IsInts(got, 1) && cachetest.IsInts(again, 1), "values")
	got.Release()
	again.Release()
	check(s.Close())

	check(os.Mkdir(filepath.Join(dir, "bare"), 0o500))
	_, err = Open(Options{Dir: filepath.Join(dir, "bare")})
	must(errors.Is(err, os.ErrPermission), "open", err)
	fmt.Println("ok")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// What is read has a name in the directory at every moment, or it would not
// count, although readers and writers do not wait for each other.
func TestWhatIsReadCounts(t *testing.T) {
	o := Options{Dir: t.TempDir(), MaxEntries: 4}
	reader, writer := openTest(t, o), openTest(t, o)
	var wg sync.WaitGroup
	var read atomic.Int64
	stop := make(chan struct{})
	for g := range 3 {
		wg.Go(func() {
			for i := g; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				m, _, err := reader.find(background, cachetest.Key(i%6), false)
				if err != nil {
					assert.NotErrorIs(t, err, cache.ErrCorrupt)
					continue
				}
				info, err := m.file.Stat()
				assert.NoError(t, err)
				assert.NotZero(t, info.Sys().(*syscall.Stat_t).Nlink)
				read.Add(1)
				m.release()
			}
		})
	}
	f := cachetest.Ints(t, memory.DefaultAllocator, 10, 1)
	defer f.Release()
	for i := range 600 {
		err := writer.Put(background, cachetest.Key(i%7%6), f, cache.PutOptions{})
		if err != nil {
			require.ErrorIs(t, err, cache.ErrFull)
		}
		if i%5 == 0 {
			require.NoError(t, writer.Delete(background, cachetest.Key(i%6)))
		}
	}
	close(stop)
	wg.Wait()
	assert.Positive(t, read.Load())
	requireCounted(t, writer)
}

// What is deleted is given back to the file system, however often it was
// replaced before.
func TestDeletedBytesAreFree(t *testing.T) {
	s := openTest(t, Options{})
	const entries = 20
	for i := range 3 * entries {
		put(t, s, i%entries, 10_000, int64(i), cache.PutOptions{Owner: alice})
	}
	before := diskUsage(t, s)
	require.Greater(t, before, int64(entries*80_000))
	n, err := s.DeleteOwner(background, alice)
	require.NoError(t, err)
	assert.Equal(t, entries, n)
	assert.Less(t, diskUsage(t, s), before/100)
}

// diskUsage is the bytes of the entries, as du counts them, the graves and lists among them.
func diskUsage(t *testing.T, s *Store) (bytes int64) {
	t.Helper()
	files, err := os.ReadDir(s.o.Dir)
	require.NoError(t, err)
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		bytes += info.Sys().(*syscall.Stat_t).Blocks * 512
	}
	return bytes
}
