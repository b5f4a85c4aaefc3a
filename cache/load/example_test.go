package load_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/load"
	"github.com/pointillist-go/pointillist/frame"
)

// A query is what a page asks for.
type query struct {
	City   string
	Button string // that was clicked: the frame does not depend on it
}

// byCity leaves the button out of the key.
func byCity(b *cache.KeyBuilder, q query) { b.Text(q.City) }

// The query runs once for each city, whoever asks and by whatever button.
func Example() {
	ctx := context.Background()
	store, err := cache.NewMemory(cache.MemoryOptions{})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	trips, err := load.New(load.Options[query]{
		Name: "trips", Version: 1, Store: store, TTL: time.Hour, Key: byCity,
		Load: func(_ context.Context, q query) (*frame.Frame, error) { // as a rule a query
			fmt.Println("asking for", q.City)
			return frame.FromSlices(frame.Slice("miles", []float64{1.5, 2.5}))
		},
	})
	if err != nil {
		panic(err)
	}
	if err := trips.Warm(ctx, query{City: "Oslo"}); err != nil { // before the server is ready
		panic(err)
	}
	for _, q := range []query{{"Oslo", "show"}, {"Oslo", "zoom"}, {"Rome", "show"}} {
		r, err := trips.Get(ctx, load.Caller{}, q)
		if err != nil {
			panic(err)
		}
		fmt.Println(q.City, r.Frame.Rows(), "rows, loaded:", r.Loaded)
		r.Release()
	}
	// Output:
	// asking for Oslo
	// Oslo 2 rows, loaded: false
	// Oslo 2 rows, loaded: false
	// asking for Rome
	// Rome 2 rows, loaded: true
}

// Two outputs of one computation, each kept for as long as it should be: only
// what is missing is made.
func Example_outputs() {
	ctx := context.Background()
	store, err := cache.NewMemory(cache.MemoryOptions{})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	trips, err := load.New(load.Options[query]{
		Name: "trips", Store: store, Key: byCity,
		Load: func(context.Context, query) (*frame.Frame, error) {
			fmt.Println("asking the database")
			return frame.FromSlices(frame.Slice("miles", []float64{1.5, 2.5}))
		},
	})
	if err != nil {
		panic(err)
	}
	total, err := load.New(load.Options[query]{
		Name: "total", Store: store, Key: byCity,
		Load: func(ctx context.Context, q query) (*frame.Frame, error) {
			r, err := trips.Get(ctx, load.Caller{}, q)
			if err != nil {
				return nil, err
			}
			defer r.Release()
			fmt.Println("adding up", r.Frame.Rows(), "rows")
			return frame.FromSlices(frame.Slice("miles", []float64{4}))
		},
	})
	if err != nil {
		panic(err)
	}
	show := func() {
		for _, output := range []*load.Loader[query]{total, trips} {
			r, err := output.Get(ctx, load.Caller{}, query{City: "Oslo"})
			if err != nil {
				panic(err)
			}
			r.Release()
		}
	}
	show()
	fmt.Println("again, without the total")
	if err := total.Delete(ctx, load.Caller{}, query{City: "Oslo"}); err != nil {
		panic(err)
	}
	show()
	// Output:
	// asking the database
	// adding up 2 rows
	// again, without the total
	// adding up 2 rows
}
