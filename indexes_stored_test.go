package pointillist_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/reduce"
)

// questions are figures of a line, of one that is not sorted, of markers, and of
// some rows.
func questions(t *testing.T, f *frame.Frame) []pointillist.Request {
	t.Helper()
	positive, err := filter.Parse("i > -100")
	require.NoError(t, err)
	o := reduce.Options{Method: reduce.Auto, Width: 40, Height: 30}
	return []pointillist.Request{
		{Frame: f, Kind: figure.Line{X: "x", Y: "y"}, Reduce: o},
		{Frame: f, Kind: figure.Line{X: "z", Y: "y"}, Reduce: o},
		{Frame: f, Kind: figure.Scatter{X: "z", Y: "y"}, Reduce: o},
		{Frame: f, Kind: figure.Scatter{X: "log", Y: "w", LogX: true, LogY: true}, Filter: positive, Reduce: o},
		{Frame: f, Kind: figure.Line{X: "x", Y: "w", Color: "kind"}, Reduce: o},
	}
}

// process returns an engine as a process has it that has just started.
func process(store cache.Store) *pointillist.Engine {
	e := pointillist.New(pointillist.Options{MemoBytes: -1, IndexStore: store})
	e.IndexFrom(0)
	return e
}

// TestStoredIndexes: the next process finds the indexes in a store on disk, those of
// markers at the first view, and answers as one without.
func TestStoredIndexes(t *testing.T) {
	f := signals(t)
	open := func(dir string) *disk.Store {
		s, err := disk.Open(disk.Options{Dir: dir, MaxBytes: 64 << 20})
		require.NoError(t, err)
		return s
	}
	dir := t.TempDir()
	store := open(dir)
	first := process(store)
	for _, q := range questions(t, f) {
		for range 2 {
			answerOf(t, first, q)
		}
	}
	made := first.IndexedBytes()
	puts := store.Stats().Puts
	assert.EqualValues(t, 4+3, puts, "of four traces and of three colors")
	require.NoError(t, store.Close())

	store = open(dir)
	second, plain := process(store), pointillist.New(pointillist.Options{IndexBytes: -1})
	for _, q := range questions(t, f) {
		want, _ := answerOf(t, plain, q)
		got, _ := answerOf(t, second, q)
		same(t, want, got)
	}
	assert.Equal(t, made, second.IndexedBytes())
	assert.Zero(t, store.Stats().Puts, "none was made")
	require.NoError(t, store.Close())
}

// bad is a store that changes what it returns, or cannot return it.
type bad struct {
	cache.Store
	change func(b []byte) *frame.Frame
}

func (b bad) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	f, info, err := b.Store.Get(ctx, key)
	if err != nil {
		return nil, info, err
	}
	defer f.Release()
	bytes, err := f.Columns()[0].AppendBytes(nil)
	if err != nil {
		return nil, info, err
	}
	if f = b.change(bytes); f == nil {
		return nil, info, errors.New("down")
	}
	return f, info, nil
}

// TestDamagedIndexesAreMadeAgain, whatever a store returns.
func TestDamagedIndexesAreMadeAgain(t *testing.T) {
	f := signals(t)
	store, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	first, plain := process(store), pointillist.New(pointillist.Options{IndexBytes: -1})
	var want []string
	for _, q := range questions(t, f) {
		answer, _ := answerOf(t, plain, q)
		want = append(want, answer)
		answerOf(t, first, q)
		answerOf(t, first, q)
	}
	of := func(name string, b []byte) *frame.Frame {
		f, err := frame.FromSlices(frame.Slice(name, b))
		require.NoError(t, err)
		return f
	}
	for name, change := range map[string]func(b []byte) *frame.Frame{
		"down":       func([]byte) *frame.Frame { return nil },
		"short":      func(b []byte) *frame.Frame { return of("index", b[:len(b)/2]) },
		"nothing":    func([]byte) *frame.Frame { return of("index", nil) },
		"a bit":      func(b []byte) *frame.Frame { b[len(b)/3] ^= 4; return of("index", b) },
		"other name": func(b []byte) *frame.Frame { return of("x", b) },
		"other type": func([]byte) *frame.Frame {
			f, err := frame.FromSlices(frame.Slice("index", []float64{1, 2}))
			require.NoError(t, err)
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := process(bad{store, change})
			for i, q := range questions(t, f) {
				answerOf(t, e, q)
				got, _ := answerOf(t, e, q)
				same(t, want[i], got)
			}
			assert.Equal(t, first.IndexedBytes(), e.IndexedBytes())
		})
	}
}
