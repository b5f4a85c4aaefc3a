package frame

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/internal/arrowmeta"
)

// An ipcBody makes arrays of a message's body, without copying what is neither
// compressed nor misaligned, and checks them: Arrow's arrays trust their
// buffers.
type ipcBody struct {
	batch        arrowmeta.Batch
	body         []byte
	dictionaries map[int64]arrow.ArrayData
	room         *int64 // bytes that may still be allocated for compressed buffers
	node, buffer int    // the next ones
}

// A brokenBody is what the methods panic with. A panic unwinds the recursion,
// and the arrays that are dropped are garbage-collected.
type brokenBody struct{ error }

func broken(format string, args ...any) { panic(brokenBody{fmt.Errorf(format, args...)}) }

// load returns the next array; rows is −1 if the message alone says how long
// it is.
func (b *ipcBody) load(t arrow.DataType, f arrowmeta.Field, rows int64) arrow.ArrayData {
	n := b.nextNode(rows)
	if t.ID() == arrow.NULL {
		return array.NewData(t, int(n.Rows), []*memory.Buffer{nil}, nil, int(n.Rows), 0)
	}
	validity := b.nextBuffer(bitutil.BytesForBits(n.Rows), n.Nulls > 0)
	data := func(children []arrow.ArrayData, buffers ...*memory.Buffer) *array.Data {
		nulls := 0
		if validity != nil {
			nulls = int(n.Rows) - bitutil.CountSetBits(validity.Bytes(), 0, int(n.Rows))
		}
		return array.NewData(t, int(n.Rows), append([]*memory.Buffer{validity}, buffers...), children, nulls, 0)
	}
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return b.dictionary(data(nil, b.fixed(t.IndexType, n)), t, f)
	case *arrow.StringType, *arrow.BinaryType:
		return b.text(data(nil, b.offsets(4, n), b.nextBuffer(0, true)))
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		return b.text(data(nil, b.offsets(8, n), b.nextBuffer(0, true)))
	case *arrow.StructType:
		return data(b.children(t.Fields(), f, n.Rows))
	case *arrow.FixedSizeListType:
		if t.Len() < 0 || n.Rows*int64(t.Len()) > MaxRows {
			broken("%d lists of %d values", n.Rows, t.Len())
		}
		return data(b.children(t.Fields(), f, n.Rows*int64(t.Len())))
	case *arrow.ListType, *arrow.MapType:
		offsets := b.offsets(4, n)
		return lists(data(b.children(t.(arrow.NestedType).Fields(), f, -1), offsets))
	case *arrow.LargeListType:
		offsets := b.offsets(8, n)
		return lists(data(b.children(t.Fields(), f, -1), offsets))
	case arrow.DecimalType:
		digits := int32(38 * t.(arrow.FixedWidthDataType).BitWidth() / 128)
		if p, s := t.GetPrecision(), t.GetScale(); p < 1 || p > digits || s < -digits || s > digits {
			broken("there is no %s of %d digits", t, digits)
		}
		return data(nil, b.fixed(t, n))
	case arrow.FixedWidthDataType:
		return data(nil, b.fixed(t, n))
	}
	broken("the type %s is not supported", t)
	return nil
}

func (b *ipcBody) nextNode(rows int64) arrowmeta.Node {
	if b.node == len(b.batch.Nodes) {
		broken("fewer arrays than the schema has")
	}
	n := b.batch.Nodes[b.node]
	b.node++
	if n.Rows < 0 || n.Rows > MaxRows || rows >= 0 && n.Rows != rows {
		broken("%d values, want %d", n.Rows, rows)
	}
	if n.Nulls < 0 || n.Nulls > n.Rows {
		broken("%d nulls of %d values", n.Nulls, n.Rows)
	}
	return n
}

// nextBuffer returns the next buffer, of at least so many bytes; nil if it is
// not wanted.
func (b *ipcBody) nextBuffer(atLeast int64, wanted bool) *memory.Buffer {
	if b.buffer == len(b.batch.Buffers) {
		broken("fewer buffers than the schema needs")
	}
	at := b.batch.Buffers[b.buffer]
	b.buffer++
	if !wanted {
		return nil
	}
	size := int64(len(b.body))
	if at.Offset < 0 || at.Bytes < 0 || at.Offset > size || at.Bytes > size-at.Offset {
		broken("buffer %d is bytes %d to %d of %d", b.buffer-1, at.Offset, at.Offset+at.Bytes, size)
	}
	bytes := b.body[at.Offset : at.Offset+at.Bytes : at.Offset+at.Bytes]
	if b.batch.Codec != arrowmeta.Uncompressed && len(bytes) > 0 {
		bytes = b.decompress(bytes)
	}
	if int64(len(bytes)) < atLeast {
		broken("buffer %d has %d bytes, want %d", b.buffer-1, len(bytes), atLeast)
	}
	return memory.NewBufferBytes(aligned(bytes))
}

// aligned copies bytes that do not begin at a multiple of 8: Go must not read
// them as numbers.
func aligned(bytes []byte) []byte {
	if uintptr(unsafe.Pointer(unsafe.SliceData(bytes)))%8 == 0 {
		return bytes
	}
	words := make([]uint64, (len(bytes)+7)/8)
	copied := arrow.Uint64Traits.CastToBytes(words)[:len(bytes)]
	copy(copied, bytes)
	return copied
}

func (b *ipcBody) fixed(t arrow.DataType, n arrowmeta.Node) *memory.Buffer {
	width := int64(t.(arrow.FixedWidthDataType).BitWidth())
	if width < 0 || width > 1<<20 {
		broken("values of %d bits", width)
	}
	return b.nextBuffer(bitutil.BytesForBits(n.Rows*width), true)
}

// offsets returns a buffer of offsets of width bytes, one more than there are
// rows. An array without rows may have none; it gets one.
func (b *ipcBody) offsets(width int64, n arrowmeta.Node) *memory.Buffer {
	if n.Rows == 0 {
		b.nextBuffer(0, false)
		return memory.NewBufferBytes(make([]byte, width))
	}
	offsets := b.nextBuffer((n.Rows+1)*width, true)
	before := int64(0)
	for i := int64(0); i <= n.Rows; i++ {
		at := offsetAt(offsets.Bytes(), width, i)
		if at < before {
			broken("offset %d of value %d is below %d", at, i, before)
		}
		before = at
	}
	return offsets
}

func offsetAt(offsets []byte, width, i int64) int64 {
	if width == 4 {
		return int64(int32(binary.LittleEndian.Uint32(offsets[4*i:])))
	}
	return int64(binary.LittleEndian.Uint64(offsets[8*i:]))
}

// span returns the first and the last offset of an array.
func span(data *array.Data) (first, last int64) {
	width := int64(4)
	switch data.DataType().ID() {
	case arrow.LARGE_STRING, arrow.LARGE_BINARY, arrow.LARGE_LIST:
		width = 8
	}
	offsets := data.Buffers()[1].Bytes()
	return offsetAt(offsets, width, 0), offsetAt(offsets, width, int64(data.Len()))
}

// text checks that the offsets stay within the bytes, and cut them between
// characters.
func (b *ipcBody) text(data *array.Data) arrow.ArrayData {
	bytes := data.Buffers()[2].Bytes()
	first, last := span(data)
	if last > int64(len(bytes)) {
		broken("text up to byte %d of %d", last, len(bytes))
	}
	if KindOf(data.DataType()) != Text || isASCII(bytes[first:last]) {
		return data
	}
	values := array.MakeFromData(data).(interface{ Value(int) string })
	for i := range data.Len() {
		if !utf8.ValidString(values.Value(i)) {
			broken("value %d is not UTF-8", i)
		}
	}
	return data
}

func isASCII(bytes []byte) bool {
	for len(bytes) >= 8 {
		if binary.LittleEndian.Uint64(bytes)&0x8080808080808080 != 0 {
			return false
		}
		bytes = bytes[8:]
	}
	for _, c := range bytes {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (b *ipcBody) children(fields []arrow.Field, f arrowmeta.Field, rows int64) []arrow.ArrayData {
	if len(f.Children) != len(fields) {
		broken("%d nested fields, want %d", len(f.Children), len(fields))
	}
	children := make([]arrow.ArrayData, len(fields))
	for i, field := range fields {
		children[i] = b.load(field.Type, f.Children[i], rows)
	}
	return children
}

func lists(data *array.Data) arrow.ArrayData {
	if _, last := span(data); last > int64(data.Children()[0].Len()) {
		broken("lists up to value %d of %d", last, data.Children()[0].Len())
	}
	return data
}

// dictionary checks that every code has a value, by the least and the largest.
func (b *ipcBody) dictionary(data *array.Data, t *arrow.DictionaryType, f arrowmeta.Field) arrow.ArrayData {
	values, ok := b.dictionaries[f.Dictionary]
	if !ok {
		values = array.MakeArrayOfNull(memory.DefaultAllocator, t.ValueType, 0).Data()
	}
	indices := array.MakeFromData(array.NewData(t.IndexType, data.Len(), data.Buffers(), nil, data.NullN(), 0))
	codes := summarizer(indices, nil)(0, data.Len())
	if n := values.Len(); !codes.Empty() && (codes.Min.Int < 0 || codes.Max.Int >= int64(n) || codes.Max.Uint >= uint64(n)) {
		broken("codes from %d to %d of a dictionary of %d", codes.Min.Int, codes.Max.Int+int64(codes.Max.Uint), n)
	}
	if !arrow.TypeEqual(values.DataType(), t.ValueType) {
		broken("the dictionary holds %s, want %s", values.DataType(), t.ValueType)
	}
	data.SetDictionary(values)
	return data
}

// skip moves past an array.
func (b *ipcBody) skip(t arrow.DataType) {
	b.node++
	switch t := t.(type) {
	case *arrow.NullType:
	case *arrow.StringType, *arrow.BinaryType, *arrow.LargeStringType, *arrow.LargeBinaryType:
		b.buffer += 3
	case *arrow.StructType, *arrow.FixedSizeListType:
		b.buffer++
		b.skipChildren(t.(arrow.NestedType))
	case arrow.NestedType:
		b.buffer += 2
		b.skipChildren(t)
	default:
		b.buffer += 2
	}
	if b.node > len(b.batch.Nodes) || b.buffer > len(b.batch.Buffers) {
		broken("fewer arrays than the schema has")
	}
}

func (b *ipcBody) skipChildren(t arrow.NestedType) {
	for _, f := range t.Fields() {
		b.skip(f.Type)
	}
}
