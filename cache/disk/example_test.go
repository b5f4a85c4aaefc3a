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

// A frame is stored by one store of a directory and read by another, which
// could be another process.
func Example() {
	temp, err := os.MkdirTemp("", "pointillist")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(temp)
	o := disk.Options{Dir: filepath.Join(temp, "frames"), MaxBytes: 1 << 30}
	writer, err := disk.Open(o)
	if err != nil {
		panic(err)
	}
	defer writer.Close()
	reader, err := disk.Open(o)
	if err != nil {
		panic(err)
	}
	defer reader.Close()

	ctx := context.Background()
	trips, err := frame.FromSlices(frame.Slice("distance", []float64{1.5, 2.5}))
	if err != nil {
		panic(err)
	}
	defer trips.Release()
	key := cache.NewKey("trips", 1).Text("January").Key()
	if err := writer.Put(ctx, key, trips, cache.PutOptions{}); err != nil {
		panic(err)
	}

	got, _, err := reader.Get(ctx, key)
	if err != nil {
		panic(err)
	}
	defer got.Release()
	fmt.Println(got.Rows(), got.Version() == trips.Version(), reader.Stats().Entries)
	// Output: 2 true 1
}
