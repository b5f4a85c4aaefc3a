package serve_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// TestFigureProblems: each names the culprit.
func TestFigureProblems(t *testing.T) {
	c := start(t, serve.Options{Engine: pointillist.New(pointillist.Options{MaxPoints: 6}), MaxBody: 2000}).session()
	inline := func(columns string) string { return `{"frame":{"columns":[` + columns + `]},"filter":"n < 9"}` }
	for name, tt := range map[string]struct {
		request string
		status  int
		detail  string
		members map[string]any // of pointer, column, row: those that there are
	}{
		"unknown column": {
			`{"frame":"trips","filter":"passengers==1","args":{"x":"mile"}}`, 400, `did you mean "miles"?`,
			map[string]any{"pointer": "/args/x", "column": "mile"},
		},
		"unknown column in a list": {
			`{"frame":"trips","filter":"passengers==1","args":{"x":"miles","hover_data":["fare","pay"]}}`, 400, `did you mean "paid"?`,
			map[string]any{"pointer": "/args/hover_data/1", "column": "pay"},
		},
		"unknown column in the filter": {
			`{"frame":"trips","filter":"mile > 1"}`, 400, `did you mean "miles"?`,
			map[string]any{"pointer": "/filter", "column": "mile"},
		},
		"wrong type in the filter": {
			`{"frame":"trips","filter":"miles == 'far'"}`, 400, `cannot be compared`,
			map[string]any{"pointer": "/filter", "column": "miles"},
		},
		"filter syntax": {
			`{"frame":"trips","filter":"miles >\n= 1"}`, 400, "line 2, column 1 (byte 8)",
			map[string]any{"pointer": "/filter"},
		},
		"wrong type of an argument": {
			`{"frame":"trips","args":{"opacity":"much"}}`, 400, "want a number",
			map[string]any{"pointer": "/args/opacity"},
		},
		"argument px does not have": {
			`{"frame":"trips","args":{"colour":"paid"}}`, 400, `"color"`,
			map[string]any{"pointer": "/args/colour"},
		},
		"arguments that are no object": {
			`{"frame":"trips","args":[]}`, 400, "want an object",
			map[string]any{"pointer": "/args"},
		},
		"negative size": {
			`{"frame":"trips","filter":"passengers==1","args":{"x":"fare","y":"fare","size":"miles"}}`, 422, "miles",
			map[string]any{"pointer": "/args/size", "column": "miles", "row": "5"},
		},
		"columns that cannot be stacked": {
			`{"frame":"trips","filter":"passengers==1","args":{"y":["paid","miles","fare"]}}`, 400, `"paid" is utf8, "miles" is float64`,
			map[string]any{"pointer": "/args/y"},
		},
		"too many points": {`{"frame":"trips"}`, 422, "would draw 7 rows", nil},
		"unknown kind": {
			`{"frame":"trips","kind":"pie"}`, 400, "scatter, line",
			map[string]any{"pointer": "/kind"},
		},
		"unknown arrays": {
			`{"frame":"trips","arrays":"fast"}`, 400, "auto, typed or text",
			map[string]any{"pointer": "/arrays"},
		},
		"unknown frame": {
			`{"frame":"tripz"}`, 404, `did you mean "trips"?`,
			map[string]any{"pointer": "/frame"},
		},
		"a frame of a very long name": {
			`{"frame":"` + strings.Repeat("é", 900) + `"}`, 404, "neither a handle",
			map[string]any{"pointer": "/frame"},
		},
		"no frame": {
			`{"filter":""}`, 400, "no frame is given",
			map[string]any{"pointer": "/frame"},
		},
		"a frame that is a number": {
			`{"frame":7}`, 400, "neither a name",
			map[string]any{"pointer": "/frame"},
		},
		"unknown member": {
			`{"frame":"trips","filtre":""}`, 400, `did you mean "filter"?`,
			map[string]any{"pointer": "/filtre"},
		},
		"unknown member with signs": {
			`{"frame":"trips","a/b~\"":""}`, 400, `no member "a/b~\""`,
			map[string]any{"pointer": `/a~1b~0"`},
		},
		"wrong type of a member": {
			`{"frame":"trips","filter":1}`, 400, "filter is number, want a string",
			map[string]any{"pointer": "/filter"},
		},
		"wrong type of seq": {
			`{"frame":"trips","seq":"a"}`, 400, "want a whole number",
			map[string]any{"pointer": "/seq"},
		},
		"no object":     {`[]`, 400, "want an object", nil},
		"no JSON":       {`{"frame": trips}`, 400, "byte 12: invalid character 'i'", nil},
		"half of it":    {`{"frame":"tr`, 400, "ends too early", nil},
		"nothing":       {``, 400, "byte 0: the JSON text ends too early", nil},
		"more than it":  {`{"frame":"trips"}]`, 400, "byte 17", nil},
		"too much":      {`{"frame":"trips","filter":"` + strings.Repeat(" ", 2000) + `"}`, 413, "2000 bytes", nil},
		"wrong columns": {inline(`{"name":"n","type":"int8","values":[1,300]}`), 400, "300 is not an int8", map[string]any{"pointer": "/frame", "column": "n", "row": "1"}},
		"ragged columns": {
			inline(`{"name":"n","type":"int8","values":[1]},{"name":"m","type":"int8","values":[]}`), 400, "0 values",
			map[string]any{"pointer": "/frame", "column": "m"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.figure(tt.request).problem(t, tt.status)
			assert.Contains(t, p["detail"], tt.detail)
			for _, member := range []string{"pointer", "column", "row"} {
				if want, there := tt.members[member]; there {
					assert.EqualValues(t, want, p[member], member)
				} else {
					assert.NotContains(t, p, member)
				}
			}
			if len(tt.request) > 0 && tt.status != http.StatusRequestEntityTooLarge {
				got := c.get("/v1/figure?q="+url.QueryEscape(tt.request)).problem(t, tt.status)
				assert.Equal(t, p, got, "the same by GET")
			}
		})
	}
	assert.Equal(t, http.StatusOK, c.figure(figureRequest).status, "the server goes on")
}

func TestQueryProblems(t *testing.T) {
	c := start(t, serve.Options{}).session()
	assert.Contains(t, c.get("/v1/figure").problem(t, http.StatusBadRequest)["detail"], "no q")
	long := url.QueryEscape(`{"frame":"trips","filter":"` + strings.Repeat(" ", 17<<10) + `"}`)
	assert.Contains(t, c.get("/v1/figure?q="+long).problem(t, http.StatusRequestEntityTooLarge)["detail"], "POST it")
}

func TestUploadProblems(t *testing.T) {
	c := start(t, serve.Options{MaxBody: 10_000, MaxRows: 100}).session()
	formats := inFormats(t)
	flipped := func(contentType string, at int) string {
		b := []byte(formats[contentType])
		b[at] ^= 0x40
		return string(b)
	}
	half := func(contentType string) string { return formats[contentType][:len(formats[contentType])/2] }
	long := "x\n" + strings.Repeat("1\n", 101)
	longFrame, err := frame.FromSlices(frame.Slice("x", make([]int64, 101)))
	require.NoError(t, err)
	defer longFrame.Release()
	for name, tt := range map[string]struct {
		contentType, body string
		status            int
		detail            string
	}{
		"no content type":        {"", smallCSV, 415, "want text/csv"},
		"wrong content type":     {"text/html", smallCSV, 415, `"text/html"`},
		"malformed content type": {"text/csv; =", smallCSV, 415, "want text/csv"},
		"empty CSV":              {csvType, "", 400, "upload"},
		"ragged CSV":             {csvType, "a,b\n1,2\n1,2,3\n", 400, "line 3"},
		"bytes that are no CSV":  {csvType, "a,b\n\"1,2\n", 400, "line 2"},
		"truncated gzip":         {csvType, half(csvType + "; charset=utf-8"), 400, "upload"},
		"empty Parquet":          {parquetType, "", 400, "upload"},
		"truncated Parquet":      {parquetType, half(parquetType), 400, "upload"},
		"flipped Parquet":        {parquetType, flipped(parquetType, len(formats[parquetType])-6), 400, "upload"},
		"empty Arrow stream":     {streamType, "", 400, "no Arrow data"},
		"truncated Arrow stream": {streamType, half(streamType), 400, "upload"},
		"flipped Arrow stream":   {streamType, flipped(streamType, 5), 400, "upload"},
		"truncated Arrow file":   {fileType, half(fileType), 400, "upload"},
		"flipped Arrow file":     {fileType, flipped(fileType, len(formats[fileType])-8), 400, "upload"},
		"Parquet as Arrow":       {fileType, formats[parquetType], 400, "upload"},
		"JSON of a wrong value":  {jsonType, `{"columns":[{"name":"x","type":"bool","values":[true,0]}]}`, 400, `row 1, column "x"`},
		"broken JSON":            {jsonType, smallJSON[:40], 400, "ends within the JSON"},
		"JSON of another shape":  {jsonType, `[]`, 400, "upload"},
		"no columns":             {jsonType, `{"columns":[]}`, 400, "no columns"},
		"a long CSV":             {csvType, strings.Repeat("1,2\n", 3000), 413, "10000"},
		"a long Parquet":         {parquetType, strings.Repeat("P", 10_001), 413, "10000"},
		"a long Arrow stream":    {streamType, strings.Repeat("A", 10_001), 413, "10000"},
		"a long JSON":            {jsonType, `{"columns":[` + strings.Repeat(" ", 10_000), 413, "10000"},
		"many rows of CSV":       {csvType, long, 413, "100"},
		"many rows of Parquet":   {parquetType, parquetOf(t, longFrame), 413, "more than 100"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.do("POST", "/v1/frames", tt.body, "Content-Type: "+tt.contentType).problem(t, tt.status)
			assert.Contains(t, p["detail"], tt.detail)
		})
	}
	p := c.do("POST", "/v1/frames?name=my.json", `{"columns":[{"name":"x","type":"bool","values":[true,0]}]}`, "Content-Type: application/json").problem(t, 400)
	assert.Equal(t, "x", p["column"])
	assert.EqualValues(t, "1", p["row"])
	assert.Contains(t, p["detail"], "my.json")
	c.upload(csvType, smallCSV) // goes on
}

func TestPathsAndMethods(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	for _, path := range []string{"/", "/v1/nothing", "/v1/", "/v1/frames/trips/nothing", "/v1/frames/trips/data/"} {
		assert.Contains(t, c.get(path).problem(t, http.StatusNotFound)["detail"], path)
	}
	for path, allow := range map[string]string{
		"/v1/frames": "DELETE, GET, POST", "/v1/frames/trips": "DELETE, GET", "/v1/frames/trips/data": "GET",
		"/v1/figure": "GET, POST", "/healthz": "GET", "/readyz": "GET", "/metrics": "GET",
	} {
		a := c.do("PATCH", path, "")
		assert.Contains(t, a.problem(t, http.StatusMethodNotAllowed)["detail"], "PATCH")
		assert.Equal(t, allow, a.header.Get("Allow"))
	}
}

func TestOtherOrigins(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	for name, header := range map[string]string{
		"by fetch metadata": "Sec-Fetch-Site: cross-site",
		"by origin":         "Origin: https://example.com",
	} {
		t.Run(name, func(t *testing.T) {
			c.figure(figureRequest, header).problem(t, http.StatusForbidden)
			c.do("POST", "/v1/frames", smallCSV, header, "Content-Type: text/csv").problem(t, http.StatusForbidden)
			c.do("DELETE", "/v1/frames/trips", "", header).problem(t, http.StatusForbidden)
		})
	}
	assert.Equal(t, http.StatusOK, c.figure(figureRequest, "Origin: "+s.URL).status)
	assert.Equal(t, http.StatusOK, c.figure(figureRequest, "Sec-Fetch-Site: same-origin").status)
}

// A panicking store is as a bug of ours would be.
type panicking struct{ cache.Store }

func (panicking) Put(context.Context, cache.Key, *frame.Frame, cache.PutOptions) error {
	panic("oh no")
}

func TestAPanicIsAProblem(t *testing.T) {
	store, err := cache.NewMemory(cache.MemoryOptions{})
	require.NoError(t, err)
	s := start(t, serve.Options{Store: panicking{store}})
	c := s.session()
	p := c.do("POST", "/v1/frames", smallCSV, "Content-Type: text/csv").problem(t, http.StatusInternalServerError)
	assert.NotContains(t, p["detail"], "oh no", "the client is not told")
	assert.Contains(t, s.log.String(), "oh no")
	assert.Contains(t, s.log.String(), "problem_test.go", "the stack")
	assert.Equal(t, http.StatusOK, c.figure(figureRequest).status)
}
