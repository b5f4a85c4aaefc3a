package serve

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/pointillist-go/pointillist/internal/nearest"
)

// A figureRequest is the body of POST /v1/figure.
type figureRequest struct {
	Frame   json.RawMessage `json:"frame"` // a handle, a name, or {"columns": …}
	Filter  string          `json:"filter"`
	Kind    string          `json:"kind"`
	Args    json.RawMessage `json:"args"`
	Reduce  json.RawMessage `json:"reduce"`
	Arrays  string          `json:"arrays"`
	ExactPx bool            `json:"exact_px"`
	Seq     int64           `json:"seq"`
}

var figureMembers = []string{"frame", "filter", "kind", "args", "reduce", "arrays", "exact_px", "seq"}

// decodeFigure reads a request, and says where it is wrong.
func decodeFigure(text []byte) (*figureRequest, error) {
	q := &figureRequest{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(q)
	if err == nil {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			err = fmt.Errorf("text after the request, at byte %d", d.InputOffset())
		} else {
			err = nil
		}
	}
	if err != nil {
		return nil, jsonProblem(err, d.InputOffset())
	}
	if len(q.Frame) == 0 || string(q.Frame) == "null" {
		return nil, badRequest(errors.New("no frame is given")).at("/frame")
	}
	if q.Kind == "" {
		q.Kind = "scatter"
	}
	if len(q.Args) == 0 {
		q.Args = json.RawMessage("{}")
	}
	return q, nil
}

// jsonProblem tells what is wrong with a request's JSON.
func jsonProblem(err error, offset int64) *Problem {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return badRequest(fmt.Errorf("byte %d: %w", syntax.Offset-1, err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest(fmt.Errorf("byte %d: the JSON text ends too early", offset))
	case errors.As(err, &wrongType):
		if wrongType.Field == "" {
			return badRequest(fmt.Errorf("the request is %s, want an object", wrongType.Value))
		}
		err = fmt.Errorf("%s is %s, want %s", wrongType.Field, wrongType.Value, kindName(wrongType))
		return badRequest(err).at("/" + wrongType.Field)
	}
	if quoted, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		if name, err := strconv.Unquote(quoted); err == nil {
			return unknownMember(name)
		}
	}
	return badRequest(err)
}

func unknownMember(name string) *Problem {
	err := fmt.Errorf("a request has no member %q: it has %s", name, strings.Join(figureMembers, ", "))
	if near := nearest.Of(name, figureMembers); near != "" {
		err = fmt.Errorf("a request has no member %q: did you mean %q?", name, near)
	}
	return badRequest(err).at("/" + escapePointer.Replace(name))
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

func kindName(err *json.UnmarshalTypeError) string {
	switch err.Type.Kind().String() {
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	}
	return "a whole number"
}

func badRequest(err error) *Problem {
	return newProblem(http.StatusBadRequest, "Bad request", err)
}
