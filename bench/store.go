package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
	"github.com/pointillist-go/pointillist/serve/dash"
)

var background = context.Background()

// storePeer starts the Python that has dash-extensions, and returns its versions.
// It is given the seed's frame: three columns of 630,918 rows, 15.1 MB.
func (b *bench) storePeer() (*peer, string, error) {
	python := os.Getenv("POINTILLIST_STORE_PYTHON")
	if python == "" {
		python = filepath.Join("..", ".venv-store", "bin", "python")
	}
	f, err := storeFrame()
	if err != nil {
		return nil, "", err
	}
	defer f.Release()
	if err := writeFrame(filepath.Join(b.folder, "store.arrow"), f); err != nil {
		return nil, "", err
	}
	p, err := startPeer(python, "store.py", b.folder)
	if err != nil {
		return nil, "", fmt.Errorf("make bench installs it: %w", err)
	}
	said, err := p.ask("versions")
	if err != nil {
		return nil, "", firstError(err, p.stop())
	}
	return p, said.Text, nil
}

func storeFrame() (*frame.Frame, error) {
	return trips().Select("passenger_count", "trip_distance", "total_amount")
}

// store measures what the table asks of it.
func (b *bench) store() (section, error) {
	p, versions, err := b.storePeer()
	if err != nil {
		return section{}, err
	}
	defer func() { _ = p.stop() }() // it was asked all
	s := section{
		Title: "The store",
		About: fmt.Sprintf("The seed's frame, 630,918 rows × 3 × 8 B = 15.1 MB, beside the same DataFrame in cachelib's FileSystemCache, which dash-extensions uses (%s). "+
			"Both directories are on the same disk, and in the page cache. The frame's content version is known: it is a stage of its own, below.", versions),
	}
	for _, measure := range []func(*peer) ([]row, error){b.diskRows, b.limitRows, b.handleRows, b.memoRows, b.refreshRows, b.redisRows} {
		rows, err := measure(p)
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, rows...)
	}
	return s, nil
}

// diskRows time a put and a get of the frame.
func (b *bench) diskRows(p *peer) ([]row, error) {
	f, err := storeFrame()
	if err != nil {
		return nil, err
	}
	defer f.Release()
	f.Version() // ETags and handles ask for it too, once a frame: see the stages
	s, err := disk.Open(disk.Options{Dir: filepath.Join(b.folder, "disk")})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // the folder goes
	key := cache.NewKey("bench", 1).Key()
	put := timed("put", func() error { return s.Put(background, key, f, cache.PutOptions{}) })
	puts, err := interleaved(b.rounds, put, p.contender("cachelib's put", "put"))
	if err != nil {
		return nil, err
	}
	gets, err := interleaved(b.slowRounds, best(5, timed("get", func() error { return readLast(s, key) })), p.contender("cachelib's get", "get"))
	if err != nil {
		return nil, err
	}
	return []row{
		beside("warm get from disk, and the last value of each column", gets, "FileSystemCache").gated(gate{20, 40}),
		beside("put on disk", puts, "FileSystemCache").gated(gate{1, 1.5}),
	}, nil
}

// readLast gets a frame, and reads the last value of each column.
func readLast(s cache.Store, key cache.Key) error {
	f, _, err := s.Get(background, key)
	if err != nil {
		return err
	}
	defer f.Release()
	for _, c := range f.Columns() {
		if c.Value(f.Rows()-1) == nil {
			return fmt.Errorf("%s has no last value", c.Name())
		}
	}
	return nil
}

// beside is how many times as fast the first of two is.
func beside(what string, least []time.Duration, rival string) row {
	return row{What: what, Unit: "× faster", Value: ratioOf(least[1], least[0]), Times: map[string]float64{"ours": ms(least[0]), rival: ms(least[1])}}
}

// limitRows compare puts into a store that is full, each of which has to evict,
// with those into one that is not.
func (b *bench) limitRows(*peer) ([]row, error) {
	const entries, batch = 5000, 100
	var contenders []contender
	for _, limit := range []int{entries, 0} {
		name := fmt.Sprintf("puts at limit %d", limit)
		s, err := disk.Open(disk.Options{Dir: filepath.Join(b.folder, name), MaxEntries: limit})
		if err != nil {
			return nil, err
		}
		defer func() { _ = s.Close() }() // the folder goes
		n := 0
		put := func(count int) error {
			f, err := frame.FromSlices(frame.Slice("x", []float64{1, 2, 3}))
			if err != nil {
				return err
			}
			defer f.Release()
			for range count {
				n++
				if err := s.Put(background, cache.NewKey("bench", 1).Int(int64(n)).Key(), f, cache.PutOptions{}); err != nil {
					return err
				}
			}
			return nil
		}
		if err := put(entries); err != nil {
			return nil, err
		}
		contenders = append(contenders, timed(name, func() error { return put(batch) }))
	}
	least, err := interleaved(b.rounds, contenders...)
	if err != nil {
		return nil, err
	}
	r := row{What: "put at the limit of 5,000 entries, against put below it", Unit: "×", Value: ratioOf(least[0], least[1]),
		Times: map[string]float64{"at the limit": ms(least[0]) / batch, "below it": ms(least[1]) / batch}}
	return []row{r.gated(gate{2, 1.5})}, nil
}

// handleRows time what stands before each use of a store.
func (b *bench) handleRows(*peer) ([]row, error) {
	ring, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}, Store: "bench"})
	if err != nil {
		return nil, err
	}
	h := ring.Sign(handle.Claims{Key: cache.NewKey("bench", 1).Key(), Session: "alice"})
	const batch = 1000
	least, err := interleaved(b.rounds, timed("open", func() error {
		for range batch {
			if _, err := ring.Open(h, "alice"); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		return nil, err
	}
	r := row{What: "verify a handle", Unit: "µs", Value: 1000 * ms(least[0]) / batch}
	return []row{r.gated(gate{10, 5})}, nil
}

// memoRows ask for a memoised figure of 1.8 MB, by itself and as the answer to a
// callback of Dash.
func (b *bench) memoRows(*peer) ([]row, error) {
	const asked = `{"frame":"taxi","filter":"passenger_count == 1 and trip_distance > 5.7","args":{"x":"trip_distance","y":"total_amount"},"arrays":"typed"}`
	figures, err := serve.New(serve.Options{})
	if err != nil {
		return nil, err
	}
	defer figures.Close()
	figures.Name("taxi", trips())
	page, err := dash.New(dash.Options{Figures: figures, Others: figures, Callbacks: map[string]dash.Callback{
		"graph.figure": func(context.Context, *dash.Call) (any, error) { return json.RawMessage(asked), nil },
	}})
	if err != nil {
		return nil, err
	}
	url, stop, err := listen(page)
	if err != nil {
		return nil, err
	}
	defer stop()
	var rows []row
	for _, r := range []struct{ what, path, body string }{
		{"a memoised figure of %.2g MB, over loopback, against net/http serving the same bytes", "/v1/figure", asked},
		{"the same %.2g MB in Dash's envelope", "/_dash-update-component", `{"output":"graph.figure","inputs":[]}`},
	} {
		least, size, err := b.besideNetHTTP(url+r.path, r.body)
		if err != nil {
			return nil, err
		}
		measured := row{What: fmt.Sprintf(r.what, float64(size)/1e6), Unit: "×", Value: ratioOf(least[0], least[1]),
			Times: map[string]float64{"memo": ms(least[0]), "net/http": ms(least[1])}}
		rows = append(rows, measured.gated(gate{1.2, 1.1}))
	}
	return rows, nil
}
