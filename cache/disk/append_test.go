package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/race"
)

// add appends n rows of v to entry 1.
func add(t testing.TB, s *Store, n int, v int64) {
	t.Helper()
	lease, err := s.Lease(background, cachetest.Key(1))
	require.NoError(t, err)
	lease.Release()
	f := cachetest.Ints(t, memory.DefaultAllocator, n, v)
	defer f.Release()
	_, err = s.Append(background, cachetest.Key(1), lease.Version, f)
	require.NoError(t, err)
}

// hasSteps reports how many rows entry 1 has, of values 0, 1, 2, … in this order,
// so many of each.
func hasSteps(t testing.TB, s *Store, each int) int {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	c, row := f.Columns()[0], 0
	for i := range c.Chunks() {
		for _, v := range c.Chunk(i).(*array.Int64).Int64Values() {
			if v != int64(row/each) {
				require.Fail(t, "mixed", "row %d is %d", row, v)
			}
			row++
		}
	}
	require.Zero(t, row%each)
	return row
}

// Each bit of a file that was appended to twice is flipped, and it is cut at
// each byte: never is an older value taken for the entry.
func TestDamagedAppendsAreCorrupt(t *testing.T) {
	s := openTest(t, Options{})
	path := s.path(cachetest.Key(1))
	for i := range 3 {
		if i == 0 {
			put(t, s, 1, 3, 0, cache.PutOptions{})
		} else {
			add(t, s, 3, int64(i))
		}
	}
	require.Equal(t, 9, hasSteps(t, s, 3))
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	check := func(b []byte, what string, at int) {
		require.NoError(t, os.WriteFile(path, b, 0o600))
		got, _, err := s.Get(background, cachetest.Key(1))
		require.Nil(t, got, "%s %d", what, at)
		require.ErrorIs(t, err, cache.ErrCorrupt, "%s %d", what, at)
		require.NoFileExists(t, path)
	}
	for i := range 8 * len(good) / race.Stride {
		b, bit := bytes.Clone(good), i*race.Stride
		b[bit/8] ^= 1 << (bit % 8)
		check(b, "bit", bit)
	}
	for i := range len(good) / race.Stride {
		check(good[:i*race.Stride], "cut at", i*race.Stride)
	}
	require.NoError(t, os.WriteFile(path, good, 0o600))
	require.Equal(t, 9, hasSteps(t, s, 3))
}

// Whoever can write to the directory can go back to an older append, but the
// newer slot must be there, and has a signature.
func TestForgedAppendsAreCorrupt(t *testing.T) {
	s := openTest(t, Options{Secret: []byte("0123456789abcdef")})
	path := s.path(cachetest.Key(1))
	put(t, s, 1, 100, 0, cache.PutOptions{})
	add(t, s, 100, 1)
	require.Equal(t, 200, hasSteps(t, s, 100))
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for name, forge := range map[string]func(slot []byte){
		"rows":    func(slot []byte) { slot[24]++ },
		"version": func(slot []byte) { slot[32]++ },
		"created": func(slot []byte) { slot[48]++ },
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(good)
			slot := b[atSlots+slotBytes : fixedBytes]
			forge(slot)
			clear(slot[atSlotCRC : atSlotCRC+4])
			binary.LittleEndian.PutUint32(slot[atSlotCRC:], crc32.Checksum(slot, castagnoli))
			require.NoError(t, os.WriteFile(path, b, 0o600))
			assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "signature of its last append")
		})
	}
}

// What a killed process has written of an append is cut off by the next who
// changes anything, and by a reader.
func TestHalfAnAppendIsCutOff(t *testing.T) {
	for name, next := range map[string]func(s *Store){
		"read":   func(s *Store) { assert.Equal(t, 200, hasSteps(t, s, 100)) },
		"put":    func(s *Store) { put(t, s, 2, 10, 1, cache.PutOptions{}) },
		"append": func(s *Store) { add(t, s, 100, 2) },
		"open":   func(s *Store) { openTest(t, Options{Dir: s.o.Dir}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{})
			put(t, s, 1, 100, 0, cache.PutOptions{})
			add(t, s, 100, 1)
			f, err := os.OpenFile(s.path(cachetest.Key(1)), os.O_WRONLY|os.O_APPEND, 0)
			require.NoError(t, err)
			_, err = f.Write(make([]byte, 12345))
			require.NoError(t, err)
			require.NoError(t, f.Close())
			_, err = s.ledger.record.WriteAt(make([]byte, 4), usageBytes-4) // a change was under way
			require.NoError(t, err)
			next(s)
			info, err := os.Stat(s.path(cachetest.Key(1)))
			require.NoError(t, err)
			entry, err := s.Inspect(background, cachetest.Key(1))
			require.NoError(t, err)
			assert.Equal(t, entry.Bytes, info.Size())
			requireCounted(t, s)
		})
	}
}

// A store of another process, or another store of this one, has what was appended.
func TestAppendInAnotherStore(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	one, other := openTest(t, o), openTest(t, o)
	put(t, one, 1, 50, 0, cache.PutOptions{Owner: alice})
	for i := range 30 {
		require.Equal(t, 50*(i+1), hasSteps(t, other, 50))
		add(t, one, 50, int64(i+1))
	}
	entries, err := other.ListOwner(background, alice)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, 31*50, entries[0].Rows)
	requireCounted(t, other)
}

// However often it is appended to, an entry has few parts, and not much in its
// file that nobody reads. Who reads it keeps what it had.
func TestManyAppends(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 10, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	most := 0
	for i := range 300 {
		add(t, s, 10, int64(i+1))
		l, err := readHeader(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		most = max(most, len(l.parts))
		live := int64(0)
		for _, p := range l.parts {
			live += p.end() - p.at
		}
		require.LessOrEqual(t, l.end, live+live/2)
	}
	assert.LessOrEqual(t, most, 25)
	assert.Equal(t, 3010, hasSteps(t, s, 10))
	assert.EqualValues(t, 0, firstInt(held))
	assert.Equal(t, 10, held.Rows())
	held.Release()
	assert.Empty(t, strays(t, s.o.Dir))
	requireCounted(t, s)
}

// wide returns a frame of float64 columns.
func wide(t testing.TB, columns, rows int) *frame.Frame {
	t.Helper()
	slices := make([]frame.Series, columns)
	for i := range slices {
		values := make([]float64, rows)
		for row := range values {
			values[row] = float64(row * i)
		}
		slices[i] = frame.Slice(fmt.Sprintf("c%d", i), values)
	}
	f, err := frame.FromSlices(slices...)
	require.NoError(t, err)
	return f
}

// A few rows that are appended to many cost what they are, not what is there.
func TestAppendWritesWhatIsNew(t *testing.T) {
	const rows, columns = 1000, 3
	s := openTest(t, Options{})
	whole := wide(t, columns, 1_000_000)
	require.NoError(t, s.Put(background, cachetest.Key(1), whole, cache.PutOptions{}))
	version := whole.Version()
	whole.Release()
	size := func() int64 {
		info, err := os.Stat(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		return info.Size()
	}
	start, few := size(), 0
	more := wide(t, columns, rows)
	defer more.Release()
	const appends = 64
	for range appends {
		before := size()
		var err error
		version, err = s.Append(background, cachetest.Key(1), version, more)
		require.NoError(t, err)
		if size()-before <= 2*rows*columns*8 {
			few++
		}
	}
	grown := float64(size()-start) / (appends * rows * columns * 8)
	t.Logf("%d of %d appends wrote at most twice their rows, all together %.2f times", few, appends, grown)
	assert.GreaterOrEqual(t, few, appends*7/8)
	assert.Less(t, grown, 3.5)
	requireCounted(t, s)
}

// appendForEver adds steps to one entry, and says when it has.
func appendForEver() {
	s, _ := childStore(0)
	key := cachetest.Key(1)
	for {
		f, _, err := s.Get(context.Background(), key)
		if err != nil {
			panic(err)
		}
		rows, version := f.Rows(), f.Version()
		f.Release()
		more := cachetest.Ints(panicking{}, memory.DefaultAllocator, appendRows, int64(rows/appendRows))
		if _, err := s.Append(context.Background(), key, version, more); err != nil {
			panic(err)
		}
		more.Release()
		fmt.Println(rows + appendRows)
	}
}

const appendRows = 500

// A process that appends is killed at random moments, while this one reads: it
// finds all rows that were acknowledged, and no part of an append.
func TestKilledWhileAppending(t *testing.T) {
	rounds := 100
	if race.Enabled { // each start takes many times as long
		rounds = 10
	}
	dir := t.TempDir()
	s := openTest(t, Options{Dir: dir})
	put(t, s, 1, appendRows, 0, cache.PutOptions{Owner: alice})
	rows := 0
	for range rounds {
		cmd, lines := start(t, "append for ever", dir, 0, nil)
		var once sync.Once
		for lines.Scan() {
			once.Do(func() {
				time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
			})
			_, err := fmt.Sscan(lines.Text(), &rows)
			require.NoError(t, err)
			require.GreaterOrEqual(t, hasSteps(t, s, appendRows), rows)
		}
		_ = cmd.Wait() // killed
		require.GreaterOrEqual(t, hasSteps(t, s, appendRows), rows)
	}
	t.Logf("%d appends", rows/appendRows)
	require.NoError(t, s.Close())

	again := openTest(t, Options{Dir: dir})
	assert.GreaterOrEqual(t, hasSteps(t, again, appendRows), rows)
	assert.Empty(t, strays(t, dir))
	requireCounted(t, again)
	info, err := os.Stat(again.path(cachetest.Key(1)))
	require.NoError(t, err)
	assert.Equal(t, info.Size(), again.Stats().Bytes)
}

// The rows that are appended are the ceiling, written to a file of their own.
func BenchmarkAppend(b *testing.B) {
	const rows = 1000
	s := openTest(b, Options{})
	put(b, s, 1, 30_000_000, 1, cache.PutOptions{}) // 10 million of three columns
	more := cachetest.Ints(b, memory.DefaultAllocator, 3*rows, 1)
	defer more.Release()
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(b, err)
	version := f.Version()
	f.Release()
	b.Run("append", func(b *testing.B) {
		b.SetBytes(8 * 3 * rows)
		for b.Loop() {
			if version, err = s.Append(background, cachetest.Key(1), version, more); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		var whole bytes.Buffer
		require.NoError(b, frame.WriteIPC(&whole, more))
		out, err := os.CreateTemp(b.TempDir(), "")
		require.NoError(b, err)
		defer out.Close()
		b.SetBytes(8 * 3 * rows)
		for b.Loop() {
			if _, err := out.Write(whole.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
