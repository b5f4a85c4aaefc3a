package disk

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"slices"
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
	_, err = s.Append(background, cachetest.Key(1), lease.Version, f, 0)
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

// However often it is appended to, an entry has few parts, and not more in its
// file that nobody reads than what is read. Who reads it keeps what it had.
func TestManyAppends(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 10, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	most, appends := 0, 2*manyParts/race.Stride+manyParts+10
	for i := range appends {
		add(t, s, 10, int64(i+1))
		if i%64 > 0 && i%manyParts < manyParts-2 {
			continue
		}
		f, err := openEntry(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		l, err := parseFile(f)
		require.NoError(t, err)
		parts, err := l.parts(f, slot{})
		require.NoError(t, err)
		require.NoError(t, f.Close())
		most = max(most, len(parts))
		live := int64(0)
		for _, p := range parts {
			live += p.end() - p.at
		}
		require.LessOrEqual(t, l.last.end, 2*live+64*int64(len(parts)))
		require.Equal(t, 10*(i+2), hasSteps(t, s, 10))
	}
	assert.LessOrEqual(t, most, manyParts+keptParts)
	assert.Equal(t, 10*(appends+1), hasSteps(t, s, 10))
	assert.EqualValues(t, 0, firstInt(held))
	assert.Equal(t, 10, held.Rows())
	held.Release()
	assert.Empty(t, strays(t, s.o.Dir))
	requireCounted(t, s)
	again := openTest(t, Options{Dir: s.o.Dir})
	assert.Equal(t, 10*(appends+1), hasSteps(t, again, 10))
}

// A window on disk takes at most twice its bytes, and a new header now and then,
// however many rows leave it.
func TestWindowGivesBackItsSpace(t *testing.T) {
	const window, step = 20_000, 1000
	s := openTest(t, Options{})
	f := wide(t, 3, window)
	require.NoError(t, s.Put(background, cachetest.Key(1), f, cache.PutOptions{}))
	version, one := f.Version(), s.Stats().Bytes
	f.Release()
	more := wide(t, 3, step)
	defer more.Release()
	most, puts := int64(0), 0
	for range 200 {
		before, err := os.Stat(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		version, err = s.Append(background, cachetest.Key(1), version, more, window)
		require.NoError(t, err)
		after, err := os.Stat(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		if !os.SameFile(before, after) {
			puts++
		}
		most = max(most, after.Size())
		entry, err := s.Inspect(background, cachetest.Key(1))
		require.NoError(t, err)
		require.Equal(t, window, entry.Rows)
	}
	t.Logf("the file had up to %.2f times the bytes of its rows, and was put anew %d times", float64(most)/float64(one), puts)
	assert.LessOrEqual(t, most, 2*one+one/4)
	assert.LessOrEqual(t, puts, 200*step/window)
	got, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer got.Release()
	assert.Equal(t, version, got.Version())
	c, err := got.Column("c2")
	require.NoError(t, err)
	x, err := c.AppendFloats(nil, frame.AllRows(got))
	require.NoError(t, err)
	for row, v := range x {
		require.InDelta(t, 2*(row%step), v, 0)
	}
	requireCounted(t, s)
}

// Whatever its type, a column keeps its values when parts are written together.
func TestManyAppendsOfAllTypes(t *testing.T) {
	s := openTest(t, Options{})
	mixed := cachetest.Mixed(t, memory.DefaultAllocator)
	defer mixed.Release()
	require.NoError(t, s.Put(background, cachetest.Key(1), mixed, cache.PutOptions{}))
	version, want := mixed.Version(), make([]int, 0, 20*manyParts) // rows of mixed
	for row := range mixed.Rows() {
		want = append(want, row)
	}
	for i := range manyParts + 20 {
		from := i % mixed.Rows()
		more := mixed.Slice(from, min(from+1+i%9, mixed.Rows()))
		var err error
		version, err = s.Append(background, cachetest.Key(1), version, more, 0)
		require.NoError(t, err)
		for row := range more.Rows() {
			want = append(want, from+row)
		}
		more.Release()
	}
	got, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer got.Release()
	require.Equal(t, version, got.Version())
	require.Equal(t, len(want), got.Rows())
	for c, column := range got.Columns() {
		for row, from := range want {
			require.Equal(t, mixed.Columns()[c].Value(from), column.Value(row), "%s, row %d", column.Name(), row)
		}
	}
}

// A frame that was appended to knows its beginnings, as one in memory does.
func TestAppendsTellTheBeginnings(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 10, 0, cache.PutOptions{})
	var want []frame.Beginning
	for i := range 70 {
		lease, err := s.Lease(background, cachetest.Key(1))
		require.NoError(t, err)
		want = append([]frame.Beginning{{Version: lease.Version, Rows: 10 * (i + 1)}}, want...)
		lease.Release()
		add(t, s, 10, int64(i+1))
	}
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, want[:64], f.Beginnings())
}

// Who has the entry gets the next value by reading what is new of it; what has
// changed in it otherwise is read as a whole.
func TestGetGoesOnFromWhatIsRead(t *testing.T) {
	s := openTest(t, Options{})
	put(t, s, 1, 100_000, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer func() { held.Release() }()
	base := func() *mapping { return s.open[cachetest.Key(1)].base }
	for i := range 3 {
		add(t, s, 100_000, int64(i+1))
		next, _, err := s.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		held.Release()
		held = next
		require.NotNil(t, base())
		require.Equal(t, 100_000*(i+2), hasSteps(t, s, 100_000))
	}
	add(t, s, 100_000*(1+maxExtension/800_000), 4) // more than is had in memory
	next, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Nil(t, base())
	held.Release()
	held = next
	put(t, s, 1, 10, 0, cache.PutOptions{})
	assert.Equal(t, 10, hasSteps(t, s, 10))

	add(t, s, 10, 1) // a damaged one is not gone on with
	again, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer again.Release()
	add(t, s, 10, 2)
	f, err := openForAppend(s.path(cachetest.Key(1)))
	require.NoError(t, err)
	info, err := f.Stat()
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{1}, info.Size()-1000)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	lacks(t, s, 1, cache.ErrCorrupt)
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

// A thousand rows that are appended cost at most twice what they are, each time
// but one of 512, and all together at any time.
func TestAppendWritesWhatIsNew(t *testing.T) {
	const rows, bytes = 1000, 1000 * 3 * 8
	appends, reports := 4096, []int{1, 64, 512, 1000, 4096}
	if race.Enabled {
		appends = 600
	}
	s := openTest(t, Options{})
	whole := wide(t, 3, 100_000)
	require.NoError(t, s.Put(background, cachetest.Key(1), whole, cache.PutOptions{}))
	version := whole.Version()
	whole.Release()
	more := wide(t, 3, rows)
	defer more.Release()
	first, err := os.Stat(s.path(cachetest.Key(1)))
	require.NoError(t, err)
	size, many := first.Size(), 0
	for i := range appends {
		version, err = s.Append(background, cachetest.Key(1), version, more, 0)
		require.NoError(t, err)
		info, err := os.Stat(s.path(cachetest.Key(1)))
		require.NoError(t, err)
		require.True(t, os.SameFile(first, info), "it was put anew")
		if info.Size()-size > 2*bytes {
			many++
		}
		size = info.Size()
		written := float64(size-first.Size()) / float64((i+1)*bytes)
		require.LessOrEqual(t, written, 2.0, "after %d appends", i+1)
		if slices.Contains(reports, i+1) {
			t.Logf("%d appends wrote their rows %.2f times, %d of them more than twice", i+1, written, many)
		}
	}
	assert.LessOrEqual(t, many, appends/manyParts)
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	assert.Equal(t, 100_000+appends*rows, f.Rows())
	assert.Less(t, f.Chunks(), 100, "the rows of a chunk are many, however few were appended at a time")
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
		if _, err := s.Append(context.Background(), key, version, more, 0); err != nil {
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
	rows := appendRows
	for ; rows < (manyParts-5)*appendRows; rows += appendRows { // parts are joined early on
		add(t, s, appendRows, int64(rows/appendRows))
	}
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
			if version, err = s.Append(background, cachetest.Key(1), version, more, 0); err != nil {
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

// What appends cost who reads then: the first Get of a process, one for which
// nobody has the entry, and the next value for who has it. An entry that was
// never appended to is the ceiling.
func BenchmarkGetAfterAppends(b *testing.B) {
	s := openTest(b, Options{MaxBytes: 1 << 30})
	put(b, s, 1, 30_000_000, 1, cache.PutOptions{}) // 10 million of three columns
	get := func(b *testing.B, s *Store) *frame.Frame {
		f, _, err := s.Get(background, cachetest.Key(1))
		require.NoError(b, err)
		return f
	}
	done := 0
	for _, appends := range []int{0, 64, 511, 4095} {
		for ; done < appends; done++ {
			add(b, s, 3000, 1)
		}
		b.Run(fmt.Sprintf("appends=%d/first", appends), func(b *testing.B) {
			for b.Loop() {
				s.forget(cachetest.Key(1))
				get(b, s).Release()
			}
		})
		b.Run(fmt.Sprintf("appends=%d/again", appends), func(b *testing.B) {
			for b.Loop() {
				get(b, s).Release()
			}
		})
		b.Run(fmt.Sprintf("appends=%d/held", appends), func(b *testing.B) {
			held := get(b, s)
			for b.Loop() {
				b.StopTimer()
				add(b, s, 3000, 1)
				done++
				b.StartTimer()
				next := get(b, s)
				held.Release()
				held = next
			}
			held.Release()
		})
	}
}
