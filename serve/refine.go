package serve

import (
	"context"
	"encoding/json"
	"errors"
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
	// Drawn is the view that the answer with this tag was for: the new answer leaves
	// out the rows of that.
	Drawn json.RawMessage `json:"drawn"`
}

// A drawnRequest is the member "drawn" of a request.
type drawnRequest struct {
	X      []any   `json:"x"`
	Y      []any   `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	DPR    float64 `json:"dpr"`
}

var (
	refineMembers = append([]string{"x", "y", "have", "drawn"}, figureMembers...)
	drawnMembers  = []string{"x", "y", "width", "height", "dpr"}
)

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
	return h.patch(w, r, &asked.figureRequest, asked.Have, func(q *pointillist.Request) error {
		q.Refine = true
		q.Reduce.Margin = 0 // the page has measured its plot
		if err := asked.readDrawn(q); err != nil {
			return err
		}
		if err := readView(asked.X, asked.Y, &q.Reduce); err != nil {
			return err
		}
		q.Reduce = q.Reduce.Snap()
		return nil
	})
}

// readDrawn sets what the page has, if that is what the tag says: of this version of
// the frame, and an answer of ours. Else the answer is whole.
func (asked *refineRequest) readDrawn(q *pointillist.Request) error {
	if len(asked.Drawn) == 0 || string(asked.Drawn) == "null" {
		return nil
	}
	var drawn drawnRequest
	if err := decodeStrict(asked.Drawn, &drawn, "/drawn", drawnMembers); err != nil {
		return err
	}
	was := *q
	was.Reduce.Width, was.Reduce.Height, was.Reduce.PixelRatio = drawn.Width, drawn.Height, drawn.DPR
	if err := readRanges(drawn.X, drawn.Y, "/drawn", &was.Reduce); err != nil {
		return err
	}
	if err := was.Reduce.Validate(); err != nil {
		var option *reduce.OptionError
		errors.As(err, &option)
		return badRequest(err).at("/drawn" + option.Pointer)
	}
	was.Reduce = was.Reduce.Snap()
	if matches(asked.Have, was.ETag()) {
		q.Since = &was.Reduce
	}
	return nil
}

// patch answers with something else of a figure than the figure, which ask asks
// for, or with 304 if the page has that.
func (h *Handler) patch(w http.ResponseWriter, r *http.Request, asked *figureRequest, have string, ask func(*pointillist.Request) error) error {
	ctx, cancel := context.WithTimeout(r.Context(), h.o.Timeout)
	defer cancel()
	loading := startStage("load")
	q, f, err := h.engineRequest(ctx, asked, Session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	stages := []stage{loading.end()}
	if err := ask(&q); err != nil {
		return err
	}

	coding, err := negotiate(r, h.o.Codings)
	if err != nil {
		return err
	}
	header := w.Header()
	f.tell(header)
	header.Set("ETag", q.ETag())
	header.Set("Vary", "Accept-Encoding, Cookie")
	header.Set("Cache-Control", "no-store") // the page keeps it, and says so by have
	if matches(have, q.ETag()) {
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

// readView sets the ranges that are seen.
func readView(x, y []any, o *reduce.Options) (err error) {
	if err := readRanges(x, y, "", o); err != nil {
		return err
	}
	if err := o.Validate(); err != nil {
		return reduceProblem(err)
	}
	return nil
}

func readRanges(x, y []any, under string, o *reduce.Options) (err error) {
	if o.X, err = parseRange(x, under+"/x"); err != nil {
		return err
	}
	o.Y, err = parseRange(y, under+"/y")
	return err
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
