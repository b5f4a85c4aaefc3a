package disk

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// residentIn returns how many bytes of the files of a directory this process
// has in its page tables, as the kernel counts them for each mapping, and the
// number of these mappings. What was never touched is not among the bytes.
func residentIn(t *testing.T, dir string) (bytes int64, mappings int) {
	t.Helper()
	smaps, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer func() { assert.NoError(t, smaps.Close()) }()
	ours := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		var kilobytes int64
		switch name, _, _ := strings.Cut(lines.Text(), " "); {
		case !strings.HasSuffix(name, ":"): // addresses: a mapping begins
			if ours = strings.Contains(lines.Text(), dir+"/"); ours {
				mappings++
			}
		case ours && name == "Rss:":
			_, err := fmt.Sscanf(lines.Text(), "Rss: %d kB", &kilobytes)
			require.NoError(t, err)
			bytes += kilobytes << 10
		}
	}
	require.NoError(t, lines.Err())
	return bytes, mappings
}

// memoryOf returns the bytes of memory that this process has, what it maps included.
func memoryOf(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	statm, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	var size, pages int64
	_, err = fmt.Sscan(string(statm), &size, &pages)
	require.NoError(t, err)
	return pages * int64(os.Getpagesize())
}

// Of a stored frame only the columns that are read come into memory: 3 of 18
// are 17 % of the file, and some pages around.
func TestColumnsThatAreNotReadAreNotTouched(t *testing.T) {
	s := openTest(t, Options{})
	f := wide(t, 18, 500_000)
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	f.Release()
	readOf := func(read []int) int64 {
		s.endRest(cachetest.Key(1))
		f, info, err := s.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		defer f.Release()
		for _, i := range read {
			c := f.Columns()[i]
			for j := range c.Chunks() {
				sum := 0.0
				for _, v := range c.Chunk(j).(*array.Float64).Float64Values() {
					sum += v
				}
				require.Equal(t, float64(i)*499_999*250_000, sum)
			}
		}
		bytes, mappings := residentIn(t, s.o.Dir)
		require.Equal(t, 1, mappings)
		t.Logf("%d columns: %d of %d bytes are resident", len(read), bytes, info.Bytes)
		return bytes * 100 / info.Bytes
	}
	assert.EqualValues(t, 100, readOf(nil), "the first Get of a process verifies all")
	assert.Zero(t, readOf(nil))
	assert.LessOrEqual(t, readOf([]int{2, 9, 17}), int64(20))
}

// What was verified is not verified again because of rows that were appended.
func TestOnlyNewRowsAreVerified(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, seedRows, 0, cache.PutOptions{})
	has(t, s, 1, 0)
	add(t, s, 1000, 0)
	f, info, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, seedRows+1000, f.Rows())
	bytes, _ := residentIn(t, s.o.Dir)
	t.Logf("%d of %d bytes are resident", bytes, info.Bytes)
	assert.Less(t, bytes, info.Bytes/10)
}

// A hundred readers of one entry have one mapping, and it ends with the last
// of them, whatever became of the entry.
func TestAHundredReadersHaveOneMapping(t *testing.T) {
	s := openTest(t, Options{MaxEntries: 1})
	put(t, s, 1, seedRows, 7, cache.PutOptions{})
	first, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	require.True(t, cachetest.IsInts(first, 7))

	before := memoryOf(t)
	frames := make([]*frame.Frame, 100)
	var wg sync.WaitGroup
	for i := range frames {
		wg.Go(func() {
			f, _, err := s.Get(background, cachetest.Key(1))
			assert.NoError(t, err)
			assert.EqualValues(t, 7, firstInt(f))
			frames[i] = f
		})
	}
	wg.Wait()
	more := memoryOf(t) - before
	t.Logf("a hundred readers of %d bytes add %d", 8*seedRows, more)
	assert.Less(t, more, int64(5_000_000))

	first.Release()
	f := cachetest.Ints(t, memory.DefaultAllocator, 10, 1)
	defer f.Release()
	assert.ErrorIs(t, s.Put(background, cachetest.Key(2), f, cache.PutOptions{}), cache.ErrFull, "what is read is not evicted")
	require.NoError(t, s.Delete(background, cachetest.Key(1)))
	for _, f := range frames {
		_, mappings := residentIn(t, s.o.Dir)
		require.Equal(t, 1, mappings)
		require.True(t, cachetest.IsInts(f, 7))
		f.Release()
	}
	_, mappings := residentIn(t, s.o.Dir)
	assert.Zero(t, mappings)
	assert.Zero(t, s.Stats().Bytes)
}

// Entries are evicted while others of them are read: none is unmapped before
// its last reader has gone, and none stays mapped after that.
func TestEvictionUnderLoadUnmapsAfterTheLastReader(t *testing.T) {
	s := openTest(t, Options{MaxEntries: 6})
	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for g := range 4 {
		readers.Go(func() {
			for i := g; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				f, _, err := s.Get(background, cachetest.Key(i%12))
				if err == nil {
					assert.True(t, cachetest.IsInts(f, int64(i%12)))
					f.Release()
				}
			}
		})
	}
	for g := range 2 {
		writers.Go(func() {
			for i := range 150 {
				key := (g + 5*i) % 12
				f := cachetest.Ints(t, memory.DefaultAllocator, 10_000, int64(key))
				if err := s.Put(background, cachetest.Key(key), f, cache.PutOptions{}); err != nil {
					assert.ErrorIs(t, err, cache.ErrFull)
				}
				f.Release()
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	stats := s.Stats()
	t.Logf("%d hits, %d puts, evicted %v", stats.Hits, stats.Puts, stats.Evicted)
	assert.Positive(t, stats.Hits)
	assert.Positive(t, stats.Evicted[cache.LimitEntries])
	nothingIsMapped(t, s)
}

// nothingIsMapped waits until nothing of a store's is: what was read rests for a
// while.
func nothingIsMapped(t *testing.T, s *Store) {
	t.Helper()
	assert.Eventually(t, func() bool {
		_, mappings := residentIn(t, s.o.Dir)
		return mappings == 0
	}, 100*restTime, restTime/10)
}

// What was read just now is still mapped, for who reads it next, until it goes,
// whoever takes it away.
func TestWhatWasReadRests(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 1000, 7, cache.PutOptions{})
	mappings := func() int {
		_, n := residentIn(t, s.o.Dir)
		return n
	}
	has(t, s, 1, 7)
	require.Equal(t, 1, mappings())
	rests := s.resting[cachetest.Key(1)]
	has(t, s, 1, 7)
	require.Same(t, rests, s.resting[cachetest.Key(1)])

	put(t, s, 1, 1000, 8, cache.PutOptions{})
	assert.Zero(t, mappings())
	has(t, s, 1, 8)
	require.NoError(t, s.Delete(background, cachetest.Key(1)))
	assert.Zero(t, mappings())
	lacks(t, s, 1, cache.ErrNotFound)

	other, err := Open(Options{Dir: s.o.Dir, MaxEntries: 1})
	require.NoError(t, err)
	put(t, s, 1, 1000, 9, cache.PutOptions{})
	has(t, s, 1, 9)
	put(t, other, 2, 1000, 1, cache.PutOptions{})
	lacks(t, s, 1, cache.ErrEvicted)
	assert.Zero(t, mappings(), "what rests keeps nobody from evicting it, and is not served any more")
	has(t, s, 2, 1)
	put(t, other, 2, 1000, 2, cache.PutOptions{})
	has(t, s, 2, 2)
	require.NoError(t, other.Close())
	nothingIsMapped(t, s)

	for i := range maxResting + 10 {
		put(t, s, i, 10, int64(i), cache.PutOptions{})
		has(t, s, i, int64(i))
	}
	assert.LessOrEqual(t, mappings(), maxResting)
	require.NoError(t, s.Close())
	assert.Zero(t, mappings())
}
