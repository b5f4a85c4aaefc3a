package disk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/frame"
)

// A session ends, and all that it had is freed.
func ExampleStore_DeleteOwner() {
	temp, err := os.MkdirTemp("", "pointillist")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(temp)
	store, err := disk.Open(disk.Options{Dir: filepath.Join(temp, "frames"), MaxOwnerBytes: 100 << 20})
	if err != nil {
		panic(err)
	}
	defer store.Close()

	ctx := context.Background()
	session := cache.NewKey("session", 1).Text("alice").Key()
	output := cache.NewKey("output", 1).Text("trips.data").Key()
	for day, km := range []float64{1.5, 2.5} {
		trips, err := frame.FromSlices(frame.Slice("distance", []float64{km}))
		if err != nil {
			panic(err)
		}
		o := cache.PutOptions{Owner: session, Slot: output}
		if err := store.Put(ctx, cache.NewKey("day", 1).Int(int64(day)).Key(), trips, o); err != nil {
			panic(err)
		}
		trips.Release()
	}
	entries, err := store.List(ctx)
	fmt.Println(len(entries), "entry,", entries[0].Rows, "row", err)
	n, err := store.DeleteOwner(ctx, session)
	fmt.Println(n, "deleted", err)
	// Output:
	// 1 entry, 1 row <nil>
	// 1 deleted <nil>
}
