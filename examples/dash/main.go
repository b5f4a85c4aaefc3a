// Command dash stands before a Dash app and makes its figure: of app.py half a
// million markers, which the page has at once instead of after seconds; of live.py
// readings that come every second, of which the page is sent the new ones. All else it
// passes on to Python.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/internal/taxi"
	"github.com/pointillist-go/pointillist/serve"
	"github.com/pointillist-go/pointillist/serve/dash"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8050", "address to serve on")
	app := flag.String("app", "http://127.0.0.1:8051", "where app.py, or live.py, serves")
	every := flag.Duration("every", time.Second, "time from one reading to the next")
	flag.Parse()
	live, err := startReadings(*every)
	if err != nil {
		log.Fatal(err)
	}
	handler, err := newHandler(*app, live)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("serving on http://%s/\n", listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

func newHandler(app string, live *refresh.Live) (http.Handler, error) {
	python, err := url.Parse(app)
	if err != nil {
		return nil, err
	}
	figures, err := serve.New(serve.Options{})
	if err != nil {
		return nil, err
	}
	trips := taxi.New()
	figures.Name("taxi", trips)
	trips.Release()
	figures.NameLive("readings", live)
	return dash.New(dash.Options{
		Figures: figures,
		Callbacks: map[string]dash.Callback{
			"graph.figure":                  scatter,
			"..graph.figure...drawn.data..": lines,
		},
		Others: httputil.NewSingleHostReverseProxy(python),
	})
}

// scatter is what Python would write as
//
//	px.scatter(trips[trips.passenger_count == passengers], x="trip_distance", y="total_amount", render_mode="webgl")
func scatter(_ context.Context, call *dash.Call) (any, error) {
	passengers, err := dash.Value[int](call, "passengers", "value")
	return map[string]any{
		"frame":  "taxi",
		"filter": fmt.Sprintf("passenger_count == %d", passengers),
		"args":   map[string]string{"x": "trip_distance", "y": "total_amount", "render_mode": "webgl"},
	}, err
}

// lines is px.line(readings, x="at", y="value", color="sensor"). A page that says what
// it has drawn is sent the rest.
func lines(context.Context, *dash.Call) (any, error) {
	return map[string]any{
		"frame": "readings",
		"kind":  "line",
		"args":  map[string]any{"x": "at", "y": "value", "color": "sensor"},
	}, nil
}
