package handle_test

import (
	"errors"
	"fmt"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
)

// A frame is stored for one session; another cannot open its handle.
func Example() {
	ring, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}, Store: "disk"})
	if err != nil {
		panic(err)
	}
	key := cache.NewKey("frame", 1).Text("taxi").Key()
	h := ring.Sign(handle.Claims{Key: key, Session: "alice"})
	fmt.Println(len(h), "characters")

	claims, err := ring.Open(h, "alice")
	fmt.Println(claims.Key == key, err)

	_, err = ring.Open(h, "mallory")
	fmt.Println(errors.Is(err, cache.ErrForbidden))

	_, err = ring.Open(h[:len(h)-1]+"!", "alice")
	fmt.Println(err)
	// Output:
	// 160 characters
	// true <nil>
	// true
	// handle: not a valid handle
}
