package serve

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// negotiate returns the first of the offered codings among those that the
// request likes best, and Identity if it likes that better, names none of them,
// or asks for no transformation (RFC 9111, 5.2.1.6). It fails if the request
// takes none of them and Identity neither.
func negotiate(r *http.Request, offered []Coding) (Coding, error) {
	accepted := acceptEncoding(strings.Join(r.Header.Values("Accept-Encoding"), ","))
	best, quality := Identity, 0.0
	if !noTransform(r) {
		for _, c := range offered {
			if q := accepted.quality(c, 0); q > quality {
				best, quality = c, q
			}
		}
	}
	switch {
	// Identity need not be named to be taken, but is no wish then.
	case best == Identity && accepted.quality(Identity, 1) == 0:
		err := fmt.Errorf("the Accept-Encoding refuses all there is: identity, %s", joined(offered))
		return "", newProblem(http.StatusNotAcceptable, "Not acceptable", err)
	case accepted[string(Identity)] > quality:
		return Identity, nil
	}
	return best, nil
}

func noTransform(r *http.Request) bool {
	for directive := range strings.SplitSeq(r.Header.Get("Cache-Control"), ",") {
		if strings.EqualFold(strings.TrimSpace(directive), "no-transform") {
			return true
		}
	}
	return false
}

func joined(codings []Coding) string {
	var names []string
	for _, c := range codings {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// qualities are what an Accept-Encoding header says of each coding.
type qualities map[string]float64

// quality returns that of c, or other if it is not mentioned.
func (q qualities) quality(c Coding, other float64) float64 {
	if v, named := q[string(c)]; named {
		return v
	}
	if v, named := q["*"]; named {
		return v
	}
	return other
}

// acceptEncoding reads the header; a malformed quality counts as 0, that is as
// "not acceptable".
func acceptEncoding(header string) qualities {
	accepted := qualities{}
	for item := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" {
			continue
		}
		accepted[name] = 1
		if q, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q="); found {
			quality, err := strconv.ParseFloat(q, 64)
			if err != nil || !(quality >= 0 && quality <= 1) {
				quality = 0
			}
			accepted[name] = quality
		}
	}
	return accepted
}
