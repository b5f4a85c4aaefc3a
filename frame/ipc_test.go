package frame

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/internal/race"
)

func written(t testing.TB, f *Frame, write func(io.Writer, *Frame) error) []byte {
	var b bytes.Buffer
	require.NoError(t, write(&b, f))
	return b.Bytes()
}

var ipcForms = map[string]func(io.Writer, *Frame) error{"file": WriteIPC, "stream": WriteIPCStream}

// ipcTypes leaves out what Arrow's writer does not keep: it reads slices of
// fixed-size binary from the wrong place.
func ipcTypes() []arrow.DataType {
	return slices.DeleteFunc(allTypes(), func(t arrow.DataType) bool { return t.ID() == arrow.FIXED_SIZE_BINARY })
}

func requireEqualFrames(t *testing.T, want, got *Frame) {
	t.Helper()
	require.Equal(t, want.Names(), got.Names())
	require.Equal(t, want.Rows(), got.Rows())
	for i, c := range want.Columns() {
		require.True(t, arrow.TypeEqual(c.Type(), got.Columns()[i].Type()), "%s, got %s", c.Type(), got.Columns()[i].Type())
		for row := range want.Rows() {
			require.Equal(t, keyOfValue(c.Value(row)), keyOfValue(got.Columns()[i].Value(row)), "column %d, %s, row %d", i, c.Type(), row)
		}
	}
}

func TestIPCRoundTrip(t *testing.T) {
	for name, write := range ipcForms {
		for _, nulls := range []float64{0, 0.3} {
			t.Run(fmt.Sprintf("%s/nulls=%g", name, nulls), func(t *testing.T) {
				f := randomFrame(t, newRand(1), checked(t), ipcTypes(), nulls, 70, 1, 300)
				defer f.Release()
				data := written(t, f, write)
				got, err := OpenIPC(data, IPCOptions{})
				require.NoError(t, err)
				requireEqualFrames(t, f, got)
				require.Equal(t, f.Chunks(), got.Chunks())
				got.Release()
				got, err = ReadIPC(iotest.HalfReader(bytes.NewReader(data)), IPCOptions{})
				require.NoError(t, err)
				require.Equal(t, f.Version(), got.Version())
				got.Release()
			})
		}
	}
}

// TestIPCOfSlices: what is written is the rows of the slice, not its buffers.
func TestIPCOfSlices(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, ipcTypes(), 0.3, 70, 300)
	part := f.Slice(60, 85)
	got, err := OpenIPC(written(t, part, WriteIPC), IPCOptions{})
	require.NoError(t, err)
	requireEqualFrames(t, part, got)
}

func TestIPCProjection(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, ipcTypes(), 0.3, 70)
	last := f.Names()[len(f.Names())-1]
	got, err := OpenIPC(written(t, f, WriteIPC), IPCOptions{Columns: []string{last, "c15", "c3"}})
	require.NoError(t, err)
	want, err := f.Select(last, "c15", "c3")
	require.NoError(t, err)
	requireEqualFrames(t, want, got)
	_, err = OpenIPC(written(t, f, WriteIPC), IPCOptions{Columns: []string{"c99"}})
	assert.ErrorIs(t, err, ErrNoColumn)
}

func TestIPCCompressed(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, ipcTypes(), 0.3, 3000)
	for name, option := range map[string]ipc.Option{"lz4": ipc.WithLZ4(), "zstd": ipc.WithZstd()} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := ipc.NewWriter(&b, ipc.WithSchema(f.Schema()), option)
			for i := range f.Chunks() {
				var columns []arrow.Array
				for _, c := range f.Columns() {
					columns = append(columns, c.Chunk(i))
				}
				require.NoError(t, w.Write(array.NewRecord(f.Schema(), columns, int64(f.ChunkRows(i)))))
			}
			require.NoError(t, w.Close())
			got, err := OpenIPC(b.Bytes(), IPCOptions{})
			require.NoError(t, err)
			requireEqualFrames(t, f, got)
			_, err = OpenIPC(b.Bytes(), IPCOptions{MaxBytes: 10_000})
			require.ErrorIs(t, err, ErrTooLarge)
			require.ErrorContains(t, err, "column ")
		})
	}
}

func TestIPCDeltas(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "d", Type: typ}}, nil)
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(schema), ipc.WithDictionaryDeltas(true))
	for _, values := range [][]string{{"a", "b"}, {"a", "b", "c"}, {"x"}} { // a delta, then another dictionary
		builder := array.NewDictionaryBuilder(memory.DefaultAllocator, typ).(*array.BinaryDictionaryBuilder)
		for _, v := range values {
			require.NoError(t, builder.AppendString(v))
		}
		require.NoError(t, w.Write(array.NewRecord(schema, []arrow.Array{builder.NewArray()}, int64(len(values)))))
	}
	require.NoError(t, w.Close())
	f, err := OpenIPC(b.Bytes(), IPCOptions{})
	require.NoError(t, err)
	var got []any
	for row := range f.Rows() {
		got = append(got, f.Columns()[0].Value(row))
	}
	assert.Equal(t, []any{"a", "b", "a", "b", "c", "x"}, got)
}

func TestIPCCopiesNothing(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, []arrow.DataType{arrow.PrimitiveTypes.Float64, arrow.BinaryTypes.String}, 0, 1000)
	data := written(t, f, WriteIPC)
	got, err := OpenIPC(data, IPCOptions{})
	require.NoError(t, err)
	value := got.Columns()[0].Value(7)
	for i := range data {
		data[i] ^= 0xFF
	}
	assert.NotEqual(t, value, got.Columns()[0].Value(7))
}

func TestOpenMapped(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, ipcTypes(), 0.3, 70, 100)
	path := filepath.Join(t.TempDir(), "trips.arrow")
	require.NoError(t, os.WriteFile(path, written(t, f, WriteIPC), 0o600))
	got, err := OpenMapped(path, IPCOptions{})
	require.NoError(t, err)
	requireEqualFrames(t, f, got)
	part := got.Slice(1, 5)
	got.Release()
	assert.Equal(t, f.Columns()[15].Value(2), part.Columns()[15].Value(1))
	part.Release()
}

func TestIPCErrors(t *testing.T) {
	f := randomFrame(t, newRand(1), memory.DefaultAllocator, ipcTypes(), 0.3, 10)
	file, stream := written(t, f, WriteIPC), written(t, f, WriteIPCStream)
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "no Arrow data"},
		"text":        {[]byte("a,b\n1,2\n3,4\n"), "but"},
		"cut file":    {file[:len(file)-1], "it does not end with ARROW1"},
		"cut stream":  {stream[:len(stream)/2], "are left"},
		"no schema":   {[]byte{0, 0, 0, 0}, "no Arrow data"},
		"half a word": {stream[:6], "byte 4: cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenIPC(test.data, IPCOptions{Source: "trips.arrow"})
			require.ErrorContains(t, err, "trips.arrow: ")
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := ReadIPC(bytes.NewReader(stream), IPCOptions{MaxBytes: 100})
	assert.ErrorIs(t, err, ErrTooLarge)
	_, err = OpenMapped(filepath.Join(t.TempDir(), "none.arrow"), IPCOptions{})
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = OpenMapped(t.TempDir(), IPCOptions{})
	assert.Error(t, err)
}

// small is a frame whose file has few bytes of each kind of array.
func small(t testing.TB) *Frame {
	return randomFrame(t, newRand(8), memory.DefaultAllocator, []arrow.DataType{
		arrow.ListOf(arrow.FixedWidthTypes.Boolean), &arrow.Decimal128Type{Precision: 9, Scale: 2},
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	}, 0.3, 9)
}

// TestIPCOfFlippedBits reads a small file with each of its bits flipped, and
// cut off at each of its bytes: an error, or a frame that can be used.
func TestIPCOfFlippedBits(t *testing.T) {
	for name, write := range ipcForms {
		t.Run(name, func(t *testing.T) {
			data := written(t, small(t), write)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			frames := 0
			for bit := 0; bit < 8*len(data); bit += race.Stride {
				flipped := slices.Clone(data)
				flipped[bit/8] ^= 1 << (bit % 8)
				frames += useIPC(t, flipped)
			}
			for n := range data {
				useIPC(t, slices.Clone(data[:n]))
			}
			runtime.ReadMemStats(&after)
			assert.NotZero(t, frames)
			perRead := (after.TotalAlloc - before.TotalAlloc) / uint64((8/race.Stride+1)*len(data)+1)
			assert.Less(t, perRead, uint64(100*len(data)), "bytes allocated by a read")
		})
	}
}

// useIPC returns 1 if data is a frame, after using every value of it.
func useIPC(t testing.TB, data []byte) int {
	f, err := OpenIPC(data, IPCOptions{MaxBytes: 1 << 20})
	if err != nil {
		return 0
	}
	defer f.Release()
	for _, c := range f.Columns() {
		for row := range min(f.Rows(), 1000) {
			c.Value(row)
		}
		if f.Rows() <= 1000 { // a column of nulls may claim any number
			c.Stats()
			c.Codes()
		}
	}
	require.LessOrEqual(t, f.Bytes(), int64(4*len(data)+1<<21))
	return 1
}

func FuzzOpenIPC(f *testing.F) {
	for _, write := range ipcForms {
		f.Add(written(f, small(f), write))
	}
	f.Fuzz(func(t *testing.T, data []byte) { useIPC(t, data) })
}
