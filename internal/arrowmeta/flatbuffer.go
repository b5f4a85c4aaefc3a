package arrowmeta

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is wrapped by every error of the package.
var ErrCorrupt = errors.New("corrupt metadata")

// catch turns the panics of reading outside of the buffer into an error. It is
// how the package checks bounds: it reads through slices only, and allocates
// nothing before it has seen the bytes that call for it.
func catch(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrCorrupt, r)
	}
}

// A table is a flatbuffer table: a set of fields, found by number through the
// table's list of offsets (its vtable).
type table struct {
	buf []byte
	pos int
}

func root(buf []byte) table { return table{buf, follow(buf, 0)} }

// follow reads the offset at pos, and returns what it points to.
func follow(buf []byte, pos int) int {
	offset := binary.LittleEndian.Uint32(buf[pos:])
	if uint64(offset) > uint64(len(buf)) {
		panic("offset beyond the end")
	}
	return pos + int(offset)
}

// field returns the bytes from field i on; nil if the table lacks it.
func (t table) field(i int) []byte {
	if pos := t.place(i); pos > 0 {
		return t.buf[pos:]
	}
	return nil
}

func (t table) place(i int) int {
	vtable := t.pos - int(int32(binary.LittleEndian.Uint32(t.buf[t.pos:])))
	size := int(binary.LittleEndian.Uint16(t.buf[vtable:]))
	if 4+2*i >= size { // as Arrow's reader has it: an odd size counts as the even one above
		return 0
	}
	offset := int(binary.LittleEndian.Uint16(t.buf[vtable+4+2*i:]))
	if offset == 0 {
		return 0
	}
	return t.pos + offset
}

func (t table) byte(i int) byte {
	if f := t.field(i); f != nil {
		return f[0]
	}
	return 0
}

func (t table) int64(i int) int64 {
	if f := t.field(i); f != nil {
		return int64(binary.LittleEndian.Uint64(f))
	}
	return 0
}

func (t table) table(i int) (table, bool) {
	pos := t.place(i)
	if pos == 0 {
		return table{}, false
	}
	return table{t.buf, follow(t.buf, pos)}, true
}

// vector returns where the elements of a vector begin, and how many there are.
func (t table) vector(i, elementBytes int) (pos, n int) {
	place := t.place(i)
	if place == 0 {
		return 0, 0
	}
	start := follow(t.buf, place)
	length := binary.LittleEndian.Uint32(t.buf[start:])
	if uint64(length)*uint64(elementBytes) > uint64(len(t.buf)-start-4) {
		panic("vector beyond the end")
	}
	return start + 4, int(length)
}

// tables returns the tables of a vector.
func (t table) tables(i int) []table {
	pos, n := t.vector(i, 4)
	tables := make([]table, n)
	for j := range tables {
		tables[j] = table{t.buf, follow(t.buf, pos+4*j)}
	}
	return tables
}

func (t table) text(i int) string {
	pos, n := t.vector(i, 1)
	return string(t.buf[pos : pos+n])
}
