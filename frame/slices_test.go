package frame

import (
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func requireSlice[T Element](t *testing.T, typ arrow.DataType, values []T, want ...any) {
	t.Helper()
	f, err := FromSlices(Slice("x", values))
	require.NoError(t, err)
	defer f.Release()
	c := f.Columns()[0]
	assert.Equal(t, typ.String(), c.Type().String())
	for row := range values {
		assert.Equal(t, want[row], c.Value(row))
	}
}

func TestSliceOfEveryElement(t *testing.T) {
	noon := time.Date(2024, 2, 29, 12, 0, 0, 1999, time.FixedZone("", 3600))
	requireSlice(t, arrow.FixedWidthTypes.Boolean, []bool{true, false}, true, false)
	requireSlice(t, arrow.PrimitiveTypes.Int64, []int{1, -2}, int64(1), int64(-2))
	requireSlice(t, arrow.PrimitiveTypes.Int8, []int8{-1}, int64(-1))
	requireSlice(t, arrow.PrimitiveTypes.Int16, []int16{-1}, int64(-1))
	requireSlice(t, arrow.PrimitiveTypes.Int32, []int32{-1}, int64(-1))
	requireSlice(t, arrow.PrimitiveTypes.Int64, []int64{-1}, int64(-1))
	requireSlice(t, arrow.PrimitiveTypes.Uint8, []uint8{1}, uint64(1))
	requireSlice(t, arrow.PrimitiveTypes.Uint16, []uint16{1}, uint64(1))
	requireSlice(t, arrow.PrimitiveTypes.Uint32, []uint32{1}, uint64(1))
	requireSlice(t, arrow.PrimitiveTypes.Uint64, []uint64{1 << 63}, uint64(1<<63))
	requireSlice(t, arrow.PrimitiveTypes.Float32, []float32{0.5}, float32(0.5))
	requireSlice(t, arrow.PrimitiveTypes.Float64, []float64{0.1}, 0.1)
	requireSlice(t, arrow.BinaryTypes.String, []string{"", "é"}, "", "é")
	requireSlice(t, arrow.FixedWidthTypes.Timestamp_us, []time.Time{noon}, noon.UTC().Truncate(time.Microsecond))
}

func TestSliceIsNotCopied(t *testing.T) {
	values := []float64{1, 2}
	f, err := FromSlices(Slice("x", values).Valid([]bool{true, false}))
	require.NoError(t, err)
	defer f.Release()
	values[0] = 7
	assert.Equal(t, 7.0, f.Columns()[0].Value(0))
	assert.Nil(t, f.Columns()[0].Value(1))
	assert.EqualValues(t, 17, f.Bytes())
}

func TestFromSlicesRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		series []Series
		want   string
	}{
		"nothing":      {nil, "no columns"},
		"lengths":      {[]Series{Slice("a", []int{1}), Slice("b", []int{1, 2})}, `column "b": 2 values, but column "a" has 1`},
		"validity":     {[]Series{Slice("a", []int{1}).Valid(nil).Valid(nil)}, `column "a": 1 values, but 0 of whether`},
		"a name twice": {[]Series{Slice("a", []int{1}), Slice("a", []bool{true})}, `the name "a" is taken`},
	} {
		_, err := FromSlices(test.series...)
		assert.ErrorContains(t, err, test.want, name)
	}
}

func TestFromSlicesOfNoRows(t *testing.T) {
	f, err := FromSlices(Slice("a", []float64(nil)), Slice("b", []string{}))
	require.NoError(t, err)
	defer f.Release()
	assert.Zero(t, f.Rows())
	assert.True(t, f.Columns()[0].Stats().Empty())
	f.Version()
}

func TestArrays(t *testing.T) {
	dictionary := randomArray(newRand(1), checked(t), drawnTypes[len(drawnTypes)-1], 4, 0.5)
	f, err := FromSlices(Array("d", dictionary), Slice("i", []int{1, 2, 3, 4}))
	require.NoError(t, err)
	assert.Equal(t, dictionary.DataType(), f.Columns()[0].Type())
	f.Release()
	_, err = FromSlices(Array("d", dictionary).Valid([]bool{true, false, true, true}))
	assert.ErrorContains(t, err, `column "d": an Arrow array has its own nulls`)
	dictionary.Release()
}
