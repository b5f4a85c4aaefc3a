package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// waves names a frame of many rows, and returns a request for its line, reduced.
func waves(t testing.TB, s *service) string {
	t.Helper()
	const rows = 100_000
	x, y := make([]float64, rows), make([]float64, rows)
	for i := range rows {
		x[i], y[i] = float64(i), float64(i*i%997)
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y))
	require.NoError(t, err)
	s.handler.Name("waves", f)
	f.Release()
	return `{"frame":"waves","kind":"line","args":{"x":"x","y":"y"},"arrays":"text","reduce":{"method":"m4","width":500,"height":300},"seq":7}`
}

func TestReducedFigure(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	request := waves(t, s)
	reduced := c.figure(request)
	require.Equal(t, http.StatusOK, reduced.status, "%s", reduced.body)
	assert.Contains(t, reduced.header.Get("Server-Timing"), "reduce;dur=")
	layout := reduced.object(t)["layout"].(map[string]any)
	assert.Subset(t, layout["meta"].(map[string]any)["reduction"], map[string]any{"method": "m4"})
	whole := c.figure(strings.Replace(request, "m4", "none", 1))
	assert.Less(t, 10*len(reduced.body), len(whole.body))
	assert.NotContains(t, whole.object(t)["layout"], "meta")
	assert.NotEqual(t, whole.header.Get("ETag"), reduced.header.Get("ETag"))
}

func TestRefine(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	request := waves(t, s)
	refine := func(more string, headers ...string) answer {
		return c.do("POST", "/v1/refine", request[:len(request)-1]+more+"}", headers...)
	}
	first := refine(`,"x":[1000,2000]`)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Equal(t, "application/json", first.header.Get("Content-Type"))
	got := first.object(t)
	assert.EqualValues(t, "7", got["seq"])
	assert.Equal(t, first.header.Get("ETag"), got["etag"])
	traces := got["traces"].([]any)
	require.Len(t, traces, 1)
	assert.EqualValues(t, "0", traces[0].(map[string]any)["index"])
	assert.NotEmpty(t, traces[0].(map[string]any)["x"])
	assert.Contains(t, got, "reduction")

	etag := fmt.Sprintf(`,"have":%q`, first.header.Get("ETag"))
	same := refine(`,"x":[1000,2000]` + etag)
	assert.Equal(t, http.StatusNotModified, same.status)
	assert.Empty(t, same.body)
	other := refine(`,"x":[50000,90000]` + etag)
	assert.Equal(t, http.StatusOK, other.status)
	assert.NotEqual(t, first.header.Get("ETag"), other.header.Get("ETag"))

	for _, coding := range []string{"gzip", "br", "zstd"} {
		zipped := refine(`,"x":[1000,2000]`, "Accept-Encoding: "+coding)
		plain := answer{body: []byte(decoded(t, coding, zipped.body))}.object(t)
		assert.Equal(t, zipped.header.Get("ETag"), plain["etag"])
		assert.Equal(t, got["traces"], plain["traces"])
	}
}

func TestReduceProblems(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	waves(t, s)
	for name, tt := range map[string]struct{ path, members, pointer, detail string }{
		"method":                 {"/v1/figure", `"reduce":{"method":"ltbb"}`, "/reduce/method", `"lttb"`},
		"width":                  {"/v1/figure", `"reduce":{"method":"m4","width":-1}`, "/reduce/width", "width"},
		"member":                 {"/v1/figure", `"reduce":{"methode":"m4"}`, "/reduce/methode", `did you mean "method"?`},
		"type":                   {"/v1/figure", `"reduce":{"budget":"all"}`, "/reduce/budget", "want a whole number"},
		"no object":              {"/v1/figure", `"reduce":"m4"`, "/reduce", "want an object"},
		"range":                  {"/v1/figure", `"reduce":{"method":"m4","x":[1]}`, "/reduce/x", ""},
		"member of refine":       {"/v1/refine", `"hve":""`, "/hve", `did you mean "have"?`},
		"member of its figure":   {"/v1/refine", `"filtre":""`, "/filtre", `did you mean "filter"?`},
		"type of refine":         {"/v1/refine", `"have":1`, "/have", "want a string"},
		"type of its figure":     {"/v1/refine", `"filter":1`, "/filter", "want a string"},
		"range of refine":        {"/v1/refine", `"x":[1,2,3]`, "/x", ""},
		"range that is no list":  {"/v1/refine", `"y":3`, "/y", "range"},
		"a column of its filter": {"/v1/refine", `"filter":"z > 1"`, "/filter", "z"},
		"a column of its figure": {"/v1/refine", `"args":{"x":"z"}`, "/args/x", "z"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.do("POST", tt.path, `{"frame":"waves",`+tt.members+`}`).problem(t, http.StatusBadRequest)
			assert.Equal(t, tt.pointer, p["pointer"])
			assert.Contains(t, p["detail"], tt.detail)
		})
	}
	c.do("POST", "/v1/refine", `{"frame":"wave"}`).problem(t, http.StatusNotFound)
	c.do("POST", "/v1/refine", `{"filter":""}`).problem(t, http.StatusBadRequest)
}

// TestRefineDelta: who says what is drawn is sent new rows only.
func TestRefineDelta(t *testing.T) {
	s := start(t, serve.Options{})
	s.cloud()
	c := s.session()
	refine := func(more string) map[string]any {
		t.Helper()
		got := c.do("POST", "/v1/refine", cloudRequest(`"reduce":{"method":"visible","width":300,"height":200,"dpr":1},"y":[-1,1],`+more))
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		return got.object(t)
	}
	rows := func(o map[string]any) int { return len(o["traces"].([]any)[0].(map[string]any)["x"].([]any)) }
	first := refine(`"x":[-1,1]`)
	have := fmt.Sprintf(`"have":%q,`, first["etag"])
	const drawn = `"drawn":{"x":[-1,1],"y":[-1,1],"width":300,"height":200,"dpr":1},`
	whole := refine(`"x":[-0.7,1.3]`)
	delta := refine(have + drawn + `"x":[-0.7,1.3]`)
	patch := delta["traces"].([]any)[0].(map[string]any)
	assert.Equal(t, rows(whole), number(t, patch["rows"]))
	assert.Less(t, rows(delta), rows(whole)/2)
	assert.Len(t, patch["put"], rows(delta))
	assert.Len(t, patch["hovertext"], rows(delta))
	assert.Equal(t, whole["etag"], delta["etag"], "what is drawn then is the same")
	assert.Equal(t, whole["reduction"], delta["reduction"])

	for name, more := range map[string]string{
		"no tag":        drawn,
		"another tag":   `"have":"\"no\"",` + drawn,
		"another view":  have + strings.Replace(drawn, "-1,1", "-2,1", 1),
		"another plot":  have + strings.Replace(drawn, "300", "301", 1),
		"another query": `"filter":"id > 3",` + have + drawn,
	} {
		assert.NotContains(t, refine(more + `"x":[-0.7,1.3]`)["traces"].([]any)[0], "drop", name)
	}
	for more, pointer := range map[string]string{
		`"drawn":7`:                     "/drawn",
		`"drawn":{"widht":3}`:           "/drawn/widht",
		`"drawn":{"x":[1]}`:             "/drawn/x",
		`"drawn":{"x":[1,1]}`:           "/drawn/x",
		`"drawn":{"height":-1}`:         "/drawn/height",
		`"drawn":{"width":1e9,"dpr":1}`: "/drawn/width",
	} {
		p := c.do("POST", "/v1/refine", cloudRequest(`"reduce":{"method":"visible"},`+more)).problem(t, http.StatusBadRequest)
		assert.Equal(t, pointer, p["pointer"], more)
	}
}

// TestFloodOfZooms: of a client that asks again and again only so many questions
// work or wait at a time; the others are told when to come again, those that are
// cancelled stop waiting, and the newest is answered.
func TestFloodOfZooms(t *testing.T) {
	s := start(t, serve.Options{MaxFigures: 1, MaxWaiting: 3})
	s.cloud()
	c := s.session()
	body := func(i int) string {
		return cloudRequest(fmt.Sprintf(`"reduce":{"method":"visible","width":300,"height":200},"x":[%d,%d.5],"seq":%d`, -i, i+1, i))
	}
	var wait sync.WaitGroup
	var answered, busy atomic.Int64
	for i := range 200 {
		wait.Go(func() {
			got := c.do("POST", "/v1/refine", body(i))
			switch got.status {
			case http.StatusOK:
				answered.Add(1)
			case http.StatusServiceUnavailable:
				busy.Add(1)
				assert.NotEmpty(t, got.header.Get("Retry-After"))
			default:
				t.Errorf("status %d: %s", got.status, got.body)
			}
		})
	}
	wait.Wait()
	assert.Positive(t, answered.Load())
	assert.EqualValues(t, 200, answered.Load()+busy.Load())
	newest := c.do("POST", "/v1/refine", body(1000))
	require.Equal(t, http.StatusOK, newest.status, "%s", newest.body)
	assert.Equal(t, json.Number("1000"), newest.object(t)["seq"])
}
