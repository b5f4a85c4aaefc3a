package cache_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
)

func newMemo(t testing.TB, pages, entryPages int64) *cache.Memo {
	t.Helper()
	m, err := cache.NewMemo(cache.MemoOptions{MaxBytes: pages * cache.PageBytes, MaxEntryBytes: entryPages * cache.PageBytes})
	require.NoError(t, err)
	return m
}

func keyOf(i int) cache.Key { return cache.NewKey("test", 1).Int(int64(i)).Key() }

// content is n bytes that differ from those of any other seed.
func content(seed, n int) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(seed)}).Read(p)
	return p
}

func lead(t testing.TB, m *cache.Memo, key cache.Key) *cache.Draft {
	t.Helper()
	body, draft, err := m.Acquire(context.Background(), key)
	require.NoError(t, err)
	require.Nil(t, body)
	return draft
}

func keep(t testing.TB, m *cache.Memo, key cache.Key, p []byte) bool {
	t.Helper()
	d := lead(t, m, key)
	_, err := d.Write(p)
	require.NoError(t, err)
	return d.Commit()
}

func read(t testing.TB, b *cache.Body) []byte {
	t.Helper()
	var got bytes.Buffer
	n, err := b.WriteTo(&got)
	require.NoError(t, err)
	require.Equal(t, b.Len(), n)
	return got.Bytes()
}

func TestMemoKeepsWhatWasWritten(t *testing.T) {
	for _, n := range []int{1, cache.PageBytes - 1, cache.PageBytes, cache.PageBytes + 1, 3*cache.PageBytes + 7} {
		for _, step := range []int{1000, cache.PageBytes, 1 << 20} {
			m := newMemo(t, 8, 8)
			want := content(1, n)
			d := lead(t, m, keyOf(1))
			d.Reserve(int64(n))
			for rest := want; len(rest) > 0; rest = rest[min(step, len(rest)):] {
				_, err := d.Write(rest[:min(step, len(rest))])
				require.NoError(t, err)
			}
			_, early := m.Get(keyOf(1))
			assert.False(t, early, "visible before Commit")
			require.True(t, d.Commit())

			b, ok := m.Get(keyOf(1))
			require.True(t, ok)
			assert.Equal(t, want, read(t, b))
			assert.EqualValues(t, n, b.Len())
			b.Release()
		}
	}
}

func TestMemoKeepsNothingOf(t *testing.T) {
	cases := map[string]func(d *cache.Draft) bool{
		"an aborted draft":          func(d *cache.Draft) bool { _, _ = d.Write(content(1, 100)); d.Abort(); return d.Commit() },
		"an empty draft":            func(d *cache.Draft) bool { return d.Commit() },
		"a draft that is too large": func(d *cache.Draft) bool { _, _ = d.Write(content(1, 2*cache.PageBytes+1)); return d.Commit() },
		"a reservation too large":   func(d *cache.Draft) bool { d.Reserve(2*cache.PageBytes + 1); return d.Commit() },
	}
	for name, write := range cases {
		t.Run(name, func(t *testing.T) {
			m := newMemo(t, 4, 2)
			assert.False(t, write(lead(t, m, keyOf(1))))
			_, ok := m.Get(keyOf(1))
			assert.False(t, ok)
			assert.Zero(t, m.Stats().Bytes)
			lead(t, m, keyOf(1)).Abort() // the key is free again
		})
	}
}

func TestMemoEvictsTheLeastRecentlyUsed(t *testing.T) {
	m := newMemo(t, 3, 3)
	for i := range 3 {
		require.True(t, keep(t, m, keyOf(i), content(i, 10)))
	}
	b, ok := m.Get(keyOf(0))
	require.True(t, ok)
	b.Release()
	require.True(t, keep(t, m, keyOf(3), content(3, 10)))
	for i, want := range []bool{true, false, true, true} {
		b, ok := m.Get(keyOf(i))
		assert.Equal(t, want, ok, "entry %d", i)
		if ok {
			b.Release()
		}
	}
	assert.EqualValues(t, 1, m.Stats().Evicted)
}

func TestMemoReusesNoPageThatIsRead(t *testing.T) {
	m := newMemo(t, 2, 2)
	want := content(1, 2*cache.PageBytes)
	require.True(t, keep(t, m, keyOf(1), want))
	b, ok := m.Get(keyOf(1))
	require.True(t, ok)

	assert.False(t, keep(t, m, keyOf(2), content(2, 10)), "there is no room while entry 1 is read")
	assert.Equal(t, want, read(t, b))
	b.Release()
	assert.True(t, keep(t, m, keyOf(2), content(2, 10)))
	assert.Panics(t, b.Release)
}

func TestMemoNeverExceedsItsLimit(t *testing.T) {
	const pages = 16
	m := newMemo(t, pages, 8)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 60 {
				i := r.IntN(20)
				want := content(i, 1+i*cache.PageBytes/4)
				body, draft, err := m.Acquire(context.Background(), keyOf(i))
				if !assert.NoError(t, err) {
					return
				}
				if body != nil {
					assert.True(t, bytes.Equal(want, read(t, body)))
					body.Release()
					continue
				}
				_, _ = draft.Write(want[:len(want)/2])
				assert.LessOrEqual(t, m.Stats().PageBytes, int64(pages*cache.PageBytes))
				_, _ = draft.Write(want[len(want)/2:])
				if r.IntN(4) == 0 {
					draft.Abort()
				} else {
					draft.Commit()
				}
			}
		})
	}
	wg.Wait()
	s := m.Stats()
	assert.LessOrEqual(t, s.PageBytes, int64(pages*cache.PageBytes))
	assert.Positive(t, s.Evicted)
	assert.Positive(t, s.Hits)
}

func TestMemoWritesOnceForAll(t *testing.T) {
	m := newMemo(t, 4, 4)
	want := content(1, 1000)
	var written atomic.Int32
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			body, draft, err := m.Acquire(context.Background(), keyOf(1))
			if !assert.NoError(t, err) {
				return
			}
			if draft != nil {
				written.Add(1)
				time.Sleep(time.Millisecond)
				_, _ = draft.Write(want)
				draft.Commit()
				return
			}
			assert.Equal(t, want, read(t, body))
			body.Release()
		})
	}
	wg.Wait()
	assert.EqualValues(t, 1, written.Load())
}

func TestMemoWaiterTakesOverAfterAbort(t *testing.T) {
	m := newMemo(t, 4, 4)
	first := lead(t, m, keyOf(1))
	next := make(chan *cache.Draft)
	go func() {
		_, d, _ := m.Acquire(context.Background(), keyOf(1))
		next <- d
	}()
	require.Eventually(t, func() bool { return m.Stats().Shared == 1 }, time.Second, time.Millisecond)
	first.Abort()
	d := <-next
	require.NotNil(t, d)
	_, _ = d.Write([]byte("x"))
	assert.True(t, d.Commit())
}

func TestMemoWaitersGoAloneWhenNothingCanBeKept(t *testing.T) {
	m := newMemo(t, 4, 1)
	first := lead(t, m, keyOf(1))
	drafts := make(chan *cache.Draft)
	for range 3 {
		go func() {
			_, d, _ := m.Acquire(context.Background(), keyOf(1))
			drafts <- d
		}()
	}
	require.Eventually(t, func() bool { return m.Stats().Shared == 3 }, time.Second, time.Millisecond)
	first.Reserve(2 * cache.PageBytes)
	for range 3 { // all at once, although the leader is not done
		d := <-drafts
		require.NotNil(t, d)
		_, err := d.Write([]byte("x"))
		require.NoError(t, err)
		assert.False(t, d.Commit())
	}
}

func TestMemoWaiterLeavesWithItsContext(t *testing.T) {
	m := newMemo(t, 4, 1)
	draft := lead(t, m, keyOf(1))
	defer draft.Abort()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := m.Acquire(ctx, keyOf(1))
	assert.ErrorIs(t, err, context.Canceled)
}

func TestMemoHitAllocatesNothing(t *testing.T) {
	m := newMemo(t, 4, 4)
	require.True(t, keep(t, m, keyOf(1), content(1, 3*cache.PageBytes)))
	key := keyOf(1)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		b, _ := m.Get(key)
		_, _ = b.WriteTo(io.Discard)
		b.Release()
	}))
}

func TestMemoDraftReusesPages(t *testing.T) {
	m := newMemo(t, 4, 4)
	p := content(1, 4*cache.PageBytes)
	for i := range 3 {
		require.True(t, keep(t, m, keyOf(i), p))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range 100 {
		require.True(t, keep(t, m, keyOf(3+i), p))
	}
	runtime.ReadMemStats(&after)
	assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/100, uint64(cache.PageBytes/4), "only the bookkeeping is allocated")
}

func TestBodyStopsAtTheFirstError(t *testing.T) {
	m := newMemo(t, 4, 4)
	require.True(t, keep(t, m, keyOf(1), content(1, 3*cache.PageBytes)))
	b, _ := m.Get(keyOf(1))
	defer b.Release()
	gone := errors.New("client gone")
	n, err := b.WriteTo(&failing{after: cache.PageBytes, err: gone})
	assert.ErrorIs(t, err, gone)
	assert.EqualValues(t, cache.PageBytes, n)
}

type failing struct {
	after int
	err   error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.after < len(p) {
		return 0, f.err
	}
	f.after -= len(p)
	return len(p), nil
}

func TestMemoOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]cache.MemoOptions{
		"less than a page":       {MaxBytes: 1},
		"entry less than a page": {MaxEntryBytes: cache.PageBytes - 1},
		"negative":               {MaxBytes: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cache.NewMemo(o)
			assert.Error(t, err)
		})
	}
}

func TestDraftCommittedAndHad(t *testing.T) {
	m, err := cache.NewMemo(cache.MemoOptions{MaxBytes: cache.PageBytes, MaxEntryBytes: cache.PageBytes})
	require.NoError(t, err)
	_, draft, err := m.Acquire(context.Background(), cache.Key{1})
	require.NoError(t, err)
	assert.True(t, draft.Reserve(3))
	_, _ = draft.Write([]byte("abc"))
	body, kept := draft.CommitAndGet()
	require.True(t, kept)
	assert.EqualValues(t, 3, body.Len())
	_, other, err := m.Acquire(context.Background(), cache.Key{2})
	require.NoError(t, err)
	assert.False(t, other.Reserve(1), "the only page is being read")
	body.Release()
	assert.Panics(t, body.Release)
	assert.Zero(t, m.Stats().Hits)
}
