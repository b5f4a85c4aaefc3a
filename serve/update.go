package serve

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/encode"
)

// An updateRequest is what /v1/figure is asked: for a figure, and by a page that
// shows it how it was.
type updateRequest struct {
	figureRequest
	// Have is the ETag of the answer that the page shows, "" before the first; null
	// of a page that does not want to have less than the figure.
	Have *string `json:"have"`
}

var updateMembers = append(slices.Clone(figureMembers), "have")

// An Update is the envelope of an answer to a page that said which figure it
// shows. Whole says that it is a figure, and else a list of the operations that
// make the figure of what the page shows: see reduce.Extend. The tag is what the
// page has then, and says at its next request.
type Update func(tag string, whole bool) Envelope

func plainUpdate(_ string, whole bool) Envelope {
	if whole {
		return Envelope{}
	}
	return Envelope{`{"operations":`, "}"}
}

// ServeUpdate answers as ServeFigure does, for a page that shows the figure with
// the tag that it has: 204 if there is nothing new, and, where rows were appended to
// the frame and nothing else has changed in the figure, only what these rows add.
// Else, and where have is "", the answer is whole. Its arrays are lists, which can
// be added to.
func (h *Handler) ServeUpdate(w http.ResponseWriter, r *http.Request, body []byte, have string, in Update) {
	h.answering(func(w http.ResponseWriter, r *http.Request) error {
		asked, err := decodeFigure(body)
		if err != nil {
			return err
		}
		return h.update(w, r, asked, have, in)
	}).ServeHTTP(w, r)
}

var errNotText = errors.New(`arrays that are to be extended are "text": plotly.js adds nothing to a typed one`)

func (h *Handler) update(w http.ResponseWriter, r *http.Request, asked *figureRequest, have string, in Update) error {
	ctx, cancel := context.WithTimeout(r.Context(), h.o.Timeout)
	defer cancel()
	if asked.Arrays != "" && asked.Arrays != encode.Text.String() {
		return badRequest(errNotText).at("/arrays")
	}
	loading := startStage("load")
	q, f, err := h.engineRequest(ctx, asked, Session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	stages := []stage{loading.end()}
	q.Arrays = encode.Text

	coding, err := negotiate(r, h.o.Codings)
	if err != nil {
		return err
	}
	tag := q.ETag()
	header := w.Header()
	f.tell(header)
	header.Set("ETag", tag)
	header.Set("Vary", "Accept-Encoding, Cookie")
	header.Set("Cache-Control", "no-store") // it depends on what the page has
	if matches(have, tag) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	answer, leave, err := h.makeUpdate(ctx, q, have, func(whole bool) *pointillist.Coding { return in(tag, whole).coding(coding) })
	if err != nil {
		return err
	}
	defer leave()
	defer answer.Release()
	return h.send(ctx, w, answer, stages, coding)
}

// makeUpdate makes what the page lacks, or else all.
func (h *Handler) makeUpdate(ctx context.Context, q pointillist.Request, have string, coding func(whole bool) *pointillist.Coding) (*pointillist.Answer, func(), error) {
	if part, ok := q.Extending(have); ok {
		part.Coding = coding(false)
		answer, leave, err := h.make(ctx, part)
		if !errors.Is(err, pointillist.ErrNotExtended) {
			return answer, leave, err
		}
	}
	q.Coding = coding(true)
	return h.make(ctx, q)
}
