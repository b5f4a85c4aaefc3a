package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/decimate"
)

// A lineCall decimates a line on both sides. lines.py knows it by its name.
type lineCall[Y decimate.Value] struct {
	name, what string
	run        func(dst []uint32, x []float64, y []Y, v decimate.View[float64]) []uint32
}

func lineCalls[Y decimate.Value]() []lineCall[Y] {
	sized := func(run func([]uint32, []float64, []Y, decimate.View[float64], int) []uint32, size int) func([]uint32, []float64, []Y, decimate.View[float64]) []uint32 {
		return func(dst []uint32, x []float64, y []Y, v decimate.View[float64]) []uint32 {
			return run(dst, x, y, v, size)
		}
	}
	return []lineCall[Y]{
		{"minmax", "MinMax, 1,024 buckets", sized(decimate.MinMax[float64, Y], 1024)},
		{"m4", "M4, 512 buckets", sized(decimate.M4[float64, Y], 512)},
		{"lttb", "LTTB, 2,050 rows", sized(decimate.LTTB[float64, Y], 2050)},
		{"minmaxlttb", "MinMaxLTTB, 2,050 rows", sized(decimate.MinMaxLTTB[float64, Y], 2050)},
	}
}

// lineSizes are the lengths of the series, and how often each is decimated, at least: the
// longest are read from memory, not from a cache, whatever came before.
var lineSizes = []struct {
	name         string
	rows         int
	rounds, best int
}{
	{"1 M", 1_000_000, 10, 10},
	{"10 M", 10_000_000, 20, 3},
	{"100 M", 100_000_000, 40, 1},
}

// lines compares the decimators of lines with tsdownsample's.
func (b *bench) lines() (section, error) {
	s := section{
		Title: "Lines",
		About: "Against tsdownsample " + version(b.python, "tsdownsample") + " (Rust, SIMD) with x given, the least of the ratios on 1 M, 10 M and 100 M rows; x is float64. Both read the same memory, in turn, until no least time has fallen by a two-hundredth for 10, 20 and 40 rounds. One thread is timed by the processor's clock. Its LTTB has no more. The copy is of 32 kB at a time, to a place that stays in the processor's cache. " +
			"The rows chosen are the same, which this run has checked: of MinMax and M4 on evenly spaced x, where no row lies on the edge of a bucket and beside the two ends, which we always keep; of LTTB there too, since the mean of x is then the middle, which is what tsdownsample takes for it; of MinMaxLTTB on a line whose extremes are evenly spaced, for the same reason. Elsewhere ours are as the package documents: exact edges, gaps kept, the paper's means.",
	}
	folder, done, err := sharedFolder()
	if err != nil {
		return s, err
	}
	defer done()
	peer, err := startPeer(b.python, "lines.py", folder)
	if err != nil {
		return s, err
	}
	l := lineBench{folder: folder, peer: peer, found: map[string]*row{}}
	if err := sameOnPeaks(&l); err != nil {
		return s, err
	}
	for _, size := range lineSizes {
		if err := l.size(size.name, size.rows, size.rounds, size.best); err != nil {
			return s, err
		}
	}
	s.Rows = l.rows()
	return s, peer.stop()
}

type lineBench struct {
	folder string // of the series, which both sides read from the same memory
	peer   *peer
	order  []string
	found  map[string]*row // by what
}

// size measures all calls on one series.
func (l *lineBench) size(name string, rows, rounds, times int) error {
	series := fmt.Sprintf("walk-%d", rows)
	line, err := l.line(series, rows)
	if err != nil {
		return err
	}
	defer line.free()
	walk(line.y)
	copyNarrow(line.narrow, line.y)
	return firstError(
		againstLines(l, name, series, line.x, line.y, rounds, times),
		againstLines(l, name, series, line.x, line.narrow, rounds, times),
		l.ceiling(name, line, rounds, times))
}

// ceiling compares MinMax with a copy of the same bytes, a few at a time, to a place that
// stays in the processor's cache.
func (l *lineBench) ceiling(size string, line *sharedLine, rounds, times int) error {
	x, y := line.x, line.y
	v := decimate.View[float64]{Lo: x[0], Hi: x[len(x)-1]}
	dst := make([]uint32, 0, 8192)
	for _, threads := range []int{1, 2} {
		least, err := settled(rounds,
			best(times, onThreads(threads, func() { dst = decimate.MinMax(dst[:0], x, y, v, 1024) })),
			best(times, onThreads(threads, func() { copyPieces(y, threads) })))
		if err != nil {
			return err
		}
		what := fmt.Sprintf("… MinMax, float64, against a copy of the same bytes, threads: %d", threads)
		ratio := ratioOf(least[0], least[1])
		r := l.row(what, row{What: what, Unit: "×"})
		r.Value = max(r.Value, ratio)
		r.Note = noted(r.Note, size, ratio)
	}
	return nil
}

// pieceOf is 32 kB of float64.
const pieceOf = 4096

func copyPieces(y []float64, threads int) {
	var all sync.WaitGroup
	for part := range slices.Chunk(y, (len(y)+threads-1)/threads) {
		all.Go(func() {
			buffer := make([]float64, pieceOf)
			for piece := range slices.Chunk(part, pieceOf) {
				copy(buffer, piece)
			}
		})
	}
	all.Wait()
}

// A sharedLine is read by both sides from the same memory.
type sharedLine struct {
	x, y   []float64 // x is the row number
	narrow []float32 // y
	frees  []func()
}

func (s *sharedLine) free() {
	for _, free := range s.frees {
		free()
	}
}

// line makes a line where lines.py finds it, under its name and the types.
func (l *lineBench) line(name string, rows int) (*sharedLine, error) {
	s := new(sharedLine)
	path := filepath.Join(l.folder, name)
	err := firstError(share(s, &s.x, path+".x", rows), share(s, &s.y, path+".float64", rows), share(s, &s.narrow, path+".float32", rows))
	if err != nil {
		s.free()
		return nil, err
	}
	number(s.x)
	return s, nil
}

func share[T float32 | float64](s *sharedLine, values *[]T, path string, rows int) error {
	made, free, err := sharedFloats[T](path, rows)
	if err == nil {
		*values, s.frees = made, append(s.frees, free)
	}
	return err
}

func againstLines[Y decimate.Value](l *lineBench, size, series string, x []float64, y []Y, rounds, times int) error {
	v := decimate.View[float64]{Lo: x[0], Hi: x[len(x)-1]}
	dst := make([]uint32, 0, 8192)
	for _, call := range lineCalls[Y]() {
		if call.name != "minmaxlttb" {
			if err := sameRows(l, call, series, x, y); err != nil {
				return err
			}
		}
		var contenders []contender
		for _, threads := range []int{1, 2} {
			contenders = append(contenders,
				best(times, l.peer.contender("tsdownsample", l.work(call.name, series, y, threads))),
				best(times, onThreads(threads, func() { dst = call.run(dst[:0], x, y, v) })))
		}
		least, err := settled(rounds, contenders...)
		if err != nil {
			return err
		}
		for k, threads := range []string{"1 thread", "2 threads"} {
			what := fmt.Sprintf("%s, %T, %s", call.what, Y(0), threads)
			l.note(what, size, least[2*k], least[2*k+1])
		}
	}
	return nil
}

// onThreads times work on so many cores: on one by the processor's clock, which
// others do not disturb, as lines.py does.
func onThreads(threads int, work func()) contender {
	clock := processorTime
	if threads > 1 {
		begin := time.Now()
		clock = func() time.Duration { return time.Since(begin) }
	}
	return contender{"decimate", func() (time.Duration, error) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		return elapsed(clock, work), nil
	}}
}

// work is what lines.py is asked for.
func (*lineBench) work(method, series string, y any, threads int) string {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", y), "[]")
	return fmt.Sprintf("%s %s %s %d", method, series, kind, threads)
}

// note adds the ratio of one size to its row.
func (l *lineBench) note(what, size string, theirs, ours time.Duration) {
	ratio := ratioOf(theirs, ours)
	r := l.row(what, row{What: what, Unit: "× faster", Value: ratio, Times: map[string]float64{}}.gated(gate{1, 1.3}))
	r.Value = min(r.Value, ratio)
	r.Note = noted(r.Note, size, ratio)
	r.Times[size+", tsdownsample"], r.Times[size+", decimate"] = ms(theirs), ms(ours)
}

// noted adds the ratio of one size to a note.
func noted(note, size string, ratio float64) string {
	if note != "" {
		note += " · "
	}
	return note + size + " " + quantity(ratio, "×")
}

// row returns the row of that name, which is fresh if there is none.
func (l *lineBench) row(what string, fresh row) *row {
	if l.found[what] == nil {
		l.found[what], l.order = &fresh, append(l.order, what)
	}
	return l.found[what]
}

func (l *lineBench) rows() (rows []row) {
	for _, what := range l.order {
		rows = append(rows, *l.found[what])
	}
	return rows
}

// sameRows fails if the rows that both sides choose differ.
func sameRows[Y decimate.Value](l *lineBench, call lineCall[Y], series string, x []float64, y []Y) error {
	v := decimate.View[float64]{Lo: x[0], Hi: x[len(x)-1]}
	ours := call.run(nil, x, y, v)
	for _, threads := range []int{1, 2} {
		if _, err := l.peer.ask(l.work(call.name, series, y, threads)); err != nil {
			return err
		}
		data, err := os.ReadFile(filepath.Join(l.folder, "rows"))
		if err != nil {
			return err
		}
		theirs := make([]uint32, len(data)/4, len(data)/4+2)
		if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, theirs); err != nil {
			return err
		}
		// It returns a row twice that is two things at once, and MinMax no ends.
		theirs = append(theirs, 0, uint32(len(y)-1))
		slices.Sort(theirs)
		if theirs = slices.Compact(theirs); !slices.Equal(ours, theirs) {
			return fmt.Errorf("%s of %d rows of %T, %d threads: tsdownsample chose others", call.name, len(y), y, threads)
		}
	}
	return nil
}

// sameOnPeaks compares MinMaxLTTB on a line whose extremes are evenly spaced: a
// peak and a trough in the middle of the halves of each bucket.
func sameOnPeaks(l *lineBench) error {
	const buckets, width = 4 * 2050 / 2, 244
	r := rand.New(rand.NewPCG(3, 3))
	line, err := l.line("peaks", 2+buckets*width+1)
	if err != nil {
		return err
	}
	defer line.free()
	x, y, narrow := line.x, line.y, line.narrow
	for i := range y {
		y[i] = r.Float64()
	}
	for b := range buckets {
		y[1+b*width+width/4] += 2 + r.ExpFloat64()
		y[1+b*width+width*3/4] -= 2 + r.ExpFloat64()
	}
	copyNarrow(narrow, y)
	return firstError(
		sameRows(l, lineCalls[float64]()[3], "peaks", x, y),
		sameRows(l, lineCalls[float32]()[3], "peaks", x, narrow))
}

// walk fills y with a noisy random walk.
func walk(y []float64) {
	r := rand.New(rand.NewPCG(1, uint64(len(y))))
	level := 0.0
	for i := range y {
		level += r.NormFloat64()
		y[i] = level + 3*r.NormFloat64()
	}
}

// number fills x with the numbers of its rows.
func number(x []float64) {
	for i := range x {
		x[i] = float64(i)
	}
}

func copyNarrow(dst []float32, src []float64) {
	for i, v := range src {
		dst[i] = float32(v)
	}
}
