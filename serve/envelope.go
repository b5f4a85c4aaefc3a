package serve

import (
	"io"
	"net/http"

	"github.com/pointillist-go/pointillist"
)

// An Envelope is what stands around the JSON of a figure, as in the answers of
// a framework that wraps all that its callbacks return.
type Envelope struct{ Before, After string }

// ServeFigure answers as /v1/figure does to a body, with the figure in an
// envelope. What the memo keeps of the figure is put into it as it is: nothing is
// encoded again, and what is compressed is kept with its envelope.
func (h *Handler) ServeFigure(w http.ResponseWriter, r *http.Request, body []byte, in Envelope) {
	h.answering(func(w http.ResponseWriter, r *http.Request) error {
		asked, err := decodeFigure(body)
		if err != nil {
			return err
		}
		return h.figure(w, r, asked, in)
	}).ServeHTTP(w, r)
}

// coding returns how the figure's JSON becomes the body; nil if it is the body.
//
// A body cannot be put together of compressed pieces: of the members of a gzip
// file browsers read the first only, and brotli has none. So the envelope goes
// through the compressor with the figure.
func (e Envelope) coding(c Coding) *pointillist.Coding {
	switch {
	case e == Envelope{} && c == Identity:
		return nil
	case e == Envelope{}:
		return &pointillist.Coding{Name: string(c), Writer: c.writer}
	}
	return &pointillist.Coding{
		Name: string(c) + " in " + e.Before + "\x00" + e.After,
		Writer: func(w io.Writer) io.WriteCloser {
			return &enveloper{e, c.writer(w), false}
		},
	}
}

// An enveloper writes an envelope around what is written to it.
type enveloper struct {
	Envelope
	w    io.WriteCloser
	open bool
}

// Write passes p on.
func (e *enveloper) Write(p []byte) (int, error) {
	if !e.open {
		e.open = true
		if _, err := io.WriteString(e.w, e.Before); err != nil {
			return 0, err
		}
	}
	return e.w.Write(p)
}

// Close writes what comes after.
func (e *enveloper) Close() error {
	_, err := io.WriteString(e.w, e.After)
	if cerr := e.w.Close(); err == nil {
		err = cerr
	}
	return err
}
