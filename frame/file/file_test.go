package file

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

// contents are one frame in every form.
func contents(t testing.TB) map[string][]byte {
	f, err := frame.FromSlices(frame.Slice("x", []int64{1, 2, 3}), frame.Slice("name", []string{"a", "b", "c"}))
	require.NoError(t, err)
	defer f.Release()
	var file, stream, columns, zipped bytes.Buffer
	require.NoError(t, frame.WriteIPC(&file, f))
	require.NoError(t, frame.WriteIPCStream(&stream, f))

	w, err := pqarrow.NewFileWriter(f.Schema(), &columns, nil, pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	batch := array.NewRecord(f.Schema(), []arrow.Array{f.Columns()[0].Chunk(0), f.Columns()[1].Chunk(0)}, 3)
	defer batch.Release()
	require.NoError(t, w.Write(batch))
	require.NoError(t, w.Close())

	text := []byte("x,name\n1,a\n2,b\n3,c\n")
	z := gzip.NewWriter(&zipped)
	z.Write(text)
	z.Close()
	return map[string][]byte{
		"t.csv": text, "T.CSV": text, "t.csv.gz": zipped.Bytes(), "t.tsv": bytes.ReplaceAll(text, []byte(","), []byte("\t")),
		"t.arrow": file.Bytes(), "t.feather": file.Bytes(), "t.arrows": stream.Bytes(), "t.parquet": columns.Bytes(),
		"t.json": []byte(`{"columns":[{"name":"x","type":"int64","values":[1,2,3]},{"name":"name","type":"utf8","values":["a","b","c"]}]}`),
	}
}

func TestOpenAndRead(t *testing.T) {
	directory := t.TempDir()
	for name, data := range contents(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(directory, name)
			require.NoError(t, os.WriteFile(path, data, 0o600))
			done := int64(0)
			check := func(f *frame.Frame, err error) {
				require.NoError(t, err)
				defer f.Release()
				assert.Equal(t, []string{"x", "name"}, f.Names())
				assert.Equal(t, int64(3), f.Columns()[0].Value(2))
				assert.Equal(t, "c", f.Columns()[1].Value(2))
			}
			check(Open(path, Options{MaxRows: 3, Progress: func(n, total int64) { done = n }}))
			format, err := OfName(name)
			require.NoError(t, err)
			check(Read(bytes.NewReader(data), format, Options{MaxRows: 3, Progress: func(n, total int64) { done = n }}))
			assert.EqualValues(t, len(data), done)

			_, err = Open(path, Options{MaxRows: 2})
			assert.ErrorIs(t, err, frame.ErrTooLarge)
			assert.ErrorContains(t, err, path)
			_, err = Read(bytes.NewReader(data), format, Options{Source: "body", MaxBytes: 10})
			assert.ErrorIs(t, err, frame.ErrTooLarge)
			assert.ErrorContains(t, err, "body")
		})
	}
}

func TestFormats(t *testing.T) {
	for _, name := range []string{"a.xlsx", "csv", "a.parquet.gz", "a", ""} {
		_, err := OfName(name)
		assert.ErrorIs(t, err, ErrFormat, name)
	}
	_, err := Open("a.xlsx", Options{})
	assert.ErrorIs(t, err, ErrFormat)
	_, err = Read(nil, "text/html", Options{})
	assert.ErrorIs(t, err, ErrFormat)

	format, err := OfType("text/csv; charset=utf-8")
	require.NoError(t, err)
	assert.Equal(t, CSV, format)
	for _, media := range []string{"", "text/html", "text/csv; ="} {
		_, err := OfType(media)
		assert.ErrorIs(t, err, ErrFormat, media)
	}
}

func TestOpenErrors(t *testing.T) {
	for _, name := range []string{"none.csv", "none.parquet", "none.arrow", "none.json"} {
		_, err := Open(filepath.Join(t.TempDir(), name), Options{})
		assert.ErrorIs(t, err, os.ErrNotExist, name)
		var source *frame.SourceError
		assert.ErrorAs(t, err, &source, name)
	}
}
