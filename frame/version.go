package frame

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
)

// A Version identifies the content of a frame: frames whose columns have equal
// names, types and values, bit for bit, have equal versions, whatever their
// chunks, their dictionaries' order and the bytes under a null. Different
// content has a different version (SHA-256, cut to 128 bits).
type Version [16]byte

func (v Version) String() string { return hex.EncodeToString(v[:]) }

// Version returns the content version. It is computed at the first call, in
// one pass over all columns, and kept. Dictionary columns are hashed by their
// Codes, which are kept too; nested types by Arrow's text, which is slow.
func (f *Frame) Version() Version { return f.version() }

// hashFrame hashes, for each column, in this order:
//
//	name, type        length-prefixed text
//	rows, nulls       uint64
//	validity          bit a row, if there are nulls
//	lengths           uint64 a row, 0 for null, if the type has no fixed width
//	values            bytes, zero (or none) for null
//
// Each part's length follows from the parts before it, so no two contents
// give the same bytes.
func hashFrame(f *Frame) Version {
	h := sha256.New()
	w := &hasher{bufio.NewWriterSize(h, 1<<16)}
	w.number(len(f.columns))
	for _, c := range f.columns {
		w.column(c)
	}
	_ = w.Flush() // a hash never fails
	return Version(h.Sum(nil)[:16])
}

// A hasher writes to a hash, which never fails, so errors are not looked at.
type hasher struct{ *bufio.Writer }

func (w *hasher) number(n int) {
	w.Write(binary.LittleEndian.AppendUint64(w.AvailableBuffer(), uint64(n)))
}

func (w *hasher) text(s string) {
	w.number(len(s))
	w.WriteString(s)
}

func (w *hasher) column(c *Column) {
	w.text(c.Name())
	w.text(c.Type().ID().String() + c.Type().String())
	w.number(c.Rows())
	if _, ok := c.Type().(*arrow.DictionaryType); ok {
		w.codes(c.Codes())
		return
	}
	nulls := c.Nulls()
	w.number(nulls)
	if nulls > 0 && c.kind != Null {
		w.validity(c)
	}
	switch t := c.Type().(type) {
	case *arrow.NullType:
	case *arrow.BooleanType:
		w.bools(c)
	case arrow.FixedWidthDataType:
		if _, nested := t.(arrow.NestedType); nested || t.BitWidth()%8 != 0 {
			w.texts(c, arrow.Array.ValueStr)
			return
		}
		for _, chunk := range c.chunks {
			w.fixed(chunk, t.BitWidth()/8)
		}
	case *arrow.StringType:
		w.texts(c, func(chunk arrow.Array, i int) string { return chunk.(*array.String).Value(i) })
	case *arrow.LargeStringType:
		w.texts(c, func(chunk arrow.Array, i int) string { return chunk.(*array.LargeString).Value(i) })
	default:
		w.texts(c, arrow.Array.ValueStr)
	}
}

func (w *hasher) codes(k *Codes) {
	for _, chunk := range k.chunks {
		for _, code := range chunk {
			w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), uint32(code)))
		}
	}
	w.column(k.values)
}

func (w *hasher) validity(c *Column) {
	bitmap := make([]byte, bitutil.BytesForBits(int64(c.Rows())))
	for i, chunk := range c.chunks {
		if from := chunk.NullBitmapBytes(); chunk.NullN() > 0 {
			bitutil.CopyBitmap(from, chunk.Data().Offset(), chunk.Len(), bitmap, c.starts[i])
		} else {
			bitutil.SetBitsTo(bitmap, int64(c.starts[i]), int64(chunk.Len()), true)
		}
	}
	w.Write(bitmap)
}

func (w *hasher) bools(c *Column) {
	bitmap := make([]byte, bitutil.BytesForBits(int64(c.Rows())))
	for i, chunk := range c.chunks {
		a := chunk.(*array.Boolean)
		for row := range a.Len() {
			if a.IsValid(row) && a.Value(row) {
				bitutil.SetBit(bitmap, c.starts[i]+row)
			}
		}
	}
	w.Write(bitmap)
}

// fixed writes values of width bytes: the whole buffer at once if there are
// no nulls.
func (w *hasher) fixed(chunk arrow.Array, width int) {
	if chunk.Len() == 0 {
		return // and may have no buffer
	}
	offset := chunk.Data().Offset()
	values := chunk.Data().Buffers()[1].Bytes()[offset*width : (offset+chunk.Len())*width]
	if chunk.NullN() == 0 {
		w.Write(values)
		return
	}
	block := make([]byte, 0, 4096*width)
	for first := 0; first < chunk.Len(); first += 4096 {
		n := min(4096, chunk.Len()-first)
		block = append(block[:0], values[first*width:(first+n)*width]...)
		for i := range n {
			if chunk.IsNull(first + i) {
				clear(block[i*width : (i+1)*width])
			}
		}
		w.Write(block)
	}
}

// texts writes all lengths, then all bytes.
func (w *hasher) texts(c *Column, at func(chunk arrow.Array, i int) string) {
	each := func(write func(text string)) {
		for _, chunk := range c.chunks {
			for i := range chunk.Len() {
				text := ""
				if chunk.IsValid(i) {
					text = at(chunk, i)
				}
				write(text)
			}
		}
	}
	each(func(text string) { w.number(len(text)) })
	each(func(text string) { w.WriteString(text) })
}
