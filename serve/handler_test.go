package serve_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/serve"
)

// TestMetrics runs a script and compares with what it must have counted.
func TestMetrics(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	store, err := cache.NewMemory(cache.MemoryOptions{MaxEntries: 2, Now: func() time.Time { return now }})
	require.NoError(t, err)
	s := start(t, serve.Options{Store: store, FrameTTL: time.Minute})
	source := &table{}
	l := s.live(`a "live" one`, source)
	first, err := l.Get(context.Background())
	require.NoError(t, err)
	first.Release()
	reload(t, l)
	c := s.session()
	c.figure(figureRequest)
	c.figure(figureRequest)
	c.get("/v1/frames/nothing")
	evicted := c.upload(csvType, "x\n1\n")
	c.upload(csvType, "x\n2\n")
	expired := c.upload(csvType, "x\n3\n")
	c.get("/v1/frames/"+evicted).problem(t, http.StatusGone)
	assert.Equal(t, http.StatusOK, c.get("/v1/frames/"+expired).status)
	now = now.Add(time.Minute)
	c.get("/v1/frames/"+expired).problem(t, http.StatusGone)

	a := c.get("/metrics")
	assert.Equal(t, "text/plain; version=0.0.4; charset=utf-8", a.header.Get("Content-Type"))
	values, kinds := map[string]string{}, map[string]string{}
	for line := range strings.Lines(string(a.body)) {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "# HELP "):
			require.Greater(t, len(fields), 3, line)
		case strings.HasPrefix(line, "# TYPE "):
			require.Len(t, fields, 4, line)
			require.Contains(t, []string{"counter", "gauge"}, fields[3])
			require.NotContains(t, kinds, fields[2], "told once")
			kinds[fields[2]] = fields[3]
		default:
			require.Regexp(t, `^[a-z_]+(\{[a-z]+="([^"\\]|\\["\\n])*"\})? [0-9.e+-]+\n$`, line)
			end := strings.LastIndexByte(line, ' ')
			name, _, _ := strings.Cut(line[:end], "{")
			require.Contains(t, kinds, name, "the type comes first")
			require.Equal(t, strings.HasSuffix(name, "_total"), kinds[name] == "counter", line)
			values[line[:end]] = strings.TrimSpace(line[end:])
		}
	}
	assert.Subset(t, values, map[string]string{
		"pointillist_requests_total": "10", "pointillist_requests_failed_total": "3", "pointillist_figures_total": "2",
		"pointillist_memo_hits_total": "1", "pointillist_memo_misses_total": "1", "pointillist_memo_figures": "1",
		"pointillist_store_puts_total": "3", "pointillist_store_hits_total": "1", "pointillist_store_frames": "0", "pointillist_store_bytes": "0",
		`pointillist_store_misses_total{cause="evicted"}`: "1", `pointillist_store_misses_total{cause="expired"}`: "1",
		`pointillist_store_misses_total{cause="not_found"}`: "0", `pointillist_store_evicted_total{limit="entries"}`: "1",
		`pointillist_store_evicted_total{limit="bytes"}`: "0", "pointillist_store_expired_total": "2",
		`pointillist_live_loads_total{frame="a \"live\" one"}`: "2", `pointillist_live_failed_total{frame="a \"live\" one"}`: "0",
		`pointillist_live_kept_total{frame="a \"live\" one"}`: "0", `pointillist_live_not_kept_total{frame="a \"live\" one"}`: "0",
	})
	assert.Contains(t, values, `pointillist_live_age_seconds{frame="a \"live\" one"}`)
}

func TestHealth(t *testing.T) {
	log := &logged{}
	handler, err := serve.New(serve.Options{Log: slog.New(slog.NewTextHandler(log, nil))})
	require.NoError(t, err)
	defer handler.Close()
	get := func(path string) answer {
		w := recorder()
		handler.ServeHTTP(w, request("GET", path, ""))
		return answer{w.Code, w.Result().Header, w.Body.Bytes()}
	}
	assert.Equal(t, http.StatusOK, get("/healthz").status)
	get("/readyz").problem(t, http.StatusServiceUnavailable)
	handler.Ready()
	assert.Equal(t, http.StatusOK, get("/readyz").status)
	assert.Empty(t, log.String())
}

func TestOptions(t *testing.T) {
	_, err := serve.New(serve.Options{MaxBody: -1, Patience: -1, Codings: []serve.Coding{"deflate"}, AdminToken: "secret"})
	assert.ErrorContains(t, err, "Options.AdminToken has 6 bytes, want at least 16")
	assert.ErrorContains(t, err, "Options.MaxBody is negative")
	assert.ErrorContains(t, err, "Options.Patience is negative")
	assert.ErrorContains(t, err, "deflate: want Zstd, Gzip or Brotli")
}

// A secret that only this process has is none for frames that others have too.
func TestSharedStoresNeedALastingSecret(t *testing.T) {
	random, err := handle.NewRing(handle.Options{Secrets: []handle.Secret{handle.RandomSecret()}})
	require.NoError(t, err)
	shared := struct{ cache.Store }{&cache.Null{}} // as it were on disk
	for _, keys := range []*handle.Ring{nil, random} {
		_, err := serve.New(serve.Options{Store: shared, Keys: keys})
		assert.ErrorContains(t, err, "serve: Options.Keys must have a secret that lasts")
	}
	h, err := serve.New(serve.Options{Store: shared, Keys: lastingKeys(t)})
	require.NoError(t, err)
	h.Close()
}

func TestTheSessionCookie(t *testing.T) {
	s := start(t, serve.Options{})
	for given, fresh := range map[string]bool{
		"": true, "pointillist_session=short": true, "pointillist_session=" + strings.Repeat("!", 22): true,
		"pointillist_session=AAAAAAAAAAAAAAAAAAAAAA": false,
	} {
		c := &client{t, s.URL, &http.Client{Transport: s.Client().Transport}}
		cookie := c.get("/v1/frames", "Cookie: "+given).header.Get("Set-Cookie")
		if !fresh {
			assert.Empty(t, cookie)
			continue
		}
		assert.Regexp(t, `^pointillist_session=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Lax$`, cookie)
	}
}
