package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
)

const greenCSV = `VendorID,lpep_pickup_datetime,lpep_dropoff_datetime,passenger_count,trip_distance,total_amount
2,2018-12-21 15:17:29,2018-12-21 15:18:57,5,0.00,4.3
2,2019-01-01 00:10:16,2019-01-01 00:16:32,2,.86,7.3
2,2019-01-01 00:27:11,2019-01-01 00:31:38,,.66,5.8
`

// tripFiles writes the same trips in every format.
func tripFiles(t *testing.T) (paths []string) {
	t.Helper()
	f, err := frame.ReadCSV(strings.NewReader(greenCSV), frame.CSVOptions{})
	require.NoError(t, err)
	defer f.Release()
	var zipped, arrows, parquet bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err = z.Write([]byte(greenCSV))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, frame.WriteIPC(&arrows, f))
	writeParquet(t, &parquet, f)
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"a.csv": []byte(greenCSV), "b.csv.gz": zipped.Bytes(), "c.parquet": parquet.Bytes(),
		"d.arrow": arrows.Bytes(), "e.feather": arrows.Bytes(),
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		paths = append(paths, path)
	}
	return paths
}

func writeParquet(t *testing.T, w io.Writer, f *frame.Frame) {
	t.Helper()
	var chunks []arrow.Array
	for _, c := range f.Columns() {
		chunks = append(chunks, c.Chunk(0))
	}
	batch := array.NewRecord(f.Schema(), chunks, int64(f.Rows()))
	defer batch.Release()
	p, err := pqarrow.NewFileWriter(f.Schema(), w, nil, pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	require.NoError(t, p.Write(batch))
	require.NoError(t, p.Close())
}

func TestDataOfEveryFormat(t *testing.T) {
	var args []string
	for _, path := range tripFiles(t) {
		args = append(args, "-data", filepath.Base(path)+"="+path)
	}
	d := start(t, args...)
	for _, name := range []string{"a.csv", "b.csv.gz", "c.parquet", "d.arrow", "e.feather"} {
		assert.Contains(t, d.said.String(), "loaded "+name+": 3 rows, 6 columns in ")
		status, body := get(t, http.DefaultClient, d.url+"/v1/frames/"+name)
		require.Equal(t, http.StatusOK, status)
		assert.Contains(t, body, `{"name":"trip_distance","type":"float64","nulls":0,"min":0,"max":0.86}`)
		assert.Contains(t, body, `"min":"2018-12-21T15:17:29"`)
		assert.Contains(t, body, `{"name":"passenger_count","type":"int64","nulls":1,"min":2,"max":5}`)
	}
	status, _ := get(t, http.DefaultClient, d.url+"/v1/frames/taxi")
	assert.Equal(t, http.StatusNotFound, status, "only without -data")
}

// TestFlights loads the real flights where POINTILLIST_DATA names the
// directory of flights-3m.parquet, as make test does, and else the small trips.
func TestFlights(t *testing.T) {
	path, want := tripFiles(t)[0], `"rows":3,`
	if directory := os.Getenv("POINTILLIST_DATA"); directory != "" {
		path, want = filepath.Join(directory, "flights-3m.parquet"), `"rows":3000000,`
	}
	d := start(t, "-data", "flights="+path)
	_, body := get(t, http.DefaultClient, d.url+"/v1/frames/flights")
	assert.Contains(t, body, want)
}

func TestProgress(t *testing.T) {
	var said bytes.Buffer
	at := progress(&said, "trips", 0)
	at(0, 200)
	at(50, 200)
	at(10, 0) // a stream, whose length is not known
	at(200, 200)
	assert.Equal(t, "loading trips: 0 %\nloading trips: 25 %\nloading trips: 1000 %\nloading trips: 100 %\n", said.String())
	said.Reset()
	progress(&said, "trips", 1<<62)(50, 200)
	assert.Empty(t, said.String())
}

// TestBeforeTheDataIsLoaded: who comes too early is told so.
func TestBeforeTheDataIsLoaded(t *testing.T) {
	a, err := newApp(options{listen: "127.0.0.1:0"}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer a.Close()
	ask := func(path string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		r.Host = "localhost"
		a.ServeHTTP(w, r)
		return w
	}
	assert.Equal(t, http.StatusOK, ask("/healthz").Code)
	assert.Equal(t, http.StatusServiceUnavailable, ask("/readyz").Code)
	page := ask("/")
	assert.Equal(t, http.StatusServiceUnavailable, page.Code)
	assert.Equal(t, "1", page.Header().Get("Refresh"))

	require.NoError(t, a.load(context.Background(), namedPaths{{"trips", tripFiles(t)[0]}}, io.Discard))
	assert.Equal(t, http.StatusOK, ask("/readyz").Code)
	assert.Equal(t, http.StatusOK, ask("/").Code)

	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	assert.NoError(t, a.load(cancelled, namedPaths{{"none", "none.csv"}}, io.Discard), "stopped, and no error")
}
