package serve

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
)

const (
	sessionCookie = "pointillist_session"
	sessionBytes  = 16
)

// Session returns the session of a request, for who signs handles for it beside
// a Handler. A request without a well-formed session cookie gets a new session,
// and its answer the cookie: it must be called before the answer is begun, and
// once for each request.
func Session(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if raw, err := base64.RawURLEncoding.Strict().DecodeString(cookie.Value); err == nil && len(raw) == sessionBytes {
			return cookie.Value
		}
	}
	raw := make([]byte, sessionBytes)
	rand.Read(raw) // never fails
	id := base64.RawURLEncoding.EncodeToString(raw)
	http.SetCookie(w, &http.Cookie{
		Name: sessionCookie, Value: id, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
	return id
}
