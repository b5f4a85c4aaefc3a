package serve_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// A handler is mounted beside the handlers of any server.
func Example() {
	trips, err := frame.FromSlices(frame.Slice("miles", []float64{0.5, 1.2, 7.25}), frame.Slice("fare", []float64{5.8, 9.3, 24.5}))
	if err != nil {
		log.Fatal(err)
	}
	defer trips.Release()

	handler, err := serve.New(serve.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer handler.Close()
	handler.Name("trips", trips)
	handler.Ready()
	mux := http.NewServeMux()
	for _, path := range serve.Paths() {
		mux.Handle(path, handler)
	}
	server := httptest.NewServer(mux)
	defer server.Close()

	fmt.Println(post(server.URL+"/v1/figure", `{
		"frame": "trips", "filter": "miles > 1", "kind": "line",
		"args": {"x": "miles", "y": "fare", "template": "none"}
	}`)[:60])
	// Output: {"data":[{"type":"scatter","mode":"lines","orientation":"v",
}

// An error says what is wrong where.
func ExampleProblem() {
	handler, err := serve.New(serve.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer handler.Close()
	server := httptest.NewServer(handler)
	defer server.Close()

	var problem serve.Problem
	answer := post(server.URL+"/v1/figure", `{"frame": {"columns": [
		{"name": "miles", "type": "float64", "values": [1, "far"]}
	]}}`)
	if err := json.Unmarshal([]byte(answer), &problem); err != nil {
		log.Fatal(err)
	}
	fmt.Println(problem.Status, problem.Title, problem.Pointer, problem.Column, *problem.Row)
	fmt.Println(problem.Detail)
	// Output:
	// 400 Data that cannot be read /frame miles 1
	// row 1, column "miles": "far" is not a float64
}

func post(url, body string) string {
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	return string(answer)
}
