package decimate

import (
	"math"
	"runtime"
	"slices"
	"sync"
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
//   - Cost: O(rows·log rows), on all cores, and while it runs 4 bytes a row more.
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
	keys  []uint32  // the tile of each row
	parts []tilerPart
}

// A tilerPart is of consecutive rows, which one goroutine deals out.
type tilerPart struct {
	from, to int
	tiles    []tile // end is the number of rows
	ex, ey   extent
}

const noTile = math.MaxUint32

func newTiler(x, y Series) *tiler {
	n := x.Len()
	b := &tiler{x: x, y: y, side: min(max(int(math.Sqrt(float64(n)/tileRows)), 1), maxSide), keys: make([]uint32, n)}
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

// tiles deals the rows out: a counting sort, which is stable.
func (b *tiler) tiles() *Tiles {
	n := len(b.keys)
	b.parts = make([]tilerPart, max(min(runtime.GOMAXPROCS(0), n/rowsPerCore), 1))
	b.each(func(k int, p *tilerPart) {
		p.from, p.to = share(k, n, len(b.parts)), share(k+1, n, len(b.parts))
		b.find(p)
	})
	t := &Tiles{rows: n, tiles: make([]tile, b.side*b.side), ex: newExtent(), ey: newExtent()}
	at := uint32(0)
	for i := range t.tiles {
		whole := tile{onlyGaps, onlyGaps, at, at}
		for k := range b.parts {
			part := &b.parts[k].tiles[i]
			whole.x, whole.y = whole.x.widened(part.x), whole.y.widened(part.y)
			part.start = at // where its first row goes
			at += part.end
		}
		whole.end = at
		t.tiles[i] = whole
	}
	for _, p := range b.parts {
		t.ex, t.ey = t.ex.before(p.ex), t.ey.before(p.ey)
	}
	t.order = make([]uint32, at)
	t.codes = make([]code, at)
	b.each(func(_ int, p *tilerPart) { b.deal(t, p) })
	t.tiles = slices.DeleteFunc(t.tiles, func(t tile) bool { return t.start == t.end })
	return t
}

func (b *tiler) each(do func(k int, p *tilerPart)) {
	var wg sync.WaitGroup
	for k := range b.parts {
		wg.Go(func() { do(k, &b.parts[k]) })
	}
	wg.Wait()
}

// find finds the tile of each row of a part.
func (b *tiler) find(p *tilerPart) {
	p.tiles = slices.Repeat([]tile{{x: onlyGaps, y: onlyGaps}}, b.side*b.side)
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
			key := uint32(noTile)
			if finite(vx) && finite(vy) {
				strip := cutsBelow(b.xCuts, vx)
				at := strip*b.side + cutsBelow(b.yCuts[strip*(b.side-1):(strip+1)*(b.side-1)], vy)
				key = uint32(at)
				t := &p.tiles[at]
				t.x, t.y = t.x.widened(summary{vx, vx}), t.y.widened(summary{vy, vy})
				t.end++
			}
			b.keys[from+i] = key
		}
	}
}

// deal puts the rows of a part in their places.
func (b *tiler) deal(t *Tiles, p *tilerPart) {
	var xs, ys [nodeRows]float64
	for from := p.from; from < p.to; from += nodeRows {
		x, y := xs[:min(nodeRows, p.to-from)], ys[:min(nodeRows, p.to-from)]
		b.x.Read(x, from)
		b.y.Read(y, from)
		for i, key := range b.keys[from : from+len(x)] {
			if key != noTile {
				next := &p.tiles[key].start
				t.order[*next] = uint32(from + i)
				t.codes[*next] = code{codeOf(t.tiles[key].x, x[i]), codeOf(t.tiles[key].y, y[i])}
				*next++
			}
		}
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
