package serve

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/reduce"
)

// A pickRequest is the body of POST /v1/pick: that of the figure which is on the
// screen, what is seen of it, and a point in it.
type pickRequest struct {
	figureRequest
	X     []any           `json:"x"`
	Y     []any           `json:"y"`
	Point json.RawMessage `json:"point"`
}

// A pointRequest is the member "point" of a request.
type pointRequest struct {
	X      any     `json:"x"`
	Y      any     `json:"y"`
	XAxis  string  `json:"xaxis"`
	YAxis  string  `json:"yaxis"`
	Traces []int   `json:"traces"`
	Radius float64 `json:"radius"`
	Limit  int     `json:"limit"`
}

var (
	pickMembers  = append([]string{"x", "y", "point"}, figureMembers...)
	pointMembers = []string{"x", "y", "xaxis", "yaxis", "traces", "radius", "limit"}
)

// postPick answers with every row under a point: hover reaches only those that
// are drawn, and of these the topmost.
func (h *Handler) postPick(w http.ResponseWriter, r *http.Request) error {
	text, err := h.body(w, r)
	if err != nil {
		return err
	}
	var asked pickRequest
	if err := decodeRequest(text, &asked, &asked.figureRequest, pickMembers); err != nil {
		return err
	}
	point, err := decodePoint(asked.Point)
	if err != nil {
		return err
	}
	return h.patch(w, r, &asked.figureRequest, "", func(q *pointillist.Request) error {
		q.Pick = point
		return readView(asked.X, asked.Y, &q.Reduce)
	})
}

func decodePoint(text json.RawMessage) (*reduce.Point, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, badRequest(errors.New("no point is given")).at("/point")
	}
	var asked pointRequest
	if err := decodeStrict(text, &asked, "/point", pointMembers); err != nil {
		return nil, err
	}
	point := reduce.Point(asked)
	if err := point.Validate(); err != nil {
		return nil, pointProblem(err)
	}
	return &point, nil
}

// pointProblem tells of a point: of what is wrong first by its place, of all by
// their text.
func pointProblem(err error) *Problem {
	var point *reduce.PointError
	if !errors.As(err, &point) {
		return nil
	}
	return badRequest(err).at("/point" + point.Pointer)
}
