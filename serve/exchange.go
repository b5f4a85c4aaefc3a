package serve

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/goccy/go-json"

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
	signed, err := h.frames.keep(r.Context(), f, name, owner)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "frames/"+signed)
	return writeJSON(w, http.StatusCreated, describe(signed, name, f, time.Now()))
}

// listFrames answers with the server's frames and the session's.
func (h *Handler) listFrames(w http.ResponseWriter, r *http.Request) error {
	owner := session(w, r)
	named, stored := h.frames.of(owner)
	list := struct {
		Frames []frameInfo `json:"frames"`
	}{[]frameInfo{}}
	for _, n := range named {
		list.Frames = append(list.Frames, describe(n.name, n.name, n.frame, n.loaded))
		n.frame.Release()
	}
	for _, s := range stored {
		f, info, err := h.o.Store.Get(r.Context(), s.key)
		if err != nil {
			continue // expired or evicted meanwhile: GET of the handle says why
		}
		list.Frames = append(list.Frames, describe(s.handle, s.name, f, info.Created))
		f.Release()
	}
	return writeJSON(w, http.StatusOK, list)
}

func (h *Handler) getFrame(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("frame")
	f, since, err := h.frames.find(r.Context(), name, session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	return writeJSON(w, http.StatusOK, describe(name, name, f, since).withBounds(f))
}

func (h *Handler) deleteFrame(w http.ResponseWriter, r *http.Request) error {
	if err := h.frames.remove(r.Context(), r.PathValue("frame"), session(w, r)); err != nil {
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
