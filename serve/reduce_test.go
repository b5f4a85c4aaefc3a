package serve_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// cloud names a frame of 20,000 rows around a place, "cloud".
func (s *service) cloud() {
	s.t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	x, y, id := make([]float64, 20_000), make([]float64, 20_000), make([]int64, 20_000)
	for i := range x {
		x[i], y[i], id[i] = r.NormFloat64(), r.NormFloat64(), int64(i)
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y), frame.Slice("id", id))
	require.NoError(s.t, err)
	s.handler.Name("cloud", f)
	f.Release()
}

// cloudRequest is a request for the cloud with some more members.
func cloudRequest(more string) string {
	return `{"frame":"cloud","args":{"x":"x","y":"y","hover_name":"id"},"arrays":"text",` + more + `}`
}

func TestReduce(t *testing.T) {
	s := start(t, serve.Options{})
	s.cloud()
	c := s.session()
	full := c.figure(cloudRequest(`"reduce":{"method":"none"}`))
	assert.Equal(t, c.figure(cloudRequest(`"seq":1`)).header.Get("ETag"), full.header.Get("ETag"), "none is absent")
	seen := c.figure(cloudRequest(`"reduce":{"method":"visible","width":300,"height":200,"dpr":1,"x":null,"y":[-1,1]}`))
	require.Equal(t, http.StatusOK, seen.status, "%s", seen.body)
	assert.NotEqual(t, full.header.Get("ETag"), seen.header.Get("ETag"))
	assert.Less(t, len(seen.body), len(full.body)/2)
	assert.Contains(t, seen.header.Get("Server-Timing"), "reduce;dur=")

	o := seen.object(t)
	trace, layout := o["data"].([]any)[0].(map[string]any), o["layout"].(map[string]any)
	record := layout["meta"].(map[string]any)["reduction"].(map[string]any)
	assert.Equal(t, "visible", record["method"])
	assert.Equal(t, json.Number("20000"), record["rows_in"])
	for _, column := range []string{"x", "y", "hovertext"} {
		assert.Len(t, trace[column], number(t, record["rows_out"]), column)
	}
	assert.Equal(t, []any{json.Number("-1"), json.Number("1")}, layout["yaxis"].(map[string]any)["range"])
	assert.Len(t, layout["xaxis"].(map[string]any)["range"], 2)
}

func number(t *testing.T, v any) int {
	t.Helper()
	n, err := v.(json.Number).Int64()
	require.NoError(t, err)
	return int(n)
}

func TestWrongReduce(t *testing.T) {
	s := start(t, serve.Options{})
	s.cloud()
	c := s.session()
	for name, tc := range map[string]struct{ reduce, pointer, detail string }{
		"a misspelt method":    {`{"method":"vissible"}`, "/reduce/method", `did you mean "visible"?`},
		"a misspelt member":    {`{"widht":3}`, "/reduce/widht", `did you mean "width"?`},
		"no object":            {`7`, "/reduce", "want an object"},
		"a text for a number":  {`{"width":"3"}`, "/reduce/width", "want a number"},
		"a number for a range": {`{"x":3}`, "/reduce/x", "two ends"},
		"a wide plot":          {`{"width":1e9}`, "/reduce/width", "from 0 to"},
		"many pixels":          {`{"width":16000,"height":16000,"dpr":8}`, "/reduce/dpr", "device pixels"},
		"a negative budget":    {`{"budget":-1}`, "/reduce/budget", "from 0 to"},
		"an empty range":       {`{"y":[1,1]}`, "/reduce/y", "no range"},
		"one end":              {`{"y":[1]}`, "/reduce/y", "want two"},
		"dates among numbers":  {`{"method":"auto","x":["2020-01-01","2021-01-01"]}`, "/reduce/x", "does not show dates"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.figure(cloudRequest(`"reduce":` + tc.reduce))
			require.Equal(t, http.StatusBadRequest, got.status, "%s", got.body)
			problem := got.object(t)
			assert.Equal(t, tc.pointer, problem["pointer"])
			assert.Contains(t, problem["detail"], tc.detail)
		})
	}
}

func TestRefineRows(t *testing.T) {
	s := start(t, serve.Options{})
	s.cloud()
	c := s.session()
	const area = `"reduce":{"method":"visible","width":300,"height":200,"dpr":1}`
	refine := func(more string, headers ...string) answer {
		t.Helper()
		return c.do("POST", "/v1/refine", cloudRequest(area+","+more), headers...)
	}
	first := refine(`"x":[-0.9,1.1],"y":[-1,1],"seq":7`)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	o := first.object(t)
	assert.Equal(t, json.Number("7"), o["seq"])
	etag := o["etag"].(string)
	assert.Equal(t, first.header.Get("ETag"), etag)
	patch := o["traces"].([]any)[0].(map[string]any)
	rows := number(t, o["reduction"].(map[string]any)["rows_out"])
	assert.Equal(t, json.Number("0"), patch["index"])
	for _, column := range []string{"x", "y", "hovertext"} {
		assert.Len(t, patch[column], rows, column)
	}
	assert.NotContains(t, o["layout"], "xaxis", "what the reader zoomed to stays")

	quoted, err := json.Marshal(etag)
	require.NoError(t, err)
	same := refine(`"x":[-0.9,1.1],"y":[-1,1],"seq":8,"have":` + string(quoted))
	assert.Equal(t, http.StatusNotModified, same.status)
	assert.Empty(t, same.body)
	beside := refine(`"x":[-0.893333333333,1.106666666667],"y":[-1,1],"have":` + string(quoted))
	assert.Equal(t, http.StatusNotModified, beside.status, "a pixel to the side is in the same window")

	zoomed := refine(`"x":[-0.01,0.01],"y":[-0.01,0.01],"have":` + string(quoted))
	require.Equal(t, http.StatusOK, zoomed.status)
	assert.NotEqual(t, etag, zoomed.object(t)["etag"])
	whole := refine(`"x":null,"y":null`).object(t)
	assert.Contains(t, whole["layout"], "xaxis", "Plotly would find another range in fewer rows")

	again := refine(`"x":[-0.9,1.1],"y":[-1,1],"seq":9`)
	assert.Equal(t, strings.Replace(string(first.body), `"seq":7`, `"seq":9`, 1), string(again.body))
	packed := refine(`"x":[-0.9,1.1],"y":[-1,1],"seq":7`, "Accept-Encoding: gzip")
	assert.Equal(t, "gzip", packed.header.Get("Content-Encoding"))
	assert.Less(t, len(packed.body), len(first.body))

	wrong := refine(`"x":[1],"y":null`)
	assert.Equal(t, http.StatusBadRequest, wrong.status)
	assert.Equal(t, "/x", wrong.object(t)["pointer"])
	misspelt := refine(`"hvae":""`)
	assert.Contains(t, misspelt.object(t)["detail"], `did you mean "have"?`)
}

func TestExactPx(t *testing.T) {
	c := start(t, serve.Options{}).session()
	ours := c.figure(figureRequest).object(t)["layout"]
	exact := c.figure(strings.Replace(figureRequest, `"args"`, `"exact_px":true,"args"`, 1)).object(t)["layout"]
	assert.Contains(t, ours, "spikedistance")
	assert.NotContains(t, exact, "spikedistance")
}
