package dash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/pointillist-go/pointillist/serve"
)

// A Callback returns the figure that is wanted, as a value whose JSON is a body of
// POST /v1/figure. Without one, nil, the output stays as it is. An error is
// answered with its text.
type Callback func(ctx context.Context, call *Call) (request any, err error)

// Options configure a handler. Figures and Callbacks must be set.
type Options struct {
	Figures   *serve.Handler
	Callbacks map[string]Callback // by output: "graph.figure", or "..graph.figure...drawn.data.." for updates
	Others    http.Handler        // for all other requests; nil answers them with 404
	MaxCall   int64               // bytes of a call, which may carry data of the page; 0 is 64 MiB
}

// update is the end of the path of every call, wherever Dash is mounted.
const update = "/_dash-update-component"

type handler struct {
	o       Options
	outputs map[string]*output
}

// New returns a handler for all requests of a page. It returns an error if an
// output is not a component and a property with a point between, or two of these
// as Dash names them together.
func New(o Options) (http.Handler, error) {
	if o.Figures == nil || len(o.Callbacks) == 0 || o.MaxCall < 0 {
		return nil, errors.New("serve/dash: Options: Figures and Callbacks must be set, and MaxCall not be negative")
	}
	if o.MaxCall == 0 {
		o.MaxCall = 64 << 20
	}
	if o.Others == nil {
		o.Others = http.NotFoundHandler()
	}
	h := &handler{o, make(map[string]*output)}
	for name := range o.Callbacks {
		parsed, err := parseOutput(name)
		if err != nil {
			return nil, err
		}
		h.outputs[name] = parsed
	}
	return h, nil
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, update) {
		h.o.Others.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.o.MaxCall))
	if err != nil {
		tooLarge, ok := errors.AsType[*http.MaxBytesError](err)
		if ok {
			http.Error(w, fmt.Sprintf("a call of more than %d bytes", tooLarge.Limit), http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the call could not be read", http.StatusBadRequest)
		return
	}
	var call Call
	callback := h.o.Callbacks[outputOf(body, &call)]
	if callback == nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.o.Others.ServeHTTP(w, r)
		return
	}
	h.answer(w, r, callback, &call)
}

// outputOf reads a call. What is not one is nobody's here.
func outputOf(body []byte, call *Call) string {
	if json.Unmarshal(body, call) != nil {
		return ""
	}
	return call.Output
}

func (h *handler) answer(w http.ResponseWriter, r *http.Request, callback Callback, call *Call) {
	request, err := callback(r.Context(), call)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if request == nil {
		w.WriteHeader(http.StatusNoContent) // Dash's own "prevent update"
		return
	}
	body, err := json.Marshal(request)
	if err != nil {
		http.Error(w, "the callback "+call.Output+": "+err.Error(), http.StatusInternalServerError)
		return
	}
	out := h.outputs[call.Output]
	if out.drawn == nil {
		h.o.Figures.ServeFigure(w, r, body, out.envelope())
		return
	}
	have, err := Value[string](call, out.drawn.id, out.drawn.name)
	if err != nil {
		http.Error(w, err.Error()+": declare State("+strconv.Quote(out.drawn.id)+", "+strconv.Quote(out.drawn.name)+")", http.StatusBadRequest)
		return
	}
	h.o.Figures.ServeUpdate(w, r, body, have, out.update)
}
