package serve_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/disk"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/load"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// A city is what the application loads trips of.
type city struct{ Name string }

// An application loads trips into a store of its own, and hands the page a
// handle, as the first callback of the page does.
type application struct {
	*service
	dir    string
	store  *disk.Store
	loads  atomic.Int64
	broken atomic.Bool
	scale  float64
}

func startApplication(t *testing.T, rebuild bool) (*application, *client) {
	t.Helper()
	app := &application{dir: filepath.Join(t.TempDir(), "trips"), scale: 1}
	store, err := disk.Open(disk.Options{Dir: app.dir})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	app.store = store
	loader, err := load.New(load.Options[city]{
		Name: "trips", Store: store, Load: app.load, Scope: load.Session, StoreTimeout: time.Minute,
		Key: func(b *cache.KeyBuilder, c city) { b.Text(c.Name) },
	})
	require.NoError(t, err)
	handles, err := load.NewHandles(load.HandleOptions{Secrets: []handle.Secret{{Bytes: []byte("the application's secret")}}, Rebuild: rebuild}, loader)
	require.NoError(t, err)
	app.service = start(t, serve.Options{Loaded: handles})

	mux := http.NewServeMux()
	mux.Handle("/v1/", app.handler)
	mux.HandleFunc("POST /load", func(w http.ResponseWriter, r *http.Request) {
		session := serve.Session(w, r)
		trips, err := loader.Get(r.Context(), load.Caller{Session: session}, city{"Oslo"})
		if !assert.NoError(t, err) {
			return
		}
		defer trips.Release()
		signed, err := handles.Sign(trips, session, time.Time{})
		assert.NoError(t, err)
		_, _ = io.WriteString(w, signed)
	})
	page := httptest.NewServer(mux)
	t.Cleanup(page.Close)
	c := app.session()
	c.base = page.URL
	return app, c
}

func (app *application) load(context.Context, city) (*frame.Frame, error) {
	app.loads.Add(1)
	if app.broken.Load() {
		return nil, errors.New("dial tcp 10.1.2.3:5432: refused")
	}
	return frame.FromSlices(frame.Slice("miles", []float64{1.5 * app.scale, 2.5}))
}

func (c *client) figureOf(signed string) answer {
	body, err := json.Marshal(map[string]any{"frame": signed, "args": map[string]string{"x": "miles"}})
	require.NoError(c.t, err)
	return c.do(http.MethodPost, "/v1/figure", string(body))
}

// wipe removes what the store has, as somebody does who needs the disk.
func (app *application) wipe() {
	files, err := filepath.Glob(filepath.Join(app.dir, "*.frame"))
	require.NoError(app.t, err)
	require.NotEmpty(app.t, files)
	for _, file := range files {
		require.NoError(app.t, os.Remove(file))
	}
}

// The store is wiped while ten figures are on the page: they are drawn, after
// one load, and are the same.
func TestFiguresOutliveTheStore(t *testing.T) {
	app, c := startApplication(t, true)
	signed := string(c.do(http.MethodPost, "/load", "").body)
	before := c.figureOf(signed)
	require.Equal(t, http.StatusOK, before.status, string(before.body))
	assert.EqualValues(t, 1, app.loads.Load())
	app.wipe()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			a := c.figureOf(signed)
			assert.Equal(t, http.StatusOK, a.status, string(a.body))
			assert.Equal(t, before.body, a.body)
			assert.Equal(t, before.header.Get("ETag"), a.header.Get("ETag"))
		})
	}
	all.Wait()
	assert.EqualValues(t, 2, app.loads.Load())

	stranger := app.session()
	stranger.base = c.base
	assert.Equal(t, http.StatusForbidden, stranger.figureOf(signed).status)
	assert.Equal(t, http.StatusNotFound, c.figureOf("x"+signed[1:]).status)
	assert.Equal(t, http.StatusOK, c.do(http.MethodGet, "/v1/frames/"+signed, "").status)
}

// Without being told to, the server loads nothing again, and says what is gone.
func TestLostFramesAreExplained(t *testing.T) {
	app, c := startApplication(t, false)
	signed := string(c.do(http.MethodPost, "/load", "").body)
	require.Equal(t, http.StatusOK, c.figureOf(signed).status)
	app.wipe()
	assert.Equal(t, http.StatusGone, c.figureOf(signed).status)
	assert.EqualValues(t, 1, app.loads.Load())
}

// What was loaded again and is other data is not drawn as if it were the same:
// the answer says so, and has the handle to go on with.
func TestChangedFramesAreExplained(t *testing.T) {
	app, c := startApplication(t, true)
	signed := string(c.do(http.MethodPost, "/load", "").body)
	app.wipe()
	app.scale = 2
	a := c.figureOf(signed)
	require.Equal(t, http.StatusGone, a.status)
	var p serve.Problem
	require.NoError(t, json.Unmarshal(a.body, &p))
	assert.Equal(t, "Superseded", p.Title)
	assert.Contains(t, p.Detail, "is other data now that it was loaded again: version ")
	assert.Equal(t, "/frame", p.Pointer)
	assert.Equal(t, http.StatusOK, c.figureOf(p.Frame).status)

	app.wipe()
	app.broken.Store(true)
	a = c.figureOf(p.Frame)
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, "5", a.header.Get("Retry-After"))
	assert.Contains(t, string(a.body), "the source of the frame does not answer")
	assert.NotContains(t, string(a.body), "10.1.2.3")
	assert.Contains(t, app.log.String(), "10.1.2.3", "the log says why")
}
