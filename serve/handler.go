package serve

import (
	"errors"
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
	}
	h.route()
	return h, nil
}

func (h *Handler) route() {
	protect := http.NewCrossOriginProtection()
	handle := func(pattern string, serve func(http.ResponseWriter, *http.Request) error) {
		h.mux.Handle(pattern, protect.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.metrics.requests.Add(1)
			if err := serve(newPatientWriter(w, h.o.Patience), r); err != nil {
				h.metrics.failed.Add(1)
				h.writeProblem(w, r, err)
			}
		})))
	}
	handle("POST /v1/frames", h.postFrame)
	handle("GET /v1/frames", h.listFrames)
	handle("GET /v1/frames/{frame}", h.getFrame)
	handle("GET /v1/frames/{frame}/data", h.getData)
	handle("DELETE /v1/frames/{frame}", h.deleteFrame)
	handle("POST /v1/figure", h.postFigure)
	handle("GET /v1/figure", h.getFigure)
	handle("GET /healthz", h.healthz)
	handle("GET /readyz", h.readyz)
	handle("GET /metrics", h.getMetrics)
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Ready makes /readyz answer that the handler is ready: its frames are loaded.
func (h *Handler) Ready() { h.ready.Store(true) }

// complete fills in what is left out, and checks the rest.
func (o *Options) complete() error {
	var wrong []error
	negative := func(name string, is bool) {
		if is {
			wrong = append(wrong, errors.New("serve: Options."+name+" is negative"))
		}
	}
	negative("MaxBody", o.MaxBody < 0)
	negative("MaxRows", o.MaxRows < 0)
	negative("FrameTTL", o.FrameTTL < 0)
	negative("MaxFigures", o.MaxFigures < 0)
	negative("MaxWaiting", o.MaxWaiting < 0)
	negative("Patience", o.Patience < 0)
	negative("Timeout", o.Timeout < 0)
	orElse(&o.MaxBody, 1<<30)
	orElse(&o.MaxRows, 100_000_000)
	orElse(&o.FrameTTL, time.Hour)
	orElse(&o.MaxFigures, 64)
	orElse(&o.MaxWaiting, 256)
	orElse(&o.Patience, 15*time.Second)
	orElse(&o.Timeout, time.Minute)
	if o.Codings == nil {
		o.Codings = []Coding{Zstd, Gzip, Brotli}
	}
	for _, c := range o.Codings {
		if c.writer(nil) == nil {
			wrong = append(wrong, errors.New("serve: Options.Codings has "+string(c)+", want Gzip, Zstd or Brotli"))
		}
	}
	return errors.Join(append(wrong, o.completeParts())...)
}
