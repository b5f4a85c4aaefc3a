package frame

import (
	"math"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Arrow has no text for them, and panics.
func TestListsWithNaNAreCarried(t *testing.T) {
	b := array.NewListBuilder(memory.DefaultAllocator, arrow.FixedWidthTypes.Float16)
	defer b.Release()
	for _, v := range []float32{1.5, float32(math.NaN())} {
		b.Append(true)
		b.ValueBuilder().(*array.Float16Builder).Append(float16.New(v))
	}
	list := b.NewListArray()
	defer list.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: "lists", Type: list.DataType()}}, nil)
	f, err := New(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{list}, 2)})
	require.NoError(t, err)
	defer f.Release()
	c, err := f.Column("lists")
	require.NoError(t, err)
	assert.Equal(t, "[1.5]", c.Value(0))
	assert.Equal(t, "[[NaN]]", c.Value(1))
	assert.Equal(t, 2, c.Codes().Len())
	assert.NotZero(t, f.Version())
}
