package serve

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

var errBusy = errors.New("too many others are being served")

// A gate lets a bounded number of requests work at a time, and a bounded
// number wait.
type gate struct {
	working  chan struct{}
	waiting  chan struct{}
	patience time.Duration
}

func newGate(working, waiting int, patience time.Duration) *gate {
	return &gate{make(chan struct{}, working), make(chan struct{}, working+waiting), patience}
}

// enter waits for a place, and returns the function that gives it back. It
// fails with errBusy if too many wait already, or if none became free within
// the gate's patience, and with the context's error once that is done.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.waiting <- struct{}{}:
	default:
		return nil, errBusy
	}
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case g.working <- struct{}{}:
		return func() { <-g.working; <-g.waiting }, nil
	case <-timer.C:
		err = errBusy
	case <-ctx.Done():
		err = ctx.Err()
	}
	<-g.waiting
	return nil, err
}

// A patientWriter gives the client a fixed time for each write: one that has
// stopped reading does not hold a figure for ever.
type patientWriter struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	started  bool // the head is sent
}

func newPatientWriter(w http.ResponseWriter, patience time.Duration) *patientWriter {
	return &patientWriter{ResponseWriter: w, control: http.NewResponseController(w), patience: patience}
}

func (w *patientWriter) WriteHeader(status int) {
	w.started = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *patientWriter) Write(p []byte) (int, error) {
	w.started = true
	if err := supported(w.control.SetWriteDeadline(time.Now().Add(w.patience))); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the writer below.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// reader returns the request's body with the same time for each read.
func (w *patientWriter) reader(body io.ReadCloser) io.ReadCloser {
	return &patientReader{body, w.control, w.patience}
}

type patientReader struct {
	io.ReadCloser
	control  *http.ResponseController
	patience time.Duration
}

func (r *patientReader) Read(p []byte) (int, error) {
	if err := supported(r.control.SetReadDeadline(time.Now().Add(r.patience))); err != nil {
		return 0, err
	}
	n, err := r.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		// From here on the server reads only to notice that the client is gone.
		_ = r.control.SetReadDeadline(time.Time{}) // the next read of a gone client fails anyway
	}
	return n, err
}

// supported forgives a ResponseWriter that has no deadlines, such as a test's.
func supported(err error) error {
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
