package serve

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/goccy/go-json"
)

// A Problem is an error as RFC 9457 puts it on the wire.
type Problem struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail,omitempty"`
	Pointer string `json:"pointer,omitempty"` // JSON Pointer into the request
	Column  string `json:"column,omitempty"`
	Row     *int64 `json:"row,omitempty"`
	Frame   string `json:"frame,omitempty"` // the handle of what has taken the place of what is gone

	retryAfter string
	cause      error
}

func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// Unwrap returns the error that the problem tells of.
func (p *Problem) Unwrap() error { return p.cause }

// newProblem tells of err under the given status and title.
func newProblem(status int, title string, err error) *Problem {
	p := &Problem{Type: "about:blank", Title: title, Status: status, cause: err}
	if err != nil {
		p.Detail = err.Error()
	}
	return p
}

// at notes the place in the request that the problem is about.
func (p *Problem) at(pointer string) *Problem {
	p.Pointer = pointer
	return p
}

// later tells the client to come back in the given number of seconds.
func (p *Problem) later(seconds string) *Problem {
	p.retryAfter = seconds
	return p
}

// writeProblem answers with the problem that err is, or stands for.
func (h *Handler) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) && !errors.Is(err, errNotReady) {
		cause := p.cause // says more than the client may know
		if cause == nil {
			cause = err
		}
		h.log.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", cause)
	}
	header := w.Header()
	for _, name := range []string{"Content-Encoding", "ETag", "Server-Timing"} {
		header.Del(name)
	}
	if p.retryAfter != "" {
		header.Set("Retry-After", p.retryAfter)
	}
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	text, _ := json.Marshal(p) // texts and numbers always can be
	header.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(text) // the client may be gone
}
