package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/serve"
)

const seedJSON = `{"frame":"taxi","filter":"passenger_count == 1","args":{"x":"trip_distance","y":"total_amount"},"arrays":"typed"}`

// overHTTP compares a memoised figure with net/http serving the same bytes
// from memory (by ServeContent: one large Write takes longer), both over loopback
// to one client that reads all of it.
func (b *bench) overHTTP() ([]row, error) {
	handler, err := serve.New(serve.Options{})
	if err != nil {
		return nil, err
	}
	handler.Name("taxi", trips())
	ours, stopOurs, err := listen(handler)
	if err != nil {
		return nil, err
	}
	defer stopOurs()
	least, _, err := b.besideNetHTTP(ours+"/v1/figure", seedJSON)
	if err != nil {
		return nil, err
	}
	r := row{What: "memoised, over loopback, against net/http serving the same bytes", Unit: "×", Value: ratioOf(least[0], least[1]),
		Times: map[string]float64{"memo": ms(least[0]), "net/http": ms(least[1])}}
	return []row{r.gated(gate{1.3, 1.1})}, nil
}

// besideNetHTTP returns the least times of a request and of one for the same bytes
// to net/http, which has them in memory, and how many these are.
func (b *bench) besideNetHTTP(url, asked string) (least []time.Duration, size int, err error) {
	client := plainClient()
	defer client.CloseIdleConnections()
	var body bytes.Buffer
	if err := postJSON(client, url, asked, &body); err != nil {
		return nil, 0, err
	}
	blob := body.Bytes()
	theirs, stopTheirs, err := listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		http.ServeContent(w, r, "figure.json", time.Time{}, bytes.NewReader(blob))
	}))
	if err != nil {
		return nil, 0, err
	}
	defer stopTheirs()
	least, err = interleaved(b.rounds,
		timed("memo", func() error { return postJSON(client, url, asked, io.Discard) }),
		timed("net/http", func() error { return postJSON(client, theirs, asked, io.Discard) }))
	return least, len(blob), err
}

// plainClient asks for no compression.
func plainClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: clients}}
}

func listen(h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

func postJSON(client *http.Client, url, body string, dst io.Writer) error {
	answer, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it is read to its end, or given up
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s: %s", answer.Status, text)
	}
	_, err = io.Copy(dst, answer.Body)
	return err
}
