package frame

import (
	"runtime"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
)

// NoCode is the code of a missing value.
const NoCode int32 = -1

// Codes are a column as small integers: each distinct value has a code from 0,
// in the order in which the values first appear in the column, and a missing
// value has NoCode. Unlike Arrow's dictionary arrays, one code means one value
// in every chunk, two codes never mean equal values, and every code is used.
//
// NaN is one value, equal to itself; −0 equals 0.
type Codes struct {
	chunks [][]int32
	values *Column
}

// Chunk returns the codes of chunk i. They must not be modified.
func (k *Codes) Chunk(i int) []int32 { return k.chunks[i] }

// Values returns the distinct values: the value of code c is in row c. Its
// type is the column's ValueType (utf8 for large_utf8) and it has no nulls.
func (k *Codes) Values() *Column { return k.values }

// Len returns the number of distinct values.
func (k *Codes) Len() int { return k.values.Rows() }

func (k *Codes) bytes() int64 {
	n := int64(0)
	for _, chunk := range k.chunks {
		n += int64(len(chunk)) * 4
	}
	for _, chunk := range k.values.chunks {
		n += bufferBytes(chunk.Data(), map[*byte]bool{})
	}
	return n
}

// pieceRows is the fewest rows that are worth a core of their own.
const pieceRows = 1 << 15

// newCodes cuts the rows into pieces, one a core, encodes each for itself, and
// then says the codes of the later pieces in those of the first. Pieces are
// merged in order, so that codes are the same on any number of cores.
func newCodes(c *Column) *Codes {
	return newCodesIn(c, max(1, min(runtime.GOMAXPROCS(0), c.Rows()/pieceRows)))
}

func newCodesIn(c *Column, pieces int) *Codes {
	k := &Codes{chunks: make([][]int32, len(c.chunks))}
	for i, chunk := range c.chunks {
		k.chunks[i] = make([]int32, chunk.Len())
	}
	encoders := make([]*encoder, pieces)
	k.inPieces(c, pieces, func(piece int, parts []part) {
		e := newEncoder(c.ValueType(), c.Rows()/pieces)
		for _, p := range parts {
			e.encode(p.codes, p.chunk, p.first)
		}
		encoders[piece] = e
	})
	first, translations := encoders[0], make([]translation, pieces)
	for piece := 1; piece < pieces; piece++ {
		translations[piece] = first.merge(encoders[piece])
	}
	if pieces > 1 {
		k.inPieces(c, pieces, func(piece int, parts []part) {
			for _, p := range parts {
				translations[piece].apply(p.codes)
			}
		})
	}
	values := first.values()
	field := arrow.Field{Name: c.Name(), Type: values.DataType()}
	k.values = newColumn(field, []arrow.Array{values}, []int{0, values.Len()})
	return k
}

// A part is a run of rows of one chunk, from row first of it on.
type part struct {
	codes []int32
	chunk arrow.Array
	first int
}

// inPieces calls do for each piece of the rows, all at a time.
func (k *Codes) inPieces(c *Column, pieces int, do func(piece int, parts []part)) {
	var wait sync.WaitGroup
	for piece := range pieces {
		from, to := piece*c.Rows()/pieces, (piece+1)*c.Rows()/pieces
		var parts []part
		for i, chunk := range c.chunks {
			lo, hi := max(from-c.starts[i], 0), min(to-c.starts[i], chunk.Len())
			if lo < hi {
				parts = append(parts, part{k.chunks[i][lo:hi], chunk, lo})
			}
		}
		if piece == pieces-1 {
			do(piece, parts)
		} else {
			wait.Go(func() { do(piece, parts) })
		}
	}
	wait.Wait()
}

// A translation has, for each code of a piece, the code of the same value in the
// frame; that of NoCode comes first. The nil translation changes nothing.
type translation []int32

func (t translation) apply(codes []int32) {
	if t == nil {
		return
	}
	for i, code := range codes {
		codes[i] = t[code-NoCode]
	}
}
