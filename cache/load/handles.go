package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/frame"
)

// HandleOptions configure Handles. Secrets must be set.
type HandleOptions struct {
	Secrets []handle.Secret // as a handle.Ring has them

	// Rebuild writes the arguments into each handle, encrypted, as JSON. Where
	// its frame has expired, was evicted or deleted, or cannot be read, the
	// loader loads it again: the store may be wiped at any time.
	Rebuild bool

	Now func() time.Time // nil is time.Now
}

// An Output is a *Loader, of any arguments.
type Output interface {
	name() string
	lasting() bool
	find(ctx context.Context, key cache.Key) (*Result, error)
	again(ctx context.Context, session string, r recipe, key cache.Key) (*Result, error)
}

// Handles sign what loaders have loaded, and find it by its handle: each in the
// store of its loader, or by loading it again. They are safe for concurrent use.
type Handles struct {
	o       HandleOptions
	ring    *handle.Ring
	outputs map[outputID]Output
}

// NewHandles returns an error if two loaders have one name, for which of them,
// and of their stores, a handle would be for could not be told; and if the
// secret is one of handle.RandomSecret though a store outlives the process.
func NewHandles(o HandleOptions, loaders ...Output) (*Handles, error) {
	ring, err := handle.NewRing(handle.Options{Secrets: o.Secrets, Store: "cache/load", Now: o.Now})
	if err != nil {
		return nil, fmt.Errorf("cache/load: HandleOptions: %w", err)
	}
	h := &Handles{o: o, ring: ring, outputs: make(map[outputID]Output)}
	for _, l := range loaders {
		if h.outputs[idOf(l)] != nil {
			err = errors.Join(err, fmt.Errorf("cache/load: two loaders are named %q", l.name()))
		}
		if l.lasting() && ring.Alone() {
			err = errors.Join(err, fmt.Errorf("cache/load: HandleOptions.Secrets must last: the frames of %q outlive this process, "+
				"and other processes that share them could not open its handles", l.name()))
		}
		h.outputs[idOf(l)] = l
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Sign returns a handle of a result of one of the loaders, for a session or for
// handle.Everyone, until it expires; zero is never. What was loaded for a session is for
// that one only. With Rebuild the arguments must be the same after they were
// turned into JSON and back, as far as the loader's Key can tell, and few
// enough (handle.MaxRecipe bytes).
func (h *Handles) Sign(r *Result, session string, expires time.Time) (string, error) {
	if r.asked == nil || h.outputs[idOf(r.asked.output())] != r.asked.output() {
		return "", errors.New("cache/load: the result is of none of the loaders of these Handles")
	}
	if session == "" {
		return "", errors.New("cache/load: a handle is for a session, or for handle.Everyone")
	}
	recipe, err := r.asked.recipe(session, h.o.Rebuild)
	if err != nil {
		return "", fmt.Errorf("cache/load: %s: no handle: %w", r.asked.output().name(), err)
	}
	return h.sign(r, handle.Claims{Session: session, Expires: expires, Recipe: recipe.bytes()})
}

func (h *Handles) sign(r *Result, c handle.Claims) (string, error) {
	if n := len(c.Recipe); n > handle.MaxRecipe {
		return "", fmt.Errorf("cache/load: no handle: %d bytes of arguments: at most %d fit in one", n, handle.MaxRecipe)
	}
	c.Key, c.Version = r.Key, r.Frame.Version()
	return h.ring.Sign(c), nil
}

// Get returns what the handle was signed for; the caller releases it. The
// error is that of handle.Ring.Open, upon which no store was asked; a
// *cache.Miss; or, with Rebuild, that of Load. Content that is not that of the
// handle any more is never returned, but a *ChangedError.
//
// Cost: the store's Get. What is loaded again is loaded once for all who ask
// at the same time, as for Loader.Get; in mode Store, once in each process.
func (h *Handles) Get(ctx context.Context, signed, session string) (*Result, error) {
	claims, err := h.ring.Open(signed, session)
	if err != nil {
		return nil, err
	}
	recipe := recipeOf(claims.Recipe)
	output := h.outputs[recipe.output]
	if output == nil {
		return nil, &cache.Miss{Key: claims.Key, Cause: cache.ErrWrongStore}
	}
	r, err := output.find(ctx, claims.Key)
	if err != nil && ctx.Err() == nil && h.o.Rebuild && len(recipe.args) > 0 && isLost(err) {
		r, err = output.again(ctx, session, recipe, claims.Key)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, explained(err, claims.Key)
	case r.Frame.Version() != claims.Version:
		defer r.Release()
		return nil, h.changed(r, claims, output)
	}
	return r, nil
}

// isLost reports whether an error of find is about a value that may be made
// again. One that was superseded is not wanted any more.
func isLost(err error) bool {
	for _, cause := range []error{cache.ErrNotFound, cache.ErrExpired, cache.ErrEvicted, cache.ErrCorrupt} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return isDown(err)
}

// explained is a miss also where the store has not answered in time.
func explained(err error, key cache.Key) error {
	if _, ok := errors.AsType[*cache.Miss](err); !ok && errors.Is(err, cache.ErrDown) {
		return &cache.Miss{Key: key, Cause: cache.ErrDown, Err: err}
	}
	return err
}

// A ChangedError says that the content of a handle is not to be had any more:
// another one has taken its place, or was loaded when it was loaded again.
// It is a cache.ErrSuperseded.
type ChangedError struct {
	Handle  string        // of what there is now, for the same session; empty if it can have none
	Was, Is frame.Version // of the content
	Name    string        // of the loader
	Loaded  bool          // it was loaded again just now

	miss *cache.Miss
}

func (e *ChangedError) Error() string {
	what := "there is other data now"
	if e.Loaded {
		what = "it was gone, and is other data now that it was loaded again"
	}
	return fmt.Sprintf("cache/load: %s: %s: version %v, was %v", e.Name, what, e.Is, e.Was)
}

// Unwrap returns the miss.
func (e *ChangedError) Unwrap() error { return e.miss }

func (h *Handles) changed(r *Result, was handle.Claims, output Output) error {
	e := &ChangedError{
		Was: was.Version, Is: r.Frame.Version(), Name: output.name(), Loaded: r.Loaded,
		miss: &cache.Miss{Key: was.Key, Cause: cache.ErrSuperseded, When: r.Info.Created},
	}
	e.Handle, _ = h.sign(r, was) // its recipe fits: it did
	return e
}

// An outputID stands for the name of a loader in a handle.
type outputID [8]byte

func idOf(o Output) outputID {
	sum := sha256.Sum256([]byte(o.name()))
	return outputID(sum[:])
}

// A recipe tells how a frame is loaded again:
//
//	output  8 bytes
//	user    its length as a uvarint, and its bytes; none unless frames are a user's
//	args    the rest: JSON, or nothing if it cannot be loaded again
type recipe struct {
	output outputID
	user   string
	args   []byte
}

func (r recipe) bytes() []byte {
	b := binary.AppendUvarint(bytes.Clone(r.output[:]), uint64(len(r.user)))
	return append(append(b, r.user...), r.args...)
}

// recipeOf reads what the MAC says that we have written. A handle of an older
// version may have another form: then it is of no output.
func recipeOf(b []byte) (r recipe) {
	if len(b) <= len(r.output) {
		return recipe{}
	}
	id, rest := b[:len(r.output)], b[len(r.output):]
	n, size := binary.Uvarint(rest)
	if size <= 0 || n > uint64(len(rest)-size) {
		return recipe{}
	}
	rest = rest[size:]
	return recipe{outputID(id), string(rest[:n]), rest[n:]}
}
