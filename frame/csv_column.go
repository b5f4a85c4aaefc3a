package frame

import (
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// A textColumn is a column of a piece of a text file, as far as it is read: up
// to the first field that its kind cannot read.
type textColumn struct {
	kind   textKind
	failed textKind // what that field needs; textUnknown if there is none
	rows   int
	nulls  int

	words    []int64 // of kinds of 8 bytes
	days     []int32
	bits     []byte
	offsets  []int32
	bytes    []byte
	validity []byte // nil while there are no nulls
	room     int
}

func newTextColumn(kind textKind, room int) *textColumn {
	c := &textColumn{kind: kind, room: room}
	switch kind {
	case textUnknown:
	case textBool:
		c.bits = make([]byte, bitutil.BytesForBits(int64(room)))
	case textDate:
		c.days = make([]int32, 0, room)
	case textText:
		c.offsets = make([]int32, 1, room+1)
		c.bytes = make([]byte, 0, 8*room)
	default:
		c.words = make([]int64, 0, room)
	}
	return c
}

// add appends a field and reports whether the column's kind can read it.
func (c *textColumn) add(field []byte) bool {
	if isNullText(field) {
		c.addNull()
		return true
	}
	var bits int64
	var ok bool
	switch c.kind {
	case textText:
		c.bytes = append(c.bytes, field...)
		c.offsets = append(c.offsets, int32(len(c.bytes)))
		c.rows++
		return true
	case textFloat: // the two most frequent without a call in between
		var v float64
		v, ok = parseFloat(field)
		bits = int64(math.Float64bits(v))
	case textUnknown:
	default:
		bits, ok = parseText(c.kind, field)
	}
	if !ok {
		if c.failed = wider(c.kind, kindOfText(field)); c.failed == c.kind {
			c.failed = textText // a day in the year 1 that cannot be told in nanoseconds
		}
		return false
	}
	c.addBits(bits)
	return true
}

func (c *textColumn) addBits(bits int64) {
	switch {
	case c.words != nil:
		c.words = append(c.words, bits)
	case c.days != nil:
		c.days = append(c.days, int32(bits))
	case bits != 0:
		bitutil.SetBit(c.bits, c.rows)
	}
	c.rows++
}

func (c *textColumn) addNull() {
	c.nulls++
	if c.kind == textUnknown {
		c.rows++
		return
	}
	if c.validity == nil {
		c.validity = make([]byte, bitutil.BytesForBits(int64(c.room)))
		bitutil.SetBitsTo(c.validity, 0, int64(c.room), true)
	}
	bitutil.ClearBit(c.validity, c.rows)
	if c.kind == textText {
		c.offsets = append(c.offsets, int32(len(c.bytes)))
		c.rows++
		return
	}
	c.addBits(0)
}

// array returns what was added, in garbage-collected memory.
func (c *textColumn) array() arrow.Array {
	t := textTypes[c.kind]
	buffers := []*memory.Buffer{nil}
	if c.nulls > 0 {
		buffers[0] = memory.NewBufferBytes(c.validity)
	}
	switch c.kind {
	case textUnknown:
		return array.MakeArrayOfNull(memory.DefaultAllocator, t, c.rows)
	case textBool:
		buffers = append(buffers, memory.NewBufferBytes(c.bits))
	case textDate:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(c.days)))
	case textText:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(c.offsets)), memory.NewBufferBytes(c.bytes))
	default:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(c.words)))
	}
	data := array.NewData(t, c.rows, buffers, nil, c.nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}
