package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// orders are rows from one number to another, of a table that grows: at row 150
// its third city comes, at row 170 its largest order, and some are missing.
func orders(t testing.TB, from, to int) *frame.Frame {
	t.Helper()
	n := to - from
	at, paid, items, cities, present := make([]int64, n), make([]float64, n), make([]int32, n), make([]string, n), make([]bool, n)
	for i := range n {
		row := from + i
		at[i], paid[i], items[i], present[i] = int64(row), float64(row*row%997)/4, int32(1+row%9), row%11 != 3
		cities[i] = []string{"Oslo", "Rome"}[row*row%7%2]
		if row >= 150 && row%5 == 0 {
			cities[i] = "Bern"
		}
		if row == 170 {
			items[i] = 100
		}
	}
	f, err := frame.FromSlices(
		frame.Slice("at", at), frame.Slice("paid", paid).Valid(present), frame.Slice("items", items), frame.Slice("city", cities),
	)
	require.NoError(t, err)
	return f
}

// grow names a frame that has rows more than the one that had the name.
func (s *service) grow(f *frame.Frame, to int) *frame.Frame {
	s.t.Helper()
	more := orders(s.t, f.Rows(), to)
	grown, err := f.Append(more, 0)
	require.NoError(s.t, err)
	more.Release()
	f.Release()
	s.handler.Name("orders", grown)
	return grown
}

// carryOut does what a page does with an answer: the operations are Dash's.
func carryOut(t testing.TB, figure map[string]any, answer map[string]any) map[string]any {
	t.Helper()
	operations, some := answer["operations"].([]any)
	if !some {
		return answer
	}
	for _, o := range operations {
		o := o.(map[string]any)
		value := o["params"].(map[string]any)["value"]
		set(t, figure, o["location"].([]any), func(had any) any {
			switch o["operation"] {
			case "Extend":
				return append(had.([]any), value.([]any)...)
			case "Append":
				return append(had.([]any), value)
			}
			require.Equal(t, "Assign", o["operation"])
			return value
		})
	}
	return figure
}

// set changes what is at a location in a tree of JSON.
func set(t testing.TB, in any, at []any, change func(any) any) any {
	t.Helper()
	if len(at) == 0 {
		return change(in)
	}
	switch in := in.(type) {
	case map[string]any:
		in[at[0].(string)] = set(t, in[at[0].(string)], at[1:], change)
	case []any:
		i, err := at[0].(json.Number).Int64()
		require.NoError(t, err)
		in[i] = set(t, in[i], at[1:], change)
	default:
		require.Failf(t, "no such location", "%v", at)
	}
	return in
}

// A page that has carried out what it was sent has the figure that a new page
// gets; and it was sent what the new rows take, where they only add.
func TestUpdate(t *testing.T) {
	for name, tt := range map[string]struct {
		request string
		whole   bool // all answers are
	}{
		"plain":                 {`"args":{"x":"at","y":"paid"}`, false},
		"a filter":              {`"filter":"items > 3","args":{"x":"at","y":"paid","hover_data":["city","items"]}`, false},
		"a new trace":           {`"args":{"x":"at","y":"paid","color":"city"}`, false},
		"a largest size":        {`"args":{"x":"at","y":"paid","size":"items","error_y":"items"}`, false},
		"colours of numbers":    {`"args":{"x":"at","y":"paid","color":"items","hover_name":"city","text":"city"}`, false},
		"the wide form":         {`"kind":"line","args":{"x":"at","y":["paid","items"]}`, false},
		"wide, by number":       {`"kind":"line","args":{"y":["items","at"]}`, false},
		"webgl":                 {`"kind":"line","args":{"x":"at","y":"paid","render_mode":"webgl","color":"city"}`, false},
		"marginals":             {`"args":{"x":"at","y":"paid","marginal_x":"histogram","marginal_y":"box"}`, false},
		"categories on an axis": {`"args":{"x":"city","y":"paid","color":"city"}`, false},
		"facets":                {`"args":{"x":"at","y":"paid","facet_col":"city"}`, false},
		"two groups":            {`"args":{"x":"at","y":"paid","symbol":"city","color":"items"}`, false},
		"a trendline":           {`"args":{"x":"at","y":"paid","trendline":"ols"}`, true},
		"an animation":          {`"args":{"x":"at","y":"paid","animation_frame":"city"}`, true},
		"reduced":               {`"args":{"x":"at","y":"paid"},"reduce":{"method":"visible","width":300,"height":200}`, true},
		"text arrays":           {`"arrays":"text","args":{"x":"at","y":"paid"}`, false},
		"no row at first":       {`"filter":"at >= 145","args":{"x":"at","y":"paid","color":"city"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, serve.Options{})
			c := s.session()
			ask := func(have string) answer {
				return c.figure(fmt.Sprintf(`{"frame":"orders",%s,"have":%q}`, tt.request, have))
			}
			f := s.grow(orders(t, 0, 0), 100)
			defer func() { f.Release() }()
			page := ask("")
			require.Equal(t, http.StatusOK, page.status, "%s", page.body)
			shown, tag := page.object(t), page.header.Get("ETag")
			require.NotContains(t, shown, "operations")
			for _, rows := range []int{140, 160, 200} {
				f = s.grow(f, rows)
				whole, update := ask(""), ask(tag)
				require.Equal(t, http.StatusOK, update.status, "%s", update.body)
				answer := update.object(t)
				_, part := answer["operations"]
				assert.Equal(t, tt.whole, !part, "%d rows: %s", rows, update.body)
				if part {
					assert.Less(t, len(update.body), len(whole.body))
				}
				shown = carryOut(t, shown, answer)
				assert.Equal(t, whole.object(t), shown, "%d rows", rows)
				tag = update.header.Get("ETag")
				assert.Equal(t, whole.header.Get("ETag"), tag)
				again := ask(tag)
				assert.Equal(t, http.StatusNoContent, again.status)
				assert.Empty(t, again.body)
			}
		})
	}
}

// Each viewer's answer is whole where it cannot be a part, and the arrays are
// those that can be added to.
func TestWhoHasSomethingElse(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	f := s.grow(orders(t, 0, 0), 100)
	defer func() { f.Release() }()
	request := func(filter, have string) string {
		return fmt.Sprintf(`{"frame":"orders","filter":"items > %s","args":{"x":"at","y":"paid"},"have":%q}`, filter, have)
	}
	first := c.figure(request("3", "")).header.Get("ETag")
	f = s.grow(f, 120)
	operations := func(filter, have string) any { return c.figure(request(filter, have)).object(t)["operations"] }
	assert.NotNil(t, operations("3", first))
	assert.Nil(t, operations("2", first), "another filter")
	assert.Nil(t, operations("3", `"0123"`), "a tag of nobody's")
	assert.Nil(t, operations("3", ""))

	put := orders(t, 0, 130) // the same rows, but not known to be
	f.Release()
	f = put
	s.handler.Name("orders", put)
	assert.Nil(t, operations("3", first))

	typed := `{"frame":"orders","args":{"x":"at"},"arrays":"typed","have":""}`
	assert.Equal(t, "/arrays", c.figure(typed).problem(t, http.StatusBadRequest)["pointer"])
	c.figure(`{"frame":"orders","args":{"x":"nowhere"},"have":""}`).problem(t, http.StatusBadRequest)
}

// What is sent is in proportion to the rows that came, not to those that were
// there; and of many viewers who have the same it is made once.
func TestBytesOfAnUpdate(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	f := s.grow(orders(t, 0, 0), 50_000)
	defer func() { f.Release() }()
	ask := func(have string) answer {
		return c.figure(fmt.Sprintf(`{"frame":"orders","args":{"x":"at","y":"paid","color":"items"},"have":%q}`, have))
	}
	first := ask("")
	f = s.grow(f, 50_010)
	ten := ask(first.header.Get("ETag"))
	assert.Contains(t, ask(first.header.Get("ETag")).header.Get("Server-Timing"), "memo")
	f = s.grow(f, 50_110)
	hundred := ask(ten.header.Get("ETag"))
	require.Contains(t, hundred.object(t), "operations")
	const operation = 3 * 80 // of three arrays, without their values
	row := float64(len(first.body)) / 50_000
	assert.Less(t, len(ten.body), operation+int(1.5*10*row))
	assert.Less(t, len(hundred.body), operation+int(1.5*100*row))
	assert.Greater(t, len(hundred.body), len(ten.body)+int(0.5*90*row))
}
