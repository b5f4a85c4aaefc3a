package dash_test

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
	"github.com/pointillist-go/pointillist/serve/dash"
)

var (
	//go:embed testdata/call.json
	call string
	//go:embed testdata/answer.json
	answer string // of the real Dash to call: see answer.py
	//go:embed testdata/all.json
	allCall string // of a real page: see all.py
	//go:embed testdata/patch.json
	patch string // of the real Dash, with TAG for the tag: see patch.py
)

// scatter is the callback of answer.py.
func scatter(_ context.Context, c *dash.Call) (any, error) {
	n, err := dash.Value[int](c, "passengers", "value")
	if n == 0 || err != nil {
		return nil, err
	}
	return map[string]any{
		"frame": "trips", "filter": fmt.Sprintf("passengers == %d", n),
		"args": map[string]string{"x": "miles", "y": "fare"}, "arrays": "typed", "exact_px": true,
	}, nil
}

type service struct {
	http.Handler
	t      *testing.T
	engine *pointillist.Engine
	trips  *frame.Frame
	name   func(string, *frame.Frame)
}

func start(t *testing.T, others http.Handler) *service {
	t.Helper()
	trips, err := frame.FromSlices(
		frame.Slice("passengers", []int64{1, 2, 1, 5, 1}),
		frame.Slice("miles", []float64{0.6, 1.25, 7.3, 0, 3.5}),
		frame.Slice("fare", []float64{5.8, 9.3, 24.5, -3, 12}),
	)
	require.NoError(t, err)
	t.Cleanup(trips.Release)
	engine := pointillist.New(pointillist.Options{})
	figures, err := serve.New(serve.Options{Engine: engine, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	figures.Name("trips", trips)
	t.Cleanup(figures.Close)
	h, err := dash.New(dash.Options{Figures: figures, Others: others, MaxCall: 1000, Callbacks: map[string]dash.Callback{
		"graph.figure": scatter,
		"..graph.figure...drawn.data..": func(context.Context, *dash.Call) (any, error) {
			return map[string]any{"frame": "trips", "args": map[string]string{"x": "miles", "y": "fare", "size": "passengers"}}, nil
		},
		"broken.figure": func(context.Context, *dash.Call) (any, error) { return nil, errors.New("no such city") },
		"all.figure": func(_ context.Context, c *dash.Call) (any, error) { // the first frame that is chosen
			chosen, err := dash.Values[string](c, map[string]any{"type": "store"}, "data")
			if len(chosen) == 0 || err != nil {
				return nil, err
			}
			return map[string]any{"frame": chosen[0], "args": map[string]string{"x": "miles"}}, nil
		},
		"odd.figure": func(context.Context, *dash.Call) (any, error) { return func() {}, nil },
		"bad.figure": func(context.Context, *dash.Call) (any, error) { return map[string]string{"frame": "tirps"}, nil },
	}})
	require.NoError(t, err)
	return &service{h, t, engine, trips, figures.Name}
}

func (s *service) post(body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/app/_dash-update-component", strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// The page has from us what it has from Dash, in each coding, and what is kept
// is neither encoded nor compressed again.
func TestTheAnswerIsDashs(t *testing.T) {
	s := start(t, nil)
	plain := func(b *bytes.Buffer) (io.Reader, error) { return b, nil }
	for coding, open := range map[string]func(*bytes.Buffer) (io.Reader, error){
		"identity": plain,
		"gzip":     func(b *bytes.Buffer) (io.Reader, error) { return gzip.NewReader(b) },
		"zstd":     func(b *bytes.Buffer) (io.Reader, error) { return zstd.NewReader(b) },
		"br":       func(b *bytes.Buffer) (io.Reader, error) { return brotli.NewReader(b), nil },
	} {
		t.Run(coding, func(t *testing.T) {
			first := s.post(call, "Accept-Encoding", coding)
			require.Equal(t, http.StatusOK, first.Code, first.Body)
			made := s.engine.MemoStats()
			second := s.post(call, "Accept-Encoding", coding)
			kept := s.engine.MemoStats()
			assert.Equal(t, made.Committed, kept.Committed)
			assert.Equal(t, made.Misses, kept.Misses)
			assert.Equal(t, first.Body.Bytes(), second.Body.Bytes())
			assert.Equal(t, fmt.Sprint(second.Body.Len()), second.Header().Get("Content-Length"))
			assert.Contains(t, second.Header().Get("Server-Timing"), "memo")

			etag := second.Header().Get("ETag")
			same := s.post(call, "Accept-Encoding", coding, "If-None-Match", etag)
			assert.Equal(t, http.StatusNotModified, same.Code)
			assert.Empty(t, same.Body.Bytes())

			r, err := open(second.Body)
			require.NoError(t, err)
			text, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.JSONEq(t, answer, string(text))
		})
	}
}

// A figure by itself and in two envelopes are three answers.
func TestETagsOfEnvelopesDiffer(t *testing.T) {
	engine := pointillist.New(pointillist.Options{})
	figures, err := serve.New(serve.Options{Engine: engine})
	require.NoError(t, err)
	defer figures.Close()
	f, err := frame.FromSlices(frame.Slice("x", []float64{1, 2}))
	require.NoError(t, err)
	figures.Name("f", f)
	f.Release()
	seen := map[string]bool{}
	for _, in := range []serve.Envelope{{}, {Before: "a", After: "b"}, {Before: "ab"}, {After: "ab"}} {
		for _, coding := range []string{"gzip", "identity"} {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.Header.Set("Accept-Encoding", coding)
			w := httptest.NewRecorder()
			figures.ServeFigure(w, r, []byte(`{"frame":"f","args":{"x":"x"}}`), in)
			require.Equal(t, http.StatusOK, w.Code)
			seen[w.Header().Get("ETag")] = true
		}
	}
	assert.Len(t, seen, 8)
}

func TestAnswersOfOtherKinds(t *testing.T) {
	others := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "passed on: %s %s", r.Method, body)
	})
	s := start(t, others)
	for name, test := range map[string]struct {
		call string
		code int
		want string
	}{
		"no update":          {strings.Replace(call, `"value":1`, `"value":null`, 1), 204, ""},
		"an error":           {`{"output":"broken.figure"}`, 400, "no such city"},
		"no JSON":            {`{"output":"odd.figure"}`, 500, "odd.figure"},
		"a request's fault":  {`{"output":"bad.figure"}`, 404, `did you mean \"trips\"?`},
		"an input missing":   {`{"output":"graph.figure"}`, 400, "has no input or state passengers.value"},
		"an input of a kind": {strings.Replace(call, `"value":1`, `"value":"one"`, 1), 400, "passengers.value: json: cannot unmarshal string"},
		"another output":     {`{"output":"token.data"}`, 200, `passed on: POST {"output":"token.data"}`},
		"several outputs":    {`{"output":"..graph.figure...token.data.."}`, 200, "passed on: POST"},
		"no call":            {`[]`, 200, "passed on: POST []"},
		"too large":          {strings.Repeat(" ", 1001), 413, "more than 1000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.post(test.call)
			assert.Equal(t, test.code, w.Code)
			assert.Contains(t, w.Body.String(), test.want)
		})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/_dash-layout", nil))
	assert.Equal(t, "passed on: GET ", w.Body.String())
	assert.Equal(t, http.StatusNotFound, start(t, nil).post(`{"output":"token.data"}`).Code)
}

func TestOptionsAreChecked(t *testing.T) {
	figures, err := serve.New(serve.Options{})
	require.NoError(t, err)
	defer figures.Close()
	for _, output := range []string{"", "graph", ".figure", "graph.", "..graph.figure..", "..graph.figure...a.b", "..graph.figure...a.b...c.d..", "..graph...a.b.."} {
		_, err := dash.New(dash.Options{Figures: figures, Callbacks: map[string]dash.Callback{output: scatter}})
		assert.ErrorContains(t, err, "is no output", output)
	}
	_, err = dash.New(dash.Options{Figures: figures})
	assert.ErrorContains(t, err, "must be set")
	_, err = dash.New(dash.Options{Callbacks: map[string]dash.Callback{"a.b": scatter}})
	assert.ErrorContains(t, err, "must be set")
}

func TestValue(t *testing.T) {
	var c dash.Call
	require.NoError(t, json.Unmarshal([]byte(`{"output":"o.p","inputs":[{"id":{"type":"a"},"property":"value","value":1},{"id":"b","property":"value"}],
		"state":[{"id":"c","property":"value","value":[1,2]}]}`), &c))
	b, err := dash.Value[string](&c, "b", "value")
	require.NoError(t, err)
	assert.Empty(t, b)
	list, err := dash.Value[[]int](&c, "c", "value")
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, list)
	_, err = dash.Value[int](&c, "c", "data")
	assert.Error(t, err)
}

// all.json is what a real page sends for Output("all", "figure"), Input({"type":
// "store", "index": ALL}, "data"), State("text", "value"): see all.py.
func TestPatterns(t *testing.T) {
	w := start(t, nil).post(allCall)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Contains(t, w.Body.String(), `{"multi":true,"response":{"all":{"figure":{"data":[{`)
	none := strings.Replace(allCall, "\"type\":\"store\"", "\"type\":\"other\"", -1)
	require.NotEqual(t, allCall, none)
	assert.Equal(t, http.StatusNoContent, start(t, nil).post(none).Code)

	var c dash.Call
	require.NoError(t, json.Unmarshal([]byte(allCall), &c))
	require.Len(t, c.Inputs, 3)
	stores, err := dash.Values[string](&c, map[string]any{"type": "store"}, "data")
	require.NoError(t, err)
	assert.Equal(t, []string{"trips", "", "trips"}, stores, "a handle, or a name, each; one was never set")
	third, err := dash.Values[string](&c, map[string]any{"type": "store", "index": 3}, "data")
	require.NoError(t, err)
	assert.Equal(t, []string{"trips"}, third)
	for name, id := range map[string]map[string]any{"another index": {"index": 7}, "another member": {"kind": "store"}, "what JSON cannot say": {"type": t.Log}} {
		none, err := dash.Values[string](&c, id, "data")
		require.NoError(t, err)
		assert.Empty(t, none, name)
	}
	_, err = dash.Values[int](&c, map[string]any{"index": 1}, "data")
	assert.ErrorContains(t, err, `serve/dash: {"index":1,"type":"store"}.data: json: cannot unmarshal string`)
	text, err := dash.Value[string](&c, "text", "value")
	require.NoError(t, err)
	assert.Equal(t, "a text", text)
	assert.Error(t, json.Unmarshal([]byte(`{"inputs": 5}`), &c))
	assert.Error(t, json.Unmarshal([]byte(`{"inputs": [5]}`), &c))
}

// A page that says what it has drawn has the Patch that Dash would send.
func TestPatch(t *testing.T) {
	s := start(t, nil)
	draw := func(drawn string) *httptest.ResponseRecorder {
		return s.post(fmt.Sprintf(`{"output":"..graph.figure...drawn.data..","inputs":[],"state":[{"id":"drawn","property":"data","value":%s}]}`, drawn))
	}
	first := draw("null")
	require.Equal(t, http.StatusOK, first.Code, first.Body)
	var whole struct {
		Response struct {
			Graph map[string]map[string]any
			Drawn map[string]string
		}
	}
	require.NoError(t, json.Unmarshal(first.Body.Bytes(), &whole))
	assert.Contains(t, whole.Response.Graph["figure"], "layout")
	tag := whole.Response.Drawn["data"]
	assert.Equal(t, first.Header().Get("ETag"), tag)
	drawn, err := json.Marshal(tag)
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, draw(string(drawn)).Code)

	more, err := frame.FromSlices(
		frame.Slice("passengers", []int64{8}), frame.Slice("miles", []float64{4.5}), frame.Slice("fare", []float64{15.25}),
	)
	require.NoError(t, err)
	defer more.Release()
	grown, err := s.trips.Append(more, 0)
	require.NoError(t, err)
	defer grown.Release()
	s.name("trips", grown)
	second := draw(string(drawn))
	require.Equal(t, http.StatusOK, second.Code, second.Body)
	then, err := json.Marshal(second.Header().Get("ETag"))
	require.NoError(t, err)
	assert.JSONEq(t, strings.Replace(patch, `"TAG"`, string(then), 1), second.Body.String())

	undeclared := s.post(`{"output":"..graph.figure...drawn.data.."}`)
	assert.Equal(t, http.StatusBadRequest, undeclared.Code)
	assert.Contains(t, undeclared.Body.String(), `has no input or state drawn.data: declare State("drawn", "data")`)
}
