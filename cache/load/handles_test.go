package load

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/cachetest"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
)

var secrets = []handle.Secret{{Bytes: []byte("a secret of twenty-some bytes")}}

// A plot is what a figure's data depends on.
type plot struct {
	City  string
	Click int
}

// A kitchen is a loader of plots with its handles; the frame of a city is the
// same at each load until content changes.
type kitchen struct {
	*testing.T
	*bench
	loader  *Loader[plot]
	handles *Handles
	content int64
}

func (k *kitchen) load(_ context.Context, p plot) (*frame.Frame, error) {
	k.loads.Add(1)
	if k.fails.Load() {
		return nil, errSource
	}
	return cachetest.Ints(k.bench, k.alloc, 10, k.content+int64(len(p.City))), nil
}

func newKitchen(t *testing.T, o Options[plot], rebuild bool) *kitchen {
	return newKitchenOf(newBench(t), o, rebuild)
}

func newKitchenOf(b *bench, o Options[plot], rebuild bool) *kitchen {
	t := b.T
	k := &kitchen{T: t, bench: b, content: 100}
	o.Name, o.Load, o.Now = "plots", k.load, k.clock.Now
	if o.Store == nil {
		o.Store = k.store
	}
	if o.Key == nil {
		o.Key = func(b *cache.KeyBuilder, p plot) { b.Text(p.City) }
	}
	var err error
	k.loader, err = New(o)
	require.NoError(t, err)
	k.handles, err = NewHandles(HandleOptions{Secrets: secrets, Rebuild: rebuild, Now: k.clock.Now}, k.loader)
	require.NoError(t, err)
	return k
}

// sign loads the plot and returns its handle for ada's session.
func (k *kitchen) sign(p plot) string {
	k.T.Helper()
	r, err := k.loader.Get(background, ada, p)
	require.NoError(k.T, err)
	defer r.Release()
	h, err := k.handles.Sign(r, ada.Session, time.Time{})
	require.NoError(k.T, err)
	return h
}

// opens checks that the handle has the frame of the content, and returns
// whether it was loaded for that.
func (k *kitchen) opens(h string, content int64) bool {
	k.T.Helper()
	r, err := k.handles.Get(background, h, ada.Session)
	require.NoError(k.T, err)
	defer r.Release()
	assert.True(k.T, cachetest.IsInts(r.Frame, content))
	return r.Loaded
}

var oslo = plot{City: "Oslo"}

// What is gone, for whatever reason, is loaded again, once, and is the same.
func TestWhatIsGoneIsLoadedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		o    Options[plot]
		in   cache.MemoryOptions
		lose func(t *testing.T, k *kitchen, key cache.Key)
		want error // without Rebuild
		kept bool  // once it was loaded again
	}{
		"expired": {o: Options[plot]{TTL: time.Minute}, want: cache.ErrExpired, kept: true,
			lose: func(_ *testing.T, k *kitchen, _ cache.Key) { k.clock.Advance(time.Hour) }},
		"deleted": {want: cache.ErrNotFound, kept: true,
			lose: func(t *testing.T, k *kitchen, key cache.Key) {
				require.NoError(t, k.loader.o.Store.Delete(background, key))
			}},
		"evicted": {in: cache.MemoryOptions{MaxEntries: 1}, want: cache.ErrEvicted, kept: true,
			lose: func(t *testing.T, k *kitchen, _ cache.Key) { k.sign(plot{City: "Bern"}) }},
		"the store is down": {want: cache.ErrDown,
			lose: func(t *testing.T, k *kitchen, _ cache.Key) { require.NoError(t, k.store.Close()) }},
	} {
		for _, mode := range []Mode{Memo, Replace, Store} {
			t.Run(name+"/"+[]string{"memo", "replace", "store"}[mode], func(t *testing.T) {
				for _, rebuild := range []bool{true, false} {
					o := tt.o
					o.Mode = mode
					k := newKitchenOf(newBenchOf(t, tt.in), o, rebuild)
					h := k.sign(oslo)
					require.False(t, k.opens(h, 104))
					claims, err := k.handles.ring.Open(h, ada.Session)
					require.NoError(t, err)
					tt.lose(t, k, claims.Key)
					before := k.loads.Load()
					if !rebuild {
						_, err := k.handles.Get(background, h, ada.Session)
						assert.ErrorIs(t, err, tt.want)
						assert.Equal(t, before, k.loads.Load())
						continue
					}
					assert.True(t, k.opens(h, 104))
					for range 9 { // of the page's other figures
						k.opens(h, 104)
					}
					if tt.kept {
						assert.EqualValues(t, 1, k.loads.Load()-before, "one load for all")
					}
					assert.Equal(t, h, k.signIfUp(h, tt.want), "equal content, equal handle")
				}
			})
		}
	}
}

// signIfUp returns a handle that is signed anew, or h if the store is down.
func (k *kitchen) signIfUp(h string, lost error) string {
	if errors.Is(lost, cache.ErrDown) {
		return h
	}
	return k.sign(oslo)
}

// Another process, started after the directory was wiped or a file damaged,
// has the frame from the handle alone.
func TestHandlesOutliveTheStore(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, dir string){
		"wiped": func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(dir)) },
		"damaged": func(t *testing.T, dir string) {
			files, err := filepath.Glob(filepath.Join(dir, "*.frame"))
			require.NoError(t, err)
			require.Len(t, files, 1)
			require.NoError(t, os.Truncate(files[0], 300))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "frames")
			start := func() (*kitchen, *disk.Store) {
				store, err := disk.Open(disk.Options{Dir: dir})
				require.NoError(t, err)
				return newKitchen(t, Options[plot]{Store: store, Scope: User, StoreTimeout: time.Minute}, true), store
			}
			first, store := start()
			h := first.sign(oslo)
			require.NoError(t, store.Close())
			lose(t, dir)
			second, store := start()
			defer func() { assert.NoError(t, store.Close()) }()
			var all sync.WaitGroup
			for range 64 {
				all.Go(func() {
					r, err := second.handles.Get(background, h, ada.Session)
					if assert.NoError(t, err) {
						assert.True(t, cachetest.IsInts(r.Frame, 104))
						r.Release()
					}
				})
			}
			all.Wait()
			assert.EqualValues(t, 1, second.loads.Load())
			assert.False(t, second.opens(h, 104))
		})
	}
}

// Data that has changed meanwhile does not pass for what it was: the error has
// a handle of what there is.
func TestChangedContentIsNoAnswer(t *testing.T) {
	for _, mode := range []Mode{Memo, Replace, Store} {
		k := newKitchen(t, Options[plot]{Mode: mode, TTL: time.Minute}, true)
		h := k.sign(oslo)
		k.content = 200
		k.clock.Advance(time.Hour)
		_, err := k.handles.Get(background, h, ada.Session)
		var changed *ChangedError
		require.ErrorAs(t, err, &changed)
		assert.ErrorIs(t, err, cache.ErrSuperseded)
		assert.ErrorContains(t, err, "cache/load: plots: it was gone, and is other data now that it was loaded again: version "+changed.Is.String())
		assert.NotEqual(t, changed.Was, changed.Is)
		assert.False(t, k.opens(changed.Handle, 204))
		_, err = k.handles.Get(background, changed.Handle, bob.Session)
		assert.ErrorIs(t, err, cache.ErrForbidden)

		if mode == Memo { // by who asks the loader
			k.content = 300
			r, err := k.loader.Refresh(background, ada, oslo)
			require.NoError(t, err)
			r.Release()
			loads := k.loads.Load()
			_, err = k.handles.Get(background, changed.Handle, ada.Session)
			require.ErrorAs(t, err, &changed)
			assert.ErrorContains(t, err, "there is other data now")
			assert.False(t, changed.Loaded)
			assert.Equal(t, loads, k.loads.Load())
			assert.False(t, k.opens(changed.Handle, 304))
		}
	}
}

// A value that was superseded is not wanted any more: to load it again would
// supersede what has taken its place.
func TestSupersededIsNotLoadedAgain(t *testing.T) {
	k := newKitchen(t, Options[plot]{Mode: Store, Scope: Session}, true)
	h := k.sign(oslo)
	next := k.sign(plot{City: "Bergen"})
	loads := k.loads.Load()
	_, err := k.handles.Get(background, h, ada.Session)
	assert.ErrorIs(t, err, cache.ErrSuperseded)
	assert.Equal(t, loads, k.loads.Load())
	assert.False(t, k.opens(next, 106))
}

func TestHandlesThatDoNotOpen(t *testing.T) {
	k := newKitchen(t, Options[plot]{TTL: time.Minute, NegativeTTL: time.Hour}, true)
	h := k.sign(oslo)
	k.clock.Advance(time.Hour)
	loads := k.loads.Load()
	other, err := handle.NewRing(handle.Options{Secrets: secrets, Store: "serve"})
	require.NoError(t, err)
	foreign, err := handle.NewRing(handle.Options{Secrets: secrets, Store: "cache/load"})
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		h, session string
		want       error
	}{
		"another session": {h, bob.Session, cache.ErrForbidden},
		"nonsense":        {"x" + h[1:], ada.Session, handle.ErrMalformed},
		"another ring":    {other.Sign(handle.Claims{Session: "1"}), ada.Session, cache.ErrWrongStore},
		"no recipe":       {foreign.Sign(handle.Claims{Session: "1"}), ada.Session, cache.ErrWrongStore},
		"another loader":  {foreign.Sign(handle.Claims{Session: "1", Recipe: make([]byte, 20)}), ada.Session, cache.ErrWrongStore},
		"a broken recipe": {foreign.Sign(handle.Claims{Session: "1", Recipe: append(make([]byte, 8), 200)}), ada.Session, cache.ErrWrongStore},
	} {
		_, err := k.handles.Get(background, tt.h, tt.session)
		assert.ErrorIs(t, err, tt.want, name)
	}
	id := idOf(k.loader)
	older := foreign.Sign(handle.Claims{Session: "1", Recipe: recipe{output: id, args: []byte(`{"City": 5}`)}.bytes()})
	_, err = k.handles.Get(background, older, ada.Session)
	assert.ErrorIs(t, err, cache.ErrNotFound)
	assert.ErrorContains(t, err, "the handle's arguments")
	assert.Equal(t, loads, k.loads.Load(), "none of them loads")

	k.fails.Store(true)
	for range 3 {
		_, err = k.handles.Get(background, h, ada.Session)
		assert.ErrorIs(t, err, errSource)
	}
	assert.Equal(t, loads+1, k.loads.Load())
	ended, cancel := context.WithCancel(background)
	cancel()
	_, err = k.handles.Get(ended, h, ada.Session)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestSignIsChecked(t *testing.T) {
	get := func(k *kitchen, p plot) *Result {
		r, err := k.loader.Get(background, ada, p)
		require.NoError(t, err)
		t.Cleanup(r.Release)
		return r
	}
	k := newKitchen(t, Options[plot]{Scope: Session}, true)
	h := k.sign(oslo)
	assert.LessOrEqual(t, len(h), 220)
	plain := newKitchen(t, Options[plot]{Scope: Session}, false)
	assert.LessOrEqual(t, len(plain.sign(oslo)), 200, "without arguments")

	for name, tt := range map[string]struct {
		sign func() (string, error)
		want string
	}{
		"another's session": {func() (string, error) { return k.handles.Sign(get(k, oslo), bob.Session, time.Time{}) }, "plots: no handle: it was loaded for another session"},
		"everyone":          {func() (string, error) { return k.handles.Sign(get(k, oslo), handle.Everyone, time.Time{}) }, "for another session"},
		"no session":        {func() (string, error) { return k.handles.Sign(get(k, oslo), "", time.Time{}) }, "is for a session"},
		"another's loader":  {func() (string, error) { return plain.handles.Sign(get(k, oslo), ada.Session, time.Time{}) }, "none of the loaders"},
		"nothing":           {func() (string, error) { return k.handles.Sign(&Result{}, ada.Session, time.Time{}) }, "none of the loaders"},
		"too long": {func() (string, error) {
			return k.handles.Sign(get(k, plot{City: strings.Repeat("a", 2000)}), ada.Session, time.Time{})
		}, "at most 1024 fit"},
	} {
		_, err := tt.sign()
		assert.ErrorContains(t, err, tt.want, name)
	}
}

// ask has fields that JSON leaves out.
func TestArgumentsThatJSONLoses(t *testing.T) {
	b := newBench(t)
	l := b.loader(Options[ask]{Key: byCity})
	h, err := NewHandles(HandleOptions{Secrets: secrets, Rebuild: true}, l)
	require.NoError(t, err)
	r, err := l.Get(background, Caller{}, ask{city: "Oslo"})
	require.NoError(t, err)
	defer r.Release()
	_, err = h.Sign(r, handle.Everyone, time.Time{})
	assert.ErrorContains(t, err, "arguments of type load.ask are others after they were turned into JSON and back: {}")
}

// Each loader's frames are in its own store, which its handles find.
func TestHandlesOfSeveralStores(t *testing.T) {
	b := newBench(t)
	kept, err := disk.Open(disk.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { assert.NoError(t, kept.Close()) }()
	of := func(name string, store cache.Store) *Loader[ask] {
		l, err := New(Options[ask]{Name: name, Store: store, Load: b.load, StoreTimeout: time.Minute})
		require.NoError(t, err)
		return l
	}
	quick, lasting := of("quick", b.store), of("lasting", kept)
	h, err := NewHandles(HandleOptions{Secrets: secrets}, quick, lasting)
	require.NoError(t, err)
	for i, l := range []*Loader[ask]{quick, lasting} {
		r, err := l.Get(background, Caller{}, ask{})
		require.NoError(t, err)
		signed, err := h.Sign(r, handle.Everyone, time.Time{})
		require.NoError(t, err)
		r.Release()
		r, err = h.Get(background, signed, "anybody")
		require.NoError(t, err)
		assert.EqualValues(t, i+1, b.value(r))
	}
	assert.Equal(t, 1, b.store.Stats().Entries)
	assert.Equal(t, 1, kept.Stats().Entries)
	assert.Equal(t, 1, int(kept.Stats().Hits))
}

// What cannot be right is an error at the start.
func TestHandleOptionsAreChecked(t *testing.T) {
	b := newBench(t)
	kept, err := disk.Open(disk.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	defer func() { assert.NoError(t, kept.Close()) }()
	of := func(name string, store cache.Store) *Loader[ask] {
		l, err := New(Options[ask]{Name: name, Store: store, Load: b.load})
		require.NoError(t, err)
		return l
	}
	_, err = NewHandles(HandleOptions{Secrets: secrets}, of("a", b.store), of("b", b.store), of("a", kept), of("b", b.store))
	assert.EqualError(t, err, "cache/load: two loaders are named \"a\"\ncache/load: two loaders are named \"b\"")
	_, err = NewHandles(HandleOptions{})
	assert.ErrorContains(t, err, "Options.Secrets is empty")
	random := HandleOptions{Secrets: []handle.Secret{handle.RandomSecret()}}
	_, err = NewHandles(random, of("a", b.store), of("b", kept))
	assert.ErrorContains(t, err, `HandleOptions.Secrets must last: the frames of "b" outlive this process`)
	_, err = NewHandles(random, of("a", b.store), of("b", &cache.Null{}))
	assert.NoError(t, err)
}
