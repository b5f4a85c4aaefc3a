package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A service is a server with one frame, "trips". When its test ends, all
// requests are over, and what they held must have been given back.
type service struct {
	*httptest.Server
	t       testing.TB
	handler *serve.Handler
	log     *logged
}

func start(t testing.TB, o serve.Options) *service {
	t.Helper()
	s := &service{t: t, log: &logged{}}
	o.Log = slog.New(slog.NewTextHandler(s.log, nil))
	var store *cache.Memory
	if o.Store == nil {
		var err error
		store, err = cache.NewMemory(cache.MemoryOptions{})
		require.NoError(t, err)
		o.Store = store
	}
	if _, alone := o.Store.(*cache.Memory); !alone && o.Keys == nil {
		o.Keys = lastingKeys(t)
	}
	handler, err := serve.New(o)
	require.NoError(t, err)
	s.handler = handler
	freed := false
	f := trips(t)
	f.OnFree(func() { freed = true })
	handler.Name("trips", f)
	f.Release()
	handler.Ready()

	s.Server = httptest.NewServer(handler)
	s.Client().Transport.(*http.Transport).DisableCompression = true
	t.Cleanup(func() {
		s.Close()
		handler.Close()
		assert.True(t, freed, "a request kept the named frame")
		require.NoError(t, o.Store.Close())
		if store != nil {
			assert.Zero(t, store.Stats().Entries, "a request kept a stored frame")
		}
	})
	return s
}

// lastingKeys are of a secret that other processes could have, too.
func lastingKeys(t testing.TB) *handle.Ring {
	t.Helper()
	keys, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{{Bytes: []byte("a secret of many bytes")}}})
	require.NoError(t, err)
	return keys
}

// trips are seven rows, one of which has no distance.
func trips(t testing.TB) *frame.Frame {
	t.Helper()
	f, err := frame.FromSlices(
		frame.Slice("passengers", []int64{1, 2, 1, 5, 1, 1, 9_007_199_254_740_993}),
		frame.Slice("miles", []float64{0.5, 1.25, 7.25, 0, 3.5, -1, 2}).Valid([]bool{true, true, true, false, true, true, true}),
		frame.Slice("fare", []float64{5.8, 9.3, 24.5, -3, 12, 8, 7}),
		frame.Slice("paid", []string{"card", "cash", "card", "cash", "dispute", "card", "card"}),
	)
	require.NoError(t, err)
	return f
}

// A client is one session.
type client struct {
	t    testing.TB
	base string
	http *http.Client
}

func (s *service) session() *client {
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	return &client{s.t, s.URL, &http.Client{Transport: s.Client().Transport, Jar: jar}}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request. The headers are "Name: value".
func (c *client) do(method, path, body string, headers ...string) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	response, err := c.http.Do(r)
	require.NoError(c.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	return answer{response.StatusCode, response.Header, text}
}

func (c *client) get(path string, headers ...string) answer {
	c.t.Helper()
	return c.do("GET", path, "", headers...)
}

func (c *client) figure(request string, headers ...string) answer {
	c.t.Helper()
	return c.do("POST", "/v1/figure", request, append(headers, "Content-Type: application/json")...)
}

// upload stores a frame and returns its handle.
func (c *client) upload(contentType, body string) string {
	c.t.Helper()
	a := c.do("POST", "/v1/frames", body, "Content-Type: "+contentType)
	require.Equal(c.t, http.StatusCreated, a.status, "%s", a.body)
	return a.object(c.t)["frame"].(string)
}

func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.UseNumber()
	require.NoError(t, d.Decode(&object), "%s", a.body)
	return object
}

// problem checks that the answer is a problem of the given status, and returns
// its other members.
func (a answer) problem(t testing.TB, status int) map[string]any {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	assert.Equal(t, "no-store", a.header.Get("Cache-Control"))
	assert.Empty(t, a.header.Get("ETag"))
	assert.Empty(t, a.header.Get("Content-Encoding"))
	p := a.object(t)
	assert.Equal(t, "about:blank", p["type"])
	assert.NotEmpty(t, p["title"])
	assert.Equal(t, json.Number(strconv.Itoa(status)), p["status"])
	for member := range p {
		assert.Contains(t, []string{"type", "title", "status", "detail", "pointer", "column", "row"}, member)
	}
	return p
}

// logged is what a handler logs.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
