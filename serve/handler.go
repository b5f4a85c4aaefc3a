package serve

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
)

// Options configure a Handler. The zero Options are ready to use.
type Options struct {
	// Engine makes the figures; nil is one with default options.
	Engine *pointillist.Engine
	// Store keeps the frames that clients send; nil is one in memory, of 1 GiB.
	Store cache.Store
	// Keys sign the handles of frames; nil is a key made at the start, which
	// suits a single process whose handles need not outlive it.
	Keys *handle.Ring

	Codings    []Coding      // offered to clients, the preferred first; nil is zstd, gzip, br
	MaxBody    int64         // bytes of a request; 0 is 1 GiB
	MaxRows    int           // rows of a frame that is sent; 0 is 100 million
	FrameTTL   time.Duration // how long an unused frame is kept; 0 is an hour
	MaxFigures int           // figures made at a time; 0 is 64
	MaxWaiting int           // requests that may wait for that; 0 is 256
	Patience   time.Duration // how long they wait, and how long a client may take for each piece; 0 is 15 s
	Timeout    time.Duration // for a figure, from the request to its last stage; 0 is a minute
	Log        *slog.Logger  // nil is slog.Default
}

// A Handler serves the HTTP interface. It is safe for concurrent use, and may
// be mounted under any prefix with http.StripPrefix.
type Handler struct {
	o       Options
	engine  *pointillist.Engine
	frames  *frames
	log     *slog.Logger
	gate    *gate
	mux     *http.ServeMux
	origin  *http.CrossOriginProtection
	ready   atomic.Bool
	metrics metrics
}

// New returns a handler that has no frames yet and is not ready; see Name and
// Ready. All that is wrong with the options is found at once.
func New(o Options) (*Handler, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	h := &Handler{
		o: o, engine: o.Engine, log: o.Log,
		frames: newFrames(o.Store, o.Keys, o.FrameTTL),
		gate:   newGate(o.MaxFigures, o.MaxWaiting, o.Patience),
		mux:    http.NewServeMux(),
		origin: http.NewCrossOriginProtection(),
	}
	h.route()
	return h, nil
}

// An endpoint answers, or returns what went wrong.
type endpoint func(http.ResponseWriter, *http.Request) error

func (h *Handler) route() {
	for pattern, serve := range map[string]endpoint{
		"POST /v1/frames":             h.postFrame,
		"GET /v1/frames":              h.listFrames,
		"GET /v1/frames/{frame}":      h.getFrame,
		"GET /v1/frames/{frame}/data": h.getData,
		"DELETE /v1/frames/{frame}":   h.deleteFrame,
		"POST /v1/figure":             h.postFigure,
		"GET /v1/figure":              h.getFigure,
		"GET /healthz":                h.healthz,
		"GET /readyz":                 h.readyz,
		"GET /metrics":                h.getMetrics,
	} {
		h.mux.Handle(pattern, h.answering(serve))
	}
}

// Paths returns the patterns of http.ServeMux under which a handler wants to
// be mounted.
func Paths() []string { return []string{"/v1/", "/healthz", "/readyz", "/metrics"} }

func (h *Handler) answering(serve endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.metrics.requests.Add(1)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := serve(newPatientWriter(w, h.o.Patience), r); err != nil {
			h.metrics.failed.Add(1)
			h.writeProblem(w, r, err)
		}
	})
}

// ServeHTTP implements http.Handler. It refuses requests that change something
// and come from a page of another origin.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h.origin.Check(r); err != nil {
		h.writeProblem(w, r, newForbidden(err))
		return
	}
	h.mux.ServeHTTP(w, r)
}

// Close releases the frames that were named. The store is the caller's.
func (h *Handler) Close() { h.frames.close() }

// Ready makes /readyz answer that the handler is ready: its frames are loaded.
func (h *Handler) Ready() { h.ready.Store(true) }
