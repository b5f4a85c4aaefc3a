package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/handle"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/file"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

const (
	maxSessions      = 10_000 // whose frames are listed
	maxSessionFrames = 100
)

var errNoFrame = errors.New("no such frame")

// stored are the frames in the store, each for the session that sent it.
type stored struct {
	store cache.Store
	keys  *handle.Ring
	ttl   time.Duration

	mu       sync.Mutex
	sessions map[string][]storedFrame // newest last
	recent   []string                 // sessions, the newest last
}

// A storedFrame is one that a session sent.
type storedFrame struct {
	handle string
	name   string // of the file, for people
	key    cache.Key
}

func newStored(o Options) *stored {
	return &stored{store: o.Store, keys: o.Keys, ttl: o.FrameTTL, sessions: map[string][]storedFrame{}}
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
	if errors.Is(err, handle.ErrMalformed) {
		return nil, h.unknown(asked)
	}
	return f, err
}

func (s *stored) find(ctx context.Context, signed, session string) (*found, error) {
	claims, err := s.keys.Open(signed, session)
	if err != nil {
		return nil, err
	}
	f, info, err := s.store.Get(ctx, claims.Key)
	if err != nil {
		return nil, err
	}
	return &found{Snapshot: &refresh.Snapshot{Frame: f, Version: claims.Version, Loaded: info.Created, Checked: info.Created}, name: signed}, nil
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

// keep stores f for the session and returns its handle.
func (s *stored) keep(ctx context.Context, f *frame.Frame, name, session string) (string, error) {
	version := f.Version()
	key := cache.NewKey("frame", 1).Text(session).Bytes(version[:]).Key()
	if err := s.store.Put(ctx, key, f, cache.PutOptions{Idle: s.ttl}); err != nil {
		return "", err
	}
	signed := s.keys.Sign(handle.Claims{Key: key, Version: version, Session: session})
	s.list(session, storedFrame{signed, name, key})
	return signed, nil
}

func (s *stored) list(session string, stored storedFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := slices.DeleteFunc(s.sessions[session], func(o storedFrame) bool { return o.key == stored.key })
	if len(own) >= maxSessionFrames {
		own = own[1:]
	}
	s.sessions[session] = append(own, stored)
	s.recent = append(slices.DeleteFunc(s.recent, func(o string) bool { return o == session }), session)
	if len(s.recent) > maxSessions {
		delete(s.sessions, s.recent[0])
		s.recent = s.recent[1:]
	}
}

// of returns the frames that the session has sent.
func (s *stored) of(session string) []storedFrame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sessions[session])
}

// remove frees a frame of the session.
func (s *stored) remove(ctx context.Context, signed, session string) error {
	claims, err := s.keys.Open(signed, session)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if own, listed := s.sessions[session]; listed {
		s.sessions[session] = slices.DeleteFunc(own, func(o storedFrame) bool { return o.key == claims.Key })
	}
	s.mu.Unlock()
	return s.store.Delete(ctx, claims.Key)
}
