// Package arrowmeta reads the metadata of Arrow's IPC messages, which are
// flatbuffers, without trusting them: it never panics, and allocates no more
// than a small multiple of the bytes it is given. Arrow's own reader does
// both, and a single flipped bit can make it ask for more memory than there
// is, which ends the process.
//
// The layouts are those of Message.fbs and Schema.fbs [1]; a field is known by
// its number there.
//
// [1] https://github.com/apache/arrow/tree/main/format
package arrowmeta

import (
	"encoding/binary"
	"fmt"
)

// The kinds of messages.
const (
	Schema          = 1
	DictionaryBatch = 2
	RecordBatch     = 3
)

// The codecs of compressed bodies.
const (
	Uncompressed = -1
	LZ4          = 0
	ZSTD         = 1
)

// A Message is what one message says of itself.
type Message struct {
	Kind      byte // Schema, DictionaryBatch, RecordBatch or something else
	BodyBytes int64
	Fields    []Field // of a Schema
	Batch     Batch   // of the others
	ID        int64   // of a DictionaryBatch
	Delta     bool    // of a DictionaryBatch: it extends the dictionary
}

// A Field is a column, or a part of a nested one.
type Field struct {
	Name       string
	Dictionary int64 // −1 if the values are not those of a dictionary
	Children   []Field
}

// A Batch says where in a body the buffers of its columns are.
type Batch struct {
	Rows    int64
	Nodes   []Node // of columns and their children, depth first
	Buffers []Buffer
	Codec   int // Uncompressed, LZ4, ZSTD or something else
}

// A Node is the length of an array.
type Node struct{ Rows, Nulls int64 }

// A Buffer is a part of a body.
type Buffer struct{ Offset, Bytes int64 }

// Parse reads a message's metadata.
func Parse(meta []byte) (m Message, err error) {
	defer catch(&err)
	t := root(meta)
	m.Kind, m.BodyBytes = t.byte(1), t.int64(3)
	header, ok := t.table(2)
	if !ok {
		return m, fmt.Errorf("%w: a message without a header", ErrCorrupt)
	}
	switch m.Kind {
	case Schema:
		m.Fields = schemaFields(header)
	case RecordBatch:
		m.Batch = batch(header)
	case DictionaryBatch:
		m.ID, m.Delta = header.int64(0), header.byte(2) != 0
		data, ok := header.table(1)
		if !ok {
			return m, fmt.Errorf("%w: a dictionary without data", ErrCorrupt)
		}
		m.Batch = batch(data)
	}
	return m, nil
}

func batch(t table) Batch {
	b := Batch{Rows: t.int64(0), Codec: Uncompressed}
	for _, pair := range pairs(t, 1) {
		b.Nodes = append(b.Nodes, Node{pair[0], pair[1]})
	}
	for _, pair := range pairs(t, 2) {
		b.Buffers = append(b.Buffers, Buffer{pair[0], pair[1]})
	}
	if compression, ok := t.table(3); ok {
		b.Codec = int(int8(compression.byte(0)))
	}
	return b
}

// pairs reads a vector of structs of two int64.
func pairs(t table, i int) [][2]int64 {
	pos, n := t.vector(i, 16)
	pairs := make([][2]int64, n)
	for j := range pairs {
		pairs[j][0] = int64(binary.LittleEndian.Uint64(t.buf[pos+16*j:]))
		pairs[j][1] = int64(binary.LittleEndian.Uint64(t.buf[pos+16*j+8:]))
	}
	return pairs
}

// Limits of a schema: flatbuffers may share their parts, so that few bytes can
// stand for very many fields.
const (
	maxParts = 1 << 17 // fields, and pairs of custom metadata
	maxDepth = 32
)

const union = 14 // of the types

func schemaFields(schema table) []Field {
	c := census{maxParts}
	c.keyValues(schema, 2)
	return c.fields(schema, 1, maxDepth)
}

// A census counts down the parts that a schema may still have.
type census struct{ left int }

// count looks at the vector before anything is allocated for it.
func (c *census) count(t table, i int) {
	_, n := t.vector(i, 4)
	if c.left -= n; c.left < 0 {
		panic("too many fields")
	}
}

func (c *census) fields(t table, i, depth int) []Field {
	if c.count(t, i); depth == 0 {
		panic("fields nested too deep")
	}
	tables := t.tables(i)
	fields := make([]Field, len(tables))
	for j, t := range tables {
		c.keyValues(t, 6)
		if t.byte(2) == union {
			typ, _ := t.table(3)
			c.count(typ, 1) // its type ids
		}
		fields[j] = Field{Name: t.text(0), Dictionary: -1, Children: c.fields(t, 5, depth-1)}
		if dictionary, ok := t.table(4); ok {
			fields[j].Dictionary = dictionary.int64(0)
		}
	}
	return fields
}

func (c *census) keyValues(t table, i int) {
	c.count(t, i)
	for _, pair := range t.tables(i) {
		pair.vector(0, 1)
		pair.vector(1, 1)
	}
}
