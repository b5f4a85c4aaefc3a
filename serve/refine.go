package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/reduce"
)

// A refineRequest is the body of POST /v1/refine: that of the figure which is
// on the screen, and what is seen of it now.
type refineRequest struct {
	figureRequest
	X    []any  `json:"x"`
	Y    []any  `json:"y"`
	Have string `json:"have"` // the ETag of the rows that are drawn
}

var refineMembers = append([]string{"x", "y", "have"}, figureMembers...)

// postRefine answers with the columns of a figure as it is reduced for another
// view, or with 304 if these are the ones that the page has. The view is widened
// to a window that those next to it share: see reduce.Options.Snap.
func (h *Handler) postRefine(w http.ResponseWriter, r *http.Request) error {
	text, err := h.body(w, r)
	if err != nil {
		return err
	}
	var asked refineRequest
	if err := decodeRequest(text, &asked, &asked.figureRequest, refineMembers); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.o.Timeout)
	defer cancel()
	loading := startStage("load")
	q, release, err := h.engineRequest(ctx, &asked.figureRequest, session(w, r))
	if err != nil {
		return err
	}
	defer release()
	stages := []stage{loading.end()}
	if err := asked.view(&q.Reduce); err != nil {
		return err
	}
	q.Refine = true

	coding, err := negotiate(r, h.o.Codings)
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("ETag", q.ETag())
	header.Set("Vary", "Accept-Encoding, Cookie")
	header.Set("Cache-Control", "no-store") // the page keeps it, and says so by have
	if matches(asked.Have, q.ETag()) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	answer, leave, err := h.make(ctx, q)
	if err != nil {
		return err
	}
	defer leave()
	defer answer.Release()
	return h.sendPatch(ctx, w, answer, asked.Seq, stages, coding)
}

// view sets the ranges that are seen.
func (q *refineRequest) view(o *reduce.Options) error {
	x, err := parseRange(q.X, "/x")
	if err != nil {
		return err
	}
	y, err := parseRange(q.Y, "/y")
	if err != nil {
		return err
	}
	o.X, o.Y = x, y
	if err := o.Validate(); err != nil {
		return reduceProblem(err)
	}
	*o = o.Snap()
	return nil
}

// sendPatch writes an answer's head, and its body behind what belongs to this
// request alone.
func (h *Handler) sendPatch(ctx context.Context, w http.ResponseWriter, answer *pointillist.Answer, seq int64, stages []stage, coding Coding) (err error) {
	for _, s := range answer.Stages() {
		stages = append(stages, stage{s.Name, s.Took})
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Server-Timing", serverTiming(stages))
	body := io.Writer(w)
	if coding != Identity {
		header.Set("Content-Encoding", string(coding))
		compressor := coding.writer(w)
		defer func() {
			if closed := compressor.Close(); err == nil {
				err = closed
			}
		}()
		body = compressor
	}
	etag, err := json.Marshal(answer.ETag())
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(body, `{"seq":%d,"etag":%s,`, seq, etag); err != nil {
		return err
	}
	n, err := answer.Write(ctx, &tail{w: body, skip: len("{")})
	h.metrics.bytes.Add(n)
	return err
}

// A tail passes on all but the first bytes.
type tail struct {
	w    io.Writer
	skip int
}

func (t *tail) Write(p []byte) (int, error) {
	skipped := min(t.skip, len(p))
	t.skip -= skipped
	n, err := t.w.Write(p[skipped:])
	return skipped + n, err
}
