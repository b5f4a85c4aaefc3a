package serve

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
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

// metrics count what a handler did.
type metrics struct {
	requests, failed, figures, bytes atomic.Int64
}

// getMetrics writes the counters in Prometheus's text format.
func (h *Handler) getMetrics(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	stats, memo := h.o.Store.Stats(), h.engine.MemoStats()
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"requests_total", "counter", "Requests answered.", h.metrics.requests.Load()},
		{"requests_failed_total", "counter", "Requests answered with a problem.", h.metrics.failed.Load()},
		{"figures_total", "counter", "Figures sent.", h.metrics.figures.Load()},
		{"figure_bytes_total", "counter", "Bytes of figures sent.", h.metrics.bytes.Load()},
		{"memo_hits_total", "counter", "Figures sent from the memo.", int64(memo.Hits)},
		{"memo_misses_total", "counter", "Figures that had to be made.", int64(memo.Misses)},
		{"memo_bytes", "gauge", "Bytes of memoised figures.", memo.Bytes},
		{"store_frames", "gauge", "Frames stored.", int64(stats.Entries)},
		{"store_bytes", "gauge", "Bytes of frames stored.", stats.Bytes},
	} {
		_, _ = fmt.Fprintf(w, "# HELP pointillist_%s %s\n# TYPE pointillist_%s %s\npointillist_%s %d\n", m.name, m.help, m.name, m.kind, m.name, m.value)
	}
	return nil
}
