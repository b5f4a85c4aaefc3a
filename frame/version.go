package frame

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

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

// hashFrame hashes the hashes of the columns, which are made side by side.
func hashFrame(f *Frame) Version {
	sums := make([][sha256.Size]byte, len(f.columns))
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; int(i) < len(sums); i = next.Add(1) - 1 {
			sums[i] = hashColumn(f.columns[i])
		}
	}
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(sums)) - 1 {
		wait.Go(work)
	}
	work()
	wait.Wait()
	h := sha256.New()
	for _, sum := range sums {
		h.Write(sum[:])
	}
	return Version(h.Sum(nil)[:16])
}

// hashColumn hashes, in this order:
//
//	name, type        length-prefixed text
//	rows, nulls       uint64
//	validity          bit a row, if there are nulls
//	lengths           uvarint a row, 0 for null, if the type has no fixed width
//	values            bytes, zero (or none) for null
//
// Each part's length follows from the parts before it, so no two contents
// give the same bytes.
func hashColumn(c *Column) (sum [sha256.Size]byte) {
	h := sha256.New()
	w := &hasher{bufio.NewWriterSize(h, 1<<15)}
	w.column(c)
	_ = w.Flush() // a hash never fails
	h.Sum(sum[:0])
	return sum
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
			w.texts(c, carriedText)
			return
		}
		for _, chunk := range c.chunks {
			w.fixed(chunk, t.BitWidth()/8)
		}
	case *arrow.StringType:
		eachUTF8(w, c, func(chunk arrow.Array) []int32 { return chunk.(*array.String).ValueOffsets() })
	case *arrow.LargeStringType:
		eachUTF8(w, c, func(chunk arrow.Array) []int64 { return chunk.(*array.LargeString).ValueOffsets() })
	default:
		w.texts(c, carriedText)
	}
}

func (w *hasher) codes(k *Codes) {
	block := make([]byte, 0, 4*SpanRows)
	for _, chunk := range k.chunks {
		for span := range slices.Chunk(chunk, SpanRows) {
			block = block[:0]
			for _, code := range span {
				block = binary.LittleEndian.AppendUint32(block, uint32(code))
			}
			w.Write(block)
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

// eachUTF8 writes all lengths, then all bytes.
func eachUTF8[O int32 | int64](w *hasher, c *Column, offsets func(chunk arrow.Array) []O) {
	each := func(write func(chunk arrow.Array, offsets []O)) {
		for _, chunk := range c.chunks {
			if chunk.Len() > 0 { // else there may be no offsets
				write(chunk, offsets(chunk))
			}
		}
	}
	block := make([]byte, 0, SpanRows*binary.MaxVarintLen64)
	each(func(chunk arrow.Array, offsets []O) {
		for first := 0; first < chunk.Len(); first += SpanRows {
			n := min(SpanRows, chunk.Len()-first)
			block = appendLengths(block[:0], chunk, offsets, first, n)
			w.Write(block)
		}
	})
	each(func(chunk arrow.Array, offsets []O) {
		data := bufferOf(chunk, 2)
		eachValid(chunk, func(from, to int) { w.Write(data[offsets[from]:offsets[to]]) })
	})
}

func appendLengths[O int32 | int64](dst []byte, chunk arrow.Array, offsets []O, first, n int) []byte {
	nulls := chunk.NullN() > 0
	for i := first; i < first+n; i++ {
		length := uint64(offsets[i+1] - offsets[i])
		if nulls && chunk.IsNull(i) {
			length = 0
		}
		dst = binary.AppendUvarint(dst, length)
	}
	return dst
}

// eachValid calls yield with each run of rows from ≤ i < to that are not null.
func eachValid(chunk arrow.Array, yield func(from, to int)) {
	if chunk.NullN() == 0 {
		yield(0, chunk.Len())
		return
	}
	eachRun(chunk.NullBitmapBytes(), chunk.Data().Offset(), chunk.Len(), yield)
}

// texts is eachUTF8 for values that have a text, and are not one.
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
	each(func(text string) { w.Write(binary.AppendUvarint(w.AvailableBuffer(), uint64(len(text)))) })
	each(func(text string) { w.WriteString(text) })
}
