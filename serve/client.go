package serve

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"time"
)

//go:embed client.js
var clientScript []byte

var clientETag = func() string {
	sum := sha256.Sum256(clientScript)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}()

// getClient answers with the script that draws figures in a page and refines
// them; client.d.ts beside it has its types. It is asked for anew with each
// page, at the cost of a 304, so that it is never older than the server.
func (h *Handler) getClient(w http.ResponseWriter, r *http.Request) error {
	header := w.Header()
	header.Set("Content-Type", "text/javascript; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", clientETag)
	http.ServeContent(w, r, "client.js", time.Time{}, bytes.NewReader(clientScript))
	return nil
}
