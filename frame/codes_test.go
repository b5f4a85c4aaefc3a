package frame

import (
	"fmt"
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
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
				k := c.Codes()
				codes := map[any]int32{}
				for row := range c.Rows() {
					chunk, i := f.Locate(row)
					got := k.Chunk(chunk)[i]
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
			})
		}
		f.Release()
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

func BenchmarkCodes(b *testing.B) {
	for _, typ := range []arrow.DataType{arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}} {
		f := randomFrame(b, newRand(1), memory.DefaultAllocator, []arrow.DataType{typ}, 0, 1<<18)
		b.Run(fmt.Sprintf("type=%s", typ), func(b *testing.B) {
			b.SetBytes(int64(4 * f.Rows()))
			for b.Loop() {
				newCodes(f.Columns()[0])
			}
		})
	}
}
