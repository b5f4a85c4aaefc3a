package main

import (
	"path/filepath"
	"runtime"
	"time"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/frame"
)

// speed measures the promises: the whole figure of the seed, on one core.
func (b *bench) speed() (section, error) {
	s := section{
		Title: "The seed's figure",
		About: "630,918 rows, `passenger_count == 1` (int64) keeps 534,226, two float64 columns; filter, build and encode to a discarding writer, one core, nothing memoised.",
	}
	for _, measure := range []func() ([]row, error){b.againstCopy, b.perValue, b.againstPurego, b.againstPx, b.overHTTP, b.resident} {
		rows, err := measure()
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, rows...)
	}
	return s, nil
}

func (b *bench) againstCopy() (rows []row, err error) {
	e, q := bare(), seedRequest(encode.Typed)
	size, err := figureOf(e, q)
	if err != nil {
		return nil, err
	}
	var least []time.Duration
	err = onOneCore(func() error {
		least, err = interleaved(b.rounds,
			timed("figure", func() error { _, err := figureOf(e, q); return err }),
			timed("copy", copies(size)))
		return err
	})
	if err != nil {
		return nil, err
	}
	ratio := row{What: "typed arrays, against a copy of the same bytes", Unit: "×",
		Value: ratioOf(least[0], least[1]), Times: map[string]float64{"figure": ms(least[0]), "copy": ms(least[1])}}
	var before, after runtime.MemStats
	const figures = 20
	runtime.ReadMemStats(&before)
	for range figures {
		if _, err := figureOf(e, q); err != nil {
			return nil, err
		}
	}
	runtime.ReadMemStats(&after)
	perRow := row{What: "allocations a row", Unit: "",
		Value: float64(after.Mallocs-before.Mallocs) / figures / float64(q.Frame.Rows())}
	return []row{ratio.gated(gate{2.5, 1.7}), perRow.gated(gate{0.001, 0.001})}, nil
}

func (b *bench) perValue() ([]row, error) {
	e, q := bare(), seedRequest(encode.Text)
	values, err := numbers("trip_distance")
	if err != nil {
		return nil, err
	}
	var least []time.Duration
	err = onOneCore(func() error {
		least, err = interleaved(b.rounds, timed("text", func() error { _, err := figureOf(e, q); return err }))
		return err
	})
	if err != nil {
		return nil, err
	}
	each := row{What: "decimal text arrays", Unit: "ns a value", Value: float64(least[0]) / float64(2*len(values)),
		Times: map[string]float64{"figure": ms(least[0])}}
	return []row{each.gated(gate{8, 5})}, nil
}

// againstPurego compares two builds of this program, each a peer.
func (b *bench) againstPurego() ([]row, error) {
	path, err := buildPurego(b.folder)
	if err != nil {
		return nil, err
	}
	plain, err := startPeer(path, "-peer")
	if err != nil {
		return nil, err
	}
	fast, err := startPeer(b.self, "-peer")
	if err != nil {
		return nil, err
	}
	least, err := interleaved(b.rounds, plain.contender("purego", "typed"), fast.contender("SIMD", "typed"))
	if err != nil {
		return nil, err
	}
	if err := firstError(plain.stop(), fast.stop()); err != nil {
		return nil, err
	}
	r := row{What: "the `purego` build, against the SIMD build", Unit: "×", Value: ratioOf(least[0], least[1]),
		Times: map[string]float64{"purego": ms(least[0]), "SIMD": ms(least[1])}}
	return []row{r.gated(gate{5, 3})}, nil
}

// againstPx compares with plotly.py in a warm process.
func (b *bench) againstPx() ([]row, error) {
	if err := b.givePx("seed", trips()); err != nil {
		return nil, err
	}
	px, err := b.startPx()
	if err != nil {
		return nil, err
	}
	e, q := bare(), seedRequest(encode.Typed)
	var least []time.Duration
	err = onOneCore(func() error {
		least, err = interleaved(b.slowRounds,
			best(3, px.contender("plotly.py", "seed")),
			best(10, timed("figure", func() error { _, err := figureOf(e, q); return err })))
		return err
	})
	if err := firstError(err, px.stop()); err != nil {
		return nil, err
	}
	b.px = least[0]
	r := row{What: "against plotly.py: pandas filter + px.scatter + to_json (orjson), warm, one core", Unit: "× faster",
		Value: ratioOf(least[0], least[1]), Times: map[string]float64{"plotly.py": ms(least[0]), "figure": ms(least[1])}}
	return []row{r.gated(gate{50, 100})}, nil
}

// startPx starts the Python peer, and givePx writes the frame of one of its works.
func (b *bench) startPx() (*peer, error) { return startPeer(b.python, "px.py", b.folder) }

func (b *bench) givePx(work string, f *frame.Frame) error {
	return writeFrame(filepath.Join(b.folder, work+".arrow"), f)
}

func ratioOf(a, b time.Duration) float64 { return float64(a) / float64(b) }
