package decimate

import (
	"math"
	"runtime"
	"slices"
	"sync/atomic"
)

const (
	// tileRows is how many rows a tile has, about. With fewer, a view of all of
	// them looks at more tiles; with more, those at its edges hold more rows
	// that are not in it.
	tileRows = 1024
	// maxSide bounds the tiles to 2^20.
	maxSide = 1024
	// samplesPerTile is from how many rows the edges of a tile are taken.
	samplesPerTile = 16
)

// Tiles is an index of places on a plane: the rows in rectangles of about 1,024
// each, in their order. With it [Canvas.Visible] looks only at the tiles in view
// and, of each, from the topmost row down only until nothing of it can show any
// more: see [Cloud]. Tiles is immutable and safe for concurrent use.
//
// The plane is cut into strips with equal shares of the rows, and each strip
// into tiles [1], by the quantiles of a sample of the rows, so that it suits
// clusters and long tails. Any edges would do; they change the cost only.
//
//   - Memory: 6.1 bytes a row.
//
// [1] Leutenegger et al., "STR: A simple and efficient algorithm for R-tree
// packing", 1997, doi:10.1109/ICDE.1997.582015.
type Tiles struct {
	rows   int
	order  []uint32 // by tile, ascending in each
	codes  []code   // where in their tiles these are
	tiles  []tile
	ex, ey extent
}

// A tile is the rectangle of its rows, which are order[start:end].
type tile struct {
	x, y       summary
	start, end uint32
}

// codes is how many parts the sides of a tile are divided into.
const codes = 256

// A code says in which part of its tile a row is, so that most rows that do not
// show need not be looked up.
type code struct{ x, y uint8 }

// codesPer returns how many codes a unit of the axis has in a tile, and false if
// it is too wide or too narrow to tell: then all codes are 0.
func codesPer(s summary) (per float64, ok bool) {
	if s.low == s.high {
		return 0, true
	}
	per = codes / (s.high - s.low)
	return per, per > 0 && finite(per)
}

// codeOf returns the code of a coordinate.
func codeOf(s summary, v float64) uint8 {
	per, ok := codesPer(s)
	if !ok || per == 0 {
		return 0
	}
	return uint8(min((v-s.low)*per, codes-1))
}

// NewTiles returns the tiles of the rows that have a place: rows of which x or
// y is not finite are in none. It panics if the lengths differ.
//
//   - Cost: O(rows·log rows), on all cores, and while it runs 2 bytes a row more and
//     the places of a strip for each core.
func NewTiles(x, y Series) *Tiles {
	n := x.Len()
	switch {
	case y.Len() != n:
		panic(badLength)
	case uint64(n) > math.MaxUint32:
		panic(badRows)
	}
	b := newTiler(x, y)
	return b.tiles()
}

// Len returns the number of rows.
func (t *Tiles) Len() int { return t.rows }

// Bytes returns the memory that t holds.
func (t *Tiles) Bytes() int64 { return int64(len(t.order))*(4+2) + int64(len(t.tiles))*40 }

// ExtentX returns the lowest and the highest finite x; low > high if there is
// none.
func (t *Tiles) ExtentX() (low, high float64) { return t.ex.min, t.ex.max }

// ExtentY returns the lowest and the highest finite y.
func (t *Tiles) ExtentY() (low, high float64) { return t.ey.min, t.ey.max }

// A tiler makes tiles.
type tiler struct {
	x, y  Series
	side  int       // strips, and tiles in each
	xCuts []float64 // between the strips
	yCuts []float64 // side−1 in each strip
	keys  []uint16  // the strip of each row
	parts []tilerPart
}

// A tilerPart is of consecutive rows, which one goroutine deals out.
type tilerPart struct {
	from, to int
	next     []int // of each strip: first the number of rows, then where the next one goes
	ex, ey   extent
}

const noStrip = math.MaxUint16

func newTiler(x, y Series) *tiler {
	n := x.Len()
	b := &tiler{x: x, y: y, side: min(max(int(math.Sqrt(float64(n)/tileRows)), 1), maxSide), keys: make([]uint16, n)}
	b.cut()
	return b
}

// cut finds the edges of the tiles in a sample of the rows.
func (b *tiler) cut() {
	type place struct{ x, y float64 }
	var sample []place
	if b.side > 1 {
		for k := range samplesPerTile * b.side * b.side {
			i := int(hash(uint32(k), 0) % uint64(len(b.keys)))
			if p := (place{b.x.At(i), b.y.At(i)}); finite(p.x) && finite(p.y) {
				sample = append(sample, p)
			}
		}
	}
	slices.SortFunc(sample, func(a, b place) int { return compare(a.x, b.x) })
	quantile := func(of []place, k int) place { return of[share(k, len(of), b.side)] }
	for strip := range b.side {
		rows := sample[share(strip, len(sample), b.side):share(strip+1, len(sample), b.side)]
		if strip > 0 && len(rows) > 0 {
			b.xCuts = append(b.xCuts, rows[0].x)
		}
		slices.SortFunc(rows, func(a, b place) int { return compare(a.y, b.y) })
		for k := 1; k < b.side; k++ {
			cut := math.Inf(1)
			if len(rows) > 0 {
				cut = quantile(rows, k).y
			}
			b.yCuts = append(b.yCuts, cut)
		}
	}
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// tiles deals the rows out, into strips and then each strip into its tiles: two
// counting sorts, which are stable. At once they would write to so many places that
// each row is a miss of the processor's caches of memory and of addresses.
func (b *tiler) tiles() *Tiles {
	n := len(b.keys)
	b.parts = make([]tilerPart, max(min(runtime.GOMAXPROCS(0), n/rowsPerCore), 1))
	atOnce(len(b.parts), func(k int) {
		p := &b.parts[k]
		p.from, p.to = share(k, n, len(b.parts)), share(k+1, n, len(b.parts))
		b.find(p)
	})
	starts := b.starts()
	t := &Tiles{rows: n, ex: newExtent(), ey: newExtent(), order: make([]uint32, starts[b.side]), codes: make([]code, starts[b.side])}
	for _, p := range b.parts {
		t.ex, t.ey = t.ex.before(p.ex), t.ey.before(p.ey)
	}
	atOnce(len(b.parts), func(k int) { b.deal(t.order, &b.parts[k]) })

	t.tiles = make([]tile, b.side*b.side)
	strips := make([]strip, min(runtime.GOMAXPROCS(0), b.side))
	var next atomic.Int64
	atOnce(len(strips), func(k int) {
		for i := next.Add(1) - 1; int(i) < b.side; i = next.Add(1) - 1 {
			strips[k].sort(b, t, int(i), starts[i], starts[i+1])
		}
	})
	t.tiles = slices.DeleteFunc(t.tiles, func(t tile) bool { return t.start == t.end })
	return t
}

// find finds the strip of each row of a part.
func (b *tiler) find(p *tilerPart) {
	p.next = make([]int, b.side)
	p.ex, p.ey = newExtent(), newExtent()
	var xs, ys [nodeRows]float64
	for from := p.from; from < p.to; from += nodeRows {
		x, y := xs[:min(nodeRows, p.to-from)], ys[:min(nodeRows, p.to-from)]
		b.x.Read(x, from)
		b.y.Read(y, from)
		for i, vx := range x {
			vy := y[i]
			p.ex.addNext(from+i, vx)
			p.ey.addNext(from+i, vy)
			key := noStrip
			if finite(vx) && finite(vy) {
				key = cutsBelow(b.xCuts, vx)
				p.next[key]++
			}
			b.keys[from+i] = uint16(key)
		}
	}
}

// starts returns where each strip begins, and where the last one ends, and tells the
// parts where their rows of it go.
func (b *tiler) starts() []int {
	starts := make([]int, 0, b.side+1)
	at := 0
	for strip := range b.side {
		starts = append(starts, at)
		for k := range b.parts {
			rows := b.parts[k].next[strip]
			b.parts[k].next[strip] = at
			at += rows
		}
	}
	return append(starts, at)
}

// deal puts the rows of a part into their strips.
func (b *tiler) deal(order []uint32, p *tilerPart) {
	for row := p.from; row < p.to; row++ {
		if key := b.keys[row]; key != noStrip {
			order[p.next[key]] = uint32(row)
			p.next[key]++
		}
	}
}

// A strip is the memory to sort one.
type strip struct {
	rows []uint32
	x, y []float64
	keys []uint16 // the tile of each row
	next []uint32
}

// sort sorts a strip, order[start:end], by its tiles.
func (s *strip) sort(b *tiler, t *Tiles, number, start, end int) {
	s.rows = append(s.rows[:0], t.order[start:end]...)
	s.x, s.y = gather(s.x[:0], b.x, s.rows), gather(s.y[:0], b.y, s.rows)
	s.keys = slices.Grow(s.keys[:0], len(s.rows))[:len(s.rows)]
	tiles := t.tiles[number*b.side:][:b.side]
	for k := range tiles {
		tiles[k] = tile{x: onlyGaps, y: onlyGaps}
	}
	cuts := b.yCuts[number*(b.side-1):][:b.side-1]
	for i, y := range s.y {
		key := cutsBelow(cuts, y)
		s.keys[i] = uint16(key)
		t := &tiles[key]
		t.x, t.y = t.x.widened(summary{s.x[i], s.x[i]}), t.y.widened(summary{y, y})
		t.end++
	}
	s.next = s.next[:0]
	at := uint32(start)
	for k := range tiles {
		tiles[k].start, tiles[k].end = at, at+tiles[k].end
		s.next = append(s.next, at)
		at = tiles[k].end
	}
	for i, key := range s.keys {
		at, in := s.next[key], &tiles[key]
		s.next[key]++
		t.order[at] = s.rows[i]
		t.codes[at] = code{codeOf(in.x, s.x[i]), codeOf(in.y, s.y[i])}
	}
}

// cutsBelow returns how many of the ascending cuts are not above v. It is
// written so that the compiler needs no branch that it cannot foretell.
func cutsBelow(cuts []float64, v float64) int {
	at, n := 0, len(cuts)
	for n > 0 {
		half := (n + 1) / 2
		if cuts[at+half-1] <= v {
			at += half
		}
		n -= half
	}
	return at
}

// addNext is add in a scan from the start.
func (e *extent) addNext(i int, v float64) {
	if v >= e.min && v <= e.max || !finite(v) {
		return
	}
	if v < e.min {
		e.min, e.low = v, i
	}
	if v > e.max {
		e.max, e.high = v, i
	}
}

// before returns the extent of the rows of e, and of those of f behind them.
func (e extent) before(f extent) extent {
	if f.min < e.min {
		e.min, e.low = f.min, f.low
	}
	if f.max > e.max {
		e.max, e.high = f.max, f.high
	}
	return e
}
