package arrowmeta

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// messages returns the metadata of a stream of one schema, one dictionary and
// one batch, as Arrow writes it.
func messages(t testing.TB) [][]byte {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	metadata := arrow.MetadataFrom(map[string]string{"k": "v"})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true, Metadata: metadata},
		{Name: "d", Type: typ},
		{Name: "l", Type: arrow.ListOf(arrow.FixedWidthTypes.Boolean)},
	}, &metadata)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).AppendNull()
	require.NoError(t, b.Field(1).AppendValueFromString("x"))
	b.Field(2).(*array.ListBuilder).Append(true)
	var stream bytes.Buffer
	w := ipc.NewWriter(&stream, ipc.WithSchema(schema))
	require.NoError(t, w.Write(b.NewRecord()))
	require.NoError(t, w.Close())

	var all [][]byte
	for data := stream.Bytes(); len(data) > 8; {
		size := int(binary.LittleEndian.Uint32(data[4:]))
		meta := data[8 : 8+size]
		m, err := Parse(meta)
		require.NoError(t, err)
		all = append(all, meta)
		data = data[8+size+int(m.BodyBytes):]
	}
	return all
}

func TestParse(t *testing.T) {
	all := messages(t)
	require.Len(t, all, 3)
	schema, err := Parse(all[0])
	require.NoError(t, err)
	assert.EqualValues(t, Schema, schema.Kind)
	require.Len(t, schema.Fields, 3)
	assert.Equal(t, "n", schema.Fields[0].Name)
	assert.EqualValues(t, -1, schema.Fields[0].Dictionary)
	assert.EqualValues(t, 0, schema.Fields[1].Dictionary)
	require.Len(t, schema.Fields[2].Children, 1)
	assert.Equal(t, "item", schema.Fields[2].Children[0].Name)

	dictionary, err := Parse(all[1])
	require.NoError(t, err)
	assert.EqualValues(t, DictionaryBatch, dictionary.Kind)
	assert.Equal(t, []Node{{1, 0}}, dictionary.Batch.Nodes)
	assert.Len(t, dictionary.Batch.Buffers, 3)

	batch, err := Parse(all[2])
	require.NoError(t, err)
	assert.EqualValues(t, RecordBatch, batch.Kind)
	assert.EqualValues(t, 1, batch.Batch.Rows)
	assert.Equal(t, []Node{{1, 1}, {1, 0}, {1, 0}, {0, 0}}, batch.Batch.Nodes)
	assert.Equal(t, Uncompressed, batch.Batch.Codec)
	assert.Positive(t, batch.BodyBytes)
}

// TestParseCorrupt: an error or a message, never a panic.
func TestParseCorrupt(t *testing.T) {
	errs := 0
	for _, meta := range messages(t) {
		for bit := range 8 * len(meta) {
			flipped := slices.Clone(meta)
			flipped[bit/8] ^= 1 << (bit % 8)
			if _, err := Parse(flipped); err != nil {
				require.ErrorIs(t, err, ErrCorrupt)
				errs++
			}
		}
		for n := range meta[:len(meta)/2] {
			_, err := Parse(meta[:n])
			require.ErrorIs(t, err, ErrCorrupt)
		}
	}
	assert.NotZero(t, errs)
}

func TestCheckSchema(t *testing.T) {
	meta := messages(t)[0]
	stream := binary.LittleEndian.AppendUint32([]byte{0xFF, 0xFF, 0xFF, 0xFF}, uint32(len(meta)))
	stream = append(stream, meta...)
	assert.NoError(t, CheckSchema(stream))
	assert.NoError(t, CheckSchema(stream[4:]), "as before Arrow 0.15")
	for name, bad := range map[string][]byte{
		"empty":     nil,
		"cut":       stream[:len(stream)-1],
		"not one":   append(binary.LittleEndian.AppendUint32(nil, uint32(len(messages(t)[2]))), messages(t)[2]...),
		"all zeros": make([]byte, 64),
	} {
		assert.ErrorIs(t, CheckSchema(bad), ErrCorrupt, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, meta := range messages(f) {
		f.Add(meta)
	}
	f.Fuzz(func(t *testing.T, meta []byte) {
		if _, err := Parse(meta); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
		}
	})
}
