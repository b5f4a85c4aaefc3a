package handle

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// ErrMalformed is returned for whatever is not a handle that was signed with a
// secret of the ring: it is not said what is wrong with it.
var ErrMalformed = errors.New("handle: not a valid handle")

// Everyone is the Claims.Session of a handle that every session may open.
const Everyone = "*"

const (
	noSession  = "handle: Claims.Session is empty"
	longRecipe = "handle: Claims.Recipe has more than MaxRecipe bytes"
)

// MinSecret is the least number of bytes of a secret.
const MinSecret = 16

// Length is the number of characters of a handle without a recipe.
const Length = 160

// MaxRecipe is the most bytes of a recipe. Each three make a handle longer by
// four characters.
const MaxRecipe = 1024

// MaxLength is the most characters of a handle.
const MaxLength = Length + (MaxRecipe*8+5)/6

// The layout: see the package's documentation.
const (
	atStore   = 4
	atKey     = atStore + 20
	atVersion = atKey + 16
	atSession = atVersion + 16
	atExpires = atSession + 24
	atMAC     = atExpires + 8
	size      = atMAC + sha256.Size
)

var encoding = base64.RawURLEncoding.Strict()

// Claims are what a handle says.
type Claims struct {
	Key     cache.Key
	Version frame.Version // of the content that was stored
	Session string        // who may open it: a session's id, or Everyone; never empty
	Expires time.Time     // zero is never

	// Recipe tells how the content is made again; empty if it cannot be. The
	// handle has it encrypted.
	Recipe []byte
}

// A Secret signs handles.
type Secret struct {
	Bytes    []byte    // at least MinSecret, random
	NotAfter time.Time // handles signed with it are refused from then on; zero is never

	alone bool // no other process has it
}

// RandomSecret returns a secret that no other process has.
func RandomSecret() Secret {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand
	return Secret{Bytes: b, alone: true}
}

// Options configure a Ring.
type Options struct {
	Secrets []Secret         // the first signs, all are accepted
	Store   string           // the name of the store that the handles are for
	Now     func() time.Time // nil is time.Now
}

// A Ring signs and opens handles. It is immutable and safe for concurrent use.
type Ring struct {
	secrets []secret
	store   [20]byte
	now     func() time.Time
}

type secret struct {
	Secret
	id [4]byte
}

// NewRing returns an error if there is no secret, one is too short, or two are equal.
func NewRing(o Options) (*Ring, error) {
	if len(o.Secrets) == 0 {
		return nil, errors.New("handle: Options.Secrets is empty")
	}
	store := sha256.Sum256([]byte(o.Store))
	r := &Ring{store: [20]byte(store[:]), now: o.Now}
	if r.now == nil {
		r.now = time.Now
	}
	for i, s := range o.Secrets {
		if len(s.Bytes) < MinSecret {
			return nil, fmt.Errorf("handle: Options.Secrets[%d] has %d bytes, want at least %d", i, len(s.Bytes), MinSecret)
		}
		sum := sha256.Sum256(append([]byte("pointillist handle key"), s.Bytes...))
		id := [4]byte(sum[:])
		if r.secret(id) != nil {
			return nil, fmt.Errorf("handle: Options.Secrets[%d] is there twice", i)
		}
		r.secrets = append(r.secrets, secret{s, id})
	}
	return r, nil
}

// Alone reports whether the secret that signs is one of RandomSecret: no other
// process can open its handles, nor can this one when it is started again.
func (r *Ring) Alone() bool { return r.secrets[0].alone }

// Sign returns a handle of Length characters, and those of the recipe. Equal
// claims have equal handles. It panics if c.Session is empty, or c.Recipe has
// more than MaxRecipe bytes.
func (r *Ring) Sign(c Claims) string {
	switch {
	case c.Session == "":
		panic(noSession)
	case len(c.Recipe) > MaxRecipe:
		panic(longRecipe)
	}
	s := &r.secrets[0]
	b := make([]byte, size, size+len(c.Recipe))
	copy(b[:], s.id[:])
	copy(b[atStore:], r.store[:])
	copy(b[atKey:], c.Key[:])
	copy(b[atVersion:], c.Version[:])
	session := hashSession(c.Session)
	copy(b[atSession:], session[:])
	if !c.Expires.IsZero() {
		binary.BigEndian.PutUint64(b[atExpires:], uint64(c.Expires.UnixNano()))
	}
	mac := s.mac(b[:atMAC], c.Recipe)
	copy(b[atMAC:], mac[:])
	b = append(b, c.Recipe...)
	s.crypt(b[size:], mac)
	return encoding.EncodeToString(b)
}

// Open returns what a handle says to the given session. The error is
// ErrMalformed, or a *cache.Miss with the cause ErrWrongStore, ErrForbidden or
// ErrExpired.
//
// Cost: two SHA-256 of a few blocks, and of the recipe; no I/O.
func (r *Ring) Open(handle, session string) (Claims, error) {
	if len(handle) < Length || len(handle) > MaxLength {
		return Claims{}, ErrMalformed
	}
	var room [size + MaxRecipe]byte
	n, err := encoding.Decode(room[:], []byte(handle))
	if err != nil || n < size || encoding.EncodedLen(n) != len(handle) { // the decoder passes over line ends
		return Claims{}, ErrMalformed
	}
	b := room[:n]
	s := r.secret([4]byte(b))
	if s == nil {
		return Claims{}, ErrMalformed
	}
	mac := [sha256.Size]byte(b[atMAC:])
	s.crypt(b[size:], mac)
	if want := s.mac(b[:atMAC], b[size:]); !hmac.Equal(want[:], mac[:]) {
		return Claims{}, ErrMalformed
	}
	return r.check(b, s, session)
}

// check looks at the claims of a handle that is ours.
func (r *Ring) check(b []byte, s *secret, session string) (Claims, error) {
	now := r.now()
	c := Claims{Key: cache.Key(b[atKey:]), Version: frame.Version(b[atVersion:]), Session: session}
	if len(b) > size {
		c.Recipe = bytes.Clone(b[size:])
	}
	if ns := int64(binary.BigEndian.Uint64(b[atExpires:])); ns != 0 {
		c.Expires = time.Unix(0, ns)
	}
	bound, asks := [24]byte(b[atSession:]), hashSession(session)
	if bound == hashSession(Everyone) {
		c.Session, asks = Everyone, bound
	}
	miss := &cache.Miss{Key: c.Key}
	switch {
	case [20]byte(b[atStore:]) != r.store:
		miss.Cause = cache.ErrWrongStore
	case bound != asks:
		miss.Cause = cache.ErrForbidden
	case ended(c.Expires, now):
		miss.Cause, miss.When = cache.ErrExpired, c.Expires
	case ended(s.NotAfter, now):
		miss.Cause, miss.When = cache.ErrExpired, s.NotAfter
	default:
		return c, nil
	}
	return Claims{}, miss
}

func ended(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

func (r *Ring) secret(id [4]byte) *secret {
	for i := range r.secrets {
		if r.secrets[i].id == id {
			return &r.secrets[i]
		}
	}
	return nil
}

// mac has the recipe as it is, not encrypted: the claims before it have a length
// of their own, so no two contents are the same bytes.
func (s *secret) mac(claims, recipe []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, s.Bytes)
	h.Write([]byte("pointillist handle 1"))
	h.Write(claims)
	h.Write(recipe)
	h.Sum(sum[:0])
	return sum
}

// crypt encrypts a recipe, or decrypts it. What it starts from is the MAC, which
// is another for any other handle, and the same for an equal one: a synthetic
// initialisation vector, as in RFC 5297.
func (s *secret) crypt(recipe []byte, mac [sha256.Size]byte) {
	if len(recipe) == 0 {
		return
	}
	h := hmac.New(sha256.New, s.Bytes)
	h.Write([]byte("pointillist handle recipe 1"))
	block, _ := aes.NewCipher(h.Sum(nil)) // never fails with 32 bytes
	cipher.NewCTR(block, mac[:aes.BlockSize]).XORKeyStream(recipe, recipe)
}

// hashSession is zero for Everyone, so that a session of that name is not everyone's.
func hashSession(session string) (sum [24]byte) {
	if session != Everyone {
		whole := sha256.Sum256([]byte(session))
		copy(sum[:], whole[:])
	}
	return sum
}
