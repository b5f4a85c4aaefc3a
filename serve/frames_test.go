package serve_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

const (
	csvType     = "text/csv"
	parquetType = "application/vnd.apache.parquet"
	streamType  = "application/vnd.apache.arrow.stream"
	fileType    = "application/vnd.apache.arrow.file"
	jsonType    = "application/json"

	smallCSV  = "miles,paid\n0.5,card\n,cash\n7.25,card\n"
	smallJSON = `{"columns":[{"name":"miles","type":"float64","values":[0.5,null,7.25]},{"name":"paid","type":"utf8","values":["card","cash","card"]}]}`
)

// small is the frame of smallCSV and smallJSON.
func small(t testing.TB) *frame.Frame {
	t.Helper()
	f, err := frame.ReadJSON(strings.NewReader(smallJSON), frame.JSONOptions{})
	require.NoError(t, err)
	return f
}

// inFormats returns the small frame in every format that can be posted.
func inFormats(t testing.TB) map[string]string {
	t.Helper()
	f := small(t)
	defer f.Release()
	var stream, file, zipped bytes.Buffer
	require.NoError(t, frame.WriteIPCStream(&stream, f))
	require.NoError(t, frame.WriteIPC(&file, f))
	z := gzip.NewWriter(&zipped)
	_, err := z.Write([]byte(smallCSV))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return map[string]string{
		csvType: smallCSV, csvType + "; charset=utf-8": zipped.String(), jsonType: smallJSON,
		streamType: stream.String(), fileType: file.String(), parquetType: parquetOf(t, f),
	}
}

func parquetOf(t testing.TB, f *frame.Frame) string {
	t.Helper()
	var b bytes.Buffer
	w, err := pqarrow.NewFileWriter(f.Schema(), &b, nil, pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	var chunks []arrow.Array
	for _, c := range f.Columns() {
		chunks = append(chunks, c.Chunk(0))
	}
	batch := array.NewRecord(f.Schema(), chunks, int64(f.Rows()))
	defer batch.Release()
	require.NoError(t, w.Write(batch))
	require.NoError(t, w.Close())
	return b.String()
}

// The two steps of a page whose data stays on the server: 15 MB are sent once,
// and what goes to the browser and back in their place is small.
func TestWhatTakesThePlaceOfTheData(t *testing.T) {
	const rows = 630_918
	passengers, distance, amount := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	for i := range rows {
		passengers[i], distance[i], amount[i] = float64(i%7), float64(i)/rows, float64(i%1000)
	}
	f, err := frame.FromSlices(frame.Slice("passenger_count", passengers), frame.Slice("trip_distance", distance), frame.Slice("total_amount", amount))
	require.NoError(t, err)
	defer f.Release()
	var data bytes.Buffer
	require.NoError(t, frame.WriteIPCStream(&data, f))
	require.Greater(t, data.Len(), 15_000_000)

	c := start(t, serve.Options{}).session()
	stored := c.do("POST", "/v1/frames?name=seed", data.String(), "Content-Type: "+streamType)
	require.Equal(t, http.StatusCreated, stored.status, "%s", stored.body)
	t.Logf("%d bytes: %s", len(stored.body), stored.body)
	assert.LessOrEqual(t, len(stored.body), 400)
	signed := stored.object(t)["frame"].(string)
	assert.LessOrEqual(t, len(signed), 200)

	request := `{"frame":"` + signed + `","filter":"passenger_count == 1","kind":"scatter","args":{"x":"trip_distance","y":"total_amount"},` +
		`"reduce":{"method":"auto","width":900,"height":600,"dpr":2,"x":[0,20]},"arrays":"auto","seq":7}`
	assert.LessOrEqual(t, len(request), 1000)
	assert.Equal(t, http.StatusOK, c.figure(request).status)
}

func TestAFrameInEveryFormat(t *testing.T) {
	s := start(t, serve.Options{})
	for contentType, body := range inFormats(t) {
		t.Run(contentType, func(t *testing.T) {
			c := s.session()
			a := c.do("POST", "/v1/frames?name=small", body, "Content-Type: "+contentType)
			require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
			got := a.object(t)
			handle := got["frame"].(string)
			assert.LessOrEqual(t, len(handle), 200)
			assert.EqualValues(t, "3", got["rows"])
			assert.NotEqual(t, "0", got["bytes"])
			columns := got["columns"].([]any)
			require.Len(t, columns, 2)
			assert.Subset(t, columns[0], map[string]any{"name": "miles", "type": "float64"})
			assert.EqualValues(t, "1", columns[0].(map[string]any)["nulls"])

			seen := c.get("/v1/" + a.header.Get("Location")).object(t)
			assert.Equal(t, handle, seen["frame"])
			assert.Equal(t, "small", seen["name"])
			miles := seen["columns"].([]any)[0].(map[string]any)
			assert.EqualValues(t, "0.5", miles["min"])
			assert.EqualValues(t, "7.25", miles["max"])

			figure := c.figure(`{"frame":"` + handle + `","args":{"x":"miles"},"arrays":"text"}`)
			require.Equal(t, http.StatusOK, figure.status, "%s", figure.body)
			assert.Contains(t, string(figure.body), `"x":[0.5,null,7.25]`)
		})
	}
}

func TestFramesOfASession(t *testing.T) {
	s := start(t, serve.Options{})
	mine, other := s.session(), s.session()
	handle := mine.upload(csvType, smallCSV)
	listed := func(c *client) (names []string) {
		for _, f := range c.get("/v1/frames").object(t)["frames"].([]any) {
			names = append(names, f.(map[string]any)["frame"].(string))
		}
		return names
	}
	assert.Equal(t, []string{"trips", handle}, listed(mine))
	assert.Equal(t, []string{"trips"}, listed(other))
	assert.Equal(t, handle, mine.upload(csvType, smallCSV), "the same content has the same handle")
	assert.Equal(t, []string{"trips", handle}, listed(mine))
	assert.NotEqual(t, handle, other.upload(csvType, smallCSV))

	for _, path := range []string{"/v1/frames/" + handle, "/v1/frames/" + handle + "/data"} {
		assert.Contains(t, other.get(path).problem(t, http.StatusForbidden)["detail"], "another session")
	}
	other.do("DELETE", "/v1/frames/"+handle, "").problem(t, http.StatusForbidden)
	p := other.figure(`{"frame":"`+handle+`"}`).problem(t, http.StatusForbidden)
	assert.Equal(t, "/frame", p["pointer"])

	// One that nobody signed is no handle at all.
	forged := "A" + handle[1:]
	if forged == handle {
		forged = "B" + handle[1:]
	}
	mine.get("/v1/frames/"+forged).problem(t, http.StatusNotFound)
	mine.do("DELETE", "/v1/frames/"+forged, "").problem(t, http.StatusNotFound)

	assert.Equal(t, http.StatusNoContent, mine.do("DELETE", "/v1/frames/"+handle, "").status)
	assert.Equal(t, []string{"trips"}, listed(mine))
	assert.Equal(t, "Gone", mine.get("/v1/frames/"+handle).problem(t, http.StatusGone)["title"])
	assert.Equal(t, handle, mine.upload(csvType, smallCSV), "and back again")
}

// A session's frame in a slot takes the place of its last one there.
func TestSlots(t *testing.T) {
	s := start(t, serve.Options{})
	mine, other := s.session(), s.session()
	post := func(c *client, query, body string) string {
		a := c.do("POST", "/v1/frames?"+query, body, "Content-Type: text/csv")
		require.Equal(t, http.StatusCreated, a.status, "%s", a.body)
		return a.object(t)["frame"].(string)
	}
	first := post(mine, "slot=page", "x\n1\n")
	elsewhere := post(mine, "slot=other", "x\n1\n")
	theirs := post(other, "slot=page", "x\n1\n")
	second := post(mine, "slot=page&name=second", "x\n2\n")
	assert.Equal(t, "Superseded", mine.get("/v1/frames/"+first).problem(t, http.StatusGone)["title"])
	assert.Equal(t, http.StatusOK, mine.get("/v1/frames/"+elsewhere).status)
	assert.Equal(t, http.StatusOK, other.get("/v1/frames/"+theirs).status)
	assert.Equal(t, "second", mine.get("/v1/frames/" + second).object(t)["name"])
	assert.Equal(t, second, post(mine, "slot=page", "x\n2\n"), "the same content has the same handle")
	mine.do("POST", "/v1/frames?slot="+strings.Repeat("s", 256), smallCSV, "Content-Type: text/csv").problem(t, http.StatusBadRequest)

	assert.Equal(t, http.StatusNoContent, mine.do("DELETE", "/v1/frames", "").status)
	assert.Len(t, mine.get("/v1/frames").object(t)["frames"], 1, "trips")
	mine.get("/v1/frames/"+second).problem(t, http.StatusGone)
	assert.Equal(t, http.StatusOK, other.get("/v1/frames/"+theirs).status)
}

// A session makes room of its own, and is told when it cannot.
func TestQuotaOfASession(t *testing.T) {
	store, err := cache.NewMemory(cache.MemoryOptions{MaxOwnerBytes: 700, Lease: time.Minute})
	require.NoError(t, err)
	s := start(t, serve.Options{Store: store})
	greedy, modest := s.session(), s.session()
	kept := modest.upload(csvType, smallCSV)
	body := func(i int) string {
		return strings.Replace("x\n"+strings.Repeat("1.5\n", 60), "1.5", strconv.Itoa(i)+".5", 1)
	}
	greedy.upload(csvType, body(1))
	refused := greedy.do("POST", "/v1/frames", body(2), "Content-Type: text/csv")
	assert.Equal(t, "Quota reached", refused.problem(t, http.StatusTooManyRequests)["title"])
	assert.NotEmpty(t, refused.header.Get("Retry-After"))
	assert.Equal(t, http.StatusOK, modest.get("/v1/frames/"+kept).status)
}

func TestTheServersFrames(t *testing.T) {
	c := start(t, serve.Options{}).session()
	got := c.get("/v1/frames/trips").object(t)
	assert.EqualValues(t, "7", got["rows"])
	assert.Len(t, got["version"], 32)
	passengers := got["columns"].([]any)[0].(map[string]any)
	assert.EqualValues(t, "9007199254740993", passengers["max"], "exact beyond 2^53")
	c.do("DELETE", "/v1/frames/trips", "").problem(t, http.StatusForbidden)
	assert.Contains(t, c.get("/v1/frames/trip").problem(t, http.StatusNotFound)["detail"], `did you mean "trips"?`)
	assert.Equal(t, http.StatusOK, c.get("/v1/frames/trips").status)
}

func TestDataComesBackAsItIs(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	version := func(frame string) any { return c.get("/v1/frames/" + frame).object(t)["version"] }
	back := func(frame string) string {
		data := c.get("/v1/frames/" + frame + "/data")
		require.Equal(t, http.StatusOK, data.status, "%s", data.body)
		return c.upload(jsonType, string(data.body))
	}
	assert.Equal(t, version("trips"), version(back("trips")))
	for name, column := range map[string]string{
		"bool":             `"type":"bool","values":[true,null,false]`,
		"int8":             `"type":"int8","values":[-128,null,127]`,
		"uint64":           `"type":"uint64","values":[18446744073709551615,0]`,
		"float32":          `"type":"float32","values":[0.1,null,3e38]`,
		"float64":          `"type":"float64","values":[0.1,null,5e-324,-0.0]`,
		"utf8":             `"type":"utf8","values":["","a\"\\\u2028</script>",null]`,
		"dictionary":       `"type":"dictionary","values":["b","a",null,"b"]`,
		"date32":           `"type":"date32","values":["2019-01-02",null,"1950-12-31"]`,
		"timestamp[s]":     `"type":"timestamp[s]","values":["2019-01-02T03:04:05",null]`,
		"timestamp[ms]":    `"type":"timestamp[ms]","values":["2019-01-02T03:04:05.678"]`,
		"timestamp[us]":    `"type":"timestamp[us]","tz":"UTC","values":["2019-01-02T03:04:05.000001Z"]`,
		"timestamp[ns]":    `"type":"timestamp[ns]","values":["2019-01-02T03:04:05.000000001"]`,
		"of another place": `"type":"timestamp[ms]","tz":"Europe/Berlin","values":["2019-10-27T00:30:00Z","2019-10-27T01:30:00Z",null]`,
	} {
		t.Run(name, func(t *testing.T) {
			sent := c.upload(jsonType, `{"columns":[{"name":"x",`+column+`}]}`)
			assert.Equal(t, version(sent), version(back(sent)))
		})
	}
	some := c.get("/v1/frames/trips/data?column=fare&column=paid").object(t)["columns"].([]any)
	assert.Len(t, some, 2)
	p := c.get("/v1/frames/trips/data?column=fair").problem(t, http.StatusBadRequest)
	assert.Equal(t, "fair", p["column"])
	assert.Contains(t, p["detail"], `did you mean "fare"?`)
}

// TestFramesThatAreGone tells why, and since when.
func TestFramesThatAreGone(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	store, err := cache.NewMemory(cache.MemoryOptions{MaxEntries: 1, Now: func() time.Time { return now }})
	require.NoError(t, err)
	c := start(t, serve.Options{Store: store, FrameTTL: time.Minute}).session()
	evicted := c.upload(csvType, "x\n1\n")
	expired := c.upload(csvType, "x\n2\n")

	p := c.figure(`{"frame":"`+evicted+`"}`).problem(t, http.StatusGone)
	assert.Equal(t, "Evicted", p["title"])
	assert.Contains(t, p["detail"], "evicted (entry limit) at 2026-01-02T03:04:05Z")

	now = now.Add(time.Hour)
	p = c.get("/v1/frames/"+expired).problem(t, http.StatusGone)
	assert.Equal(t, "Expired", p["title"])
	assert.Contains(t, p["detail"], "expired at 2026-01-02T03:05:05Z")
	assert.Len(t, c.get("/v1/frames").object(t)["frames"], 1, "trips")

	require.NoError(t, store.Close())
	c.get("/v1/frames/"+expired).problem(t, http.StatusServiceUnavailable)
	c.do("POST", "/v1/frames", smallCSV, "Content-Type: text/csv").problem(t, http.StatusServiceUnavailable)
}

func TestFramesThatDoNotFit(t *testing.T) {
	store, err := cache.NewMemory(cache.MemoryOptions{MaxBytes: 700})
	require.NoError(t, err)
	c := start(t, serve.Options{Store: store}).session()
	long := "x\n" + strings.Repeat("1.5\n", 500)
	c.do("POST", "/v1/frames", long, "Content-Type: text/csv").problem(t, http.StatusRequestEntityTooLarge)

	f := small(t)
	defer f.Release()
	key := cache.NewKey("test", 1).Key()
	require.NoError(t, store.Put(context.Background(), key, f, cache.PutOptions{}))
	held, _, err := store.Get(context.Background(), key)
	require.NoError(t, err)
	defer held.Release()
	full := c.do("POST", "/v1/frames", "x\n"+strings.Repeat("1.5\n", 60), "Content-Type: text/csv")
	full.problem(t, http.StatusServiceUnavailable)
	assert.NotEmpty(t, full.header.Get("Retry-After"))
}
