package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"time"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/serve"
)

// An exchange is a request and its answer: the two arrows, and what is between.
type exchange struct {
	up, down int64         // bytes of the bodies
	sent     time.Duration // until the request was written
	work     time.Duration // then until the first byte of the answer
	received time.Duration // then until its last
	answer   []byte
}

// least keeps the least of each time.
func (e *exchange) least(o exchange) {
	if e.answer == nil {
		*e = o
		return
	}
	e.sent, e.work, e.received = min(e.sent, o.sent), min(e.work, o.work), min(e.received, o.received)
}

func trace(client *http.Client, url, contentType string, body []byte) (e exchange, err error) {
	request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return e, err
	}
	request.Header.Set("Content-Type", contentType)
	var written, first time.Time
	start := time.Now()
	request = request.WithContext(httptrace.WithClientTrace(background, &httptrace.ClientTrace{
		WroteRequest:         func(httptrace.WroteRequestInfo) { written = time.Now() },
		GotFirstResponseByte: func() { first = time.Now() },
	}))
	answer, err := client.Do(request)
	if err != nil {
		return e, err
	}
	defer func() { _ = answer.Body.Close() }() // it is read to its end
	e.answer, err = io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s: %.500s", url, answer.Status, e.answer)
	}
	e.up, e.down = int64(len(body)), int64(len(e.answer))
	e.sent, e.work, e.received = written.Sub(start), first.Sub(written), time.Since(first)
	return e, err
}

// twoSteps does the seed's: the frame into the store, its token; the token, the
// figure.
type twoSteps func() (store, draw exchange, err error)

// steps compares the two steps of a page with dash-extensions and with ours.
func (b *bench) steps() (section, error) {
	p, versions, err := b.storePeer()
	if err != nil {
		return section{}, err
	}
	defer func() { _ = p.stop() }() // it was asked all
	s := section{
		Title: "The seed's two steps over HTTP",
		About: "Step 1 puts the frame of 15.1 MB into the server's store and returns its token; step 2 sends the token, filters, and has the figure of 534,226 points. " +
			"Beside ours a real Dash app with dash-extensions' ServersideOutputTransform, on Flask's own server (" + versions + "). Nothing is memoised. " +
			"Ours is sent the frame, as Arrow, in step 1; theirs has it in its process already.",
	}
	ours, stop, err := ourSteps()
	if err != nil {
		return s, err
	}
	defer stop()
	theirs, err := dashSteps(p)
	if err != nil {
		return s, err
	}
	var least [2][2]exchange
	for round := range b.slowRounds + 1 {
		for i, do := range []twoSteps{ours, theirs} {
			store, draw, err := do()
			if err != nil {
				return s, err
			}
			if round > 0 {
				least[i][0].least(store)
				least[i][1].least(draw)
			}
		}
	}
	for step, name := range []string{"step 1", "step 2"} {
		s.Rows = append(s.Rows, arrows(name, least[0][step], least[1][step])...)
	}
	return s, nil
}

// arrows are the rows of one step.
func arrows(step string, ours, theirs exchange) []row {
	arrow := func(what string, ours, theirs time.Duration, bytes, theirBytes int64) row {
		r := row{What: step + what, Value: ms(ours), Unit: "ms", Times: map[string]float64{"ours": ms(ours), "theirs": ms(theirs)}}
		r.Note = "theirs " + quantity(ms(theirs), "ms")
		if bytes > 0 {
			r.Note = fmt.Sprintf("for %s; theirs %s for %s", size(bytes), quantity(ms(theirs), "ms"), size(theirBytes))
		}
		return r
	}
	return []row{
		arrow(" ↑ request", ours.sent, theirs.sent, ours.up, theirs.up),
		arrow(", the server's work", ours.work, theirs.work, 0, 0),
		arrow(" ↓ answer", ours.received, theirs.received, ours.down, theirs.down),
	}
}

func size(n int64) string {
	if n < 10_000 {
		return fmt.Sprintf("%d B", n)
	}
	return quantity(float64(n)/1e6, "MB")
}

func ourSteps() (do twoSteps, stop func(), err error) {
	f, err := storeFrame()
	if err != nil {
		return nil, nil, err
	}
	defer f.Release()
	var body bytes.Buffer
	if err := frame.WriteIPCStream(&body, f); err != nil {
		return nil, nil, err
	}
	handler, err := serve.New(serve.Options{Engine: pointillist.New(pointillist.Options{MemoBytes: -1, SelectionBytes: -1})})
	if err != nil {
		return nil, nil, err
	}
	url, stopServer, err := listen(handler)
	if err != nil {
		return nil, nil, err
	}
	client := plainClient()
	if client.Jar, err = cookiejar.New(nil); err != nil {
		return nil, nil, err
	}
	return func() (store, draw exchange, err error) {
		store, err = trace(client, url+"/v1/frames", "application/vnd.apache.arrow.stream", body.Bytes())
		if err != nil {
			return store, draw, err
		}
		var stored struct{ Frame string }
		if err := json.Unmarshal(store.answer, &stored); err != nil {
			return store, draw, err
		}
		asked := fmt.Sprintf(`{"frame":%q,"filter":"passenger_count == 1","args":{"x":"trip_distance","y":"total_amount"}}`, stored.Frame)
		draw, err = trace(client, url+"/v1/figure", "application/json", []byte(asked))
		return store, draw, err
	}, func() { stopServer(); handler.Close() }, nil
}

// dashSteps sends what Dash's page sends.
func dashSteps(p *peer) (twoSteps, error) {
	said, err := p.ask("serve")
	if err != nil {
		return nil, err
	}
	client, url := plainClient(), said.Text+"/_dash-update-component"
	return func() (store, draw exchange, err error) {
		const load = `{"output":"token.data","outputs":{"id":"token","property":"data"},"inputs":[{"id":"load","property":"n_clicks","value":1}],"changedPropIds":["load.n_clicks"]}`
		if store, err = trace(client, url, "application/json", []byte(load)); err != nil {
			return store, draw, err
		}
		var stored struct {
			Response struct{ Token struct{ Data string } }
		}
		if err := json.Unmarshal(store.answer, &stored); err != nil {
			return store, draw, err
		}
		token, err := json.Marshal(stored.Response.Token.Data)
		if err != nil {
			return store, draw, err
		}
		asked := fmt.Sprintf(`{"output":"graph.figure","outputs":{"id":"graph","property":"figure"},"inputs":[{"id":"token","property":"data","value":%s}],"changedPropIds":["token.data"]}`, token)
		draw, err = trace(client, url, "application/json", []byte(asked))
		return store, draw, err
	}, nil
}
