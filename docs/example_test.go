// Package docs_test runs the code of the pages in this folder. A page's blocks of
// Go are the bodies of these examples, which TestPages checks.
package docs_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/load"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

var (
	ctx    = context.Background()
	secret = []byte("of many random bytes, from the environment")
	tmp    = func() string {
		dir, err := os.MkdirTemp("", "pointillist")
		check(err)
		return dir
	}()
)

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(tmp)
	os.Exit(code)
}

// check stands for the error handling of a real program.
func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}

// A query is what a page asks for.
type query struct {
	City   string
	Year   int
	Button string
}

func queryTrips(_ context.Context, q query) (*frame.Frame, error) {
	fmt.Println("asking the database about", q.City)
	return frame.FromSlices(frame.Slice("miles", []float64{1.5, 2.5, 4}))
}

func Example_serverside() {
	trips, err := frame.ReadCSV(strings.NewReader("miles,paid\n1.5,9.5\n2.5,12\n"), frame.CSVOptions{})
	check(err)
	defer trips.Release()
	keys, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}, Store: "trips"})
	check(err)
	store, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: 2 << 30})
	check(err)
	defer store.Close()

	// The first callback: return Serverside(df).
	session, version := "of a cookie", trips.Version()
	key := cache.NewKey("trips", 1).Text(session).Bytes(version[:]).Key()
	check(store.Put(ctx, key, trips, cache.PutOptions{Owner: cache.SessionOwner(session), Slot: cache.NewKey("trips.data", 1).Key()}))
	token := keys.Sign(handle.Claims{Key: key, Version: version, Session: session})

	// The second: def plot(df).
	claims, err := keys.Open(token, session)
	check(err)
	df, _, err := store.Get(ctx, claims.Key)
	check(err)
	defer df.Release()

	_, err = keys.Open(token, "of another browser")
	fmt.Println(len(token) <= 200, df.Rows(), "rows, forbidden to others:", errors.Is(err, cache.ErrForbidden))
	// Output: true 2 rows, forbidden to others: true
}

func Example_memoize() {
	store, err := cache.NewMemory(cache.MemoryOptions{})
	check(err)
	defer store.Close()
	trips, err := load.New(load.Options[query]{
		Name: "trips", Version: 1, Store: store,
		Load:  queryTrips,
		Key:   func(b *cache.KeyBuilder, q query) { b.Text(q.City).Int(int64(q.Year)) }, // not the button
		Scope: load.Session,
		TTL:   time.Hour,
	})
	check(err)
	for _, who := range []string{"a", "a", "b"} {
		r, err := trips.Get(ctx, load.Caller{Session: who}, query{City: "Oslo", Year: 2026, Button: "show"})
		check(err)
		fmt.Println("session", who, "loaded:", r.Loaded)
		r.Release()
	}
	// Output:
	// asking the database about Oslo
	// session a loaded: true
	// session a loaded: false
	// asking the database about Oslo
	// session b loaded: true
}

func Example_handles() {
	store, err := disk.Open(disk.Options{Dir: filepath.Join(tmp, "wiped")})
	check(err)
	defer store.Close()
	trips, err := load.New(load.Options[query]{
		Name: "trips", Store: store, Load: queryTrips,
		Key: func(b *cache.KeyBuilder, q query) { b.Text(q.City).Int(int64(q.Year)) },
	})
	check(err)
	handles, err := load.NewHandles(load.HandleOptions{Secrets: []handle.Secret{{Bytes: secret}}, Rebuild: true}, trips)
	check(err)

	r, err := trips.Get(ctx, load.Caller{}, query{City: "Oslo", Year: 2026})
	check(err)
	token, err := handles.Sign(r, "of a cookie", time.Time{})
	check(err)
	r.Release()
	check(trips.Delete(ctx, load.Caller{}, query{City: "Oslo", Year: 2026}))

	r, err = handles.Get(ctx, token, "of a cookie")
	check(err)
	fmt.Println(r.Frame.Rows(), "rows, loaded again:", r.Loaded)
	r.Release()
	// Output:
	// asking the database about Oslo
	// asking the database about Oslo
	// 3 rows, loaded again: true
}

func Example_backends() {
	kept, err := disk.Open(disk.Options{Dir: filepath.Join(tmp, "frames"), MaxBytes: 20 << 30, MaxOwnerBytes: 1 << 30})
	check(err)
	hot, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: 1 << 30})
	check(err)
	both, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{hot}, Last: kept})
	check(err)
	defer both.Close()

	trips, err := load.New(load.Options[query]{Name: "trips", Store: both, Load: queryTrips, Idle: 24 * time.Hour})
	check(err)
	preview, err := load.New(load.Options[query]{Name: "preview", Store: hot, Load: queryTrips, TTL: time.Minute})
	check(err)
	check(trips.Warm(ctx, query{City: "Oslo"}))
	check(preview.Warm(ctx, query{City: "Rome"}))
	fmt.Println(kept.Stats().Entries, "on disk,", hot.Stats().Entries, "in memory")
	// Output:
	// asking the database about Oslo
	// asking the database about Rome
	// 1 on disk, 2 in memory
}

func Example_interval() {
	last, err := disk.Open(disk.Options{Dir: filepath.Join(tmp, "last")})
	check(err)
	defer last.Close()
	orders, err := refresh.Start(refresh.Options{
		Every: 30 * time.Second,
		Load:  func(ctx context.Context) (*frame.Frame, error) { return queryTrips(ctx, query{City: "Oslo"}) },
		Store: last,
		Key:   cache.NewKey("orders", 1).Key(),
	})
	check(err)
	defer orders.Close()
	api, err := serve.New(serve.Options{})
	check(err)
	defer api.Close()
	api.NameLive("orders", orders)

	page := httptest.NewServer(api)
	defer page.Close()
	for range 10 { // graphs, of any number of viewers
		figure, err := http.Post(page.URL+"/v1/figure", "application/json", strings.NewReader(`{"frame": "orders", "args": {"x": "miles"}}`))
		check(err)
		figure.Body.Close()
	}
	fmt.Println(orders.Stats().Loads, "query")
	// Output:
	// asking the database about Oslo
	// 1 query
}
