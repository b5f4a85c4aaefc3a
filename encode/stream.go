package encode

import (
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// A stream is the values of one array in the form in which they are written.
// It is immutable: several workers write from it at once.
type stream interface {
	// append appends the values from ≤ i < to. Both are multiples of 3, or the
	// array's length, so that base64 needs no padding but at the end. Appending
	// all ranges in order gives the array.
	append(dst []byte, from, to int, m *scratch) []byte
}

// A source brings the values that a span takes together, in drawing order. The
// slice is the column's memory or m's, and valid until m is next used.
type source[T kernel.Number] interface {
	take(s frame.Span, m *scratch) []T
}

// typed is the base64 of a typed array.
type typed[T kernel.Number] struct {
	rows   *frame.Rows
	source source[T]
	// bytes returns the values in the array's type, little-endian.
	bytes func(x []T, m *scratch) []byte
}

func (t *typed[T]) append(dst []byte, from, to int, m *scratch) []byte {
	var b triples
	t.rows.Spans(from, to, &m.spans, func(s frame.Span) bool {
		dst = b.append(dst, t.bytes(t.source.take(s, m), m))
		return true
	})
	return b.flush(dst)
}

// numbers is a list of numbers.
type numbers[T kernel.Number] struct {
	rows   *frame.Rows
	source source[T]
	// text appends values separated by commas.
	text func(dst []byte, x []T) []byte
}

func (n *numbers[T]) append(dst []byte, from, to int, m *scratch) []byte {
	first := from == 0
	n.rows.Spans(from, to, &m.spans, func(s frame.Span) bool {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = n.text(dst, n.source.take(s, m))
		return true
	})
	return dst
}

// A cell appends the value in place i of a chunk.
type cell func(dst []byte, i int) []byte

// list is a list of values of any kind, one by one.
type list struct {
	rows  *frame.Rows
	cells []cell // one a chunk
}

func (l *list) append(dst []byte, from, to int, m *scratch) []byte {
	first := from == 0
	l.rows.Spans(from, to, &m.spans, func(s frame.Span) bool {
		value := l.cells[s.Chunk]
		for _, i := range m.placesOf(s) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = value(dst, int(i))
		}
		return true
	})
	return dst
}

// table is a list of rows, each a list of a value of each column.
type table struct {
	rows    *frame.Rows
	columns [][]cell // one a chunk
}

func (t *table) append(dst []byte, from, to int, m *scratch) []byte {
	first := from == 0
	t.rows.Spans(from, to, &m.spans, func(s frame.Span) bool {
		for _, i := range m.placesOf(s) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = t.appendRow(dst, s.Chunk, int(i))
		}
		return true
	})
	return dst
}

func (t *table) appendRow(dst []byte, chunk, i int) []byte {
	dst = append(dst, '[')
	for c, cells := range t.columns {
		if c > 0 {
			dst = append(dst, ',')
		}
		dst = cells[chunk](dst, i)
	}
	return append(dst, ']')
}

// floats is an array of computed values.
type floats struct {
	x     []float64
	typed bool // as f8; else a list
	quote bool // of strings
	scale int  // as appendFloats takes it
}

func (f *floats) append(dst []byte, from, to int, m *scratch) []byte {
	x := f.x[from:to]
	switch {
	case f.typed:
		return f.appendTyped(dst, x, m)
	case f.quote:
		return f.appendQuoted(dst, x, from == 0)
	case from > 0:
		dst = append(dst, ',')
	}
	return appendFloats(dst, x, f.scale)
}

func (f *floats) appendTyped(dst []byte, x []float64, m *scratch) []byte {
	var b triples
	for len(x) > 0 {
		n := min(len(x), frame.SpanRows)
		dst = b.append(dst, littleEndian(x[:n], m))
		x = x[n:]
	}
	return b.flush(dst)
}

func (f *floats) appendQuoted(dst []byte, x []float64, first bool) []byte {
	for i, v := range x {
		if i > 0 || !first {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		if v-v == 0 {
			dst = kernel.AppendFloat(dst, v)
		}
		dst = append(dst, '"')
	}
	return dst
}

// triples encodes bytes that come in pieces as one base64 text: it holds back
// what does not fill three bytes.
type triples struct {
	held [3]byte
	n    int
}

func (t *triples) append(dst, src []byte) []byte {
	if t.n > 0 {
		k := copy(t.held[t.n:], src)
		src = src[k:]
		if t.n += k; t.n < len(t.held) {
			return dst
		}
		dst = kernel.AppendBase64(dst, t.held[:])
	}
	whole := len(src) / 3 * 3
	t.n = copy(t.held[:], src[whole:])
	return kernel.AppendBase64(dst, src[:whole])
}

func (t *triples) flush(dst []byte) []byte { return kernel.AppendBase64(dst, t.held[:t.n]) }
