package serve_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/serve"
)

const figureRequest = `{"frame":"trips","filter":"passengers == 1","args":{"x":"miles","y":"fare"},"arrays":"text"}`

func TestFigure(t *testing.T) {
	c := start(t, serve.Options{}).session()
	posted := c.figure(figureRequest)
	require.Equal(t, http.StatusOK, posted.status, "%s", posted.body)
	assert.Equal(t, "application/json", posted.header.Get("Content-Type"))
	assert.Equal(t, strconv.Itoa(len(posted.body)), posted.header.Get("Content-Length"))
	assert.Equal(t, "nosniff", posted.header.Get("X-Content-Type-Options"))
	assert.Contains(t, posted.header.Get("Vary"), "Accept-Encoding")
	assert.Regexp(t, `^"[0-9a-f]+"$`, posted.header.Get("ETag"))
	trace := posted.object(t)["data"].([]any)[0].(map[string]any)
	assert.Equal(t, []any{json.Number("0.5"), json.Number("7.25"), json.Number("3.5"), json.Number("-1")}, trace["x"])
	assert.Equal(t, []any{json.Number("5.8"), json.Number("24.5"), json.Number("12"), json.Number("8")}, trace["y"])

	got := c.get("/v1/figure?q=" + url.QueryEscape(figureRequest))
	assert.Equal(t, string(posted.body), string(got.body))
	assert.Equal(t, posted.header.Get("ETag"), got.header.Get("ETag"))

	head := c.do("HEAD", "/v1/figure?q="+url.QueryEscape(figureRequest), "")
	assert.Equal(t, http.StatusOK, head.status)
	assert.Empty(t, head.body)
	assert.Equal(t, posted.header.Get("Content-Length"), head.header.Get("Content-Length"))
	assert.Equal(t, posted.header.Get("ETag"), head.header.Get("ETag"))

	assert.Contains(t, string(posted.body), `"spikedistance":0`)
	exact := c.figure(strings.Replace(figureRequest, `"args"`, `"exact_px":true,"args"`, 1))
	assert.NotContains(t, string(exact.body), "spikedistance")
	assert.NotEqual(t, posted.header.Get("ETag"), exact.header.Get("ETag"))

	line := c.figure(strings.Replace(figureRequest, `"args"`, `"kind":"line","args"`, 1))
	assert.Equal(t, "lines", line.object(t)["data"].([]any)[0].(map[string]any)["mode"])
	assert.NotEqual(t, posted.header.Get("ETag"), line.header.Get("ETag"))
}

func TestServerTiming(t *testing.T) {
	c := start(t, serve.Options{}).session()
	stages := func(headers ...string) (names []string) {
		metrics := c.figure(figureRequest, headers...).header.Get("Server-Timing")
		for m := range strings.SplitSeq(metrics, ", ") {
			require.Regexp(t, `^[a-z]+;dur=[0-9]+\.[0-9]{3}$`, m)
			name, _, _ := strings.Cut(m, ";")
			names = append(names, name)
		}
		return names
	}
	first := stages()
	assert.Equal(t, "load", first[0])
	assert.Subset(t, first, []string{"filter", "build", "encode"})
	assert.Equal(t, []string{"load", "memo"}, stages())
	assert.Subset(t, stages("Accept-Encoding: gzip"), []string{"load", "compress"})
}

func TestColumnsInTheRequest(t *testing.T) {
	c := start(t, serve.Options{}).session()
	request := `{"frame":` + smallJSON + `,"filter":"paid == 'card'","args":{"x":"miles"},"arrays":"text"}`
	first := c.figure(request)
	require.Equal(t, http.StatusOK, first.status, "%s", first.body)
	assert.Contains(t, string(first.body), `"x":[0.5,7.25]`)
	assert.Equal(t, first.header.Get("ETag"), c.figure(request).header.Get("ETag"))

	stored := c.upload(jsonType, smallJSON)
	same := c.figure(strings.Replace(request, smallJSON, `"`+stored+`"`, 1))
	assert.Equal(t, first.header.Get("ETag"), same.header.Get("ETag"), "the same content is the same figure")
}

func TestNotModified(t *testing.T) {
	c := start(t, serve.Options{}).session()
	etag := c.figure(figureRequest).header.Get("ETag")
	for name, tt := range map[string]struct {
		header string
		status int
	}{
		"the tag":      {etag, http.StatusNotModified},
		"a weak one":   {"W/" + etag, http.StatusNotModified},
		"among others": {`"abc", ` + etag, http.StatusNotModified},
		"any":          {"*", http.StatusNotModified},
		"another":      {`"abc"`, http.StatusOK},
		"no quotes":    {strings.Trim(etag, `"`), http.StatusOK},
		"none":         {"", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.figure(figureRequest, "If-None-Match: "+tt.header)
			assert.Equal(t, tt.status, a.status)
			assert.Equal(t, etag, a.header.Get("ETag"))
			assert.NotEmpty(t, a.header.Get("Vary"))
			assert.NotEmpty(t, a.header.Get("Cache-Control"))
			assert.Equal(t, tt.status == http.StatusNotModified, len(a.body) == 0)
		})
	}
	// A figure that this session may not see is no different for its tag.
	mine := c.upload(csvType, smallCSV)
	request := `{"frame":"` + mine + `"}`
	etag = c.figure(request).header.Get("ETag")
	other := start(t, serve.Options{}).session()
	other.figure(request, "If-None-Match: "+etag).problem(t, http.StatusNotFound)
}

func decoded(t *testing.T, coding string, body []byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(r)
		require.NoError(t, err)
		r = z
	case "zstd":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		require.NoError(t, err)
		defer z.Close()
		r = z
	case "br":
		r = brotli.NewReader(r)
	}
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func TestCodings(t *testing.T) {
	s := start(t, serve.Options{})
	c := s.session()
	plain := c.figure(figureRequest)
	tags := map[string]string{"": plain.header.Get("ETag")}
	for _, tt := range []struct{ accept, want string }{
		{"", ""},
		{"gzip", "gzip"},
		{"br", "br"},
		{"zstd", "zstd"},
		{"GZIP", "gzip"},
		{"gzip, br, zstd", "zstd"}, // the server's order
		{"gzip;q=1.0, br;q=0.9, zstd;q=0.8", "gzip"},
		{"gzip; q=0.2 , br;q=0.3", "br"},
		{"gzip;Q=0.2, br", "br"},
		{"*", "zstd"},
		{"*;q=0.1, br;q=0.5", "br"},
		{"zstd;q=0, *", "gzip"},
		{"gzip;q=0", ""},
		{"deflate, compress", ""},
		{"gzip;q=2", ""},
		{"gzip;q=NaN", ""},
		{"identity", ""},
		{"identity, gzip;q=0.5", ""},
		{"identity;q=0.5, gzip", "gzip"},
		{"identity;q=0, br", "br"},
		{"*;q=0, gzip", "gzip"},
		{",,;q=1,", ""},
	} {
		t.Run(tt.accept, func(t *testing.T) {
			a := c.figure(figureRequest, "Accept-Encoding: "+tt.accept)
			require.Equal(t, http.StatusOK, a.status, "%s", a.body)
			assert.Equal(t, tt.want, a.header.Get("Content-Encoding"))
			assert.Equal(t, string(plain.body), decoded(t, tt.want, a.body))
			assert.Contains(t, a.header.Get("Vary"), "Accept-Encoding")
			etag := a.header.Get("ETag")
			if known, seen := tags[tt.want]; seen {
				assert.Equal(t, known, etag)
			}
			tags[tt.want] = etag
			assert.Equal(t, http.StatusNotModified, c.figure(figureRequest, "Accept-Encoding: "+tt.accept, "If-None-Match: "+etag).status)

			data := c.get("/v1/frames/trips/data", "Accept-Encoding: "+tt.accept)
			assert.Equal(t, tt.want, data.header.Get("Content-Encoding"))
			assert.True(t, json.Valid([]byte(decoded(t, tt.want, data.body))))
		})
	}
	assert.Len(t, tags, 4)
	distinct := map[string]bool{}
	for _, tag := range tags {
		distinct[tag] = true
	}
	assert.Len(t, distinct, 4, "a strong tag is of one coding")

	for _, refused := range []string{"identity;q=0", "*;q=0", "identity;q=0, deflate", "gzip;q=0, br;q=0, zstd;q=0, identity;q=0"} {
		c.figure(figureRequest, "Accept-Encoding: "+refused).problem(t, http.StatusNotAcceptable)
	}
	raw := c.figure(figureRequest, "Accept-Encoding: gzip", "Cache-Control: max-age=0, No-Transform")
	assert.Empty(t, raw.header.Get("Content-Encoding"))

	few := start(t, serve.Options{Codings: []serve.Coding{serve.Gzip}}).session()
	assert.Equal(t, "gzip", few.figure(figureRequest, "Accept-Encoding: br, zstd, gzip;q=0.1").header.Get("Content-Encoding"))
	none := start(t, serve.Options{Codings: []serve.Coding{}}).session()
	assert.Empty(t, none.figure(figureRequest, "Accept-Encoding: br, gzip").header.Get("Content-Encoding"))
}

// TestFiguresOfEverySize goes from a page to more than the memo takes.
func TestFiguresOfEverySize(t *testing.T) {
	engine := pointillist.New(pointillist.Options{MemoBytes: 1 << 20})
	s := start(t, serve.Options{Engine: engine})
	c := s.session()
	for _, rows := range []int{1, 4_096, 60_000} {
		var csv strings.Builder
		csv.WriteString("x\n")
		for i := range rows {
			fmt.Fprintf(&csv, "%d.25\n", i)
		}
		handle := c.upload(csvType, csv.String())
		for _, arrays := range []string{"typed", "text"} {
			request := `{"frame":"` + handle + `","args":{"x":"x"},"arrays":"` + arrays + `"}`
			first, second := c.figure(request), c.figure(request, "Accept-Encoding: gzip")
			require.Equal(t, http.StatusOK, first.status)
			assert.True(t, json.Valid(first.body))
			assert.Equal(t, string(first.body), decoded(t, "gzip", second.body))
		}
	}
}
