package serve

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/frame"
)

// named are the server's frames, which everybody may use.
type named struct {
	mu      sync.RWMutex
	sources []namedSource
}

// A namedSource is one of them: kept fresh, or fixed.
type namedSource struct {
	name  string
	live  *refresh.Live // nil if it is fixed
	fixed *refresh.Snapshot
}

var (
	errNoName    = errors.New("no such name")
	errNoVersion = errors.New("the frame has another content by now")
)

// Name makes f known to everybody under a name, in place of what had the name
// before. The handler retains f.
func (h *Handler) Name(name string, f *frame.Frame) {
	f.Retain()
	now := time.Now()
	// The version hashes the content now rather than in the first request.
	h.named.set(namedSource{name: name, fixed: &refresh.Snapshot{Frame: f, Version: f.Version(), Loaded: now, Checked: now}})
}

// NameLive makes what is kept fresh known to everybody under a name, in place
// of what had the name before. A request that asks for the name has the newest
// version; one that asks for NAME@VERSION, such as those for the other figures
// of a page, has that one for as long as the Live keeps it. The caller closes
// the Live, after the handler's last request.
func (h *Handler) NameLive(name string, l *refresh.Live) {
	h.named.set(namedSource{name: name, live: l})
}

func (n *named) set(s namedSource) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if i := n.index(s.name); i >= 0 {
		n.sources[i].release()
		n.sources[i] = s
		return
	}
	n.sources = append(n.sources, s)
}

func (n *named) index(name string) int {
	for i, s := range n.sources {
		if s.name == name {
			return i
		}
	}
	return -1
}

func (s namedSource) release() {
	if s.fixed != nil {
		s.fixed.Release()
	}
}

// close releases the frames.
func (n *named) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.sources {
		s.release()
	}
	n.sources = nil
}

// names returns them, in the order in which they were given.
func (n *named) names() []string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	names := make([]string, len(n.sources))
	for i, s := range n.sources {
		names[i] = s.name
	}
	return names
}

// find returns the frame of a name, or of NAME@VERSION. The error is errNoName
// if it is neither.
func (n *named) find(ctx context.Context, asked string) (*found, error) {
	s, version := n.lookup(asked)
	if s == nil {
		return nil, errNoName
	}
	snapshot, err := s.get(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("frame %q: %w", s.name, err)
	}
	return &found{Snapshot: snapshot, name: s.name, live: s.live != nil}, nil
}

// all returns the newest of all whose source has answered.
func (n *named) all() []*found {
	n.mu.RLock()
	defer n.mu.RUnlock()
	var all []*found
	for _, s := range n.sources {
		f := &found{Snapshot: s.fixed, name: s.name, live: s.live != nil}
		if !f.live {
			f.Frame.Retain()
		} else if newest, err := s.live.TryGet(); err == nil {
			f.Snapshot = newest
		} else {
			continue
		}
		all = append(all, f)
	}
	return all
}

// lookup returns the source of a name, and the version that is asked for. A
// fixed one is retained. The name may itself have an @.
func (n *named) lookup(asked string) (*namedSource, *frame.Version) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	i, version := n.index(asked), (*frame.Version)(nil)
	if at := strings.LastIndexByte(asked, '@'); i < 0 && at >= 0 {
		version = parseVersion(asked[at+1:])
		if i = n.index(asked[:at]); version == nil {
			i = -1
		}
	}
	if i < 0 {
		return nil, nil
	}
	s := n.sources[i]
	if s.fixed != nil {
		s.fixed.Frame.Retain()
	}
	return &s, version
}

func parseVersion(text string) *frame.Version {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(frame.Version{}) {
		return nil
	}
	v := frame.Version(raw)
	return &v
}

// get waits, at the most, for the first load.
func (s *namedSource) get(ctx context.Context, v *frame.Version) (*refresh.Snapshot, error) {
	switch {
	case s.live != nil && v == nil:
		return s.live.Get(ctx)
	case s.live != nil:
		return s.live.At(*v)
	case v != nil && *v != s.fixed.Version:
		s.fixed.Release()
		return nil, &cache.Miss{Key: cache.Key(*v), Cause: cache.ErrSuperseded, Err: errNoVersion}
	}
	return s.fixed, nil
}
