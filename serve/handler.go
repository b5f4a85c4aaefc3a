package serve

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/load"
)

// Options configure a Handler. The zero Options are ready to use.
type Options struct {
	// Engine makes the figures; nil is one with default options.
	Engine *pointillist.Engine
	// Store keeps the frames that clients send; nil is one in memory, of 1 GiB.
	Store cache.Store
	// Keys sign the handles of frames; nil is a key made at the start, which
	// suits a single process whose handles need not outlive it: with a Store
	// other than a cache.Memory it is an error.
	Keys *handle.Ring
	// Loaded opens the handles of frames that the server's own loaders have
	// loaded, each into its own store; nil opens none. See package cache/load.
	Loaded *load.Handles
	// AdminToken, if not empty, has the handler answer under /v1/store, to who
	// sends it as a bearer token. At least 16 random bytes, in any form.
	AdminToken string

	Codings    []Coding      // offered to clients, the preferred first; nil is zstd, gzip, br
	MaxBody    int64         // bytes of a request; 0 is 1 GiB
	MaxRows    int           // rows of a frame that is sent; 0 is 100 million
	FrameTTL   time.Duration // how long an unused frame is kept; 0 is an hour
	MaxUploads int           // bodies of more than 1 MiB, or of unknown length, taken at a time; 0 is 16
	MaxFigures int           // figures made at a time; 0 is four a core
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
	named   named
	stored  *stored
	log     *slog.Logger
	gate    *gate // for figures
	uploads *gate // for large bodies
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
		stored:  &stored{o.Store, o.Keys, o.FrameTTL},
		gate:    newGate(o.MaxFigures, o.MaxWaiting, o.Patience),
		uploads: newGate(o.MaxUploads, o.MaxWaiting, o.Patience),
		mux:     http.NewServeMux(),
		origin:  http.NewCrossOriginProtection(),
	}
	h.route()
	return h, nil
}

// An endpoint answers, or returns what went wrong.
type endpoint func(http.ResponseWriter, *http.Request) error

func (h *Handler) route() {
	routes := map[string]map[string]endpoint{
		"/v1/frames":              {"POST": h.postFrame, "GET": h.listFrames, "DELETE": h.deleteFrames},
		"/v1/frames/{frame}":      {"GET": h.getFrame, "DELETE": h.deleteFrame},
		"/v1/frames/{frame}/data": {"GET": h.getData},
		"/v1/figure":              {"POST": h.postFigure, "GET": h.getFigure},
		"/v1/refine":              {"POST": h.postRefine},
		"/v1/pick":                {"POST": h.postPick},
		"/client.js":              {"GET": h.getClient},
		"/healthz":                {"GET": h.healthz},
		"/readyz":                 {"GET": h.readyz},
		"/metrics":                {"GET": h.getMetrics},
	}
	if h.o.AdminToken != "" {
		maps.Copy(routes, h.adminRoutes())
	}
	for path, methods := range routes {
		for method, serve := range methods {
			h.mux.Handle(method+" "+path, h.answering(serve))
		}
		h.mux.Handle(path, h.answering(notAllowed(slices.Sorted(maps.Keys(methods)))))
	}
	h.mux.Handle("/", h.answering(notFound))
}

func notAllowed(methods []string) endpoint {
	allow := strings.Join(methods, ", ")
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", allow)
		err := fmt.Errorf("%s is not allowed here: want %s", r.Method, allow)
		return newProblem(http.StatusMethodNotAllowed, "Method not allowed", err)
	}
}

func notFound(_ http.ResponseWriter, r *http.Request) error {
	err := fmt.Errorf("there is no %q: want /v1/frames or /v1/figure", r.URL.Path)
	return newProblem(http.StatusNotFound, "No such path", err)
}

// Paths returns the patterns of http.ServeMux under which a handler wants to
// be mounted.
func Paths() []string { return []string{"/v1/", "/client.js", "/healthz", "/readyz", "/metrics"} }

func (h *Handler) answering(serve endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.metrics.requests.Add(1)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		patient := newPatientWriter(w, h.o.Patience)
		r.Body = patient.reader(r.Body)
		err := h.guarded(serve, patient, r)
		if err == nil {
			return
		}
		h.metrics.failed.Add(1)
		if patient.started {
			// The head is sent: all that is left is to break the connection
			// off, so that the client does not take a part for the whole.
			h.log.WarnContext(r.Context(), "answer broken off", "path", r.URL.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		h.writeProblem(patient, r, err)
	})
}

// smallBody is the most bytes of a body that need not wait for others.
const smallBody = 1 << 20

// guarded refuses requests that change something and come from a page of
// another origin, lets only so many large bodies in, and returns a panic as an
// error.
func (h *Handler) guarded(serve endpoint, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	if err := h.origin.Check(r); err != nil {
		return newForbidden(err)
	}
	if r.ContentLength < 0 || r.ContentLength > smallBody {
		leave, err := h.uploads.enter(r.Context())
		if err != nil {
			return err
		}
		defer leave()
	}
	return serve(w, r)
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Close releases the frames that were named. The store is the caller's.
func (h *Handler) Close() { h.named.close() }

// Ready makes /readyz answer that the handler is ready: its frames are loaded.
func (h *Handler) Ready() { h.ready.Store(true) }
