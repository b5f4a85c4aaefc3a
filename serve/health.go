package serve

import (
	"errors"
	"io"
	"net/http"
)

var errNotReady = errors.New("frames are being loaded")

func (h *Handler) healthz(w http.ResponseWriter, _ *http.Request) error {
	return writeText(w, "ok\n")
}

func (h *Handler) readyz(w http.ResponseWriter, _ *http.Request) error {
	if !h.ready.Load() {
		return newProblem(http.StatusServiceUnavailable, "Not ready", errNotReady).later("1")
	}
	return writeText(w, "ready\n")
}

func writeText(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // the client may be gone
	return nil
}
