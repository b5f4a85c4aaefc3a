package dash_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
	"github.com/pointillist-go/pointillist/serve/dash"
)

// The page's callback has two outputs, the figure and a store of what it has
// drawn, which is also its State: where rows come, it is sent these.
func Example_update() {
	figures, err := serve.New(serve.Options{})
	check(err)
	defer figures.Close()
	handler, err := dash.New(dash.Options{
		Figures: figures,
		Callbacks: map[string]dash.Callback{
			"..graph.figure...drawn.data..": func(context.Context, *dash.Call) (any, error) {
				return map[string]any{"frame": "orders", "args": map[string]string{"x": "day", "y": "paid"}}, nil
			},
		},
	})
	check(err)
	page := httptest.NewServer(handler)
	defer page.Close()

	orders, err := frame.ReadCSV(strings.NewReader("day,paid\n1,9.5\n2,12\n"), frame.CSVOptions{})
	check(err)
	defer orders.Release()
	figures.Name("orders", orders)
	first := tick(page.URL, "")

	more, err := frame.ReadCSV(strings.NewReader("day,paid\n3,7.25\n"), frame.CSVOptions{})
	check(err)
	defer more.Release()
	grown, err := orders.Append(more, 0) // which refresh.Options.Append does for data that is kept fresh
	check(err)
	defer grown.Release()
	figures.Name("orders", grown)
	second := tick(page.URL, first.Drawn.Data)

	fmt.Println(len(first.Graph.Figure) > 4000)
	fmt.Println(strings.ReplaceAll(string(second.Graph.Figure), `{"operation"`, "\n"+`{"operation"`))
	// Output:
	// true
	// {"__dash_patch_update":"__dash_patch_update","operations":[
	// {"operation":"Extend","location":["data",0,"x"],"params":{"value":[3]}},
	// {"operation":"Extend","location":["data",0,"y"],"params":{"value":[7.25]}}]}
}

type outputs struct {
	Graph struct{ Figure json.RawMessage }
	Drawn struct{ Data string }
}

// tick sends what Dash's renderer does when its interval has passed.
func tick(url, drawn string) outputs {
	call := fmt.Sprintf(`{"output":"..graph.figure...drawn.data..","inputs":[{"id":"tick","property":"n_intervals"}],
		"state":[{"id":"drawn","property":"data","value":%q}]}`, drawn)
	response, err := http.Post(url+"/_dash-update-component", "application/json", strings.NewReader(call))
	check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(err)
	var answer struct{ Response outputs }
	check(json.Unmarshal(text, &answer))
	return answer.Response
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
