package serve

import (
	"encoding/json"
	"errors"

	"github.com/pointillist-go/pointillist/reduce"
)

// A reduceRequest is the member "reduce" of a request.
type reduceRequest struct {
	Method   string  `json:"method"`
	Width    float64 `json:"width"`
	Height   float64 `json:"height"`
	DPR      float64 `json:"dpr"`
	X        []any   `json:"x"`
	Y        []any   `json:"y"`
	Budget   int     `json:"budget"`
	MaxError float64 `json:"max_error"`
	Margin   float64 `json:"margin"`
	By       string  `json:"by"`
	Mean     string  `json:"mean"`
	Scale    string  `json:"scale"`
	Keep     string  `json:"keep"`
}

var reduceMembers = []string{"method", "width", "height", "dpr", "x", "y", "budget", "max_error", "margin", "by", "mean", "scale", "keep"}

// defaultMargin is for the page that asks for a figure before it has drawn one,
// and guesses at the plot's area: see reduce.Options.
const defaultMargin = 1.5

// decodeReduce reads how a figure is to be reduced; absent or null is not at all.
func decodeReduce(text json.RawMessage) (o reduce.Options, err error) {
	if len(text) == 0 || string(text) == "null" {
		return o, nil
	}
	asked := reduceRequest{Margin: defaultMargin}
	if err := decodeStrict(text, &asked, "/reduce", reduceMembers); err != nil {
		return o, err
	}
	if o.X, err = parseRange(asked.X, "/reduce/x"); err != nil {
		return o, err
	}
	if o.Y, err = parseRange(asked.Y, "/reduce/y"); err != nil {
		return o, err
	}
	o.Method, o.Budget, o.MaxError, o.Margin = asked.Method, asked.Budget, asked.MaxError, asked.Margin
	o.By, o.Mean, o.Scale, o.Keep = asked.By, asked.Mean, asked.Scale, asked.Keep
	o.Width, o.Height, o.PixelRatio = asked.Width, asked.Height, asked.DPR
	if err := o.Validate(); err != nil {
		return o, reduceProblem(err)
	}
	return o, nil
}

func parseRange(ends []any, pointer string) (*reduce.Range, error) {
	r, err := reduce.ParseRange(ends)
	if err != nil {
		return nil, badRequest(err).at(pointer)
	}
	return r, nil
}

// reduceProblem tells of the options of a reduction: of the first by its place,
// of all by their text.
func reduceProblem(err error) *Problem {
	var option *reduce.OptionError
	if !errors.As(err, &option) {
		return nil
	}
	return badRequest(err).at("/reduce" + option.Pointer)
}
