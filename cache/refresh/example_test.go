package refresh_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

func Example() {
	ctx := context.Background()
	trips, err := refresh.Start(refresh.Options{
		Every: 30 * time.Second,
		Load: func(context.Context) (*frame.Frame, error) { // as a rule a query
			return frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
		},
	})
	if err != nil {
		panic(err)
	}
	defer trips.Close()

	page, err := trips.Get(ctx)
	if err != nil {
		panic(err)
	}
	defer page.Release()
	figure, err := trips.At(page.Version) // in another request, for the same page
	if err != nil {
		panic(err)
	}
	defer figure.Release()
	fmt.Println(figure.Frame.Rows(), "rows", figure.Version == page.Version, figure.Err)
	// Output: 2 rows true <nil>
}

// Several processes, here two, share one directory: in each period one of them
// asks the source.
func Example_processes() {
	temp, err := os.MkdirTemp("", "pointillist")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(temp)
	ctx := context.Background()
	queries := 0
	process := func() *refresh.Live {
		const period = time.Hour
		store, err := disk.Open(disk.Options{Dir: filepath.Join(temp, "frames")})
		if err != nil {
			panic(err)
		}
		live, err := refresh.Start(refresh.Options{Every: period, Load: func(ctx context.Context) (*frame.Frame, error) {
			key := cache.NewKey("trips", 1).Int(time.Now().UnixNano() / int64(period)).Key()
			f, _, err := store.Load(ctx, key, func(context.Context) (*frame.Frame, cache.PutOptions, error) {
				queries++
				f, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
				return f, cache.PutOptions{TTL: 2 * period}, err
			})
			return f, err
		}})
		if err != nil {
			panic(err)
		}
		return live
	}
	a := process()
	defer a.Close()
	first, err := a.Get(ctx)
	if err != nil {
		panic(err)
	}
	defer first.Release()
	b := process()
	defer b.Close()
	second, err := b.Get(ctx)
	if err != nil {
		panic(err)
	}
	defer second.Release()
	fmt.Println(first.Version == second.Version, queries)
	// Output: true 1
}
