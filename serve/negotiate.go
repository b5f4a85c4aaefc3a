package serve

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Coding is a content coding of RFC 9110.
type Coding string

// The codings that a handler can be configured with.
const (
	Identity Coding = "identity"
	Gzip     Coding = "gzip"
	Zstd     Coding = "zstd"
	Brotli   Coding = "br"
)

// writer returns a writer that compresses into w, at the level that costs
// least: compressing takes many times as long as making the figure.
func (c Coding) writer(w io.Writer) io.WriteCloser {
	switch c {
	case Gzip:
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is valid
		return z
	case Zstd:
		z, _ := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1)) // the options are valid
		return z
	case Brotli:
		return brotli.NewWriterLevel(w, brotli.BestSpeed)
	}
	return nil
}

// negotiate returns the first of the offered codings among those that the
// request likes best; Identity if it likes none, or asks for no transformation
// (RFC 9111, 5.2.1.6).
func negotiate(r *http.Request, offered []Coding) Coding {
	for _, directive := range strings.Split(r.Header.Get("Cache-Control"), ",") {
		if strings.EqualFold(strings.TrimSpace(directive), "no-transform") {
			return Identity
		}
	}
	accepted := acceptEncoding(strings.Join(r.Header.Values("Accept-Encoding"), ","))
	best, quality := Identity, 0.0
	for _, c := range offered {
		q, named := accepted[string(c)]
		if !named {
			q = accepted["*"]
		}
		if q > quality {
			best, quality = c, q
		}
	}
	return best
}

// acceptEncoding returns the quality of each coding in the header; a malformed
// quality counts as 0, that is as "not acceptable".
func acceptEncoding(header string) map[string]float64 {
	accepted := map[string]float64{}
	for _, item := range strings.Split(header, ",") {
		name, parameter, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		accepted[name] = 1
		if q, found := strings.CutPrefix(strings.TrimSpace(parameter), "q="); found {
			quality, err := strconv.ParseFloat(q, 64)
			if err != nil || quality < 0 || quality > 1 {
				quality = 0
			}
			accepted[name] = quality
		}
	}
	return accepted
}
