package disk

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
)

func addTo(t *testing.T, s *Store, key cache.Key, delta int64) int64 {
	t.Helper()
	n, err := s.Add(background, key, delta, cache.CountOptions{})
	require.NoError(t, err)
	return n
}

// neighbour returns keys that have the same pages.
func neighbour(i int) cache.Key {
	k := cache.Key{}
	binary.LittleEndian.PutUint64(k[:], 5*countPages-1) // the last page: the next is the first
	binary.LittleEndian.PutUint64(k[8:], uint64(i))
	return k
}

// A page that is full goes on in the next, and who finds no place is told.
func TestCountsOfOnePage(t *testing.T) {
	clock := cachetest.NewClock()
	s := openTest(t, Options{Now: clock.Now})
	most := countTries * countPage / countBytes
	for i := range most {
		o := cache.CountOptions{}
		if i%2 == 1 {
			o.TTL = time.Minute
		}
		n, err := s.Add(background, neighbour(i), int64(i+1), o)
		require.NoError(t, err)
		assert.EqualValues(t, i+1, n)
	}
	_, err := s.Add(background, neighbour(most), 1, cache.CountOptions{})
	require.ErrorIs(t, err, cache.ErrFull)
	for i := range most {
		assert.EqualValues(t, i+1, addTo(t, s, neighbour(i), 0))
	}
	clock.Advance(time.Minute)
	assert.EqualValues(t, 1, addTo(t, s, neighbour(most), 1), "in the place of what has expired")
	require.NoError(t, s.ResetCount(background, neighbour(0)))
	assert.EqualValues(t, 1, addTo(t, s, neighbour(most+1), 1))
	for i := 2; i < most; i += 2 {
		assert.EqualValues(t, i+1, addTo(t, s, neighbour(i), 0))
	}
	stat, err := os.Stat(filepath.Join(s.o.Dir, "counts"))
	require.NoError(t, err)
	assert.LessOrEqual(t, stat.Size(), int64(cache.MaxCounts*countBytes))
}

// What was counted is there after a restart. Every bit of a record that flips is
// found, and costs no other number.
func TestDamagedCounts(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	key, other := neighbour(1), neighbour(2)
	addTo(t, s, key, 7)
	addTo(t, s, other, 9)
	require.NoError(t, s.Close())
	file := filepath.Join(dir, "counts")
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	s = openTest(t, Options{Dir: dir})
	assert.EqualValues(t, 7, addTo(t, s, key, 0))
	home := (countPages - 1) * countPage
	for bit := range 52 * 8 {
		damaged := append([]byte(nil), whole...)
		damaged[home+bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(file, damaged, 0o600))
		n, err := s.Add(background, key, 0, cache.CountOptions{})
		if bit < 128 { // it is nobody's number
			assert.Zero(t, n)
			assert.NoError(t, err)
		} else {
			require.ErrorIs(t, err, cache.ErrCorrupt, "bit %d", bit)
			assert.EqualValues(t, 2, addTo(t, s, key, 2), "it begins anew")
		}
		assert.EqualValues(t, 9, addTo(t, s, other, 0), "bit %d", bit)
	}
	for size := range len(whole) - home { // cut, as by a full disk
		require.NoError(t, os.WriteFile(file, whole[:home+size], 0o600))
		n, err := s.Add(background, key, 0, cache.CountOptions{})
		if err == nil {
			assert.Contains(t, []int64{0, 7}, n)
			assert.Equal(t, size >= 52, n == 7, "cut at %d", size)
		} else {
			require.ErrorIs(t, err, cache.ErrCorrupt)
		}
	}
}

func TestCountsOfALink(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(t.TempDir(), "elsewhere"), filepath.Join(dir, "counts")))
	_, err := Open(Options{Dir: dir})
	assert.Error(t, err)
}

// countForEver adds 1 to the number of key 1, and says what it is then.
func countForEver() {
	s, _ := childStore(0)
	for {
		n, err := s.Add(context.Background(), cachetest.Key(1), 1, cache.CountOptions{})
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

// Four processes count, and are killed. No number is given twice, and at most one
// for each that was killed is not told to anybody.
func TestKilledCounters(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, Options{Dir: dir})
	const processes, rounds, told = 4, 5, 200
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range processes {
		wg.Go(func() {
			for range rounds {
				cmd, lines := start(t, "count for ever", dir, 0, nil)
				for n := 0; lines.Scan(); n++ {
					if n == told {
						assert.NoError(t, cmd.Process.Kill())
					}
					if _, err := strconv.ParseInt(lines.Text(), 10, 64); err != nil {
						continue // the line at which it was killed
					}
					mu.Lock()
					assert.False(t, seen[lines.Text()], "%s was given twice", lines.Text())
					seen[lines.Text()] = true
					mu.Unlock()
				}
				_ = cmd.Wait() // it was killed
			}
		})
	}
	wg.Wait()
	total := addTo(t, s, cachetest.Key(1), 0)
	assert.GreaterOrEqual(t, total, int64(processes*rounds*told))
	assert.InDelta(t, len(seen), total, processes*rounds)
}

// BenchmarkAdd has beside it what it takes at least.
func BenchmarkAdd(b *testing.B) {
	s, err := Open(Options{Dir: b.TempDir()})
	require.NoError(b, err)
	defer s.Close()
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Add(background, cachetest.Key(1), 1, cache.CountOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("lock, read, write", func(b *testing.B) {
		page := make([]byte, countPage)
		for b.Loop() {
			err := s.ledger.hold(background, func() error {
				_, _ = s.ledger.counts.ReadAt(page, 0)
				_, err := s.ledger.counts.WriteAt(page[:countBytes], 0)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
