package main

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pointillist-go/pointillist/engines/sqldb"
	"github.com/pointillist-go/pointillist/frame"
)

// query is what all ten graphs are drawn from.
const query = `
	select placed_at, region, channel, quantity, price, quantity * price as paid, minutes, distance, rating
	from orders order by placed_at`

// A source is where the orders come from.
type source struct {
	name  string // for the page
	load  func(context.Context) (*frame.Frame, error)
	close func()
}

func openSource(o options) (*source, error) {
	if o.simulate {
		return &source{name: "invented orders", load: simulated(), close: func() {}}, nil
	}
	db, err := sqldb.Open(o.dsn)
	if err != nil {
		return nil, err
	}
	db.Limits = frame.SQLOptions{Source: "orders", MaxRows: 5_000_000, MaxBytes: 1 << 30}
	return &source{name: "orders", load: db.Load(query), close: func() { _ = db.Close() }}, nil
}

// simulated returns a loader of invented orders, of which each load has more.
func simulated() func(context.Context) (*frame.Frame, error) {
	begun := time.Now().Add(-24 * time.Hour).Truncate(time.Second)
	var loads atomic.Int64
	return func(context.Context) (*frame.Frame, error) {
		return invented(begun, 10_000+100*int(loads.Add(1))), nil
	}
}

// invented returns the first n of an endless row of orders, always the same.
func invented(begun time.Time, n int) *frame.Frame {
	random := rand.New(rand.NewPCG(1, 2))
	var at []time.Time
	var region, channel []string
	var quantity, rating []int
	var price, paid, minutes, distance []float64
	for i := range n {
		miles := 20 * random.ExpFloat64()
		cents := 100 + random.IntN(9900)
		count := 1 + random.IntN(5)
		late := 10 + 2*miles + 8*random.NormFloat64()
		at = append(at, begun.Add(time.Duration(i)*8*time.Second))
		region = append(region, []string{"north", "east", "south", "west"}[random.IntN(4)])
		channel = append(channel, []string{"web", "shop", "phone"}[random.IntN(3)])
		quantity, price = append(quantity, count), append(price, float64(cents)/100)
		paid = append(paid, float64(count*cents)/100)
		minutes, distance = append(minutes, late), append(distance, miles)
		rating = append(rating, max(1, min(5, 5-int(late/40)+random.IntN(2))))
	}
	f, err := frame.FromSlices(
		frame.Slice("placed_at", at), frame.Slice("region", region), frame.Slice("channel", channel),
		frame.Slice("quantity", quantity), frame.Slice("price", price), frame.Slice("paid", paid),
		frame.Slice("minutes", minutes), frame.Slice("distance", distance), frame.Slice("rating", rating))
	if err != nil {
		panic(err) // columns of one length, with names of their own
	}
	return f
}
