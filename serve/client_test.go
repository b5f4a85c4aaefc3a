package serve_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/serve"
)

func TestClientScript(t *testing.T) {
	h, err := serve.New(serve.Options{})
	require.NoError(t, err)
	defer h.Close()
	get := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/client.js", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	first := get("")
	assert.Equal(t, http.StatusOK, first.Code)
	assert.Equal(t, "text/javascript; charset=utf-8", first.Header().Get("Content-Type"))
	assert.Equal(t, "nosniff", first.Header().Get("X-Content-Type-Options"))
	assert.Contains(t, first.Body.String(), "export function attach(")

	again := get(first.Header().Get("ETag"))
	assert.Equal(t, http.StatusNotModified, again.Code)
	assert.Empty(t, again.Body.String())
}
