package serve_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/serve"
)

func TestMetrics(t *testing.T) {
	c := start(t, serve.Options{}).session()
	c.figure(figureRequest)
	c.figure(figureRequest)
	c.get("/v1/frames/nothing")
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
			kinds[fields[2]] = fields[3]
		default:
			require.Regexp(t, `^[a-z_]+ [0-9]+\n$`, line)
			require.Contains(t, kinds, fields[0], "the type comes first")
			require.Equal(t, strings.HasSuffix(fields[0], "_total"), kinds[fields[0]] == "counter", line)
			values[fields[0]] = fields[1]
		}
	}
	assert.Subset(t, values, map[string]string{
		"pointillist_requests_total": "4", "pointillist_requests_failed_total": "1", "pointillist_figures_total": "2",
		"pointillist_memo_hits_total": "1", "pointillist_memo_misses_total": "1", "pointillist_store_frames": "0",
	})
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
	_, err := serve.New(serve.Options{MaxBody: -1, Patience: -1, Codings: []serve.Coding{"deflate"}})
	assert.ErrorContains(t, err, "Options.MaxBody is negative")
	assert.ErrorContains(t, err, "Options.Patience is negative")
	assert.ErrorContains(t, err, "deflate: want Zstd, Gzip or Brotli")
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
