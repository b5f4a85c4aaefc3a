package frame

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Melted are columns stacked one below the other: first the rows of the first
// column, then those of the next. What it makes shares the memory of the frame
// that was melted, and must not be used after that is released.
type Melted struct {
	// Rows are the rows that were melted, in the stack.
	Rows *Rows
	// Value holds the values of all columns; Variable beside each the name of
	// the column that it came from (a dictionary of texts).
	Value, Variable *Column

	copies int
	starts []int
}

// Melt stacks the given columns of f, for the given rows. The new columns are
// named as said.
//
// Columns of one Arrow type are stacked without a copy. Columns of numbers may
// differ in type and are then copied as float64. Anything else is an error that
// wraps ErrType, as is no column at all.
func Melt(f *Frame, rows *Rows, columns []*Column, variable, value string) (*Melted, error) {
	if len(columns) == 0 {
		return nil, fmt.Errorf("no columns to stack: %w", ErrType)
	}
	if int64(f.Rows())*int64(len(columns)) > MaxRows {
		return nil, fmt.Errorf("%d columns of %d rows are more than %d rows", len(columns), f.Rows(), uint32(MaxRows))
	}
	m := &Melted{copies: len(columns), starts: []int{0}}
	for i := range columns {
		for _, start := range f.starts[1:] {
			m.starts = append(m.starts, i*f.Rows()+start)
		}
	}
	m.Rows = m.stackRows(f, rows)
	m.Variable = m.names(f, columns, variable)
	var err error
	m.Value, err = m.stack(f, columns, value)
	return m, err
}

// Repeat returns a column of the melted frame, once for each column stacked.
func (m *Melted) Repeat(c *Column) *Column {
	return newColumn(c.field, slices.Repeat(c.chunks, m.copies), m.starts)
}

func (m *Melted) stackRows(f *Frame, rows *Rows) *Rows {
	all := &Rows{starts: m.starts, count: f.Rows() * m.copies}
	if rows.All() {
		return all
	}
	index := make([]uint32, 0, rows.Len()*m.copies)
	for i := range m.copies {
		first := len(index)
		index = rows.AppendIndex(index)
		for j := range index[first:] {
			index[first+j] += uint32(i * f.Rows())
		}
	}
	return all.Index(index)
}

// names makes the column of names.
func (m *Melted) names(f *Frame, columns []*Column, name string) *Column {
	texts := make([]arrow.Array, len(columns))
	for i, c := range columns {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		b.Append(c.Name())
		texts[i] = b.NewArray()
		b.Release()
	}
	return repeated(f, name, texts, m.starts)
}

func (m *Melted) stack(f *Frame, columns []*Column, name string) (*Column, error) {
	first := columns[0]
	var chunks []arrow.Array
	for _, c := range columns {
		if !arrow.TypeEqual(c.Type(), first.Type()) {
			return m.stackNumbers(f, columns, name)
		}
		chunks = append(chunks, c.chunks...)
	}
	return newColumn(arrow.Field{Name: name, Type: first.Type(), Nullable: true}, chunks, m.starts), nil
}

func (m *Melted) stackNumbers(f *Frame, columns []*Column, name string) (*Column, error) {
	for _, c := range columns {
		if !c.Kind().Numeric() {
			other := columns[slices.IndexFunc(columns, func(o *Column) bool { return !arrow.TypeEqual(o.Type(), c.Type()) })]
			return nil, fmt.Errorf("columns of different types cannot be stacked: %q is %s, %q is %s: %w",
				c.Name(), c.Type(), other.Name(), other.Type(), ErrType)
		}
	}
	var values []float64
	for _, c := range columns {
		values, _ = c.AppendFloats(values, AllRows(f))
	}
	b := arrow.Float64Traits.CastToBytes(values)
	return primitiveColumn(name, arrow.PrimitiveTypes.Float64, b, m.starts), nil
}
