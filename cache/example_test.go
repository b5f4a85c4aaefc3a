package cache_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

func ExampleMemory() {
	ctx := context.Background()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	store, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: 1 << 20, Now: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	defer store.Close()

	trips, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
	if err != nil {
		panic(err)
	}
	defer trips.Release()
	key := cache.NewKey("trips", 1).Text("January").Key()
	if err := store.Put(ctx, key, trips, cache.PutOptions{TTL: time.Hour}); err != nil {
		panic(err)
	}

	got, info, err := store.Get(ctx, key)
	fmt.Println(got.Rows(), "rows, until", info.Expires.Format(time.TimeOnly), err)
	got.Release()

	now = now.Add(time.Hour)
	_, _, err = store.Get(ctx, key)
	fmt.Println(errors.Is(err, cache.ErrExpired))
	// Output:
	// 2 rows, until 13:00:00 <nil>
	// true
}

// What is to go is found by what an Admin tells of it: here what was put before
// a deployment. Without a condition the loop clears the store.
func ExampleAdmin() {
	ctx := context.Background()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	store, err := cache.NewMemory(cache.MemoryOptions{Now: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	trips, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
	if err != nil {
		panic(err)
	}
	defer trips.Release()
	for _, month := range []string{"January", "February", "March"} {
		if err := store.Put(ctx, cache.NewKey("trips", 1).Text(month).Key(), trips, cache.PutOptions{}); err != nil {
			panic(err)
		}
		now = now.Add(time.Hour)
	}
	deployed := now.Add(-90 * time.Minute)
	entries, err := store.List(ctx)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		if e.Created.Before(deployed) {
			if err := store.Delete(ctx, e.Key); err != nil {
				panic(err)
			}
		}
	}
	fmt.Println(store.Stats().Entries, "left")
	// Output: 1 left
}

// A frame that only the last tier has is copied to the faster one.
func ExampleTiered() {
	ctx := context.Background()
	last, err := cache.NewMemory(cache.MemoryOptions{}) // as a rule a store on disk
	if err != nil {
		panic(err)
	}
	fast, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: 16 << 20})
	if err != nil {
		panic(err)
	}
	store, err := cache.NewTiered(cache.TieredOptions{Faster: []cache.Store{fast}, Last: last})
	if err != nil {
		panic(err)
	}
	defer store.Close()

	trips, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
	if err != nil {
		panic(err)
	}
	defer trips.Release()
	key := cache.NewKey("trips", 1).Text("January").Key()
	if err := last.Put(ctx, key, trips, cache.PutOptions{}); err != nil {
		panic(err)
	}
	got, _, err := store.Get(ctx, key)
	if err != nil {
		panic(err)
	}
	defer got.Release()
	fmt.Println(got.Rows(), fast.Stats().Entries)
	// Output: 2 1
}

// The first caller makes the answer, the second has the same bytes.
func ExampleMemo() {
	memo, err := cache.NewMemo(cache.MemoOptions{})
	if err != nil {
		panic(err)
	}
	answer := func(client io.Writer) error {
		body, draft, err := memo.Acquire(context.Background(), cache.NewKey("answer", 1).Key())
		if err != nil {
			return err
		}
		if body != nil {
			defer body.Release()
			fmt.Fprint(client, "kept, ", body.Len(), " bytes: ")
			_, err = body.WriteTo(client)
			return err
		}
		defer draft.Abort()
		if _, err := fmt.Fprintln(io.MultiWriter(client, draft), `{"data":[]}`); err != nil {
			return err
		}
		draft.Commit()
		return nil
	}
	for range 2 {
		if err := answer(os.Stdout); err != nil {
			panic(err)
		}
	}
	// Output:
	// {"data":[]}
	// kept, 12 bytes: {"data":[]}
}

func ExampleGroup() {
	var loads cache.Group[string, int]
	rows, shared, err := loads.Do(context.Background(), "trips", func(ctx context.Context) (int, error) {
		return 630_918, ctx.Err()
	})
	fmt.Println(rows, shared, err)

	_, _, err = loads.Do(context.Background(), "trips", func(context.Context) (int, error) { panic("no such table") })
	fmt.Println(err)
	// Output:
	// 630918 false <nil>
	// cache: loader panicked: no such table
}

func ExampleKeyBuilder() {
	a := cache.NewKey("figure", 1).Text("ab").Text("c").Key()
	b := cache.NewKey("figure", 1).Text("a").Text("bc").Key()
	fmt.Println(a == b)
	// Output: false
}

func ExampleGetMany() {
	ctx := context.Background()
	store, err := cache.NewMemory(cache.MemoryOptions{})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	trips, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
	if err != nil {
		panic(err)
	}
	defer trips.Release()
	january, february := cache.NewKey("trips", 1).Text("January").Key(), cache.NewKey("trips", 1).Text("February").Key()
	if err := store.Put(ctx, january, trips, cache.PutOptions{}); err != nil {
		panic(err)
	}

	months := cache.GetMany(ctx, store, []cache.Key{january, february})
	defer months.Release()
	for _, month := range months { // or months.Err() alone, if all are needed
		if month.Err != nil {
			fmt.Println(errors.Is(month.Err, cache.ErrNotFound))
			continue
		}
		fmt.Println(month.Frame.Rows(), "rows")
	}
	// Output:
	// 2 rows
	// true
}

// A session may ask three times in a minute.
func ExampleCounter() {
	ctx, now := context.Background(), time.Unix(0, 0)
	store, err := cache.NewMemory(cache.MemoryOptions{Now: func() time.Time { return now }})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	session := cache.NewKey("asked", 1).Text("of a cookie").Key()
	for range 5 {
		asked, err := store.Add(ctx, session, 1, cache.CountOptions{TTL: time.Minute})
		fmt.Println(asked, asked <= 3, err)
		now = now.Add(15 * time.Second)
	}
	// Output:
	// 1 true <nil>
	// 2 true <nil>
	// 3 true <nil>
	// 4 false <nil>
	// 1 true <nil>
}
