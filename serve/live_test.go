package serve_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// A table has another value at each load, unless it is down.
type table struct {
	value atomic.Int64
	down  atomic.Bool
}

func (s *table) load(context.Context) (*frame.Frame, error) {
	if s.down.Load() {
		return nil, errors.New("dial tcp 10.1.2.3:5432: connection refused")
	}
	return frame.FromSlices(frame.Slice("n", []int64{s.value.Add(1)}))
}

// live names a frame that is loaded when the test says so.
func (s *service) live(name string, source *table) *refresh.Live {
	l, err := refresh.Start(refresh.Options{Load: source.load, Every: time.Hour})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, l.Close()) })
	s.handler.NameLive(name, l)
	return l
}

// reload returns once the source was asked once more.
func reload(t *testing.T, l *refresh.Live) {
	t.Helper()
	asked := func() uint64 { s := l.Stats(); return s.Loads + s.Failed }
	before := asked()
	l.Refresh()
	require.Eventually(t, func() bool { return asked() > before }, time.Minute, time.Millisecond)
}

const figureOfN = `{"frame":"%s","args":{"x":"n"},"arrays":"text"}`

// The figures of one page are of one version, whatever is loaded meanwhile.
func TestFiguresOfOneVersion(t *testing.T) {
	s, source := start(t, serve.Options{}), &table{}
	l := s.live("a@b", source)
	c := s.session()
	figure := func(name string) answer { return c.figure(fmt.Sprintf(figureOfN, name)) }

	first := figure("a@b")
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Contains(t, string(first.body), `"x":[1]`)
	assert.Equal(t, "0", first.header.Get("Age"))
	version := first.header.Get("Frame-Version")
	info := c.get("/v1/frames/a@b").object(t)
	assert.Equal(t, version, info["version"])
	assert.NotContains(t, info, "stale")

	reload(t, l)
	assert.Contains(t, string(figure("a@b").body), `"x":[2]`)
	for range 10 {
		pinned := figure("a@b@" + version)
		assert.Equal(t, first.body, pinned.body)
		assert.Equal(t, version, pinned.header.Get("Frame-Version"))
		assert.Equal(t, first.header.Get("ETag"), pinned.header.Get("ETag"))
	}
	assert.Equal(t, http.StatusOK, c.get("/v1/frames/a@b@"+version+"/data").status)

	reload(t, l) // of the old versions one is kept
	assert.Equal(t, "Superseded", figure("a@b@"+version).problem(t, http.StatusGone)["title"])
	assert.Equal(t, "Gone", figure("a@b@"+strings.Repeat("0", 32)).problem(t, http.StatusGone)["title"])
	figure("a@b@").problem(t, http.StatusNotFound)
	figure("a@"+version).problem(t, http.StatusNotFound)
	c.do("DELETE", "/v1/frames/a@b", "").problem(t, http.StatusForbidden)

	// A fixed frame has one version, and no age in the heads of its figures.
	fixed := c.get("/v1/frames/trips").object(t)["version"].(string)
	assert.Equal(t, http.StatusOK, c.get("/v1/frames/trips@"+fixed).status)
	c.get("/v1/frames/trips@"+version).problem(t, http.StatusGone)
	assert.Empty(t, c.figure(figureRequest).header.Get("Age"))
}

func TestSourceThatIsDown(t *testing.T) {
	s, source := start(t, serve.Options{}), &table{}
	source.down.Store(true)
	l := s.live("numbers", source)
	c := s.session()
	p := c.figure(fmt.Sprintf(figureOfN, "numbers"))
	assert.NotContains(t, p.problem(t, http.StatusServiceUnavailable)["detail"], "10.1.2.3", "it is nobody's business")
	assert.NotEmpty(t, p.header.Get("Retry-After"))
	assert.Contains(t, s.log.String(), "connection refused")
	assert.Len(t, c.get("/v1/frames").object(t)["frames"], 1, "trips")

	source.down.Store(false)
	reload(t, l)
	assert.Len(t, c.get("/v1/frames").object(t)["frames"], 2)
	source.down.Store(true)
	reload(t, l)
	still := c.figure(fmt.Sprintf(figureOfN, "numbers"))
	assert.Equal(t, http.StatusOK, still.status, "the last good value")
	assert.Equal(t, true, c.get("/v1/frames/numbers").object(t)["stale"])

	s.handler.NameLive("numbers", l) // in its own place
	fixed := trips(t)
	s.handler.Name("numbers", fixed)
	fixed.Release()
	assert.NotContains(t, c.get("/v1/frames/numbers").object(t), "stale")
}
