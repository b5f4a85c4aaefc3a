package encode

import (
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/internal/kernel"
)

// array lays out one array.
func (b *builder) array(a *figure.Array) error {
	switch {
	case a.Column == nil:
		b.computed(a)
		return nil
	case a.Form == figure.FormText:
		return b.cells(a, true)
	case a.Column.Kind().Numeric():
		d := b.dtype(a)
		if s := numberStream(a.Column, a.Rows, d); s != nil {
			b.stream(a.Column.Name(), s, a.Len(), d, widthOf(a.Column))
			return nil
		}
	}
	return b.cells(a, false)
}

// dtype returns the type in which a column of numbers is written; asList for
// text.
func (b *builder) dtype(a *figure.Array) dtype {
	if a.Form == figure.FormList || b.arrays == Text {
		return asList
	}
	d := dtypeOf(a.Column)
	if b.arrays == Auto && shortText(a.Column, d) {
		return asList
	}
	return d
}

func (b *builder) cells(a *figure.Array, asText bool) error {
	cells, err := b.cellsOf(a.Column, asText)
	if err != nil {
		return err
	}
	b.stream(a.Column.Name(), &list{a.Rows, cells}, a.Len(), asList, widthOf(a.Column))
	return nil
}

// cellsOf is the function of that name, once for a column: the traces of a
// figure mostly share their columns.
func (b *builder) cellsOf(c *frame.Column, asText bool) ([]cell, error) {
	key := cellKey{c, asText}
	cells, ok := b.made[key]
	if ok {
		return cells, nil
	}
	cells, err := cellsOf(c, asText)
	if err == nil {
		b.made[key] = cells
	}
	return cells, err
}

// computed lays out values that are no column's. They are f8 where typed: that
// spares a pass over them.
func (b *builder) computed(a *figure.Array) {
	f := &floats{x: a.Floats, scale: -1, quote: a.Form == figure.FormText}
	d := asList
	if a.Form == figure.FormAuto && b.arrays != Text {
		d = f8
	}
	if d == asList || b.arrays == Auto {
		if scale, ok := kernel.DecimalScale(a.Floats); ok {
			f.scale = scale
		}
	}
	if b.arrays == Auto && shortEnough(f.scale, largest(a.Floats), f8) {
		d = asList
	}
	f.typed = d == f8
	b.stream("", f, len(a.Floats), d, longNumber)
}

// table lays out the rows of several columns.
func (b *builder) table(t *figure.Table) error {
	columns, width := make([][]cell, len(t.Columns)), len("[],")
	for i, c := range t.Columns {
		var err error
		if columns[i], err = b.cellsOf(c, false); err != nil {
			return err
		}
		width += widthOf(c)
	}
	b.stream(columnNames(t.Columns), &table{t.Rows, columns}, t.Rows.Len(), asList, width)
	return nil
}

// stream adds a part. n values of about width bytes follow the text so far, or
// of type d exactly.
func (b *builder) stream(column string, s stream, n int, d dtype, width int) {
	if n == 0 {
		b.raw("[]")
		return
	}
	open, shut, triple := "[", "]", 3*width
	if d != asList {
		open, shut, triple = `{"dtype":"`+d.String()+`","bdata":"`, `"}`, 4*d.size()
	}
	b.raw(open)
	b.parts = append(b.parts, part{
		text: b.text, stream: s, n: n, triple: triple, exact: d != asList,
		pointer: b.pointer(), column: column,
	})
	b.text = []byte(shut)
}

func columnNames(columns []*frame.Column) string {
	names := ""
	for i, c := range columns {
		if i > 0 {
			names += ", "
		}
		names += c.Name()
	}
	return names
}

func largest(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		if v-v == 0 {
			m = max(m, v, -v)
		}
	}
	return m
}
