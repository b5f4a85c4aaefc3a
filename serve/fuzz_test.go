package serve_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist/serve"
)

func request(method, path, body string) *http.Request {
	return httptest.NewRequest(method, path, strings.NewReader(body))
}

func recorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func fuzzed(f *testing.F) *serve.Handler {
	f.Helper()
	handler, err := serve.New(serve.Options{Timeout: 10 * time.Second, MaxBody: 1 << 20, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(f, err)
	named := trips(f)
	handler.Name("trips", named)
	named.Release()
	return handler
}

var someArgs = []string{
	`{"x":"miles","y":"fare","color":"paid","hover_data":{"fare":":.2f","miles":false},"labels":{"fare":"$"}}`,
	`{"x":["miles","fare"],"facet_col":"paid","category_orders":{"paid":["cash","card"]},"range_x":[0,null]}`,
	`{"x":"paid","y":"fare","size":"passengers","symbol":"paid","template":"plotly_dark","log_y":true,"error_y":"miles"}`,
	`{"color":"fare","color_continuous_scale":[[0,"red"],[1,"#00f"]],"range_color":[0,1],"marginal_x":"box","trendline":"ols"}`,
	`{"x":[1,2,3,4,5,6,7],"animation_frame":"paid","width":1e300,"opacity":-1,"template":{"layout":{}}}`,
}

// FuzzFigure: whatever is asked, the answer is a figure, or a part of one, or
// says what is wrong with the request.
func FuzzFigure(f *testing.F) {
	for _, args := range someArgs {
		f.Add(`{"frame":"trips","filter":"passengers in [1, 2] and not paid like 'c%'","args":` + args + `}`)
		f.Add(`{"frame":"trips","kind":"line","arrays":"typed","exact_px":true,"reduce":{"method":"none"},"args":` + args + `}`)
	}
	f.Add(`{"frame":"trips","args":{"x":"miles","y":"fare"},"reduce":{"method":"visible","width":9,"height":9,"dpr":2,"x":["2019-01-01",3],"budget":1},"x":[0,1],"y":null,"have":"\"a\""}`)
	f.Add(`{"frame":` + smallJSON + `,"args":{"x":"miles"}}`)
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, path := range []string{"/v1/figure", "/v1/refine"} {
			ask(t, handler, path, text)
		}
	})
}

// FuzzArguments is FuzzFigure of requests that are well-formed from outside.
func FuzzArguments(f *testing.F) {
	for _, args := range someArgs {
		f.Add("miles > 1 or paid is null", args, `{"method":"auto","width":40,"height":30}`, "[0,1]", true)
		f.Add("passengers not in [1] and paid == 'cash'", args, `{"method":"sample","budget":2}`, "null", false)
	}
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, filter, args, reduce, view string, line bool) {
		kind := "scatter"
		if line {
			kind = "line"
		}
		quoted, err := json.Marshal(filter)
		require.NoError(t, err)
		text := fmt.Sprintf(`{"frame":"trips","kind":%q,"filter":%s,"args":%s,"reduce":%s}`, kind, quoted, args, reduce)
		ask(t, handler, "/v1/figure", text)
		ask(t, handler, "/v1/refine", strings.TrimSuffix(text, "}")+`,"x":`+view+`}`)
	})
}

// ask wants an answer that is whole, or a problem that is the client's.
func ask(t *testing.T, handler http.Handler, path, text string) {
	t.Helper()
	w := recorder()
	handler.ServeHTTP(w, request("POST", path, text))
	require.Less(t, w.Code, 500, "%s", w.Body)
	switch a := (answer{w.Code, w.Result().Header, w.Body.Bytes()}); a.status {
	case http.StatusOK:
		a.object(t)
	case http.StatusNotModified:
	default:
		a.problem(t, a.status)
	}
}

// FuzzFrames: whatever is sent in whatever format, it becomes a frame that can
// be described and sent back, or the answer says what is wrong with it.
func FuzzFrames(f *testing.F) {
	for contentType, body := range inFormats(f) {
		f.Add(contentType, []byte(body))
		f.Add(contentType, []byte(body[:len(body)/2]))
	}
	handler := fuzzed(f)
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		send := func(method, path, body string) *httptest.ResponseRecorder {
			w, r := recorder(), request(method, path, body)
			r.Header.Set("Content-Type", contentType)
			r.Header.Set("Cookie", "pointillist_session=AAAAAAAAAAAAAAAAAAAAAA")
			handler.ServeHTTP(w, r)
			require.Less(t, w.Code, 500, "%s %s: %s", method, path, w.Body)
			return w
		}
		w := send("POST", "/v1/frames", string(body))
		if w.Code != http.StatusCreated {
			answer{w.Code, w.Result().Header, w.Body.Bytes()}.problem(t, w.Code)
			return
		}
		path := "/v1/" + w.Result().Header.Get("Location")
		for _, sub := range []string{"", "/data"} {
			if w := send("GET", path+sub, ""); w.Code == http.StatusOK {
				answer{body: w.Body.Bytes()}.object(t)
			}
		}
		require.Equal(t, http.StatusNoContent, send("DELETE", path, "").Code)
	})
}
