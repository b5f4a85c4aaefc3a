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
	"github.com/pointillist-go/pointillist/frame"
	"github.com/pointillist-go/pointillist/frame/file"
	"github.com/pointillist-go/pointillist/internal/nearest"
)

const (
	maxSessions      = 10_000 // whose frames are listed
	maxSessionFrames = 100
)

var errNoFrame = errors.New("no such frame")

// frames are the frames that requests may name: those of the server, which
// everybody may use, and those in the store, each for the session that sent it.
type frames struct {
	store   cache.Store
	keys    *handle.Ring
	ttl     time.Duration
	maxRows int // of columns in a request

	mu       sync.Mutex
	named    []*namedFrame
	sessions map[string][]storedFrame // newest last
	recent   []string                 // sessions, the newest last
}

// A namedFrame is one of the server's.
type namedFrame struct {
	name   string
	frame  *frame.Frame
	loaded time.Time
}

// A storedFrame is one that a session sent.
type storedFrame struct {
	handle string
	name   string // of the file, for people
	key    cache.Key
}

func newFrames(o Options) *frames {
	return &frames{store: o.Store, keys: o.Keys, ttl: o.FrameTTL, maxRows: o.MaxRows, sessions: map[string][]storedFrame{}}
}

// Name makes f known to everybody under a name, in place of what had the name
// before. The handler retains f.
func (h *Handler) Name(name string, f *frame.Frame) {
	f.Retain()
	f.Version() // hashes the content now rather than in the first request
	if before := h.frames.setNamed(&namedFrame{name, f, time.Now()}); before != nil {
		before.frame.Release()
	}
}

func (s *frames) setNamed(n *namedFrame) (before *namedFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.named {
		if other.name == n.name {
			s.named[i] = n
			return other
		}
	}
	s.named = append(s.named, n)
	return nil
}

// find returns the frame of a name or handle, which the caller releases, and
// since when there is it.
func (s *frames) find(ctx context.Context, name, session string) (*frame.Frame, time.Time, error) {
	if n := s.findNamed(name); n != nil {
		return n.frame, n.loaded, nil
	}
	claims, err := s.keys.Open(name, session)
	if errors.Is(err, handle.ErrMalformed) {
		return nil, time.Time{}, s.unknown(name)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	f, info, err := s.store.Get(ctx, claims.Key)
	if err != nil {
		return nil, time.Time{}, err
	}
	return f, info.Created, nil
}

func (s *frames) findNamed(name string) *namedFrame {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.named {
		if n.name == name {
			n.frame.Retain()
			return n
		}
	}
	return nil
}

func (s *frames) unknown(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, n := range s.named {
		names = append(names, n.name)
	}
	if near := nearest.Of(name, names); near != "" {
		return fmt.Errorf("%w: %q: did you mean %q?", errNoFrame, shortened(name), near)
	}
	return fmt.Errorf("%w: %q is neither a handle nor one of the server's frames", errNoFrame, shortened(name))
}

func shortened(name string) string {
	if len(name) > handle.Length {
		return name[:handle.Length] + "…"
	}
	return name
}

// resolve returns the frame that a request's "frame" stands for: a name, a
// handle, or columns of its own. The caller releases it.
func (s *frames) resolve(ctx context.Context, asked json.RawMessage, session string) (*frame.Frame, error) {
	if bytes.HasPrefix(asked, []byte("{")) {
		f, err := file.Read(bytes.NewReader(asked), file.JSON, file.Options{MaxRows: s.maxRows})
		if err != nil {
			return nil, unreadable(err).at("/frame")
		}
		return f, nil
	}
	var name string
	if err := json.Unmarshal(asked, &name); err != nil {
		return nil, badRequest(errors.New("frame is neither a name, a handle nor an object with columns")).at("/frame")
	}
	f, _, err := s.find(ctx, name, session)
	if err != nil {
		return nil, problemOf(err).at("/frame")
	}
	return f, nil
}

// keep stores f for the session and returns its handle.
func (s *frames) keep(ctx context.Context, f *frame.Frame, name, session string) (string, error) {
	version := f.Version()
	key := cache.NewKey("frame", 1).Text(session).Bytes(version[:]).Key()
	if err := s.store.Put(ctx, key, f, cache.PutOptions{Idle: s.ttl}); err != nil {
		return "", err
	}
	signed := s.keys.Sign(handle.Claims{Key: key, Version: version, Session: session})
	s.list(session, storedFrame{signed, name, key})
	return signed, nil
}

func (s *frames) list(session string, stored storedFrame) {
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

// of returns the frames that the session may use: the server's first.
func (s *frames) of(session string) ([]*namedFrame, []storedFrame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.named {
		n.frame.Retain()
	}
	return slices.Clone(s.named), slices.Clone(s.sessions[session])
}

// remove frees a frame of the session.
func (s *frames) remove(ctx context.Context, signed, session string) error {
	if n := s.findNamed(signed); n != nil {
		n.frame.Release()
		return newForbidden(fmt.Errorf("%q is a frame of the server", signed))
	}
	claims, err := s.keys.Open(signed, session)
	if errors.Is(err, handle.ErrMalformed) {
		return s.unknown(signed)
	}
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

// close releases the server's frames.
func (s *frames) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.named {
		n.frame.Release()
	}
	s.named = nil
}
