package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/redis/rueidis"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/frame"
)

// bigRows make an entry of 20 MB in five chunks.
const bigRows = 20 << 20 / 8

func tryPut(t testing.TB, s *Store, key, rows int, v int64, o cache.PutOptions) error {
	t.Helper()
	f := cachetest.Ints(t, memory.DefaultAllocator, rows, v)
	defer f.Release()
	return s.Put(background, cachetest.Key(key), f, o)
}

func put(t testing.TB, s *Store, key, rows int, v int64, o cache.PutOptions) {
	t.Helper()
	require.NoError(t, tryPut(t, s, key, rows, v, o))
}

func has(t testing.TB, s *Store, key int, v int64) {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(key))
	require.NoError(t, err)
	assert.True(t, cachetest.IsInts(f, v))
	f.Release()
}

func lacks(t testing.TB, s *Store, key int, cause error) *cache.Miss {
	t.Helper()
	f, _, err := s.Get(background, cachetest.Key(key))
	require.Nil(t, f)
	require.ErrorIs(t, err, cause)
	var miss *cache.Miss
	require.ErrorAs(t, err, &miss)
	return miss
}

// keysOf returns the keys of the given pattern on all nodes.
func keysOf(t testing.TB, c rueidis.Client, pattern string) (keys []string) {
	t.Helper()
	for _, node := range c.Nodes() {
		of, err := node.Do(background, node.B().Keys().Pattern(pattern).Build()).AsStrSlice()
		require.NoError(t, err)
		keys = append(keys, of...)
	}
	return keys
}

func chunkKeys(t testing.TB, c rueidis.Client, s *Store) []string {
	return keysOf(t, c, s.o.Prefix+":chunk:*")
}

func manifestKey(s *Store, key int) string { return s.tag + ":manifest:" + cachetest.Key(key).String() }

// current returns the manifest of an entry that is there.
func current(t testing.TB, c rueidis.Client, s *Store, key int) *manifest {
	t.Helper()
	return manifestOf(t, c, s, cachetest.Key(key))
}

func manifestOf(t testing.TB, c rueidis.Client, s *Store, key cache.Key) *manifest {
	t.Helper()
	b, err := c.Do(background, c.B().Get().Key(s.tag+":manifest:"+key.String()).Build()).AsBytes()
	require.NoError(t, err)
	m, err := parseManifest(b, key, s.sealer)
	require.NoError(t, err)
	return m
}

func TestFrameOfSeveralChunks(t *testing.T) {
	for name, servers := range map[string][]*server{"server": {startServer(t)}, "cluster": startCluster(t)} {
		t.Run(name, func(t *testing.T) {
			s := openTest(t, Options{Timeout: patient}, servers...)
			c := client(t, servers...)
			put(t, s, 1, bigRows, 1, cache.PutOptions{})
			put(t, s, 1, bigRows, 2, cache.PutOptions{})
			assert.Len(t, keysOf(t, c, "*:chunk:{"+current(t, c, s, 1).id+"}:*"), 6, "20 MB and the metadata")
			has(t, s, 1, 2)
			stats := s.Stats()
			assert.Equal(t, 1, stats.Entries)
			assert.Len(t, chunkKeys(t, c, s), 6, "the old value's are deleted")
			require.NoError(t, s.Delete(background, cachetest.Key(1)))
			assert.Empty(t, chunkKeys(t, c, s))
		})
	}
}

// Each way to lose or alter what is stored is an error that says which, and
// never another frame.
func TestDamage(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	set := func(key string, b []byte) {
		require.NoError(t, c.Do(background, c.B().Set().Key(key).Value(rueidis.BinaryString(b)).Build()).Error())
	}
	get := func(key string) []byte {
		b, err := c.Do(background, c.B().Get().Key(key).Build()).AsBytes()
		require.NoError(t, err)
		return b
	}
	del := func(key string) {
		require.NoError(t, c.Do(background, c.B().Del().Key(key).Build()).Error())
	}
	third := func() string { return s.chunkKey(current(t, c, s, 1).id, 2) }

	for name, test := range map[string]struct {
		damage func()
		want   string
	}{
		"a chunk evicted":         {func() { del(third()) }, "chunk 3 of 6 is gone: the server evicted it"},
		"a byte of a chunk":       {func() { b := get(third()); b[12345] ^= 1; set(third(), b) }, "checksum of chunk 3 of 6"},
		"a chunk cut":             {func() { b := get(third()); set(third(), b[:len(b)-1]) }, "checksum of chunk 3 of 6: its bytes were altered: there are 4194303"},
		"a chunk grown":           {func() { set(third(), append(get(third()), 0)) }, "chunk 3 of 6 has 4194305 bytes, want 4194304"},
		"the manifest evicted":    {func() { del(manifestKey(s, 1)) }, "its manifest is gone: the server evicted it"},
		"a byte of the manifest":  {func() { b := get(manifestKey(s, 1)); b[atRows]++; set(manifestKey(s, 1), b) }, "checksum of the manifest"},
		"the manifest cut":        {func() { set(manifestKey(s, 1), get(manifestKey(s, 1))[:50]) }, "something else"},
		"the manifest of another": {func() { set(manifestKey(s, 1), get(manifestKey(s, 2))) }, "it holds entry " + cachetest.Key(2).String()},
		"a manifest of the past":  {func() { b := get(manifestKey(s, 1)); b[atFormat] = 1; set(manifestKey(s, 1), b) }, "format 1, this version reads 2"},
	} {
		t.Run(name, func(t *testing.T) {
			put(t, s, 2, 1, 2, cache.PutOptions{})
			put(t, s, 1, bigRows, 1, cache.PutOptions{})
			test.damage()
			assert.ErrorContains(t, lacks(t, s, 1, cache.ErrCorrupt), test.want)
			lacks(t, s, 1, cache.ErrCorrupt) // it is gone, the reason is not
			assert.Equal(t, 1, s.Stats().Entries)
			assert.Len(t, chunkKeys(t, c, s), 1)
			has(t, s, 2, 2)
		})
	}
}

// testManifest describes a payload of 5 MB and one of some bytes, which was appended.
func testManifest(s sealer) *manifest {
	id := func(letter string) string { return strings.Repeat(letter, idBytes) }
	return &manifest{
		id: id("B"), key: cachetest.Key(1), rows: 4, schema: []byte("schema"),
		info: cache.Info{Bytes: 5<<20 + 128, Created: time.Unix(1, 0), Expires: time.Unix(2, 0), Idle: 3, Stale: 4, Owner: cachetest.Key(5), Slot: cachetest.Key(6)},
		parts: []part{
			{id: id("A"), version: frame.Version{8}, rows: 3, until: time.Unix(7, 0), ends: []int64{64, 5 << 20}, digests: make([]byte, 2*s.digestBytes())},
			{id: id("B"), level: 1, rows: 2, ends: []int64{64, 128}, digests: make([]byte, s.digestBytes())},
		},
	}
}

var sealers = map[string]sealer{"checksum": {}, "signature": {[]byte("sixteen letters.")}}

// Each bit of a manifest is flipped, and the manifest cut at each byte.
func TestDamagedManifests(t *testing.T) {
	for name, s := range sealers {
		t.Run(name, func(t *testing.T) {
			m := testManifest(s)
			good := m.bytes(s)
			got, err := parseManifest(good, m.key, s)
			require.NoError(t, err)
			assert.Equal(t, m, got)
			for i := range 8 * len(good) {
				b := append([]byte(nil), good...)
				b[i/8] ^= 1 << (i % 8)
				_, err := parseManifest(b, m.key, s)
				require.Error(t, err, "bit %d", i)
			}
			for n := range good {
				_, err := parseManifest(good[:n], m.key, s)
				require.Error(t, err, "cut at %d", n)
			}
		})
	}
}

// A manifest may be whole and say anything.
func FuzzManifest(f *testing.F) {
	for _, s := range sealers {
		m := testManifest(s)
		b := m.bytes(s)
		f.Add(b[:len(b)-s.digestBytes()], s.secret != nil)
	}
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		s := sealers["checksum"]
		if sign {
			s = sealers["signature"]
		}
		m, err := parseManifest(s.seal(slices.Clip(b), b), cachetest.Key(1), s)
		if err != nil {
			return
		}
		there := int64(0)
		for i := range m.parts {
			p := &m.parts[i]
			there += p.rows
			assert.Len(t, p.digests, p.chunks()*s.digestBytes())
			for c := range p.ends {
				from, to := p.column(c)
				assert.LessOrEqual(t, from, to)
				assert.LessOrEqual(t, to, p.bytes())
			}
		}
		assert.LessOrEqual(t, m.rows, there)
		_, _, _ = m.project(nil)
	})
}

// inTime runs fn, which must not wait for a server that hangs. The limit is
// longer than any timeout by what a busy machine may take.
func inTime(t testing.TB, fn func()) {
	t.Helper()
	start := time.Now()
	fn()
	assert.Less(t, time.Since(start), 10*time.Second)
}

func TestServerThatHangs(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{Timeout: 250 * time.Millisecond}, server)
	c := client(t, server)
	require.Eventually(t, func() bool { return tryPut(t, s, 1, bigRows, 1, cache.PutOptions{}) == nil }, patient, time.Millisecond)
	m := current(t, c, s, 1)

	server.signal(syscall.SIGSTOP)
	inTime(t, func() { assert.ErrorContains(t, lacks(t, s, 1, cache.ErrDown), "no answer within 250ms") })
	inTime(t, func() { assert.ErrorIs(t, tryPut(t, s, 2, 1, 1, cache.PutOptions{}), cache.ErrDown) })
	inTime(t, func() { assert.ErrorIs(t, s.Delete(background, cachetest.Key(1)), cache.ErrDown) })
	for name, call := range map[string]func() error{
		"GetStale":    func() error { _, _, err := s.GetStale(background, cachetest.Key(1)); return err },
		"GetColumns":  func() error { _, _, err := s.GetColumns(background, cachetest.Key(1), "v"); return err },
		"Lease":       func() error { _, err := s.Lease(background, cachetest.Key(1)); return err },
		"DeleteOwner": func() error { _, err := s.DeleteOwner(background, alice); return err },
		"ListOwner":   func() error { _, err := s.ListOwner(background, alice); return err },
		"List":        func() error { _, err := s.List(background); return err },
		"Inspect":     func() error { _, err := s.Inspect(background, cachetest.Key(1)); return err },
		"GC":          func() error { _, err := s.GC(background); return err },
	} {
		inTime(t, func() { assert.ErrorIs(t, call(), cache.ErrDown, name) })
	}
	inTime(t, func() { assert.Zero(t, s.Stats().Entries) })
	inTime(t, func() {
		schema, all, err := m.project(nil)
		require.NoError(t, err)
		_, err = s.readParts(background, m, m.parts, schema, all)
		assert.Error(t, err, "it hangs between the manifest and the chunks")
	})
	inTime(t, func() {
		ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
		defer cancel()
		_, _, err := s.Get(ctx, cachetest.Key(1))
		assert.ErrorIs(t, err, context.DeadlineExceeded, "the caller's own")
		assert.NotErrorIs(t, err, cache.ErrDown)
	})
	assert.EqualValues(t, 4, s.Stats().Misses.Down)

	server.signal(syscall.SIGCONT)
	require.Eventually(t, func() bool { return tryPut(t, s, 1, bigRows, 3, cache.PutOptions{}) == nil }, patient, 10*time.Millisecond)
	require.Eventually(t, func() bool {
		f, _, err := s.Get(background, cachetest.Key(1))
		if err != nil {
			return false
		}
		defer f.Release()
		return cachetest.IsInts(f, 3)
	}, patient, 10*time.Millisecond)
	require.Eventually(t, func() bool { return len(chunkKeys(t, c, s)) == 6 }, patient, 10*time.Millisecond, "nothing is left of what failed")
}

func TestServerThatDiesAndComesBackEmpty(t *testing.T) {
	server := startServer(t)
	s := openTest(t, Options{}, server)
	require.Eventually(t, func() bool { return tryPut(t, s, 1, 100, 1, cache.PutOptions{}) == nil }, patient, time.Millisecond)
	held, _, err := s.Get(background, cachetest.Key(1))
	require.NoError(t, err)
	defer held.Release()

	server.stop()
	lacks(t, s, 1, cache.ErrDown)
	assert.ErrorIs(t, tryPut(t, s, 2, 100, 1, cache.PutOptions{}), cache.ErrDown)
	assert.True(t, cachetest.IsInts(held, 1), "a frame that was had stays valid")

	server.start()
	require.Eventually(t, func() bool {
		_, _, err := s.Get(background, cachetest.Key(1))
		return errors.Is(err, cache.ErrNotFound)
	}, patient, time.Millisecond)
	put(t, s, 1, 100, 2, cache.PutOptions{})
	has(t, s, 1, 2)
	assert.True(t, cachetest.IsInts(held, 1))
}

func TestOpenWithoutServer(t *testing.T) {
	_, err := Open(Options{Connect: rueidis.ClientOption{InitAddress: []string{fmt.Sprint("127.0.0.1:", freePort(t))}}})
	assert.ErrorIs(t, err, cache.ErrDown)
}

func TestNodeOfClusterThatDies(t *testing.T) {
	nodes := startCluster(t)
	s := openTest(t, Options{Prefix: "p"}, nodes...)
	c := client(t, nodes...)
	require.Eventually(t, func() bool { return tryPut(t, s, 1, 100, 1, cache.PutOptions{}) == nil }, patient, time.Millisecond)
	var ledger *server
	for addr, node := range c.Nodes() {
		keys, err := node.Do(background, node.B().Keys().Pattern("{p}:*").Build()).AsStrSlice()
		require.NoError(t, err)
		if len(keys) > 0 {
			for _, n := range nodes {
				if n.addr == addr {
					ledger = n
				}
			}
		}
	}
	require.NotNil(t, ledger)
	ledger.signal(syscall.SIGSTOP)
	defer ledger.signal(syscall.SIGCONT)
	inTime(t, func() { lacks(t, s, 1, cache.ErrDown) })
}

// A server without memory refuses chunks. What it holds stays readable.
func TestServerThatIsFull(t *testing.T) {
	server := startServer(t, "--maxmemory", "16mb", "--maxmemory-policy", "noeviction")
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	put(t, s, 1, 100, 1, cache.PutOptions{})
	assert.ErrorIs(t, tryPut(t, s, 2, bigRows, 2, cache.PutOptions{}), cache.ErrFull)
	has(t, s, 1, 1)
	lacks(t, s, 2, cache.ErrNotFound)
	assert.Equal(t, 1, s.Stats().Entries, "the charge is given back")
	assert.Len(t, chunkKeys(t, c, s), 1)
	put(t, s, 3, 100, 3, cache.PutOptions{})
	has(t, s, 3, 3)
}

// A writer that was killed leaves a reservation, which ends.
func TestKilledWriter(t *testing.T) {
	server, clock := startServer(t), cachetest.NewClock()
	s, c := openTest(t, Options{Timeout: patient, Now: clock.Now}, server), client(t, server)
	m := testManifest(sealer{})
	m.id, m.parts = m.parts[0].id, m.parts[:1]
	m.info.Bytes = 5 << 20
	_, err := s.reserve(background, m, place{})
	require.NoError(t, err)
	require.NoError(t, s.writeChunk(background, s.chunkKey(m.id, 0), make([]byte, chunkBytes), time.Hour))
	assert.EqualValues(t, 5<<20, s.Stats().Bytes, "charged while it may still be written")
	lacks(t, s, 1, cache.ErrNotFound)
	clock.Advance(time.Hour)
	assert.Zero(t, s.Stats().Bytes)
	assert.Empty(t, chunkKeys(t, c, s))
	assert.ErrorContains(t, s.commit(background, m, place{}, nil), "longer than was reserved")
	lacks(t, s, 1, cache.ErrNotFound)
}

// The server deletes chunks of entries that no process looks for any more.
func TestChunksEndWithTheirEntry(t *testing.T) {
	server := startServer(t)
	s, c := openTest(t, Options{Timeout: patient}, server), client(t, server)
	life := func(key int) time.Duration {
		ms, err := c.Do(background, c.B().Pttl().Key(s.chunkKey(current(t, c, s, key).id, 0)).Build()).AsInt64()
		require.NoError(t, err)
		return time.Duration(ms) * time.Millisecond
	}
	put(t, s, 1, 100, 1, cache.PutOptions{TTL: time.Hour})
	assert.InDelta(t, (time.Hour + time.Minute).Seconds(), life(1).Seconds(), 30)
	put(t, s, 2, 100, 1, cache.PutOptions{})
	assert.Negative(t, life(2), "for ever")
}
