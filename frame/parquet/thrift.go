package parquet

import (
	"encoding/binary"
	"errors"
)

var errThrift = errors.New("a page header is corrupt")

// A compact reads Thrift's compact protocol, which page headers are written
// in, as far as they need it. It never reads beyond buf, and its depth is
// bounded.
type compact struct {
	buf []byte
	err error
}

const (
	thriftStop   = 0
	thriftTrue   = 1
	thriftFalse  = 2
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftStruct = 12
)

func (c *compact) fail() { c.buf, c.err = nil, errThrift }

func (c *compact) byte() byte {
	if len(c.buf) == 0 {
		c.fail()
		return 0
	}
	b := c.buf[0]
	c.buf = c.buf[1:]
	return b
}

func (c *compact) varint() uint64 {
	v, n := binary.Uvarint(c.buf)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.buf = c.buf[n:]
	return v
}

func (c *compact) int() int64 {
	v := c.varint()
	return int64(v>>1) ^ -int64(v&1)
}

func (c *compact) drop(n uint64) {
	if n > uint64(len(c.buf)) {
		c.fail()
		return
	}
	c.buf = c.buf[n:]
}

// fields calls field for each field of a struct; field reads the value, or
// leaves it and returns false, and it is skipped.
func (c *compact) fields(depth int, field func(id int, typ byte) bool) {
	id := 0
	for c.err == nil {
		head := c.byte()
		typ := head & 15
		if typ == thriftStop {
			return
		}
		if delta := int(head >> 4); delta > 0 {
			id += delta
		} else {
			id = int(int16(c.int()))
		}
		if !field(id, typ) {
			c.skip(typ, depth)
		}
	}
}

func (c *compact) skip(typ byte, depth int) {
	if depth == 0 {
		c.fail()
		return
	}
	switch typ {
	case thriftTrue, thriftFalse:
	case 3: // a byte
		c.byte()
	case thriftI16, thriftI32, thriftI64:
		c.varint()
	case thriftDouble:
		c.drop(8)
	case thriftBinary:
		c.drop(c.varint())
	case thriftList, thriftSet:
		head := c.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = c.varint()
		}
		for ; n > 0 && c.err == nil; n-- {
			if element := head & 15; element == thriftTrue || element == thriftFalse {
				c.byte()
			} else {
				c.skip(element, depth-1)
			}
		}
	case thriftStruct:
		c.fields(depth-1, func(int, byte) bool { return false })
	default:
		c.fail()
	}
}

// A pageHeader is what is looked at of one.
type pageHeader struct {
	kind                     int64 // 0 data, 1 index, 2 dictionary, 3 data of version 2
	uncompressed, compressed int64
	values                   int64
	levels                   int64 // bytes of levels that a page of version 2 begins with
}

const (
	dataPage       = 0
	dictionaryPage = 2
	dataPageV2     = 3
)

// readPageHeader returns the header that buf begins with, and its bytes.
func readPageHeader(buf []byte) (h pageHeader, n int, err error) {
	const depth = 8
	c := compact{buf: buf}
	c.fields(depth, func(id int, typ byte) bool {
		switch {
		case id == 1 && typ == thriftI32:
			h.kind = c.int()
		case id == 2 && typ == thriftI32:
			h.uncompressed = c.int()
		case id == 3 && typ == thriftI32:
			h.compressed = c.int()
		case (id == 5 || id == 7 || id == 8) && typ == thriftStruct:
			c.fields(depth, func(part int, typ byte) bool {
				switch {
				case part == 1 && typ == thriftI32:
					h.values = c.int()
				case id == 8 && (part == 5 || part == 6) && typ == thriftI32:
					h.levels += c.int()
				default:
					return false
				}
				return true
			})
		default:
			return false
		}
		return true
	})
	return h, len(buf) - len(c.buf), c.err
}
