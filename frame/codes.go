package frame

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// NoCode is the code of a missing value.
const NoCode int32 = -1

// Codes are a column as small integers: each distinct value has a code from 0,
// in the order in which the values first appear in the column, and a missing
// value has NoCode. Unlike Arrow's dictionary arrays, one code means one value
// in every chunk, two codes never mean equal values, and every code is used.
//
// NaN is one value, equal to itself; −0 equals 0.
type Codes struct {
	chunks [][]int32
	values *Column
}

// Chunk returns the codes of chunk i. They must not be modified.
func (k *Codes) Chunk(i int) []int32 { return k.chunks[i] }

// Values returns the distinct values: the value of code c is in row c. Its
// type is the column's ValueType (utf8 for large_utf8) and it has no nulls.
func (k *Codes) Values() *Column { return k.values }

// Len returns the number of distinct values.
func (k *Codes) Len() int { return k.values.Rows() }

func (k *Codes) bytes() int64 {
	n := int64(0)
	for _, chunk := range k.chunks {
		n += int64(len(chunk)) * 4
	}
	for _, chunk := range k.values.chunks {
		n += bufferBytes(chunk.Data(), map[*byte]bool{})
	}
	return n
}

func newCodes(c *Column) *Codes {
	e := newEncoder(c.ValueType())
	k := &Codes{chunks: make([][]int32, len(c.chunks))}
	for i, chunk := range c.chunks {
		k.chunks[i] = make([]int32, chunk.Len())
		if d, ok := chunk.(*array.Dictionary); ok {
			e.dictionary(k.chunks[i], d)
		} else {
			e.encode(k.chunks[i], chunk)
		}
	}
	values := e.values()
	field := arrow.Field{Name: c.Name(), Type: values.DataType()}
	k.values = newColumn(field, []arrow.Array{values}, []int{0, values.Len()})
	return k
}

// An encoder gives codes to values in order of appearance.
type encoder struct {
	typ  arrow.DataType
	next int32

	small [256]int32       // code+1 of keys below 256; 0: none yet
	codes map[uint64]int32 // of the other keys
	texts map[string]int32

	keys  []uint64             // distinct values of fixed width, as keyOf gives them
	text  *array.StringBuilder // distinct texts
	other []arrow.Array        // distinct values of the remaining types, one a slice
}

func newEncoder(t arrow.DataType) *encoder {
	return &encoder{typ: t, codes: map[uint64]int32{}, texts: map[string]int32{}, text: array.NewStringBuilder(memory.DefaultAllocator)}
}

// values returns the distinct values. They live in garbage-collected memory.
func (e *encoder) values() arrow.Array {
	defer e.text.Release()
	switch {
	case KindOf(e.typ) == Text:
		return e.text.NewStringArray()
	case e.typ.ID() == arrow.BOOL:
		b := array.NewBooleanBuilder(memory.DefaultAllocator)
		defer b.Release()
		for _, key := range e.keys {
			b.Append(key != 0)
		}
		return b.NewBooleanArray()
	case len(e.other) > 0:
		values, err := array.Concatenate(e.other, memory.DefaultAllocator)
		if err != nil {
			panic(err) // slices of one column
		}
		for _, v := range e.other {
			v.Release()
		}
		return values
	case widthOf(e.typ) > 0:
		data := array.NewData(e.typ, len(e.keys), []*memory.Buffer{nil, memory.NewBufferBytes(narrow(e.keys, widthOf(e.typ)))}, nil, 0, 0)
		defer data.Release()
		return array.MakeFromData(data)
	}
	return array.MakeArrayOfNull(memory.DefaultAllocator, e.typ, 0)
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

// dictionary translates codes, and looks only at dictionary values in use.
func (e *encoder) dictionary(dst []int32, d *array.Dictionary) {
	const unknown = NoCode - 1
	translated := make([]int32, d.Dictionary().Len())
	for i := range translated {
		translated[i] = unknown
	}
	for i := range dst {
		if d.IsNull(i) {
			dst[i] = NoCode
			continue
		}
		code := d.GetValueIndex(i)
		if translated[code] == unknown {
			translated[code] = e.one(d.Dictionary(), code)
		}
		dst[i] = translated[code]
	}
}

// one returns the code of row i of values.
func (e *encoder) one(values arrow.Array, i int) int32 {
	var code [1]int32
	slice := array.NewSlice(values, int64(i), int64(i)+1)
	defer slice.Release()
	e.encode(code[:], slice)
	return code[0]
}

func (e *encoder) encode(dst []int32, chunk arrow.Array) {
	for i := range dst {
		dst[i] = NoCode
	}
	switch a := chunk.(type) {
	case *array.Null: // IsNull denies it
	case *array.String:
		for i := range dst {
			if a.IsValid(i) {
				dst[i] = e.textCode(a.Value(i))
			}
		}
	case *array.LargeString:
		for i := range dst {
			if a.IsValid(i) {
				dst[i] = e.textCode(a.Value(i))
			}
		}
	default:
		key := keyOf(chunk)
		for i := range dst {
			switch {
			case chunk.IsNull(i):
			case key != nil:
				dst[i] = e.keyCode(key(i))
			default:
				dst[i] = e.otherCode(chunk, i)
			}
		}
	}
}

func (e *encoder) textCode(v string) int32 {
	code, ok := e.texts[v]
	if !ok {
		code = e.take()
		e.text.Append(v)
		e.texts[strings.Clone(v)] = code
	}
	return code
}

func (e *encoder) keyCode(key uint64) int32 {
	if key < uint64(len(e.small)) {
		if e.small[key] == 0 {
			e.keys = append(e.keys, key)
			e.small[key] = e.take() + 1
		}
		return e.small[key] - 1
	}
	code, ok := e.codes[key]
	if !ok {
		e.keys = append(e.keys, key)
		code = e.take()
		e.codes[key] = code
	}
	return code
}

// otherCode tells values apart by their bytes: decimals; or, slowly, by
// Arrow's text of them: types that are carried only.
func (e *encoder) otherCode(chunk arrow.Array, i int) int32 {
	var text string
	if bytes := bytesOf(chunk, i); bytes != nil {
		text = string(bytes)
	} else {
		text = chunk.ValueStr(i)
	}
	code, ok := e.texts[text]
	if !ok {
		code = e.take()
		e.other = append(e.other, array.NewSlice(chunk, int64(i), int64(i)+1))
		e.texts[text] = code
	}
	return code
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

func (e *encoder) take() int32 {
	e.next++
	return e.next - 1
}

// widthOf returns the bytes of a value whose bits keyOf can tell; else 0.
func widthOf(t arrow.DataType) int {
	if fixed, ok := t.(arrow.FixedWidthDataType); ok && fixed.BitWidth() >= 8 && fixed.BitWidth() <= 64 {
		return fixed.BitWidth() / 8
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
