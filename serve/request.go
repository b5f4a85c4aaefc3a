package serve

import (
	"bytes"
	"cmp"
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
	return q, decodeRequest(text, q, q, figureMembers)
}

// decodeRequest reads a request into dst, of which the figure is q.
func decodeRequest(text []byte, dst any, q *figureRequest, members []string) error {
	if err := decodeStrict(text, dst, "", members); err != nil {
		return err
	}
	if len(q.Frame) == 0 || string(q.Frame) == "null" {
		return badRequest(errors.New("no frame is given")).at("/frame")
	}
	if q.Kind == "" {
		q.Kind = "scatter"
	}
	if len(q.Args) == 0 {
		q.Args = json.RawMessage("{}")
	}
	return nil
}

// decodeStrict reads the object at a pointer into the request into dst, which
// has these members and no others.
func decodeStrict(text []byte, dst any, pointer string, members []string) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(dst)
	if err == nil {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			err = fmt.Errorf("text after the request, at byte %d", d.InputOffset())
		} else {
			return nil
		}
	}
	return jsonProblem(err, d.InputOffset(), pointer, members)
}

// jsonProblem tells what is wrong with a request's JSON.
func jsonProblem(err error, offset int64, pointer string, members []string) *Problem {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return badRequest(fmt.Errorf("byte %d: %w", syntax.Offset-1, err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest(fmt.Errorf("byte %d: the JSON text ends too early", offset))
	case errors.As(err, &wrongType):
		if wrongType.Field == "" {
			return badRequest(fmt.Errorf("%s is %s, want an object", cmp.Or(strings.TrimPrefix(pointer, "/"), "the request"), wrongType.Value)).at(pointer)
		}
		field := wrongType.Field[strings.LastIndexByte(wrongType.Field, '.')+1:] // behind the name of an embedded struct
		err = fmt.Errorf("%s is %s, want %s", field, wrongType.Value, kindName(wrongType))
		return badRequest(err).at(pointer + "/" + field)
	}
	if quoted, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		if name, err := strconv.Unquote(quoted); err == nil {
			return unknownMember(name, pointer, members)
		}
	}
	return badRequest(err)
}

func unknownMember(name, pointer string, members []string) *Problem {
	what := cmp.Or(strings.TrimPrefix(pointer, "/"), "a request")
	err := fmt.Errorf("%s has no member %q: it has %s", what, name, strings.Join(members, ", "))
	if near := nearest.Of(name, members); near != "" {
		err = fmt.Errorf("%s has no member %q: did you mean %q?", what, name, near)
	}
	return badRequest(err).at(pointer + "/" + escapePointer.Replace(name))
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

func kindName(err *json.UnmarshalTypeError) string {
	switch err.Type.Kind().String() {
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "float64":
		return "a number"
	case "slice":
		return "two ends of a range"
	}
	return "a whole number"
}

func badRequest(err error) *Problem {
	return newProblem(http.StatusBadRequest, "Bad request", err)
}
