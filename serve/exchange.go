package serve

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/goccy/go-json"

	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame/file"
)

// postFrame stores the body as a frame of the session.
func (h *Handler) postFrame(w http.ResponseWriter, r *http.Request) error {
	owner := session(w, r)
	format, err := file.OfType(r.Header.Get("Content-Type"))
	if err != nil {
		return newProblem(http.StatusUnsupportedMediaType, "Unsupported media type", err)
	}
	name := cmp.Or(r.URL.Query().Get("name"), "upload")
	f, err := file.Read(http.MaxBytesReader(w, r.Body, h.o.MaxBody), format, file.Options{
		Source: name, MaxBytes: h.o.MaxBody, MaxRows: h.o.MaxRows,
	})
	if err != nil {
		return err
	}
	defer f.Release()
	signed, err := h.stored.keep(r.Context(), f, name, owner)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "frames/"+signed)
	return writeJSON(w, http.StatusCreated, describe(signed, &found{Snapshot: &refresh.Snapshot{Frame: f, Checked: time.Now()}, name: name}))
}

// listFrames answers with the server's frames and the session's.
func (h *Handler) listFrames(w http.ResponseWriter, r *http.Request) error {
	owner := session(w, r)
	list := struct {
		Frames []frameInfo `json:"frames"`
	}{[]frameInfo{}}
	for _, f := range h.named.all() {
		list.Frames = append(list.Frames, describe(f.name, f))
		f.Release()
	}
	for _, s := range h.stored.of(owner) {
		if f, err := h.stored.find(r.Context(), s.handle, owner); err == nil { // of one that is gone, GET of the handle says why
			list.Frames = append(list.Frames, describe(s.handle, f))
			f.Release()
		}
	}
	return writeJSON(w, http.StatusOK, list)
}

func (h *Handler) getFrame(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("frame")
	f, err := h.find(r.Context(), name, session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	f.tell(w.Header())
	return writeJSON(w, http.StatusOK, describe(name, f).withBounds(f.Frame))
}

func (h *Handler) deleteFrame(w http.ResponseWriter, r *http.Request) error {
	asked := r.PathValue("frame")
	if slices.Contains(h.named.names(), asked) {
		return newForbidden(fmt.Errorf("%q is a frame of the server", asked))
	}
	err := h.stored.remove(r.Context(), asked, session(w, r))
	switch {
	case errors.Is(err, handle.ErrMalformed):
		return h.unknown(asked)
	case err != nil:
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func writeJSON(w http.ResponseWriter, status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may be gone
	return nil
}
