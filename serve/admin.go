package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// minToken is the least length of Options.AdminToken.
const minToken = 16

// adminRoutes are there only with a token.
func (h *Handler) adminRoutes() map[string]map[string]endpoint {
	return map[string]map[string]endpoint{
		"/v1/store/entries":       {"GET": h.admin(h.listStore)},
		"/v1/store/entries/{key}": {"GET": h.admin(h.inspectStore), "DELETE": h.admin(h.deleteEntry)},
		"/v1/store/gc":            {"POST": h.admin(h.collectStore)},
		"/v1/store/verify":        {"POST": h.admin(h.verifyStore)},
		"/v1/store/doctor":        {"GET": h.admin(h.examineStore)},
	}
}

// An adminEndpoint returns what is answered as JSON.
type adminEndpoint func(*http.Request) (any, error)

// admin lets only those in who have the token.
func (h *Handler) admin(serve adminEndpoint) endpoint {
	want := sha256.Sum256([]byte(h.o.AdminToken))
	return func(w http.ResponseWriter, r *http.Request) error {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(token)) // of one length, so that the time tells nothing
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			return newProblem(http.StatusUnauthorized, "Unauthorized", errors.New("want the administrator's bearer token"))
		}
		value, err := serve(r)
		if errors.Is(err, errors.ErrUnsupported) {
			return newProblem(http.StatusNotImplemented, "Not implemented", fmt.Errorf("a %T does not do that", h.o.Store))
		}
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, value)
	}
}

// An entryInfo is what an administrator is told about an entry.
type entryInfo struct {
	Key     string     `json:"key"`
	Version string     `json:"version"`
	Rows    int        `json:"rows"`
	Bytes   int64      `json:"bytes"`
	Created time.Time  `json:"created"`
	Used    time.Time  `json:"used"`
	Ends    *time.Time `json:"ends,omitempty"` // if it is not used until then
	Expired bool       `json:"expired,omitempty"`
	Owner   string     `json:"owner,omitempty"`
	Slot    string     `json:"slot,omitempty"`
}

func describeEntry(e cache.Entry) entryInfo {
	info := entryInfo{
		Key: e.Key.String(), Version: e.Version.String(), Rows: e.Rows, Bytes: e.Bytes,
		Created: e.Created.UTC(), Used: e.Used.UTC(), Expired: e.Expired, Owner: keyText(e.Owner), Slot: keyText(e.Slot),
	}
	if ends := e.Deadline(e.Used).UTC(); !e.Deadline(e.Used).IsZero() {
		info.Ends = &ends
	}
	return info
}

func keyText(k cache.Key) string {
	if k == (cache.Key{}) {
		return ""
	}
	return k.String()
}

func (h *Handler) listStore(r *http.Request) (any, error) {
	store, ok := h.o.Store.(cache.Admin)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	entries, err := store.List(r.Context())
	list := struct {
		Entries []entryInfo `json:"entries"`
	}{make([]entryInfo, len(entries))}
	for i, e := range entries {
		list.Entries[i] = describeEntry(e)
	}
	return list, err
}

func (h *Handler) inspectStore(r *http.Request) (any, error) {
	store, ok := h.o.Store.(cache.Admin)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	key, err := pathKey(r)
	if err != nil {
		return nil, err
	}
	e, err := store.Inspect(r.Context(), key)
	if errors.Is(err, cache.ErrNotFound) {
		return nil, newProblem(http.StatusNotFound, "No such entry", err)
	}
	return describeEntry(e), err
}

func (h *Handler) deleteEntry(r *http.Request) (any, error) {
	key, err := pathKey(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.o.Store.Delete(r.Context(), key)
}

func pathKey(r *http.Request) (key cache.Key, err error) {
	text := r.PathValue("key")
	b, err := hex.DecodeString(text)
	if err != nil || copy(key[:], b) != len(key) || len(b) != len(key) {
		return key, newProblem(http.StatusNotFound, "No such entry", fmt.Errorf("%q is no key: want %d hexadecimal digits", shortened(text), hex.EncodedLen(len(key))))
	}
	return key, nil
}

func (h *Handler) collectStore(r *http.Request) (any, error) {
	store, ok := h.o.Store.(cache.Admin)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	freed, err := store.GC(r.Context())
	return map[string]int64{"entries": int64(freed.Entries), "bytes": freed.Bytes}, err
}

func (h *Handler) verifyStore(r *http.Request) (any, error) {
	store, ok := h.o.Store.(cache.Examiner)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	bad, err := store.Verify(r.Context())
	removed := []string{}
	for _, miss := range bad {
		removed = append(removed, miss.Error())
	}
	return map[string][]string{"removed": removed}, err
}

func (h *Handler) examineStore(r *http.Request) (any, error) {
	store, ok := h.o.Store.(cache.Examiner)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	findings := []map[string]string{}
	for _, f := range store.Doctor(r.Context()) {
		findings = append(findings, map[string]string{"check": f.Check, "problem": f.Problem, "advice": f.Advice})
	}
	return map[string]any{"findings": findings}, nil
}
