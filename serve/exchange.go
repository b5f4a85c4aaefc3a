package serve

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/goccy/go-json"

	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame/file"
)

// postFrame stores the body as a frame of the session.
func (h *Handler) postFrame(w http.ResponseWriter, r *http.Request) error {
	owner := Session(w, r)
	format, err := file.OfType(r.Header.Get("Content-Type"))
	if err != nil {
		return newProblem(http.StatusUnsupportedMediaType, "Unsupported media type", err)
	}
	name, slot, err := labels(r)
	if err != nil {
		return err
	}
	read, err := file.Read(http.MaxBytesReader(w, r.Body, h.o.MaxBody), format, file.Options{
		Source: name, MaxBytes: h.o.MaxBody, MaxRows: h.o.MaxRows,
	})
	if err != nil {
		return err
	}
	defer read.Release()
	f := read.WithMetadata(nameKey, name)
	defer f.Release()
	signed, err := h.stored.keep(r.Context(), f, owner, slot)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "frames/"+signed)
	return writeJSON(w, http.StatusCreated, describeStored(signed, f))
}

// maxLabel is the most bytes of a frame's name or slot.
const maxLabel = 255

// labels returns what a frame that is sent is to be called, and the place that
// it takes among the session's.
func labels(r *http.Request) (name, slot string, err error) {
	q := r.URL.Query()
	name, slot = cmp.Or(q.Get("name"), "upload"), q.Get("slot")
	if len(name) > maxLabel || len(slot) > maxLabel {
		err = badRequest(fmt.Errorf("name and slot may have %d bytes", maxLabel))
	}
	return name, slot, err
}

// listFrames answers with the server's frames and the session's.
func (h *Handler) listFrames(w http.ResponseWriter, r *http.Request) error {
	owner := Session(w, r)
	list := struct {
		Frames []frameInfo `json:"frames"`
	}{[]frameInfo{}}
	for _, f := range h.named.all() {
		list.Frames = append(list.Frames, describe(f.name, f))
		f.Release()
	}
	err := h.stored.of(r.Context(), owner, func(signed string, f *found) {
		list.Frames = append(list.Frames, describe(signed, f))
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, list)
}

func (h *Handler) getFrame(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("frame")
	f, err := h.find(r.Context(), name, Session(w, r))
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
	err := h.stored.remove(r.Context(), asked, Session(w, r))
	switch {
	case errors.Is(err, handle.ErrMalformed):
		return h.unknown(asked)
	case err != nil:
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteFrames frees all that the session has stored.
func (h *Handler) deleteFrames(w http.ResponseWriter, r *http.Request) error {
	err := h.stored.removeAll(r.Context(), Session(w, r))
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		err = errors.New("the store does not know whose its frames are: delete them one by one")
		return newProblem(http.StatusNotImplemented, "Not implemented", err)
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
