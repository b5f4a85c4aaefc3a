package handle_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/race"
)

var (
	start  = time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	older  = handle.Secret{Bytes: bytes.Repeat([]byte("o"), 32)}
	newer  = handle.Secret{Bytes: bytes.Repeat([]byte("n"), 32)}
	claims = handle.Claims{Key: cache.NewKey("test", 1).Key(), Version: frame.Version{1, 2, 3}, Session: "alice", Expires: start.Add(time.Hour)}
)

func newRing(t testing.TB, o handle.Options) *handle.Ring {
	t.Helper()
	if o.Secrets == nil {
		o.Secrets = []handle.Secret{older}
	}
	if o.Now == nil {
		o.Now = func() time.Time { return start }
	}
	r, err := handle.NewRing(o)
	require.NoError(t, err)
	return r
}

func TestOpen(t *testing.T) {
	at := func(after time.Duration) func() time.Time { return func() time.Time { return start.Add(after) } }
	expiring := older
	expiring.NotAfter = start.Add(time.Minute)
	public := claims
	public.Session = handle.Everyone
	for name, test := range map[string]struct {
		signed  handle.Claims
		opener  handle.Options
		session string
		want    error
	}{
		"by its session":              {claims, handle.Options{}, "alice", nil},
		"by another":                  {claims, handle.Options{}, "bob", cache.ErrForbidden},
		"by nobody":                   {claims, handle.Options{}, "", cache.ErrForbidden},
		"by one who calls itself all": {claims, handle.Options{}, handle.Everyone, cache.ErrForbidden},
		"by another, too late":        {claims, handle.Options{Now: at(time.Hour)}, "bob", cache.ErrForbidden},
		"everyone's, by any":          {public, handle.Options{}, "bob", nil},
		"everyone's, by nobody":       {public, handle.Options{}, "", nil},
		"in time":                     {claims, handle.Options{Now: at(time.Hour - 1)}, "alice", nil},
		"too late":                    {claims, handle.Options{Now: at(time.Hour)}, "alice", cache.ErrExpired},
		"in another store":            {claims, handle.Options{Store: "other"}, "alice", cache.ErrWrongStore},
		"with another secret":         {claims, handle.Options{Secrets: []handle.Secret{newer}}, "alice", handle.ErrMalformed},
		"after rotation":              {claims, handle.Options{Secrets: []handle.Secret{newer, older}}, "alice", nil},
		"during the overlap":          {claims, handle.Options{Secrets: []handle.Secret{newer, expiring}}, "alice", nil},
		"after the overlap":           {claims, handle.Options{Secrets: []handle.Secret{newer, expiring}, Now: at(time.Minute)}, "alice", cache.ErrExpired},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newRing(t, test.opener).Open(newRing(t, handle.Options{}).Sign(test.signed), test.session)
			if test.want != nil {
				assert.ErrorIs(t, err, test.want)
				assert.Zero(t, got)
				return
			}
			require.NoError(t, err)
			assert.True(t, test.signed.Expires.Equal(got.Expires))
			got.Expires = test.signed.Expires
			assert.Equal(t, test.signed, got)
		})
	}
}

func TestHandle(t *testing.T) {
	r := newRing(t, handle.Options{})
	h := r.Sign(claims)
	assert.Len(t, h, handle.Length)
	assert.LessOrEqual(t, handle.Length, 200)
	assert.Regexp(t, "^[A-Za-z0-9_-]*$", h)
	assert.Equal(t, h, r.Sign(claims), "equal claims, equal handles")

	for name, change := range map[string]func(*handle.Claims){
		"key":     func(c *handle.Claims) { c.Key[0]++ },
		"version": func(c *handle.Claims) { c.Version[0]++ },
		"session": func(c *handle.Claims) { c.Session = "bob" },
		"expires": func(c *handle.Claims) { c.Expires = c.Expires.Add(1) },
		"recipe":  func(c *handle.Claims) { c.Recipe = []byte{0} },
	} {
		other := claims
		change(&other)
		assert.NotEqual(t, h, r.Sign(other), name)
	}
	assert.PanicsWithValue(t, "handle: Claims.Session is empty", func() { r.Sign(handle.Claims{}) })
	forever := claims
	forever.Expires = time.Time{}
	got, err := r.Open(r.Sign(forever), "alice")
	require.NoError(t, err)
	assert.True(t, got.Expires.IsZero())
}

// A recipe comes back as it was, and nobody else can read it.
func TestRecipe(t *testing.T) {
	r := newRing(t, handle.Options{})
	for n := range handle.MaxRecipe + 1 {
		c := claims
		c.Recipe = bytes.Repeat([]byte("Oslo "), n)[:n]
		h := r.Sign(c)
		require.LessOrEqual(t, len(h), handle.MaxLength)
		require.Equal(t, h, r.Sign(c), "equal claims, equal handles")
		got, err := r.Open(h, "alice")
		require.NoError(t, err, n)
		require.Equal(t, string(c.Recipe), string(got.Recipe))
		raw, err := base64.RawURLEncoding.DecodeString(h)
		require.NoError(t, err)
		require.NotContains(t, string(raw), "Oslo ")
		for _, end := range []string{"\n", "A", "AAAA"} {
			_, err = r.Open(h+end, "alice")
			require.ErrorIs(t, err, handle.ErrMalformed)
		}
	}
	one, other := claims, claims
	one.Recipe, other.Recipe = []byte("Oslo, a"), []byte("Oslo, b")
	a, _ := base64.RawURLEncoding.DecodeString(r.Sign(one))
	b, _ := base64.RawURLEncoding.DecodeString(r.Sign(other))
	assert.NotEqual(t, a[len(a)-7:len(a)-1], b[len(b)-7:len(b)-1], "equal beginnings do not show")
	_, err := r.Open(r.Sign(one), "bob")
	assert.ErrorIs(t, err, cache.ErrForbidden)
	one.Recipe = make([]byte, handle.MaxRecipe+1)
	assert.PanicsWithValue(t, "handle: Claims.Recipe has more than MaxRecipe bytes", func() { r.Sign(one) })
}

// A counted store counts who asks it.
type counted struct {
	cache.Store
	gets atomic.Int64
}

func (s *counted) Get(ctx context.Context, key cache.Key) (*frame.Frame, cache.Info, error) {
	s.gets.Add(1)
	return s.Store.Get(ctx, key)
}

// TestGet: a handle is for one content, and the store is asked for no other.
func TestGet(t *testing.T) {
	memory, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	defer func() { assert.NoError(t, memory.Close()) }()
	store, r, ctx := &counted{Store: memory}, newRing(t, handle.Options{}), context.Background()
	key := cache.NewKey("test", 1).Key()
	put := func(v float64) string {
		f, err := frame.FromSlices(frame.Slice("x", []float64{v}))
		require.NoError(t, err)
		defer f.Release()
		require.NoError(t, store.Put(ctx, key, f, cache.PutOptions{}))
		return r.Sign(handle.Claims{Key: key, Version: f.Version(), Session: "alice"})
	}
	first := put(1)
	assert.Equal(t, first, put(1), "equal content, equal handle")
	f, _, err := r.Get(ctx, store, first, "alice")
	require.NoError(t, err)
	f.Release()
	assert.EqualValues(t, 1, store.gets.Load())
	_, _, err = r.Get(ctx, store, first, "mallory")
	assert.ErrorIs(t, err, cache.ErrForbidden)
	_, _, err = r.Get(ctx, store, "x"+first[1:], "alice")
	assert.ErrorIs(t, err, handle.ErrMalformed)
	assert.EqualValues(t, 1, store.gets.Load(), "who has no handle does not reach the store")

	second := put(2)
	assert.NotEqual(t, first, second)
	_, _, err = r.Get(ctx, store, first, "alice")
	assert.ErrorIs(t, err, cache.ErrSuperseded)
	require.NoError(t, store.Delete(ctx, key))
	_, _, err = r.Get(ctx, store, second, "alice")
	assert.ErrorIs(t, err, cache.ErrNotFound)
}

func TestRingIsChecked(t *testing.T) {
	for name, secrets := range map[string][]handle.Secret{
		"none":  nil,
		"short": {{Bytes: make([]byte, handle.MinSecret-1)}},
		"twice": {older, newer, older},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := handle.NewRing(handle.Options{Secrets: secrets})
			assert.ErrorContains(t, err, "Options.Secrets")
		})
	}
	assert.NotEqual(t, handle.RandomSecret(), handle.RandomSecret())
}

// cooked are claims with a recipe.
func cooked() handle.Claims {
	c := claims
	c.Recipe = []byte(`{"city":"Oslo","year":2026}`)
	return c
}

func TestEveryBitCounts(t *testing.T) {
	for name, c := range map[string]handle.Claims{"plain": claims, "with a recipe": cooked()} {
		t.Run(name, func(t *testing.T) { everyBitCounts(t, c) })
	}
}

func everyBitCounts(t *testing.T, c handle.Claims) {
	r := newRing(t, handle.Options{})
	h := r.Sign(c)
	for i := range len(h) {
		for bit := range 8 {
			b := []byte(h)
			b[i] ^= 1 << bit
			_, err := r.Open(string(b), "alice")
			require.ErrorIs(t, err, handle.ErrMalformed)
		}
		_, err := r.Open(h[:i], "alice")
		require.ErrorIs(t, err, handle.ErrMalformed)
	}
}

// A million handles (fewer under the race detector), each mutated in a way that leaves it as long and well
// encoded: none is accepted, and none reaches the store.
func TestMutatedHandlesAreRefused(t *testing.T) {
	r := newRing(t, handle.Options{Secrets: []handle.Secret{newer, older}})
	var raws [2][]byte
	for i, c := range []handle.Claims{claims, cooked()} {
		raw, err := base64.RawURLEncoding.DecodeString(r.Sign(c))
		require.NoError(t, err)
		raws[i] = raw
	}
	store := &counted{Store: &cache.Null{}}
	const goroutines = 4
	mutants := 1_000_000
	if race.Enabled { // the races are in the first ones, if there are any
		mutants = 100_000
	}
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			random, raw := rand.New(rand.NewPCG(uint64(g), 2)), raws[g%2]
			for range mutants / goroutines {
				b := mutate(random, bytes.Clone(raw))
				if bytes.Equal(b, raw) {
					continue
				}
				if _, _, err := r.Get(context.Background(), store, base64.RawURLEncoding.EncodeToString(b), "alice"); !errors.Is(err, handle.ErrMalformed) {
					t.Errorf("accepted: %x", b)
				}
			}
		})
	}
	wg.Wait()
	assert.Zero(t, store.gets.Load())
}

func mutate(random *rand.Rand, b []byte) []byte {
	switch at := random.IntN(len(b)); random.IntN(4) {
	case 0: // one bit
		b[at] ^= 1 << random.IntN(8)
	case 1: // one byte
		b[at] = byte(random.Uint32())
	case 2: // two fields swapped
		from := random.IntN(len(b))
		n := min(16, len(b)-at, len(b)-from)
		for i := range n {
			b[at+i], b[from+i] = b[from+i], b[at+i]
		}
	case 3: // a field made up
		for i := range min(8, len(b)-at) {
			b[at+i] = byte(random.Uint32())
		}
	}
	return b
}

func FuzzOpen(f *testing.F) {
	r := newRing(f, handle.Options{})
	good, withRecipe := r.Sign(claims), r.Sign(cooked())
	f.Add(good, "alice")
	f.Add(good, "bob")
	f.Add("", "")
	f.Add("\n"+good[1:], "alice")
	f.Add(withRecipe+"\n", "alice")
	f.Fuzz(func(t *testing.T, h, session string) {
		c, err := r.Open(h, session)
		if (err == nil) != ((h == good || h == withRecipe) && session == "alice") {
			t.Fatalf("Open(%q, %q) = %v, %v", h, session, c, err)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	r := newRing(b, handle.Options{})
	h := r.Sign(claims)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(h, "alice"); err != nil {
			b.Fatal(err)
		}
	}
}
