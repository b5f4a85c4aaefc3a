package redis

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/pointillist-go/pointillist/frame"
)

// A part is some rows of an entry: what was put, or what was appended. It
// belongs to all entries that were made by appending to the one that had it
// first, and by whose id its chunks are found.
type part struct {
	id      string
	version frame.Version // of the entry once it had this part; zero if rows have left since
	level   uint32        // 0 of what was put or appended, n of what was joined of such of level n-1
	rows    int64         // never negative
	until   time.Time     // when the server deletes the chunks, or later; zero is never
	ends    []int64       // of the stream of each column; the last is where the payload ends
	digests []byte        // of each chunk, one after the other
}

// The layout of a part in a manifest: see the package's documentation.
const (
	atPartLevel   = 28
	atPartRows    = 32
	atPartUntil   = 40
	atPartVersion = 48
	partBytes     = 64 // without ends and digests
)

// Small parts are joined when they are many, so that neither the manifest nor
// what a reader has to ask for grows with each append: 63 of one level, and
// what is appended then, are one of the next level. A row is so written once,
// and once more for each factor of 64 in how many appends there are.
const (
	smallPart = 1 << 20 // bytes
	manyParts = 64
)

func chunks(payload int64) int { return int((payload + chunkBytes - 1) / chunkBytes) }

func (p *part) bytes() int64 { return p.ends[len(p.ends)-1] }

// chunks returns their number. Each has chunkBytes, the last may have fewer.
func (p *part) chunks() int { return chunks(p.bytes()) }

// size returns the length of chunk i.
func (p *part) size(i int) int64 { return min(chunkBytes, p.bytes()-int64(i)*chunkBytes) }

// digest returns that of chunk i.
func (p *part) digest(i int, s sealer) []byte {
	return p.digests[i*s.digestBytes():][:s.digestBytes()]
}

// column returns where in the payload the stream of column i is.
func (p *part) column(i int) (from, to int64) {
	if i > 0 {
		from = p.ends[i-1]
	}
	return from, p.ends[i]
}

// last returns those of the parts that the last rows are in.
func last(parts []part, rows int64) []part {
	i := len(parts)
	for i > 0 && rows > 0 {
		i--
		rows -= parts[i].rows
	}
	return parts[i:]
}

// toJoin returns the parts that stay as they are, those that are written again
// with what is appended to them, and the level of what that makes.
func toJoin(parts []part) (stay, again []part, level uint32) {
	n := len(parts)
	for {
		first := n
		for first > 0 && parts[first-1].level == level && parts[first-1].bytes() < smallPart {
			first--
		}
		if n-first < manyParts-1 {
			return parts[:n:n], parts[n:], level
		}
		n = first
		level++
	}
}

// append adds the part to a manifest.
func (p *part) append(b []byte) []byte {
	le := binary.LittleEndian
	at := len(b)
	b = append(b, make([]byte, partBytes)...)
	copy(b[at:], p.id)
	le.PutUint32(b[at+atPartLevel:], p.level)
	le.PutUint64(b[at+atPartRows:], uint64(p.rows))
	le.PutUint64(b[at+atPartUntil:], nanos(p.until))
	copy(b[at+atPartVersion:], p.version[:])
	for _, end := range p.ends {
		b = le.AppendUint64(b, uint64(end))
	}
	return append(b, p.digests...)
}

// read reads the part from a manifest, and returns what is behind it.
func (p *part) read(b []byte, columns int, s sealer) ([]byte, error) {
	if len(b) < partBytes+8*columns {
		return nil, errors.New("it is cut")
	}
	le := binary.LittleEndian
	p.id = string(b[:idBytes])
	p.level = le.Uint32(b[atPartLevel:])
	p.rows = int64(le.Uint64(b[atPartRows:]))
	p.until = parseNanos(b[atPartUntil:])
	p.version = frame.Version(b[atPartVersion:])
	if p.rows < 0 || p.rows > frame.MaxRows {
		return nil, fmt.Errorf("%d rows", p.rows)
	}
	b = b[partBytes:]
	p.ends = make([]int64, columns)
	from := int64(0)
	for i := range p.ends {
		to := int64(le.Uint64(b[8*i:]))
		if to < from || to > maxPayload {
			return nil, fmt.Errorf("column %d from byte %d to %d", i, from, to)
		}
		p.ends[i], from = to, to
	}
	b = b[8*columns:]
	n := p.chunks() * s.digestBytes()
	if n > len(b) {
		return nil, fmt.Errorf("a payload of %d bytes with %d bytes of digests", p.bytes(), len(b))
	}
	p.digests = b[:n:n]
	return b[n:], nil
}
