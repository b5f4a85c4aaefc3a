package main

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func page(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := pageHandler()
	require.NoError(t, err)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestThePageWithoutNpm(t *testing.T) {
	t.Chdir(t.TempDir())
	w := page(t, "/")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), `<script src="`+plotlyCDN+`" integrity="`+plotlyIntegrity+`" crossorigin="anonymous" defer></script>`)
	assert.NotEqual(t, http.StatusOK, page(t, "/plotly.min.js").Code)
}

func TestThePageWithNpm(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll(filepath.Dir(plotlyFile), 0o700))
	require.NoError(t, os.WriteFile(plotlyFile, []byte("var Plotly"), 0o600))
	assert.Contains(t, page(t, "/").Body.String(), `<script src="plotly.min.js" defer></script>`)
	script := page(t, "/plotly.min.js")
	assert.Equal(t, "var Plotly", script.Body.String())
	assert.Contains(t, script.Header().Get("Content-Type"), "javascript")

	require.NoError(t, os.Remove(plotlyFile))
	require.NoError(t, os.Mkdir(plotlyFile, 0o700))
	_, err := pageHandler()
	assert.ErrorContains(t, err, "plotly.min.js is not a file")
}

func TestTheFilesOfThePage(t *testing.T) {
	w := page(t, "/")
	assert.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	csp := w.Header().Get("Content-Security-Policy")
	for _, directive := range []string{"default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		assert.Contains(t, csp, directive)
	}
	assert.NotRegexp(t, `script-src[^;]*'unsafe-inline'`, csp)
	assert.NotContains(t, w.Body.String(), "<script>", "which the policy would refuse")
	assert.NotRegexp(t, `\son[a-z]+="`, w.Body.String(), "which the policy would refuse")

	names, err := files.ReadDir("page")
	require.NoError(t, err)
	for _, entry := range names {
		if !entry.IsDir() && entry.Name() != "index.html" {
			assert.Equal(t, http.StatusOK, page(t, "/"+entry.Name()).Code, entry.Name())
		}
	}
	assert.Equal(t, http.StatusNotFound, page(t, "/nothing").Code)
}

// TestPlotlysHash compares what the page expects of the CDN with the package
// that npm installed.
func TestPlotlysHash(t *testing.T) {
	web := filepath.Join("..", "..", "web")
	content, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(plotlyFile)))
	require.NoError(t, err, "plotly.js is needed: run `npm ci --prefix web`")
	hash := sha512.Sum384(content)
	assert.Equal(t, plotlyIntegrity, "sha384-"+base64.StdEncoding.EncodeToString(hash[:]))

	var wanted struct{ Dependencies map[string]string }
	text, err := os.ReadFile(filepath.Join(web, "package.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &wanted))
	assert.Contains(t, plotlyCDN, "/plotly.js-dist-min@"+wanted.Dependencies["plotly.js-dist-min"]+"/")
}

// TestOtherNames: a page elsewhere may have its own name resolve to this
// machine; it must not read what is served here.
func TestOtherNames(t *testing.T) {
	for listen, hosts := range map[string]map[string]bool{
		"127.0.0.1:8050": {
			"127.0.0.1:8050": true, "localhost:8050": true, "localhost": true, "[::1]:8050": true, "[::1]": true, "127.0.0.2": true,
			"evil.example:8050": false, "evil.example": false, "": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "192.0.2.1": false,
		},
		"localhost:8050":   {"localhost:8050": true, "evil.example": false},
		"[::1]:8050":       {"[::1]:8050": true, "evil.example": false},
		":8050":            {"evil.example": true},
		"0.0.0.0:8050":     {"evil.example": true},
		"192.0.2.1:8050":   {"evil.example": true},
		"demo.example:443": {"demo.example": true},
	} {
		a, err := newApp(options{listen: listen}, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		for host, answered := range hosts {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/healthz", nil)
			r.Host = host
			a.ServeHTTP(w, r)
			assert.Equal(t, answered, w.Code == http.StatusOK, "%s on %s", host, listen)
			assert.Equal(t, !answered, w.Code == http.StatusMisdirectedRequest)
			assert.Equal(t, !answered, strings.Contains(w.Body.String(), "localhost only"))
		}
		require.NoError(t, a.Close())
	}
}
