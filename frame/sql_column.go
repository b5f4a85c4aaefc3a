package frame

import (
	"database/sql"
	"fmt"
	"math"
	"unicode/utf8"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// A sqlColumn takes the values of a column as the driver gives them. It is the
// sql.Scanner that they are scanned into.
type sqlColumn struct {
	name   string
	values sqlValues
	valid  []bool
	nulls  int
	bytes  int64 // of the values so far
	err    error // of the value that was refused
}

// sqlValues are the values of a column so far, of one type.
type sqlValues interface {
	// add appends a value; nil stands for NULL, under which any will do. It
	// returns the bytes that the value takes, and whether it is one: some
	// databases have values that are none, such as a date of zeros.
	add(value any) (bytes int, valid bool, err error)
	series(name string) Series
}

func newSQLColumns(types []*sql.ColumnType, o SQLOptions) ([]*sqlColumn, error) {
	columns := make([]*sqlColumn, len(types))
	for i, t := range types {
		values, err := newSQLValues(t)
		if err != nil {
			return nil, o.at(-1, t.Name(), err)
		}
		columns[i] = &sqlColumn{name: t.Name(), values: values}
	}
	return columns, nil
}

// Scan implements sql.Scanner.
func (c *sqlColumn) Scan(value any) error {
	bytes, valid, err := c.values.add(value)
	if err != nil {
		c.err = err
		return err
	}
	c.bytes += int64(bytes)
	c.valid = append(c.valid, valid)
	if !valid {
		c.nulls++
	}
	return nil
}

func (c *sqlColumn) series() Series {
	s := c.values.series(c.name)
	if c.nulls > 0 && !s.whole {
		s = s.Valid(c.valid)
	}
	return s
}

// sqlFixed are values of a fixed width that convert makes of the driver's.
type sqlFixed[T any] struct {
	typ     arrow.DataType
	convert func(any) (T, error)
	values  []T
}

func newSQLFixed[T any](typ arrow.DataType, convert func(any) (T, error)) *sqlFixed[T] {
	return &sqlFixed[T]{typ: typ, convert: convert}
}

func (f *sqlFixed[T]) add(value any) (int, bool, error) {
	var v T
	if value != nil {
		var err error
		if v, err = f.convert(value); err != nil {
			return 0, false, err
		}
	}
	f.values = append(f.values, v)
	return int(unsafe.Sizeof(v)), value != nil, nil
}

func (f *sqlFixed[T]) series(name string) Series { return numbers(name, f.typ, f.values) }

// sqlBools differ in that they become bits.
type sqlBools struct{ sqlFixed[bool] }

func (b *sqlBools) series(name string) Series { return Slice(name, b.values) }

// sqlFloats are float32 until a value needs float64.
type sqlFloats struct {
	narrow []float32
	wide   []float64 // all values, if not nil
}

func (f *sqlFloats) add(value any) (int, bool, error) {
	var v float64
	if value != nil {
		var err error
		if v, err = floatOf(value); err != nil {
			return 0, false, err
		}
	}
	if f.wide == nil && (float64(float32(v)) == v || math.IsNaN(v)) {
		f.narrow = append(f.narrow, float32(v))
		return 4, value != nil, nil
	}
	if f.wide == nil {
		f.wide = make([]float64, len(f.narrow), 2*len(f.narrow)+1)
		for i, n := range f.narrow {
			f.wide[i] = float64(n)
		}
		f.narrow = nil
	}
	f.wide = append(f.wide, v)
	return 8, value != nil, nil
}

func (f *sqlFloats) series(name string) Series {
	if f.wide != nil {
		return Slice(name, f.wide)
	}
	return Slice(name, f.narrow)
}

// sqlBytes are texts, or bytes that need not be text.
type sqlBytes struct {
	typ     arrow.DataType
	offsets []int32
	bytes   []byte
	convert func(dst []byte, value any) ([]byte, error) // appends the value
}

func newSQLBytes(typ arrow.DataType, convert func([]byte, any) ([]byte, error)) *sqlBytes {
	return &sqlBytes{typ: typ, offsets: []int32{0}, convert: convert}
}

func (b *sqlBytes) add(value any) (int, bool, error) {
	before := len(b.bytes)
	if value != nil {
		grown, err := b.convert(b.bytes, value)
		switch {
		case err != nil:
			return 0, false, err
		case len(grown) > math.MaxInt32:
			return 0, false, fmt.Errorf("more than %d bytes, which do not fit an Arrow array: %w", math.MaxInt32, ErrTooLarge)
		case b.typ.ID() == arrow.STRING && !utf8.Valid(grown[before:]):
			return 0, false, fmt.Errorf("the text %.40q is not UTF-8: cast it to bytes, or convert it in the query", grown[before:])
		}
		b.bytes = grown
	}
	b.offsets = append(b.offsets, int32(len(b.bytes)))
	return 4 + len(b.bytes) - before, value != nil, nil
}

func (b *sqlBytes) series(name string) Series {
	return seriesOf(name, b.typ, len(b.offsets)-1,
		memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(b.offsets)), memory.NewBufferBytes(b.bytes))
}

// sqlNulls are those of a column without a type, such as of SELECT NULL.
type sqlNulls struct{ n int }

func (s *sqlNulls) add(value any) (int, bool, error) {
	if value != nil {
		return 0, false, fmt.Errorf("a %T in a column that has no type", value)
	}
	s.n++
	return 0, false, nil
}

func (s *sqlNulls) series(name string) Series { return Array(name, array.NewNull(s.n)) }
