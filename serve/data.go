package serve

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/frame"
)

// getData answers with columns of a frame in the form that POST /v1/frames
// takes: those named by "column" parameters, or all.
func (h *Handler) getData(w http.ResponseWriter, r *http.Request) error {
	asked, err := h.find(r.Context(), r.PathValue("frame"), Session(w, r))
	if err != nil {
		return err
	}
	defer asked.Release()
	f := asked.Frame
	coding, err := negotiate(r, h.o.Codings)
	if err != nil {
		return err
	}
	leave, err := h.gate.enter(r.Context())
	if err != nil {
		return err
	}
	defer leave()
	values, err := withEpochs(f)
	if err != nil {
		return err
	}
	defer values.Release()
	plan, err := dataPlan(f, values, r.URL.Query()["column"])
	if err != nil {
		return err
	}
	header := w.Header()
	asked.tell(header)
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Vary", "Accept-Encoding, Cache-Control, Cookie")
	if coding == Identity {
		if size, known := plan.Size(); known {
			header.Set("Content-Length", strconv.FormatInt(size, 10))
		}
		_, err = plan.Write(r.Context(), w)
		return err
	}
	header.Set("Content-Encoding", string(coding))
	compressed := coding.writer(w)
	_, err = plan.Write(r.Context(), compressed)
	return errors.Join(err, compressed.Close())
}

// dataPlan plans to write the named columns of f, all if none is named, with
// the values of the columns of the other frame.
func dataPlan(f, values *frame.Frame, names []string) (*encode.Plan, error) {
	if len(names) == 0 {
		names = f.Names()
	}
	rows := frame.AllRows(values)
	columns := make([]any, len(names))
	for i, name := range names {
		c, err := f.Column(name)
		if err != nil {
			return nil, err
		}
		v, err := values.Column(name)
		if err != nil {
			return nil, err
		}
		o := figure.NewObject(figure.Member{Key: "name", Value: name}, figure.Member{Key: "type", Value: typeName(c.Type())})
		if zone := zoneName(c.Type()); zone != "" {
			o.Set("tz", zone)
		}
		columns[i] = o.Set("values", &figure.Array{Column: v, Rows: rows, Form: figure.FormList})
	}
	return encode.NewObject(figure.NewObject(figure.Member{Key: "columns", Value: columns}), encode.Options{})
}

// withEpochs returns f with its instants as numbers since 1970, which the
// caller releases. As text they would be the time on the clocks of their zone,
// where one hour of the year comes twice.
func withEpochs(f *frame.Frame) (*frame.Frame, error) {
	fields, any := f.Schema().Fields(), false
	for i := range fields {
		if zoneName(fields[i].Type) != "" {
			fields[i].Type, any = arrow.PrimitiveTypes.Int64, true
		}
	}
	if !any {
		f.Retain()
		return f, nil
	}
	schema := arrow.NewSchema(fields, nil)
	batches := make([]arrow.Record, f.Chunks())
	for i := range batches {
		chunks := make([]arrow.Array, len(fields))
		for j, c := range f.Columns() {
			data := c.Chunk(i).Data()
			if zoneName(c.Type()) != "" {
				data = array.NewData(fields[j].Type, data.Len(), data.Buffers(), nil, data.NullN(), data.Offset())
				defer data.Release()
			}
			chunks[j] = array.MakeFromData(data)
			defer chunks[j].Release()
		}
		batches[i] = array.NewRecord(schema, chunks, int64(f.ChunkRows(i)))
		defer batches[i].Release()
	}
	return frame.New(schema, batches)
}
