package frame

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/pointillist-go/pointillist/internal/kernel"
)

// An encoder gives codes to values in order of appearance. It refers to the
// arrays that it has read.
type encoder struct {
	table
	typ   arrow.DataType
	other []place // distinct values of types that are told apart by their text
}

// A place is row i of an array.
type place struct {
	array arrow.Array
	i     int
}

func newEncoder(t arrow.DataType, rows int) *encoder {
	return &encoder{table: newTable(rows, KindOf(t) == Text || !inTwoWords(t)), typ: t}
}

// inTwoWords reports whether the bits of a value are its key.
func inTwoWords(t arrow.DataType) bool {
	return t.ID() == arrow.BOOL || t.ID() == arrow.DECIMAL128 || keyWidth(t) > 0
}

// merge adds the values of another encoder, and returns what its codes are here:
// nil if they are the same.
func (e *encoder) merge(from *encoder) translation {
	t, same := translation{NoCode}, true
	for code, k := range from.keys {
		var text []byte
		if e.text {
			text = from.texts[code]
		}
		here := e.code(k, k.hash(), text)
		if int(here) == len(e.other) && len(from.other) > 0 {
			e.other = append(e.other, from.other[code])
		}
		t, same = append(t, here), same && here == int32(code)
	}
	if same {
		return nil
	}
	return t
}

// encode gives codes to the rows of a chunk from first on.
func (e *encoder) encode(codes []int32, chunk arrow.Array, first int) {
	if chunk.DataType().ID() == arrow.NULL { // which says it had none
		fill(codes)
		return
	}
	encode := e.valid(chunk)
	if chunk.NullN() == 0 {
		encode(codes, first)
		return
	}
	last := 0
	eachRun(chunk.NullBitmapBytes(), chunk.Data().Offset()+first, len(codes), func(from, to int) {
		fill(codes[last:from])
		encode(codes[from:to], first+from)
		last = to
	})
	fill(codes[last:])
}

// fill marks rows as missing.
func fill(codes []int32) {
	for i := range codes {
		codes[i] = NoCode
	}
}

// eachRun calls yield with each run of set bits among n bits from bit offset on:
// from ≤ i < to, counted from there.
func eachRun(bitmap []byte, offset, n int, yield func(from, to int)) {
	start := -1 // of the run that is open
	for i := 0; i < n; {
		word, length := wordAt(bitmap, offset+i, n-i)
		for at := 0; at < length; {
			rest := word >> at
			if start < 0 {
				if at += bits.TrailingZeros64(rest); at < length {
					start = i + at
				}
				continue
			}
			if at += bits.TrailingZeros64(^rest); at < length {
				yield(start, i+at)
				start = -1
			}
		}
		i += length
	}
	if start >= 0 {
		yield(start, n)
	}
}

// wordAt returns at most 56 of the n bits from bit offset on, and how many. The
// bits above are not set.
func wordAt(bitmap []byte, offset, n int) (word uint64, length int) {
	var b [8]byte
	copy(b[:], bitmap[offset/8:])
	length = min(n, 56)
	return binary.LittleEndian.Uint64(b[:]) >> (offset % 8) & (1<<length - 1), length
}

// valid returns what encodes rows of a chunk of which none is missing.
func (e *encoder) valid(chunk arrow.Array) func(codes []int32, first int) {
	switch a := chunk.(type) {
	case *array.Dictionary:
		return e.dictionary(a)
	case *array.String:
		return func(codes []int32, first int) { encodeTexts(e, codes, a.ValueOffsets()[first:], bufferOf(a, 2)) }
	case *array.LargeString:
		return func(codes []int32, first int) { encodeTexts(e, codes, a.ValueOffsets()[first:], bufferOf(a, 2)) }
	case *array.Decimal128:
		return func(codes []int32, first int) { e.decimals(codes, a, first) }
	case *array.Boolean, *array.Float16, *array.Float32, *array.Float64:
		key := keyOf(chunk)
		return func(codes []int32, first int) { e.blocks(codes, key, first) }
	}
	return func(codes []int32, first int) { e.bits(codes, chunk, first) }
}

func bufferOf(a arrow.Array, i int) []byte {
	if b := a.Data().Buffers()[i]; b != nil {
		return b.Bytes()
	}
	return nil
}

// encodeTexts encodes texts: text i is the bytes from offsets[i] to offsets[i+1]. Two
// words are read of each, whatever its length, as long as there are so many.
func encodeTexts[O int32 | int64](e *encoder, codes []int32, offsets []O, data []byte) {
	slots, keys := e.slots, e.keys
	offsets = offsets[:len(codes)+1]
	from := int(offsets[0])
	for i, to := range offsets[1:] {
		n := int(to) - from
		start := from
		from = int(to)
		if n > shortText || start > len(data)-16 {
			text := data[start:from:from]
			k := textKey(text)
			codes[i] = e.code(k, k.hash(), text)
			slots, keys = e.slots, e.keys
			continue
		}
		k := shortKey((*[16]byte)(data[start:]), n)
		h := k.hash()
		// Mostly the first slot has it. A code beyond keys is that of an empty one.
		if code := uint32(slots[h&uint64(len(slots)-1)].code) - 1; int(code) < len(keys) && keys[code] == k {
			codes[i] = int32(code)
			continue
		}
		codes[i] = e.code(k, h, data[start:from:from])
		slots, keys = e.slots, e.keys
	}
}

func (e *encoder) decimals(codes []int32, a *array.Decimal128, first int) {
	for i := range codes {
		v := a.Value(first + i)
		k := key{v.LowBits(), uint64(v.HighBits())}
		codes[i] = e.code(k, k.hash(), nil)
	}
}

// bits encodes values whose bits are their keys, and others by their text.
func (e *encoder) bits(codes []int32, chunk arrow.Array, first int) {
	width := keyWidth(chunk.DataType())
	if width == 0 {
		for i := range codes {
			codes[i] = e.otherCode(chunk, first+i)
		}
		return
	}
	from := (chunk.Data().Offset() + first) * width
	values := chunk.Data().Buffers()[1].Bytes()[from : from+len(codes)*width]
	switch width {
	case 1:
		encodeWords(e, codes, values)
	case 2:
		encodeWords(e, codes, arrow.Uint16Traits.CastFromBytes(values))
	case 4:
		encodeWords(e, codes, arrow.Uint32Traits.CastFromBytes(values))
	case 8:
		encodeWords(e, codes, arrow.Uint64Traits.CastFromBytes(values))
	}
}

func encodeWords[T uint8 | uint16 | uint32 | uint64](e *encoder, codes []int32, values []T) {
	slots, keys := e.slots, e.keys
	codes = codes[:len(values)]
	for i, v := range values {
		k := key{uint64(v), 0}
		h := k.hash()
		if code := uint32(slots[h&uint64(len(slots)-1)].code) - 1; int(code) < len(keys) && keys[code] == k {
			codes[i] = int32(code)
			continue
		}
		codes[i] = e.code(k, h, nil)
		slots, keys = e.slots, e.keys
	}
}

// blocks encodes values that must be brought into one form first.
func (e *encoder) blocks(codes []int32, key func(i int) uint64, first int) {
	var block [512]uint64
	for len(codes) > 0 {
		n := min(len(codes), len(block))
		for i := range n {
			block[i] = key(first + i)
		}
		encodeWords(e, codes[:n], block[:n])
		codes, first = codes[n:], first+n
	}
}

// dictionary translates codes, and looks only at dictionary values in use.
func (e *encoder) dictionary(d *array.Dictionary) func(codes []int32, first int) {
	switch indices := d.Indices().(type) {
	case *array.Int8:
		return translator(e, indices.Int8Values(), d.Dictionary())
	case *array.Int16:
		return translator(e, indices.Int16Values(), d.Dictionary())
	case *array.Int32:
		return translator(e, indices.Int32Values(), d.Dictionary())
	case *array.Int64:
		return translator(e, indices.Int64Values(), d.Dictionary())
	case *array.Uint8:
		return translator(e, indices.Uint8Values(), d.Dictionary())
	case *array.Uint16:
		return translator(e, indices.Uint16Values(), d.Dictionary())
	case *array.Uint32:
		return translator(e, indices.Uint32Values(), d.Dictionary())
	}
	return translator(e, d.Indices().(*array.Uint64).Uint64Values(), d.Dictionary())
}

func translator[T kernel.Integer](e *encoder, indices []T, values arrow.Array) func(codes []int32, first int) {
	const unknown = NoCode - 1
	translated := slices.Repeat([]int32{unknown}, values.Len())
	return func(codes []int32, first int) {
		for i, at := range indices[first : first+len(codes)] {
			if translated[at] == unknown {
				e.encode(translated[at:at+1], values, int(at))
			}
			codes[i] = translated[at]
		}
	}
}

// otherCode tells values apart by their bytes: long decimals; or, slowly, by
// Arrow's text of them: types that are carried only.
func (e *encoder) otherCode(chunk arrow.Array, i int) int32 {
	text := bytesOf(chunk, i)
	if text == nil {
		text = []byte(carriedText(chunk, i))
	}
	k := textKey(text)
	code := e.code(k, k.hash(), text)
	if int(code) == len(e.other) {
		e.other = append(e.other, place{chunk, i})
	}
	return code
}

// values returns the distinct values. They live in garbage-collected memory.
func (e *encoder) values() arrow.Array {
	switch {
	case KindOf(e.typ) == Text:
		return e.textValues()
	case e.typ.ID() == arrow.BOOL:
		b := array.NewBooleanBuilder(memory.DefaultAllocator)
		defer b.Release()
		for _, k := range e.keys {
			b.Append(k.lo != 0)
		}
		return b.NewBooleanArray()
	case len(e.other) > 0:
		return e.otherValues()
	case e.typ.ID() == arrow.DECIMAL128:
		b := array.NewDecimal128Builder(memory.DefaultAllocator, e.typ.(*arrow.Decimal128Type))
		defer b.Release()
		for _, k := range e.keys {
			b.Append(decimal128.New(int64(k.hi), k.lo))
		}
		return b.NewDecimal128Array()
	case keyWidth(e.typ) > 0:
		data := array.NewData(e.typ, len(e.keys), []*memory.Buffer{nil, memory.NewBufferBytes(narrow(e.words(), keyWidth(e.typ)))}, nil, 0, 0)
		defer data.Release()
		return array.MakeFromData(data)
	}
	none := array.NewBuilder(memory.DefaultAllocator, e.typ) // MakeArrayOfNull does not know all types
	defer none.Release()
	return none.NewArray()
}

func (e *encoder) textValues() arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(len(e.texts))
	for _, text := range e.texts {
		b.BinaryBuilder.Append(text)
	}
	return b.NewStringArray()
}

func (e *encoder) otherValues() arrow.Array {
	rows := make([]arrow.Array, len(e.other))
	for i, p := range e.other {
		rows[i] = array.NewSlice(p.array, int64(p.i), int64(p.i)+1)
		defer rows[i].Release()
	}
	values, err := array.Concatenate(rows, memory.DefaultAllocator)
	if err != nil {
		panic(err) // slices of one column
	}
	return values
}

func (e *encoder) words() []uint64 {
	words := make([]uint64, len(e.keys))
	for i, k := range e.keys {
		words[i] = k.lo
	}
	return words
}

// narrow writes the low width bytes of each key in the machine's byte order.
func narrow(keys []uint64, width int) []byte {
	dst := make([]byte, 0, len(keys)*width)
	for _, key := range keys {
		switch width {
		case 1:
			dst = append(dst, byte(key))
		case 2:
			dst = binary.NativeEndian.AppendUint16(dst, uint16(key))
		case 4:
			dst = binary.NativeEndian.AppendUint32(dst, uint32(key))
		case 8:
			dst = binary.NativeEndian.AppendUint64(dst, key)
		}
	}
	return dst
}

// bytesOf returns the bytes of a value of a type of so many whole bytes; nil
// for other types.
func bytesOf(chunk arrow.Array, i int) []byte {
	t, ok := chunk.DataType().(arrow.FixedWidthDataType)
	if _, nested := t.(arrow.NestedType); !ok || nested || t.BitWidth()%8 != 0 {
		return nil
	}
	width := t.BitWidth() / 8
	i += chunk.Data().Offset()
	return chunk.Data().Buffers()[1].Bytes()[i*width : (i+1)*width]
}

// widthOf returns the bytes of a value whose bits keyOf can tell; else 0.
func widthOf(t arrow.DataType) int {
	if fixed, ok := t.(arrow.FixedWidthDataType); ok && fixed.BitWidth() >= 8 && fixed.BitWidth() <= 64 {
		return fixed.BitWidth() / 8
	}
	return 0
}

// keyWidth returns the bytes of a value whose bits are its key; else 0.
func keyWidth(t arrow.DataType) int {
	switch KindOf(t) {
	case Int, Uint, Float, Date, Timestamp, Time, Duration:
		return widthOf(t)
	}
	return 0
}

// keyOf returns a function that gives the bits of a value of at most 64 bits,
// the same for equal values; nil for other types.
func keyOf(chunk arrow.Array) func(i int) uint64 {
	switch a := chunk.(type) {
	case *array.Boolean:
		return func(i int) uint64 {
			if a.Value(i) {
				return 1
			}
			return 0
		}
	case *array.Float64:
		return func(i int) uint64 { return math.Float64bits(canonical(a.Value(i))) }
	case *array.Float32:
		return func(i int) uint64 { return uint64(math.Float32bits(float32(canonical(float64(a.Value(i)))))) }
	case *array.Float16:
		return func(i int) uint64 {
			return uint64(float16.New(float32(canonical(float64(a.Value(i).Float32())))).Uint16())
		}
	case *array.Int8:
		return func(i int) uint64 { return uint64(uint8(a.Value(i))) }
	case *array.Uint8:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Int16:
		return func(i int) uint64 { return uint64(uint16(a.Value(i))) }
	case *array.Uint16:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Int32:
		return func(i int) uint64 { return uint64(uint32(a.Value(i))) }
	case *array.Uint32:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Int64:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Uint64:
		return func(i int) uint64 { return a.Value(i) }
	case *array.Date32:
		return func(i int) uint64 { return uint64(uint32(a.Value(i))) }
	case *array.Date64:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Timestamp:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Time32:
		return func(i int) uint64 { return uint64(uint32(a.Value(i))) }
	case *array.Time64:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	case *array.Duration:
		return func(i int) uint64 { return uint64(a.Value(i)) }
	}
	return nil
}

// canonical gives all NaN one form, and zero one sign.
func canonical(v float64) float64 {
	if v != v {
		return math.NaN()
	}
	return v + 0
}
