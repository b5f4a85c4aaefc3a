package encode

import (
	"github.com/pointillist-go/pointillist/figure"
)

// pageBytes is about how long a page is: long enough for a write to cost
// little, short enough to stay in the second-level cache between the making
// and the writing of it.
const (
	pageBytes = 64 << 10
	pageSlack = 8 << 10 // for the text between arrays, and for estimates
)

// A Plan is a figure laid out for writing. It is immutable and safe for
// concurrent use.
type Plan struct {
	parts   []part
	cuts    []position // page i is what lies from cuts[i] to cuts[i+1]
	size    int64
	exact   bool
	workers int
}

// A part is JSON text and the array after it.
type part struct {
	text    []byte
	stream  stream // nil if nothing follows
	n       int    // values of the stream
	triple  int    // bytes that three of them take,
	exact   bool   // exactly, or about
	pointer string // to the array
	column  string // its name
}

// A position is between two values of a part's stream. Value 0 is before the
// part's text.
type position struct{ part, value int }

// New plans how to write fig. It returns an *Error with the place in the
// figure for a column whose type has no JSON form (wrapping ErrType), and an
// error for Options that make no sense.
//
// Cost: O(size of the figure without its columns), and the statistics of each
// column, which are computed once in the life of a frame.
func New(fig *figure.Figure, o Options) (*Plan, error) {
	return planOf(o, func(b *builder) error { return b.figure(fig) })
}

// NewObject plans how to write an object that is not a whole figure, such as
// the new columns of a trace, or a table. It is New in all else.
func NewObject(object *figure.Object, o Options) (*Plan, error) {
	return planOf(o, func(b *builder) error { return b.object(object) })
}

// NewList plans how to write a list of objects, such as the operations that
// change a figure. It is New in all else.
func NewList(list []*figure.Object, o Options) (*Plan, error) {
	return planOf(o, func(b *builder) error { return objects(b, list) })
}

func planOf(o Options, build func(*builder) error) (*Plan, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	b := builder{arrays: o.Arrays, made: map[cellKey][]cell{}}
	if err := build(&b); err != nil {
		return nil, err
	}
	p := &Plan{parts: b.finish(), workers: o.workers()}
	p.measure()
	p.cut()
	return p, nil
}

// Size returns the number of bytes that WriteTo writes, or false and an
// estimate if the figure has arrays whose length is not known before they are
// written: lists.
func (p *Plan) Size() (n int64, exact bool) { return p.size, p.exact }

func (p *Plan) measure() {
	p.exact = true
	for i := range p.parts {
		part := &p.parts[i]
		p.size += int64(len(part.text))
		if part.exact {
			p.size += (int64(part.n)*int64(part.triple)/4 + 2) / 3 * 4
			continue
		}
		p.exact = p.exact && part.stream == nil
		p.size += int64(part.n) * int64(part.triple) / 3
	}
}

// cut divides the parts into pages. Within an array it cuts at multiples of
// three values.
func (p *Plan) cut() {
	p.cuts = []position{{}}
	room := pageBytes
	cut := func(part, value int) {
		p.cuts = append(p.cuts, position{part, value})
		room = pageBytes
	}
	for i := range p.parts {
		part := &p.parts[i]
		if room <= 0 {
			cut(i, 0)
		}
		room -= len(part.text)
		for at := 0; at < part.n; {
			if room < part.triple && at > 0 {
				cut(i, at)
			}
			triples := min(max(room/part.triple, 1), (part.n-at+2)/3)
			room -= triples * part.triple
			at += triples * 3
		}
	}
	p.cuts = append(p.cuts, position{len(p.parts), 0})
}

func (p *Plan) pages() int { return len(p.cuts) - 1 }

// appendPage appends page i. A panic of an Arrow accessor about memory that
// contradicts itself is returned as an error, with dst as it was.
func (p *Plan) appendPage(dst []byte, i int, m *scratch) (page []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			part := &p.parts[m.part]
			page, err = dst, &Error{part.pointer, corrupt(part.column, cause)}
		}
	}()
	page = dst
	from, end := p.cuts[i], p.cuts[i+1]
	for ; from.part < end.part; from = (position{from.part + 1, 0}) {
		page = p.appendPart(page, from, p.parts[from.part].n, m)
	}
	if end.value > from.value {
		page = p.appendPart(page, from, end.value, m)
	}
	return page, nil
}

func (p *Plan) appendPart(dst []byte, from position, to int, m *scratch) []byte {
	part := &p.parts[from.part]
	m.part = from.part
	if from.value == 0 {
		dst = append(dst, part.text...)
	}
	if to > from.value {
		dst = part.stream.append(dst, from.value, to, m)
	}
	return dst
}
