package serve

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/pointillist-go/pointillist/cache"
)

// metrics count what a handler did.
type metrics struct {
	requests, failed, figures, bytes atomic.Int64
}

// getMetrics answers in Prometheus's text format, version 0.0.4.
func (h *Handler) getMetrics(w http.ResponseWriter, _ *http.Request) error {
	e := &exposition{}
	h.metrics.expose(e)
	exposeMemo(e, h.engine.MemoStats())
	exposeStore(e, h.o.Store.Stats())
	h.named.expose(e)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(e.text.Bytes()) // the client may be gone
	return nil
}

func (m *metrics) expose(e *exposition) {
	e.counter("requests_total", "Requests answered.", m.requests.Load())
	e.counter("requests_failed_total", "Requests answered with a problem.", m.failed.Load())
	e.counter("figures_total", "Figures sent.", m.figures.Load())
	e.counter("figure_bytes_total", "Bytes of figures sent.", m.bytes.Load())
}

func exposeMemo(e *exposition, s cache.MemoStats) {
	e.counter("memo_hits_total", "Figures sent from the memo.", s.Hits)
	e.counter("memo_misses_total", "Figures that had to be made.", s.Misses)
	e.counter("memo_shared_total", "Figures that waited for another request to make them.", s.Shared)
	e.counter("memo_committed_total", "Figures that were memoised.", s.Committed)
	e.counter("memo_refused_total", "Figures too large for the memo, or for which it had no room.", s.Refused)
	e.counter("memo_evicted_total", "Memoised figures that made room for others.", s.Evicted)
	e.gauge("memo_figures", "Figures memoised.", s.Entries)
	e.gauge("memo_bytes", "Bytes of memoised figures.", s.Bytes)
	e.gauge("memo_page_bytes", "Bytes of the memo's pages, the free ones included.", s.PageBytes)
}

func exposeStore(e *exposition, s cache.Stats) {
	e.counter("store_hits_total", "Frames that were found.", s.Hits)
	e.family("store_misses_total", "counter", "Frames that were not found, by the reason.")
	for _, m := range []struct {
		cause string
		n     uint64
	}{
		{"not_found", s.Misses.NotFound}, {"expired", s.Misses.Expired}, {"evicted", s.Misses.Evicted},
		{"superseded", s.Misses.Superseded}, {"corrupt", s.Misses.Corrupt}, {"down", s.Misses.Down},
	} {
		e.sample("store_misses_total", "cause", m.cause, m.n)
	}
	e.counter("store_puts_total", "Frames that were stored.", s.Puts)
	e.family("store_evicted_total", "counter", "Frames that made room for others, by the limit that was reached.")
	for limit, label := range map[cache.Limit]string{
		cache.LimitBytes: "bytes", cache.LimitEntries: "entries", cache.LimitFree: "free_disk", cache.LimitOwner: "owner_quota",
	} {
		e.sample("store_evicted_total", "limit", label, s.Evicted[limit])
	}
	e.counter("store_expired_total", "Frames that were freed because their time had come.", s.Expired)
	e.gauge("store_frames", "Frames stored.", s.Entries)
	e.gauge("store_bytes", "Bytes of frames stored.", s.Bytes)
}

// expose tells of the frames that are kept fresh.
func (n *named) expose(e *exposition) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for _, m := range []struct {
		name, kind, help string
		value            func(namedSource) any
	}{
		{"live_loads_total", "counter", "Loads of a live frame that succeeded.", func(s namedSource) any { return s.live.Stats().Loads }},
		{"live_failed_total", "counter", "Attempts to load a live frame that failed.", func(s namedSource) any { return s.live.Stats().Failed }},
		{"live_unchanged_total", "counter", "Attempts that found the source unchanged.", func(s namedSource) any { return s.live.Stats().Unchanged }},
		{"live_kept_total", "counter", "Versions of a live frame that its store has.", func(s namedSource) any { return s.live.Stats().Kept }},
		{"live_not_kept_total", "counter", "Attempts to keep a version that failed.", func(s namedSource) any { return s.live.Stats().NotKept }},
		{"live_age_seconds", "gauge", "Seconds since the source was known to have the data.", age},
	} {
		e.family(m.name, m.kind, m.help)
		for _, s := range n.sources {
			if s.live == nil {
				continue
			}
			if v := m.value(s); v != nil {
				e.sample(m.name, "frame", s.name, v)
			}
		}
	}
}

// age is nil before the first load.
func age(s namedSource) any {
	newest, err := s.live.TryGet()
	if err != nil {
		return nil
	}
	defer newest.Release()
	return newest.Age().Seconds()
}

// An exposition is Prometheus's text format being written.
type exposition struct{ text bytes.Buffer }

func (e *exposition) family(name, kind, help string) {
	fmt.Fprintf(&e.text, "# HELP pointillist_%s %s\n# TYPE pointillist_%s %s\n", name, help, name, kind)
}

func (e *exposition) counter(name, help string, v any) { e.single(name, "counter", help, v) }

func (e *exposition) gauge(name, help string, v any) { e.single(name, "gauge", help, v) }

func (e *exposition) single(name, kind, help string, v any) {
	e.family(name, kind, help)
	fmt.Fprintf(&e.text, "pointillist_%s %v\n", name, v)
}

var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (e *exposition) sample(name, label, labelled string, v any) {
	fmt.Fprintf(&e.text, "pointillist_%s{%s=\"%s\"} %v\n", name, label, escapeLabel.Replace(labelled), v)
}
