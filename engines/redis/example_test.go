package redis_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/redis/rueidis"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/engines/redis"
	"github.com/pointillist-go/pointillist/frame"
)

// One process puts a frame, another gets it.
func Example() {
	address, stop := redis.ServeExample()
	defer stop()
	here, there := open(address), open(address)
	defer here.Close()
	defer there.Close()

	taxis, err := frame.FromSlices(frame.Slice("fare", []float64{2.5, 11, 7.5}))
	if err != nil {
		log.Panic(err)
	}
	defer taxis.Release()
	ctx := context.Background()
	key := cache.NewKey("taxis", 1).Text("January").Key()
	if err := here.Put(ctx, key, taxis, cache.PutOptions{TTL: time.Hour}); err != nil {
		log.Panic(err)
	}

	f, info, err := there.Get(ctx, key)
	if err != nil {
		log.Panic(err)
	}
	defer f.Release()
	fmt.Println(f.Rows(), "rows for", info.Expires.Sub(info.Created))

	if err := here.Delete(ctx, key); err != nil {
		log.Panic(err)
	}
	_, _, err = there.Get(ctx, key)
	fmt.Println(err)
	fmt.Println(errors.Is(err, cache.ErrNotFound))
	// Output:
	// 3 rows for 1h0m0s
	// cache: entry 7be1d607d1d6bbe3059568fbc9f6d7ad: not found
	// true
}

func open(address string) *redis.Store {
	s, err := redis.Open(redis.Options{
		Connect: rueidis.ClientOption{InitAddress: []string{address}},
		Timeout: 10 * time.Second, // of a machine that runs many tests at once
	})
	if err != nil {
		log.Panic(err)
	}
	return s
}
