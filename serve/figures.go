package serve

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
)

// maxQuery is the most bytes of a figure request in a URL.
const maxQuery = 16 << 10

func (h *Handler) postFigure(w http.ResponseWriter, r *http.Request) error {
	text, err := h.body(w, r)
	if err != nil {
		return err
	}
	return h.plainFigure(w, r, text)
}

// body reads a request's body.
func (h *Handler) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.o.MaxBody))
	if err != nil {
		return nil, unreadable(err)
	}
	return text, nil
}

func (h *Handler) getFigure(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("q")
	switch {
	case text == "":
		return badRequest(errors.New("no q is given: want the request as URL-encoded JSON"))
	case len(text) > maxQuery:
		return newProblem(http.StatusRequestEntityTooLarge, "Too large", errors.New("q is too long for a URL: POST it"))
	}
	return h.plainFigure(w, r, []byte(text))
}

// plainFigure answers to a request's JSON with a figure, or with what the page
// lacks of it.
func (h *Handler) plainFigure(w http.ResponseWriter, r *http.Request, text []byte) error {
	var asked updateRequest
	if err := decodeRequest(text, &asked, &asked.figureRequest, updateMembers); err != nil {
		return err
	}
	if asked.Have != nil {
		return h.update(w, r, &asked.figureRequest, *asked.Have, plainUpdate)
	}
	return h.figure(w, r, &asked.figureRequest, Envelope{})
}

// figure answers with the figure that is asked for, in an envelope.
func (h *Handler) figure(w http.ResponseWriter, r *http.Request, asked *figureRequest, in Envelope) error {
	ctx, cancel := context.WithTimeout(r.Context(), h.o.Timeout)
	defer cancel()
	loading := startStage("load")
	q, f, err := h.engineRequest(ctx, asked, Session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	stages := []stage{loading.end()}

	coding, err := negotiate(r, h.o.Codings)
	if err != nil {
		return err
	}
	q.Coding = in.coding(coding)
	header := w.Header()
	f.tell(header)
	header.Set("ETag", q.ETag())
	header.Set("Vary", "Accept-Encoding, Cache-Control, Cookie")
	header.Set("Cache-Control", "private, no-cache")
	if matches(r.Header.Get("If-None-Match"), q.ETag()) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	answer, leave, err := h.make(ctx, q)
	if err != nil {
		return err
	}
	defer leave()
	defer answer.Release()
	return h.send(ctx, w, answer, stages, coding)
}

// make makes an answer when it is its turn. The next one's comes at leave, or as
// soon as there is nothing left to do but to send bytes: a client that reads
// slowly keeps nobody else from a figure.
func (h *Handler) make(ctx context.Context, q pointillist.Request) (answer *pointillist.Answer, leave func(), err error) {
	leave, err = h.gate.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	leave = sync.OnceFunc(leave)
	answer, err = h.engine.Figure(ctx, q)
	if err != nil {
		leave()
		return nil, nil, err
	}
	if answer.Made() {
		leave()
	}
	h.metrics.figures.Add(1)
	return answer, leave, nil
}

// send writes an answer's head and body.
func (h *Handler) send(ctx context.Context, w http.ResponseWriter, answer *pointillist.Answer, stages []stage, coding Coding) error {
	for _, s := range answer.Stages() {
		stages = append(stages, stage{s.Name, s.Took})
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Server-Timing", serverTiming(stages))
	if coding != Identity {
		header.Set("Content-Encoding", string(coding))
	}
	if size, known := answer.Size(); known {
		header.Set("Content-Length", strconv.FormatInt(size, 10))
	}
	n, err := answer.Write(ctx, w)
	h.metrics.bytes.Add(n)
	return err
}

// engineRequest turns a request into the engine's terms. The caller releases
// its frame.
func (h *Handler) engineRequest(ctx context.Context, asked *figureRequest, session string) (q pointillist.Request, f *found, err error) {
	if q.Filter, err = parseFilter(asked.Filter); err != nil {
		return q, nil, err
	}
	if q.Kind, err = figure.ParseArgs(asked.Kind, asked.Args); err != nil {
		return q, nil, cmp.Or(argumentProblem(err), badRequest(err).at("/kind"))
	}
	if asked.ExactPx {
		q.Kind = figure.ExactPx(q.Kind)
	}
	if q.Reduce, err = decodeReduce(asked.Reduce); err != nil {
		return q, nil, err
	}
	if asked.Arrays != "" {
		if q.Arrays, err = encode.ParseArrays(asked.Arrays); err != nil {
			return q, nil, badRequest(err).at("/arrays")
		}
	}
	if f, err = h.resolve(ctx, asked.Frame, session); err != nil {
		return q, nil, err
	}
	q.Frame = f.Frame
	return q, f, nil
}

func parseFilter(text string) (*filter.Expr, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return filter.Parse(text)
}

// matches reports whether an If-None-Match header names the tag.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
