package main

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/serve"
)

//go:embed page
var files embed.FS

// A dashboard is the page, and the interface that its graphs are asked from.
type dashboard struct {
	http.Handler
	orders *refresh.Live
	api    *serve.Handler
}

// newDashboard loads the orders for the first time, in the background, and shows
// what is kept of them, if anything, until they are there.
func newDashboard(s *source, kept cache.Store, o options) (*dashboard, error) {
	orders, err := refresh.Start(refresh.Options{
		Load:    s.load,
		Every:   o.every,
		MaxWait: max(o.every, 10*time.Second), // a database that is back is soon seen
		Timeout: max(4*o.every, 30*time.Second),
		Keep:    3, // pages are drawn, and zoomed, of the version that they have
		Store:   kept,
		Key:     cache.NewKey("orders", 1).Key(), // another number where the columns change
	})
	if err != nil {
		return nil, err
	}
	api, err := serve.New(serve.Options{Log: slog.Default()})
	if err != nil {
		return nil, errors.Join(err, orders.Close())
	}
	api.NameLive("orders", orders)
	api.Ready()

	mux := http.NewServeMux()
	for _, path := range serve.Paths() {
		mux.Handle(path, api)
	}
	if err := addPage(mux, s, o); err != nil {
		api.Close()
		return nil, errors.Join(err, orders.Close())
	}
	return &dashboard{Handler: onlyHere(o.listen, mux), orders: orders, api: api}, nil
}

// Close ends the queries. It comes after the last request.
func (d *dashboard) Close() {
	d.api.Close()
	_ = d.orders.Close()
}

const (
	plotlyCDN       = "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@4.1.2/plotly.min.js"
	plotlyIntegrity = "sha384-hHv6D3tTUUBpp4tVv6t2Dc3oGuRhphmWOTKUR8jWyN0Pnon1g3iebKCNDNmKmxo8"
)

func addPage(mux *http.ServeMux, s *source, o options) error {
	page, err := template.ParseFS(files, "page/index.html")
	if err != nil {
		return err
	}
	root, err := fs.Sub(files, "page")
	if err != nil {
		return err
	}
	tag := fmt.Sprintf(`<script src=%q integrity=%q crossorigin="anonymous"></script>`, plotlyCDN, plotlyIntegrity)
	if o.plotly != "" {
		tag = `<script src="plotly.min.js"></script>`
		mux.HandleFunc("GET /plotly.min.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, o.plotly) })
	}
	mux.Handle("/", http.FileServerFS(root))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, map[string]any{"Plotly": template.HTML(tag), "Source": s.name, "Simulated": o.simulate, "Every": o.every})
	})
	return nil
}

// onlyHere refuses requests for other hosts than this machine if that is where
// the server listens: a page elsewhere could have its own name resolve to the
// loopback address, and read the data.
func onlyHere(listen string, next http.Handler) http.Handler {
	if host, _, err := net.SplitHostPort(listen); err != nil || !isLoopback(host) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(host) {
			http.Error(w, "this server answers for localhost only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
