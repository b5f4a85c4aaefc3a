package main

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"os"
)

// The plotly.js that the page draws with: the npm package where it is
// installed, else the same file from a CDN, held to its hash.
const (
	plotlyFile      = "web/node_modules/plotly.js-dist-min/plotly.min.js"
	plotlyCDN       = "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@4.1.2/plotly.min.js"
	plotlyIntegrity = "sha384-hHv6D3tTUUBpp4tVv6t2Dc3oGuRhphmWOTKUR8jWyN0Pnon1g3iebKCNDNmKmxo8"
)

// plotlyTag returns the page's script element for plotly.js, and the handler
// of the installed file; nil if it is not installed.
func plotlyTag() (template.HTML, http.Handler, error) {
	info, err := os.Stat(plotlyFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		tag := fmt.Sprintf(`<script src=%q integrity=%q crossorigin="anonymous" defer></script>`, plotlyCDN, plotlyIntegrity)
		return template.HTML(tag), nil, nil
	case err != nil:
		return "", nil, err
	case !info.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s is not a file", plotlyFile)
	}
	serve := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		http.ServeFile(w, r, plotlyFile)
	}
	return `<script src="plotly.min.js" defer></script>`, http.HandlerFunc(serve), nil
}
