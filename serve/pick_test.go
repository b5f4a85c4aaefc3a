package serve_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// stack names a frame of a thousand rows, each third of which is on one spot.
func stack(t testing.TB, s *service) {
	t.Helper()
	x, y, id := make([]float64, 1000), make([]float64, 1000), make([]int64, 1000)
	for i := range x {
		x[i], y[i], id[i] = float64(i), float64(i), int64(7*i)
		if i%3 == 0 {
			x[i], y[i] = 500.5, 250.25
		}
	}
	f, err := frame.FromSlices(frame.Slice("x", x), frame.Slice("y", y), frame.Slice("id", id))
	require.NoError(t, err)
	s.handler.Name("stack", f)
	f.Release()
}

const pickRequest = `{"frame":"stack","args":{"x":"x","y":"y","hover_data":["id"]},"reduce":{"width":500,"height":500},"x":[0,1000],"y":[0,1000]`

func TestPick(t *testing.T) {
	s := start(t, serve.Options{})
	stack(t, s)
	c := s.session()
	pick := func(more string) answer { return c.do("POST", "/v1/pick", pickRequest+","+more+"}") }
	first := pick(`"seq":5,"point":{"x":500.5,"y":250.25,"limit":10}`)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Contains(t, first.header.Get("Server-Timing"), "pick;dur=")
	o := first.object(t)
	assert.Equal(t, json.Number("5"), o["seq"])
	assert.Equal(t, json.Number("334"), o["total"])
	assert.Equal(t, true, o["more"])
	assert.Equal(t, map[string]any{"row": json.Number("999"), "trace": json.Number("0"), "point": json.Number("999")}, o["top"])
	require.Len(t, o["rows"], 10)
	for i := range 10 {
		assert.Equal(t, 3*i, number(t, o["rows"].([]any)[i]))
	}
	columns := o["columns"].([]any)
	require.Len(t, columns, 3)
	id := columns[2].(map[string]any)
	assert.Equal(t, "id", id["name"])
	assert.Equal(t, 21, number(t, id["values"].([]any)[1]))

	all := pick(`"point":{"x":500.5,"y":250.25}`).object(t)
	assert.Len(t, all["rows"], 334)
	assert.Equal(t, false, all["more"])
	filtered := pick(`"filter":"id > 6000","point":{"x":500.5,"y":250.25}`).object(t)
	assert.Equal(t, 858, number(t, filtered["rows"].([]any)[0]), "a row of the frame")
	assert.Equal(t, 0, number(t, filtered["points"].([]any)[0]), "the first of the trace")
	assert.Empty(t, pick(`"point":{"x":10,"y":900}`).object(t)["rows"])

	// The memo tells apart what is asked for.
	other := pick(`"point":{"x":500.5,"y":250.25,"limit":11}`)
	assert.NotEqual(t, first.header.Get("ETag"), other.header.Get("ETag"))
	wide := c.do("POST", "/v1/pick", strings.Replace(pickRequest, "[0,1000]", "[0,1e9]", 1)+`,"point":{"x":500.5,"y":250.25}}`).object(t)
	assert.Greater(t, number(t, wide["total"]), 334, "other rows lie within a marker's size")
}

func TestPickProblems(t *testing.T) {
	s := start(t, serve.Options{})
	stack(t, s)
	c := s.session()
	for name, tt := range map[string]struct{ members, pointer, detail string }{
		"no point":         {`"seq":1`, "/point", "no point"},
		"null":             {`"point":null`, "/point", "no point"},
		"no object":        {`"point":[1,2]`, "/point", "want an object"},
		"one place":        {`"point":{"x":1}`, "/point/y", "none is given"},
		"a list":           {`"point":{"x":[1],"y":1}`, "/point/x", "neither a number nor a text"},
		"an object":        {`"point":{"x":{"a":1},"y":1}`, "/point/x", "neither a number nor a text"},
		"a text":           {`"point":{"x":"ant","y":1}`, "/point/x", "want a number"},
		"misspelt":         {`"point":{"x":1,"y":1,"xaxes":"x"}`, "/point/xaxes", `did you mean "xaxis"?`},
		"an axis":          {`"point":{"x":1,"y":1,"xaxis":"x2"}`, "/point/xaxis", `no x axis "x2"`},
		"a trace":          {`"point":{"x":1,"y":1,"traces":[4]}`, "/point/traces/0", "no trace 4"},
		"a limit":          {`"point":{"x":1,"y":1,"limit":-1}`, "/point/limit", "from 0"},
		"the view":         {`"x":[3,3],"point":{"x":1,"y":1}`, "/reduce/x", "no range"},
		"the view's dates": {`"x":["2019","2020"],"point":{"x":1,"y":1}`, "/reduce/x", "does not show dates"},
		"a plot":           {`"reduce":{"width":-1},"point":{"x":1,"y":1}`, "/reduce/width", "from 0"},
		"a member":         {`"pont":1`, "/pont", `did you mean "point"?`},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"frame":"stack","args":{"x":"x","y":"y"},` + tt.members + `}`
			p := c.do("POST", "/v1/pick", body).problem(t, http.StatusBadRequest)
			assert.Equal(t, tt.pointer, p["pointer"])
			assert.Contains(t, p["detail"], tt.detail)
		})
	}
}
