package decimate

import (
	"encoding/binary"
	"errors"
	"math"
)

// errPacked is the error of bytes that are no index.
var errPacked = errors.New("decimate: not the bytes of an index")

// AppendBinary appends the bytes of p to dst, for [ReadPyramid]: little-endian, the
// number of rows and then for each segment what its type says, of sixty-four rows
// their extremes, where these are and how many are no gaps.
func (p *Pyramid) AppendBinary(dst []byte) []byte {
	w := packer(dst)
	w.uint64(uint64(p.rows))
	for _, s := range p.segments {
		w.summary(s.summary)
		w.wideSpot(s.at)
		w.summary(s.extent)
		w.summary(s.x)
		for k, b := range s.blocks {
			w.summary(b)
			w.spot(s.spots[k])
			w = append(w, s.finite[k])
		}
		for _, n := range s.nodes {
			w.summary(n.summary)
			w.wideSpot(n.at)
			w.uint64(uint64(n.finite))
			w.float(n.x)
		}
	}
	return w
}

// ReadPyramid returns the pyramid whose bytes AppendBinary appended, or an error if
// they are of none. It does not know whether the numbers are right: keep a checksum.
func ReadPyramid(b []byte) (*Pyramid, error) {
	r := unpacker{b: b}
	rows := r.uint64()
	// A row takes a third of a byte, more or less.
	if rows > math.MaxUint32 || rows/4 > uint64(len(b)) {
		return nil, errPacked
	}
	p := &Pyramid{rows: int(rows)}
	for from := 0; from < p.rows && !r.bad; from += segmentRows {
		p.segments = append(p.segments, r.segment(min(segmentRows, p.rows-from)))
	}
	if r.bad || len(r.b) > 0 {
		return nil, errPacked
	}
	p.sum()
	return p, nil
}

func (r *unpacker) segment(rows int) *segment {
	nodes, blocks := (rows+nodeRows-1)/nodeRows, (rows+blockRows-1)/blockRows
	s := &segment{
		summary: r.summary(), at: r.wideSpot(rows), extent: r.summary(), x: r.summary(),
		blocks: make([]summary, blocks), spots: make([]spot, blocks), finite: make([]uint8, blocks), nodes: make([]node, nodes),
	}
	for k := range s.blocks {
		in := min(blockRows, rows-k*blockRows)
		s.blocks[k], s.spots[k], s.finite[k] = r.summary(), r.spot(in), uint8(r.upTo(uint64(r.byte()), in))
	}
	for k := range s.nodes {
		in := min(nodeRows, rows-k*nodeRows)
		n := node{summary: r.summary(), at: r.wideSpot(in)}
		n.finite, n.x = uint16(r.upTo(r.uint64(), in)), r.float()
		s.nodes[k] = n
	}
	return s
}

// AppendBinary appends the bytes of t to dst, for [ReadTiles]: little-endian, the
// numbers of rows and of tiles, the extents, the tiles, the rows in their order and
// their codes.
func (t *Tiles) AppendBinary(dst []byte) []byte {
	w := packer(dst)
	w.uint64(uint64(t.rows))
	w.uint64(uint64(len(t.tiles)))
	for _, e := range [...]extent{t.ex, t.ey} {
		w.float(e.min)
		w.float(e.max)
		w.uint64(uint64(int64(e.low)))
		w.uint64(uint64(int64(e.high)))
	}
	for _, tile := range t.tiles {
		w.summary(tile.x)
		w.summary(tile.y)
		w.uint64(uint64(tile.end))
	}
	for _, row := range t.order {
		w = binary.LittleEndian.AppendUint32(w, row)
	}
	for _, c := range t.codes {
		w = append(w, c.x, c.y)
	}
	return w
}

// ReadTiles returns the tiles whose bytes AppendBinary appended, or an error if they
// are of none; see [ReadPyramid].
func ReadTiles(b []byte) (*Tiles, error) {
	const tileBytes = 40
	r := unpacker{b: b}
	rows, tiles := r.uint64(), r.uint64()
	if rows > math.MaxUint32 || tiles > uint64(len(b))/tileBytes {
		return nil, errPacked
	}
	t := &Tiles{rows: int(rows), tiles: make([]tile, tiles)}
	t.ex, t.ey = r.extent(t.rows), r.extent(t.rows)
	end := uint64(0)
	for k := range t.tiles {
		start := end
		x, y := r.summary(), r.summary()
		end = r.uint64()
		if end <= start || end > rows {
			return nil, errPacked
		}
		t.tiles[k] = tile{x, y, uint32(start), uint32(end)}
	}
	if r.bad || uint64(len(r.b)) != end*(4+2) {
		return nil, errPacked
	}
	t.order, t.codes = make([]uint32, end), make([]code, end)
	order, codes := r.take(int(end)*4), r.take(int(end)*2)
	for k := range t.order {
		if t.order[k] = binary.LittleEndian.Uint32(order[4*k:]); uint64(t.order[k]) >= rows {
			return nil, errPacked
		}
	}
	for k := range t.codes {
		t.codes[k] = code{codes[2*k], codes[2*k+1]}
	}
	return t, nil
}

func (r *unpacker) extent(rows int) extent {
	e := extent{min: r.float(), max: r.float(), low: int(int64(r.uint64())), high: int(int64(r.uint64()))}
	r.bad = r.bad || e.low < -1 || e.low >= rows || e.high < -1 || e.high >= rows
	return e
}

// A packer is bytes that grow.
type packer []byte

func (w *packer) uint64(v uint64) { *w = binary.LittleEndian.AppendUint64(*w, v) }
func (w *packer) float(v float64) { w.uint64(math.Float64bits(v)) }
func (w *packer) spot(s spot)     { *w = append(*w, s.low, s.high) }

func (w *packer) wideSpot(s wideSpot) {
	*w = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(*w, s.low), s.high)
}

func (w *packer) summary(s summary) {
	w.float(s.low)
	w.float(s.high)
}

// An unpacker takes bytes from the front. Once there are too few, or a number is not
// what it can be, it is bad, and all that it returns is zero.
type unpacker struct {
	b   []byte
	bad bool
}

func (r *unpacker) take(n int) []byte {
	if r.bad = r.bad || len(r.b) < n; r.bad {
		return make([]byte, 8)[:n]
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *unpacker) byte() byte       { return r.take(1)[0] }
func (r *unpacker) uint16() uint64   { return uint64(binary.LittleEndian.Uint16(r.take(2))) }
func (r *unpacker) uint64() uint64   { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *unpacker) float() float64   { return math.Float64frombits(r.uint64()) }
func (r *unpacker) summary() summary { return summary{r.float(), r.float()} }

// spot returns the spot of a block of n rows, and wideSpot that of a larger part.
func (r *unpacker) spot(n int) spot {
	return spot{uint8(r.upTo(uint64(r.byte()), n-1)), uint8(r.upTo(uint64(r.byte()), n-1))}
}

func (r *unpacker) wideSpot(n int) wideSpot {
	return wideSpot{uint16(r.upTo(r.uint16(), n-1)), uint16(r.upTo(r.uint16(), n-1))}
}

func (r *unpacker) upTo(v uint64, most int) uint64 {
	if v > uint64(most) {
		r.bad = true
		return 0
	}
	return v
}
