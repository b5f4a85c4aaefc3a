package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/file"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

// maxListed is how many of a session's frames are listed, the newest.
const maxListed = 100

var errNoFrame = errors.New("no such frame")

// stored are the frames in the store, each for the session that sent it.
type stored struct {
	store cache.Store
	keys  *handle.Ring
	ttl   time.Duration
}

// A found is a frame that a request may use until it releases it.
type found struct {
	*refresh.Snapshot
	name string // for people
	live bool   // it is kept fresh
}

// find returns the frame of a name or handle.
func (h *Handler) find(ctx context.Context, asked, session string) (*found, error) {
	f, err := h.named.find(ctx, asked)
	if errors.Is(err, errNoName) {
		f, err = h.stored.find(ctx, asked, session)
	}
	if h.o.Loaded != nil && (errors.Is(err, handle.ErrMalformed) || errors.Is(err, cache.ErrWrongStore)) {
		f, err = h.findLoaded(ctx, asked, session)
	}
	if errors.Is(err, handle.ErrMalformed) {
		return nil, h.unknown(asked)
	}
	return f, err
}

// findLoaded returns what a loader has loaded, or loads again for this.
func (h *Handler) findLoaded(ctx context.Context, signed, session string) (*found, error) {
	r, err := h.o.Loaded.Get(ctx, signed, session)
	if err == nil {
		f := storedFrame(r.Frame, r.Info)
		f.Err = r.Err
		return f, nil
	}
	if _, miss := errors.AsType[*cache.Miss](err); miss || errors.Is(err, handle.ErrMalformed) || ctx.Err() != nil {
		return nil, err
	}
	return nil, sourceDown(err)
}

func (s *stored) find(ctx context.Context, signed, session string) (*found, error) {
	f, info, err := s.keys.Get(ctx, s.store, signed, session)
	if err != nil {
		return nil, err
	}
	return storedFrame(f, info), nil
}

func storedFrame(f *frame.Frame, info cache.Info) *found {
	return &found{Snapshot: &refresh.Snapshot{Frame: f, Version: f.Version(), Loaded: info.Created, Checked: info.Created}, name: nameOf(f)}
}

func (h *Handler) unknown(asked string) error {
	if near := nearest.Of(asked, h.named.names()); near != "" {
		return fmt.Errorf("%w: %q: did you mean %q?", errNoFrame, shortened(asked), near)
	}
	return fmt.Errorf("%w: %q is neither a handle nor one of the server's frames", errNoFrame, shortened(asked))
}

func shortened(name string) string {
	if len(name) > handle.Length {
		return name[:handle.Length] + "…"
	}
	return name
}

// resolve returns the frame that a request's "frame" stands for: a name, a
// handle, or columns of its own.
func (h *Handler) resolve(ctx context.Context, asked json.RawMessage, session string) (*found, error) {
	if bytes.HasPrefix(asked, []byte("{")) {
		f, err := file.Read(bytes.NewReader(asked), file.JSON, file.Options{MaxRows: h.o.MaxRows})
		if err != nil {
			return nil, unreadable(err).at("/frame")
		}
		return &found{Snapshot: &refresh.Snapshot{Frame: f, Checked: time.Now()}}, nil
	}
	var name string
	if err := json.Unmarshal(asked, &name); err != nil {
		return nil, badRequest(errors.New("frame is neither a name, a handle nor an object with columns")).at("/frame")
	}
	f, err := h.find(ctx, name, session)
	if err != nil {
		return nil, problemOf(err).at("/frame")
	}
	return f, nil
}

// keep stores f for the session and returns its handle. In a slot it takes the
// place of what the session had there.
func (s *stored) keep(ctx context.Context, f *frame.Frame, session, slot string) (string, error) {
	version, o := f.Version(), cache.PutOptions{Idle: s.ttl, Owner: cache.SessionOwner(session)}
	key := cache.NewKey("frame", 1).Text(session).Bytes(version[:])
	if slot != "" {
		key.Text(slot)
		o.Slot = cache.NewKey("slot", 1).Text(slot).Key()
	}
	if err := s.store.Put(ctx, key.Key(), f, o); err != nil {
		return "", err
	}
	return s.sign(key.Key(), version, session), nil
}

func (s *stored) sign(key cache.Key, v frame.Version, session string) string {
	return s.keys.Sign(handle.Claims{Key: key, Version: v, Session: session})
}

// of calls visit for each frame of the session that can be had, the oldest
// first, with its handle. A store that cannot list an owner's has none.
func (s *stored) of(ctx context.Context, session string, visit func(signed string, f *found)) error {
	store, ok := s.store.(cache.OwnerLister)
	if !ok {
		return nil
	}
	entries, err := store.ListOwner(ctx, cache.SessionOwner(session))
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	for _, e := range entries[max(0, len(entries)-maxListed):] {
		signed := s.sign(e.Key, e.Version, session)
		f, err := s.find(ctx, signed, session)
		if err != nil {
			continue // GET of the handle says why
		}
		visit(signed, f)
		f.Release()
	}
	return ctx.Err()
}

// remove frees a frame of the session.
func (s *stored) remove(ctx context.Context, signed, session string) error {
	claims, err := s.keys.Open(signed, session)
	if err != nil {
		return err
	}
	return s.store.Delete(ctx, claims.Key)
}

// removeAll frees all that the session has.
func (s *stored) removeAll(ctx context.Context, session string) error {
	store, ok := s.store.(cache.OwnerStore)
	if !ok {
		return errors.ErrUnsupported
	}
	_, err := store.DeleteOwner(ctx, cache.SessionOwner(session))
	return err
}

// nameKey is where a frame's name travels with it: its columns are the same
// whatever it is called, and so is its version.
const nameKey = "pointillist.name"

func nameOf(f *frame.Frame) string {
	name, _ := f.Schema().Metadata().GetValue(nameKey)
	return name
}
