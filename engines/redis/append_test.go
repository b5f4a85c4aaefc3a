package redis

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// tryAdd appends n rows of v to an entry.
func tryAdd(t testing.TB, s *Store, key int, before frame.Version, n int, v int64, window int) (frame.Version, error) {
	t.Helper()
	f := cachetest.Ints(t, memory.DefaultAllocator, n, v)
	defer f.Release()
	return s.Append(background, cachetest.Key(key), before, f, window)
}

// add appends to what is there.
func add(t testing.TB, s *Store, key, n int, v int64) {
	t.Helper()
	_, err := tryAdd(t, s, key, versionOf(t, s, key), n, v, 0)
	require.NoError(t, err)
}

func versionOf(t testing.TB, s *Store, key int) frame.Version {
	t.Helper()
	lease, err := s.Lease(background, cachetest.Key(key))
	require.NoError(t, err)
	defer lease.Release()
	return lease.Version
}

// steps returns how many rows a frame has, of values first, first+1, … in this
// order, so many of each.
func steps(t testing.TB, f *frame.Frame, each int, first int64) int {
	t.Helper()
	c, row := f.Columns()[0], 0
	for i := range c.Chunks() {
		for _, v := range c.Chunk(i).(*array.Int64).Int64Values() {
			if v != first+int64(row/each) {
				require.Fail(t, "mixed", "row %d is %d", row, v)
			}
			row++
		}
	}
	return row
}

// hasSteps returns how many of them entry 1 has.
func hasSteps(t testing.TB, s *Store, each int) int {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer f.Release()
	return steps(t, f, each, 0)
}

// settled waits until leases have ended, in the background, and all is counted.
func settled(t testing.TB, s *Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		s.Stats()
		return len(keysOf(t, s.client, s.tag+":garbage")) == 0 && len(keysOf(t, s.client, s.tag+":dead")) == 0
	}, patient, time.Millisecond)
	requireCounted(t, s)
}

// received returns how many bytes the server was sent.
func (s *server) received() int {
	found := regexp.MustCompile(`total_net_input_bytes:(\d+)`).FindStringSubmatch(s.cli("info stats"))
	require.Len(s.t, found, 2)
	n, err := strconv.Atoi(found[1])
	require.NoError(s.t, err)
	return n
}

// commands returns how many the server was sent, those of scripts not among them.
func (s *server) commands(names string) (n int) {
	for _, found := range regexp.MustCompile(`cmdstat_(?:`+names+`):calls=(\d+)`).FindAllStringSubmatch(s.cli("info commandstats"), -1) {
		calls, err := strconv.Atoi(found[1])
		require.NoError(s.t, err)
		n += calls
	}
	return n
}

// A thousand rows behind 20 MB cost what the thousand do: to write, and to read
// for who has the frame before.
func TestAppendCostsWhatIsNew(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
	put(t, s, 1, bigRows, 0, cache.PutOptions{})
	put(t, s, 2, 1, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer func() { held.Release() }()
	version := held.Version()
	add(t, s, 2, 1, 0) // the server learns the scripts
	for i := range 50 {
		in, calls := server.received(), server.commands("evalsha|set|persist|exists|pexpire")
		version, err = tryAdd(t, s, 1, version, 1000, 0, 0)
		require.NoError(t, err)
		assert.Less(t, server.received()-in, 8000+100*(i+2)+5000, "rows, manifest, calls")
		assert.LessOrEqual(t, server.commands("evalsha|set|persist|exists|pexpire")-calls, 20, "one look, reserve, write, keep, commit and what is tidied")

		out := server.sent()
		next, _, err := s.Get(background, cachetest.Key(1))
		require.NoError(t, err)
		assert.Less(t, server.sent()-out, 8000+2*100*(i+2)+12_000, "rows, manifest twice, what was asked about this")
		assert.Equal(t, version, next.Version())
		assert.Equal(t, bigRows+1000*(i+1), next.Rows())
		assert.Equal(t, held.Version(), next.Beginnings()[0].Version)
		assert.Same(t, &held.Columns()[0].Chunk(0).(*array.Int64).Int64Values()[0], &next.Columns()[0].Chunk(0).(*array.Int64).Int64Values()[0])
		held.Release()
		held = next
	}
	assert.True(t, cachetest.IsInts(held, 0))
}

// What appends write, and the parts that are left, without a server.
func TestPartsThatAreJoined(t *testing.T) {
	for name, each := range map[string]int64{"tiny": 100, "small": 20_000, "nearly large": smallPart - 1, "large": smallPart} {
		t.Run(name, func(t *testing.T) {
			var parts []part
			var written int64
			for n := int64(1); n <= 5000; n++ {
				stay, again, level := toJoin(parts)
				own := part{level: level, ends: []int64{each}}
				for _, p := range again {
					own.ends[0] += p.bytes()
				}
				parts = append(stay, own)
				written += own.bytes()
				if times := int64(1); each < smallPart {
					for m := n; m >= manyParts; m /= manyParts {
						times++
					}
					require.LessOrEqual(t, written, times*n*each)
					require.LessOrEqual(t, int64(len(parts)), 2*manyParts+n*each*64/smallPart)
				}
			}
			if each == smallPart {
				require.Len(t, parts, 5000)
			}
		})
	}
}

// Many appends are few parts, whose rows are those of all.
func TestManyAppends(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	fresh := openTest(t, Options{Timeout: patient}, server)
	const each, appends = 10, 3*manyParts + 20
	put(t, s, 1, each, 0, cache.PutOptions{Owner: alice})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	version, in := held.Version(), server.received()
	versions := make(map[frame.Version]int)
	for i := range appends {
		versions[version] = each * (i + 1)
		version, err = tryAdd(t, s, 1, version, each, int64(i+1), 0)
		require.NoError(t, err)
		if i%7 == 0 { // a reader who comes now and then
			next, _, err := s.Get(background, cachetest.Key(1))
			require.NoError(t, err)
			require.Equal(t, each*(i+2), steps(t, next, each, 0))
			held.Release()
			held = next
		}
		require.LessOrEqual(t, len(current(t, c, s, 1).parts), 2*manyParts)
	}
	t.Logf("%d bytes an append", (server.received()-in)/appends)
	held.Release()
	f, _, err := fresh.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, each*(appends+1), steps(t, f, each, 0))
	assert.Greater(t, len(f.Beginnings()), 20)
	for _, b := range f.Beginnings() {
		assert.Equal(t, versions[b.Version], b.Rows)
	}
	f.Release()
	m := current(t, c, s, 1)
	assert.Equal(t, version, m.version)
	settled(t, s)
	assert.Len(t, chunkKeys(t, c, s), m.chunks(), "joined parts are freed")
	require.NoError(t, s.Delete(background, cachetest.Key(1)))
	settled(t, s)
	assert.Zero(t, s.Stats().Bytes)
	assert.Empty(t, chunkKeys(t, c, s))
}

// Whatever its type, a column keeps its values when parts are joined.
func TestManyAppendsOfAllTypes(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient}, server)
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
	some, _, err := s.GetColumns(background, cachetest.Key(1), "ok", "n")
	require.NoError(t, err)
	defer some.Release()
	for _, f := range []*frame.Frame{got, some} {
		require.Equal(t, len(want), f.Rows())
		for _, column := range f.Columns() {
			of, err := mixed.Column(column.Name())
			require.NoError(t, err)
			for row, from := range want {
				require.Equal(t, of.Value(from), column.Value(row), "%s, row %d", column.Name(), row)
			}
		}
	}
}

// Parts that have left the window are freed, but not those that somebody reads.
func TestWindowGivesBackItsSpace(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	other := openTest(t, Options{Timeout: patient}, server)
	const each, window = 100, 1000
	put(t, s, 1, window, -1, cache.PutOptions{})
	old, err := other.Lease(background, cachetest.Key(1))
	require.NoError(t, err)
	version := old.Version
	for i := range 5 * manyParts {
		version, err = tryAdd(t, s, 1, version, each, int64(i), window)
		require.NoError(t, err)
		m := current(t, c, s, 1)
		assert.LessOrEqual(t, len(m.parts), window/each+1)
		assert.LessOrEqual(t, m.info.Bytes, int64(2*8*window+1000*len(m.parts)))
	}
	f, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	assert.Equal(t, window, steps(t, f, each, int64(5*manyParts-window/each)))
	assert.Empty(t, f.Beginnings())
	f.Release()

	first, err := parseManifest([]byte(other.current[cachetest.Key(1)].raw), cachetest.Key(1), s.sealer)
	require.NoError(t, err)
	schema, all, err := first.project(nil)
	require.NoError(t, err)
	was, err := other.readParts(background, first, first.parts, schema, all)
	require.NoError(t, err, "it is leased")
	assert.True(t, cachetest.IsInts(was, -1))
	was.Release()
	old.Release()
	other.Stats()
	settled(t, s)
	assert.Len(t, chunkKeys(t, c, s), current(t, c, s, 1).chunks())
}

// Of those who append to the same version one is told that it was.
func TestAppendersRace(t *testing.T) {
	server := startServer(t)
	stores := make([]*Store, 3)
	for i := range stores {
		stores[i] = openTest(t, Options{Timeout: patient}, server)
	}
	put(t, stores[0], 1, 1, 0, cache.PutOptions{Owner: alice, Slot: cachetest.Key(7)})
	for i := range 40 {
		before := versionOf(t, stores[0], 1)
		errs := make([]error, len(stores))
		var wg sync.WaitGroup
		for j, s := range stores {
			wg.Go(func() { _, errs[j] = tryAdd(t, s, 1, before, 1, int64(i+1), 0) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			assert.ErrorIs(t, err, cache.ErrSuperseded)
		}
		assert.Equal(t, 1, won)
	}
	assert.Equal(t, 41, hasSteps(t, stores[1], 1))
	settled(t, stores[0])
	assert.Equal(t, 1, stores[0].Stats().Entries)
}

// An append takes no room as an entry, and what another reads of the entry before
// is charged until it is released.
func TestAppendAtTheEntryLimit(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: patient, MaxEntries: 1}, server)
	put(t, s, 1, 10, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	add(t, s, 1, 10, 1)
	assert.Equal(t, 1, s.Stats().Entries)
	put(t, s, 1, 10, 2, cache.PutOptions{})
	held.Release()
	settled(t, s)
}

// What is evicted frees its parts but for those that somebody reads of the entry
// before.
func TestEvictedAfterAnAppend(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	const kB = 1000
	s := openTest(t, Options{Timeout: patient, MaxBytes: 100 * kB, Now: clock.Now}, server)
	put(t, s, 1, 40*kB/8, 0, cache.PutOptions{})
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	add(t, s, 1, 10*kB/8, 0)
	assert.ErrorIs(t, tryPut(t, s, 3, 70*kB/8, 3, cache.PutOptions{}), cache.ErrFull, "40 kB stay")
	has(t, s, 1, 0) // it was not evicted in vain
	clock.Advance(time.Second)
	put(t, s, 2, 30*kB/8, 2, cache.PutOptions{})
	clock.Advance(time.Second)
	put(t, s, 3, 40*kB/8, 3, cache.PutOptions{})
	assert.LessOrEqual(t, s.Stats().Bytes, int64(100*kB))
	lacks(t, s, 1, cache.ErrEvicted)
	lacks(t, s, 2, cache.ErrEvicted)
	has(t, s, 3, 3)
	assert.True(t, cachetest.IsInts(held, 0))
	held.Release()
	settled(t, s)
}

// What a process has of another entry is gone on with only where the parts say
// that it is the beginning.
func TestCommonParts(t *testing.T) {
	of := func(rows int64, ids ...string) *manifest {
		m := &manifest{rows: rows}
		for _, id := range ids {
			rows := int64(10)
			if id == "joined" {
				rows = 20
			}
			m.parts = append(m.parts, part{id: id, rows: rows})
		}
		return m
	}
	for name, test := range map[string]struct {
		m, other    *manifest
		parts, rows int
	}{
		"appended":              {of(30, "a", "b", "c"), of(20, "a", "b"), 2, 20},
		"a window":              {of(15, "b", "c"), of(20, "a", "b"), 1, 20},
		"two windows":           {of(15, "b", "c"), of(15, "a", "b"), 1, 15},
		"joined":                {of(30, "a", "joined"), of(30, "a", "b", "c"), 1, 10},
		"joined in a window":    {of(25, "a", "joined"), of(25, "a", "b", "c"), 1, 5},
		"rows that have left":   {of(28, "a", "joined"), of(15, "a", "b"), 0, 0},
		"all that was had left": {of(30, "a", "joined"), of(10, "a", "b"), 0, 0},
		"another":               {of(20, "x", "b"), of(20, "a", "b"), 0, 0},
		"the same":              {of(20, "a", "b"), of(20, "a", "b"), 2, 20},
	} {
		t.Run(name, func(t *testing.T) {
			parts, rows := test.m.common(test.other)
			assert.Equal(t, test.parts, parts)
			assert.EqualValues(t, test.rows, rows)
		})
	}
}

// A writer that was killed before its manifest leaves the entry as it was, and
// nothing that is charged for ever.
func TestKilledAppender(t *testing.T) {
	for name, step := range map[string]func(*Store, *manifest, *frame.Frame) error{
		"before its chunks": func(*Store, *manifest, *frame.Frame) error { return nil },
		"after its chunks":  func(s *Store, m *manifest, f *frame.Frame) error { return s.send(background, m, f) },
		"before its manifest": func(s *Store, m *manifest, f *frame.Frame) error {
			return first(s.send(background, m, f), s.keep(background, m.own()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, clock := startServer(t), cachetest.NewClock()
			s, c := openTest(t, Options{Timeout: patient, Now: clock.Now}, server), client(t, server)
			put(t, s, 1, 10, 0, cache.PutOptions{})
			more := ints(10, 1)
			defer more.Release()
			l, _, err := s.borrow(background, cachetest.Key(1), false)
			require.NoError(t, err)
			before := s.Stats().Bytes
			m, own, err := s.grow(background, l.manifest, appending{l.version, more, 0})
			require.NoError(t, err)
			defer own.Release()
			_, err = s.reserve(background, m, place{from: l.id})
			require.NoError(t, err)
			require.NoError(t, step(s, m, own))
			l.release()
			assert.Greater(t, s.Stats().Bytes, before, "charged while it may still be written")
			assert.Equal(t, 10, hasSteps(t, s, 10))
			add(t, s, 1, 10, 1) // another goes on
			clock.Advance(time.Hour)
			assert.Equal(t, 20, hasSteps(t, s, 10))
			settled(t, s)
			assert.Len(t, chunkKeys(t, c, s), 2)
			assert.ErrorContains(t, s.commit(background, m, place{from: l.id}, nil), "longer than was reserved")
		})
	}
}

// The answer to a commit is lost, and others have appended when it is given up or
// tried again: what they appended to stays.
func TestAppendWhoseAnswerIsLost(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	put(t, s, 1, 10, 0, cache.PutOptions{})
	from := current(t, c, s, 1).id
	add(t, s, 1, 10, 1)
	m := current(t, c, s, 1)
	add(t, s, 1, 10, 2)
	require.NoError(t, s.commit(background, m, place{from: from}, nil))
	s.abandon(background, m)
	assert.Equal(t, 30, hasSteps(t, s, 10))
	settled(t, s)
	assert.Len(t, chunkKeys(t, c, s), 3)
}

// The server hangs and comes back, or dies, while rows are appended.
func TestServerFailsDuringAppends(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: 250 * time.Millisecond}, server)
	require.Eventually(t, func() bool { return tryPut(t, s, 1, 10, 0, cache.PutOptions{}) == nil }, patient, time.Millisecond)
	before := versionOf(t, s, 1)
	server.signal(syscall.SIGSTOP)
	inTime(t, func() {
		_, err := tryAdd(t, s, 1, before, 10, 1, 0)
		assert.ErrorIs(t, err, cache.ErrDown)
	})
	server.signal(syscall.SIGCONT)
	require.Eventually(t, func() bool {
		_, err := tryAdd(t, s, 1, before, 10, 1, 0)
		return err == nil
	}, patient, time.Millisecond)
	assert.Equal(t, 20, hasSteps(t, s, 10))
	before = versionOf(t, s, 1)
	server.stop()
	_, err := tryAdd(t, s, 1, before, 10, 2, 0)
	assert.ErrorIs(t, err, cache.ErrDown)
	server.start() // empty
	require.Eventually(t, func() bool {
		_, err = tryAdd(t, s, 1, before, 10, 2, 0)
		return errors.Is(err, cache.ErrNotFound)
	}, patient, time.Millisecond)
}

// Chunks live as long as the entry that has them, however often it begins anew.
func TestPartsLiveWithTheirEntry(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	s, c := openTest(t, Options{Timeout: patient, Now: clock.Now}, server), client(t, server)
	life := func(id string) time.Duration {
		ms, err := c.Do(background, c.B().Pttl().Key(s.chunkKey(id, 0)).Build()).AsInt64()
		require.NoError(t, err)
		return time.Duration(ms) * time.Millisecond
	}
	put(t, s, 1, 10, 0, cache.PutOptions{TTL: time.Hour, Stale: time.Hour})
	for i := range 5 {
		told := server.commands("pexpire")
		clock.Advance(40 * time.Minute)
		add(t, s, 1, 10, int64(i+1))
		m := current(t, c, s, 1)
		for _, p := range m.parts {
			assert.GreaterOrEqual(t, life(p.id), 2*time.Hour, "at least TTL and Stale from now")
			assert.False(t, p.until.Before(m.info.Expires.Add(time.Hour)))
		}
		again := server.commands("pexpire") - told
		clock.Advance(time.Minute)
		told = server.commands("pexpire")
		add(t, s, 1, 0, 0)
		assert.Equal(t, told, server.commands("pexpire"), "not at each append; %d before", again)
	}
	put(t, s, 2, 10, 0, cache.PutOptions{})
	add(t, s, 2, 10, 1)
	for _, p := range current(t, c, s, 2).parts {
		assert.Negative(t, life(p.id), "for ever")
	}

	// A chunk that the server has lost is found out when it is told to keep it.
	require.NoError(t, c.Do(background, c.B().Del().Key(s.chunkKey(current(t, c, s, 1).parts[0].id, 0)).Build()).Error())
	before := versionOf(t, s, 1)
	var err error
	for range 2 {
		clock.Advance(50 * time.Minute)
		if before, err = tryAdd(t, s, 1, before, 10, 1, 0); err != nil {
			break
		}
	}
	assert.ErrorIs(t, err, cache.ErrCorrupt)
	assert.ErrorContains(t, err, "chunk 1 of 1")
	lacks(t, s, 1, cache.ErrCorrupt)
}

// Each part that is lost or altered makes the entry corrupt, for who reads it,
// and who joins it with others.
func TestDamagedPart(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	fill := func() {
		put(t, s, 1, 10, 0, cache.PutOptions{})
		for i := range manyParts - 2 {
			add(t, s, 1, 10, int64(i+1))
		}
	}
	lost := func() string { return s.chunkKey(current(t, c, s, 1).parts[40].id, 0) }
	fill()
	key := lost()
	b := getRaw(t, c, key)
	b[100] ^= 4
	setRaw(t, c, key, b)
	assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), "checksum of chunk 41 of 63")
	fill()
	before := versionOf(t, s, 1)
	require.NoError(t, c.Do(background, c.B().Del().Key(lost()).Build()).Error())
	_, err := tryAdd(t, s, 1, before, 10, manyParts-1, 0)
	assert.ErrorIs(t, err, cache.ErrCorrupt)
	assert.ErrorContains(t, err, "chunk 41 of 63 is gone")
	lacks(t, s, 1, cache.ErrCorrupt)
	settled(t, s)
	assert.Empty(t, chunkKeys(t, c, s))
}

// A server that fell back to what it had before, as after a failover, may be
// appended to otherwise: rows of what was lost are not taken for the entry's.
func TestServerThatFallsBack(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	put(t, s, 1, 10, 0, cache.PutOptions{})
	add(t, s, 1, 10, 1)
	old := current(t, c, s, 1)
	add(t, s, 1, 10, 99) // will be lost
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer held.Release()
	run := func(args ...string) {
		require.NoError(t, c.Do(background, c.B().Arbitrary(args...).Build()).Error())
	}
	run("HSET", s.tag+":current", old.key.String(), old.id)
	run("HSET", s.tag+":entry:"+old.id, "key", old.key.String())
	run("SET", manifestKey(s, 1), rueidis.BinaryString(old.bytes(s.sealer)))
	fresh := openTest(t, Options{Timeout: patient}, server)
	_, err = tryAdd(t, fresh, 1, old.version, 10, 2, 0)
	require.NoError(t, err)
	add(t, fresh, 1, 10, 3)
	s.wroteKey(cachetest.Key(1))
	assert.Equal(t, 40, hasSteps(t, s, 10))
	assert.Equal(t, 30, held.Rows())
}

// appendForEver adds steps to one entry, and says when it has.
func appendForEver(s *Store) {
	for {
		f, _, err := s.Get(background, cachetest.Key(1))
		if err != nil {
			panic(err)
		}
		rows, version := f.Rows(), f.Version()
		f.Release()
		more := ints(appendRows, int64(rows/appendRows))
		if _, err := s.Append(background, cachetest.Key(1), version, more, 0); err != nil {
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
	const rounds = 40
	server, clock := startServer(t), cachetest.NewClock()
	o := processOptions(server.addr)
	o.Now = func() time.Time { return time.Now().Add(clock.Now().Sub(cachetest.NewClock().Now())) }
	s, c := openTest(t, o), client(t, server)
	put(t, s, 1, appendRows, 0, cache.PutOptions{Owner: alice})
	rows := appendRows
	for ; rows < (manyParts-5)*appendRows; rows += appendRows { // parts are joined early on
		add(t, s, 1, appendRows, int64(rows/appendRows))
	}
	for range rounds {
		cmd, lines := startProcess(t, "append for ever", server)
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
	clock.Advance(time.Hour) // reservations and leases of those who were killed end
	settled(t, s)
	require.Eventually(t, func() bool { s.Stats(); return len(chunkKeys(t, c, s)) == current(t, c, s, 1).chunks() }, patient, time.Millisecond)
	assert.GreaterOrEqual(t, hasSteps(t, s, appendRows), rows)
}

// appendMany appends a hundred values, each after what is there.
func appendMany(s *Store) {
	for done := 0; done < 100; {
		f, _, err := s.Get(background, cachetest.Key(1))
		if err != nil {
			panic(err)
		}
		more := ints(1, int64(f.Rows()))
		_, err = s.Append(background, cachetest.Key(1), f.Version(), more, 0)
		more.Release()
		f.Release()
		switch {
		case err == nil:
			done++
		case !errors.Is(err, cache.ErrSuperseded):
			panic(err)
		}
	}
}

// Processes append to one entry: each row is there once.
func TestProcessesAppend(t *testing.T) {
	server := startServer(t)
	s := openTest(t, processOptions(server.addr))
	put(t, s, 1, 1, 0, cache.PutOptions{})
	var processes []*exec.Cmd
	for range 3 {
		cmd, _ := startProcess(t, "append", server)
		processes = append(processes, cmd)
	}
	for _, cmd := range processes {
		require.NoError(t, cmd.Wait())
	}
	assert.Equal(t, 301, hasSteps(t, s, 1))
	settled(t, s)
}
