package frame

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
)

// keyOfValue makes NaN equal to itself, and −0 to 0.
func keyOfValue(v any) any {
	switch v := v.(type) {
	case float64:
		return math.Float64bits(canonical(v))
	case float32:
		return math.Float64bits(canonical(float64(v)))
	}
	return v
}

func TestCodesEqualSlow(t *testing.T) {
	for _, nulls := range []float64{0, 0.3, 1} {
		mem := checked(t)
		f := randomFrame(t, newRand(11), mem, allTypes(), nulls, 40, 1, 700)
		for _, c := range f.Columns() {
			t.Run(fmt.Sprintf("%s/nulls=%g", c.Type(), nulls), func(t *testing.T) {
				for _, pieces := range []int{1, 2, 3, 8} {
					requireSlowCodes(t, c, newCodesIn(c, pieces))
				}
			})
		}
		f.Release()
	}
}

// requireSlowCodes compares codes with those that a map gives.
func requireSlowCodes(t *testing.T, c *Column, k *Codes) {
	codes := map[any]int32{}
	for row := range c.Rows() {
		chunk := chunkOf(c.starts, row)
		got := k.Chunk(chunk)[row-c.starts[chunk]]
		v := c.Value(row)
		if v == nil {
			require.Equal(t, NoCode, got, "row %d", row)
			continue
		}
		want, ok := codes[keyOfValue(v)]
		if !ok {
			want = int32(len(codes))
			codes[keyOfValue(v)] = want
			require.Equal(t, keyOfValue(v), keyOfValue(k.Values().Value(int(want))))
		}
		require.Equal(t, want, got, "row %d", row)
	}
	require.Equal(t, len(codes), k.Len())
	require.Zero(t, k.Values().Nulls())
	require.GreaterOrEqual(t, k.bytes(), int64(4*c.Rows()))
}

// FuzzCodesOfTexts cuts data into texts at the bytes that are cut, and makes
// some of them null; and into numbers of eight bytes.
func FuzzCodesOfTexts(f *testing.F) {
	f.Add([]byte("a,a\x00,,123456789012345,1234567890123456,1234567890123456,1234567890123457,b,a"), byte(','), uint8(2), uint8(0))
	f.Add([]byte(strings.Repeat("12345678", 9)), byte('8'), uint8(3), uint8(5))
	f.Add([]byte{}, byte(0), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, cut byte, pieces, nulls uint8) {
		texts := bytes.Split(data, []byte{cut})
		strings, valid := make([]string, len(texts)), make([]bool, len(texts))
		for i, text := range texts {
			strings[i], valid[i] = string(text), nulls == 0 || i%int(nulls) > 0
		}
		numbers := make([]int64, len(data)/8)
		for i := range numbers {
			numbers[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
		for _, series := range []Series{Slice("text", strings).Valid(valid), Slice("number", numbers)} {
			f, err := FromSlices(series)
			require.NoError(t, err)
			c := f.Columns()[0]
			requireSlowCodes(t, c, newCodesIn(c, 1+int(pieces)%9))
			f.Release()
		}
	})
}

func TestCodesOfManyValues(t *testing.T) {
	r := newRand(3)
	numbers, texts := make([]uint32, 40_000), make([]string, 40_000)
	for i := range numbers {
		numbers[i] = r.Uint32N(1 << 14)
		texts[i] = strconv.Itoa(int(numbers[i])) + strings.Repeat("x", int(numbers[i]%20))
	}
	f, err := FromSlices(Slice("n", numbers), Slice("t", texts))
	require.NoError(t, err)
	defer f.Release()
	for _, c := range f.Columns() {
		want := newCodesIn(c, 1)
		requireSlowCodes(t, c, want)
		for _, pieces := range []int{2, 5} {
			got := newCodesIn(c, pieces)
			require.Equal(t, want.chunks, got.chunks)
			require.True(t, array.Equal(want.Values().Chunk(0), got.Values().Chunk(0)))
		}
	}
}

func TestEachRun(t *testing.T) {
	r := newRand(5)
	bitmap := make([]byte, 40)
	for _, keep := range []int{0, 1, 2, 7, 8} { // eighths of the bits
		for i := range bitmap {
			bitmap[i] = 0
			for bit := range 8 {
				if r.IntN(8) < keep {
					bitmap[i] |= 1 << bit
				}
			}
		}
		for offset := range 17 {
			for n := 0; n < 8*len(bitmap)-offset; n += 1 + n/9 {
				got, want := make([]bool, n), make([]bool, n)
				last := -1
				eachRun(bitmap, offset, n, func(from, to int) {
					require.True(t, last < from && from < to)
					last = to
					for i := from; i < to; i++ {
						got[i] = true
					}
				})
				for i := range want {
					want[i] = bitutil.BitIsSet(bitmap, offset+i)
				}
				require.Equal(t, want, got)
			}
		}
	}
}

// TestCodesOutliveBuffers: distinct values are copies, since the frame's memory
// may be a mapped file.
func TestCodesOutliveBuffers(t *testing.T) {
	buffer := []byte("oneone")
	offsets := []int32{0, 3, 6}
	data := array.NewData(arrow.BinaryTypes.String, 2, []*memory.Buffer{nil,
		memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)), memory.NewBufferBytes(buffer)}, nil, 0, 0)
	k := single(t, "x", array.MakeFromData(data)).Columns()[0].Codes()
	copy(buffer, "xxxxxx")
	require.Equal(t, "one", k.Values().Value(0))
	require.Equal(t, []int32{0, 0}, k.Chunk(0))
}

// BenchmarkCodes has beside it a copy of the bytes that it reads and writes.
func BenchmarkCodes(b *testing.B) {
	const n = 1 << 20
	r := newRand(1)
	few, many, names := make([]string, n), make([]int64, n), make([]string, n)
	for i := range n {
		few[i] = fmt.Sprint("row ", r.IntN(10))
		many[i] = r.Int64N(1 << 16)
		names[i] = fmt.Sprint("a name of some length ", r.IntN(1000))
	}
	f, err := FromSlices(Slice("few", few), Slice("many", many), Slice("names", names))
	require.NoError(b, err)
	for _, c := range f.Columns() {
		size := 4 * n
		for _, buffer := range c.Chunk(0).Data().Buffers()[1:] {
			size += buffer.Len()
		}
		b.Run("column="+c.Name(), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				newCodes(c)
			}
		})
		b.Run("column="+c.Name()+"/copy", func(b *testing.B) {
			from, to := make([]byte, size), make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				copy(to, from)
			}
		})
	}
}
