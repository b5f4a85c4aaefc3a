package main

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed page
var files embed.FS

// policy lets the page load what it is made of and nothing else. plotly.js
// compiles its WebGL calls at run time, styles elements, and draws pictures
// through data: and blob: addresses.
const policy = "default-src 'self'; script-src 'self' 'unsafe-eval' https://cdn.jsdelivr.net; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// pageHandler serves the page and its files.
func pageHandler() (http.Handler, error) {
	tag, plotly, err := plotlyTag()
	if err != nil {
		return nil, err
	}
	page, err := template.ParseFS(files, "page/index.html")
	if err != nil {
		return nil, err
	}
	var html bytes.Buffer
	if err := page.Execute(&html, struct{ Plotly template.HTML }{tag}); err != nil {
		return nil, err
	}
	root, err := fs.Sub(files, "page")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(root))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		_, _ = w.Write(html.Bytes()) // the client may be gone
	})
	if plotly != nil {
		mux.Handle("GET /plotly.min.js", plotly)
	}
	return mux, nil
}
