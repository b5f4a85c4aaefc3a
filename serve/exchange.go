package serve

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/goccy/go-json"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
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

// getData answers with columns of a frame in the form that POST /v1/frames
// takes: those named by "column" parameters, or all.
func (h *Handler) getData(w http.ResponseWriter, r *http.Request) error {
	f, _, err := h.frames.find(r.Context(), r.PathValue("frame"), session(w, r))
	if err != nil {
		return err
	}
	defer f.Release()
	names := r.URL.Query()["column"]
	if len(names) == 0 {
		names = f.Names()
	}
	columns := make([]any, len(names))
	for i, name := range names {
		c, err := f.Column(name)
		if err != nil {
			return err
		}
		columns[i] = columnObject(c, frame.AllRows(f))
	}
	plan, err := encode.NewObject(figure.NewObject(figure.Member{Key: "columns", Value: columns}), encode.Options{})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-cache")
	var body io.Writer = w
	if coding := negotiate(r, h.o.Codings); coding != Identity {
		w.Header().Set("Content-Encoding", string(coding))
		compressed := coding.writer(w)
		defer compressed.Close()
		body = compressed
	} else if size, known := plan.Size(); known {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	if _, err := plan.Write(r.Context(), body); err != nil {
		h.log.WarnContext(r.Context(), "data broken off", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func columnObject(c *frame.Column, rows *frame.Rows) *figure.Object {
	o := figure.NewObject(
		figure.Member{Key: "name", Value: c.Name()},
		figure.Member{Key: "type", Value: typeName(c.Type())},
	)
	if zone := zoneName(c.Type()); zone != "" {
		o.Set("tz", zone)
	}
	return o.Set("values", &figure.Array{Column: c, Rows: rows, Form: figure.FormList})
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
