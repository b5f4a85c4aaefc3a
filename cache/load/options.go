package load

import (
	"context"
	"errors"
	"time"

	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/frame"
)

// A Mode says when Load runs, and what becomes of the entry that was there.
type Mode uint8

// The modes.
const (
	Memo    Mode = iota // runs where there is no entry
	Replace             // runs at each call; the entry is replaced
	Store               // runs at each call; each content is an entry
)

// A Scope is whose the entries are.
type Scope uint8

// The scopes.
const (
	Global  Scope = iota // everybody's
	User                 // one for each Caller.User
	Session              // one for each Caller.Session
)

// A Caller is who asks. Only what the scope needs must be set.
type Caller struct{ User, Session string }

// Options declare a frame that is made of arguments. Name, Store and Load must
// be set.
type Options[A any] struct {
	Name    string // of what is loaded, unlike that of any other loader
	Version int    // of Load: changes when what it returns does
	Store   cache.Store

	// Load makes the frame; whoever calls it releases it.
	Load func(ctx context.Context, args A) (*frame.Frame, error)
	// Key writes the arguments on which the frame depends. nil: on none.
	Key func(b *cache.KeyBuilder, args A)

	Mode  Mode
	Scope Scope

	TTL   time.Duration // life of an entry; 0 is without end
	Idle  time.Duration // life from its last use on; 0 is without end
	Stale time.Duration // how long it is kept after that, for when Load fails; see cache.StaleStore

	// NegativeTTL is how long an error of Load is the answer to who asks for
	// the same, in this process. 0: others try at once.
	NegativeTTL time.Duration

	// StoreTimeout is how long the store may take to find an entry, and to
	// keep one. 0 is 250 ms, which is right for a network and for frames of up
	// to some 100 MB on disk. A store that is a cache.LoadStore bounds itself.
	StoreTimeout time.Duration

	// IsStale, if not nil, has an entry made anew that it says is too old.
	IsStale func(args A, info cache.Info) bool
	// Keep, if not nil, says whether a frame is worth keeping. With it,
	// processes do not wait for each other's Load.
	Keep func(f *frame.Frame) bool
	// OnStoreError, if not nil, is told why the store was not used.
	OnStoreError func(error)

	Now func() time.Time // nil is time.Now
}

func (o Options[A]) withDefaults() (Options[A], error) {
	var err error
	if o.Name == "" || o.Store == nil || o.Load == nil {
		err = errors.New("cache/load: Options: Name, Store and Load must be set")
	}
	if o.TTL < 0 || o.Idle < 0 || o.Stale < 0 || o.NegativeTTL < 0 || o.StoreTimeout < 0 {
		err = errors.Join(err, errors.New("cache/load: Options: times must not be negative"))
	}
	if o.Mode > Store || o.Scope > Session {
		err = errors.Join(err, errors.New("cache/load: Options: Mode or Scope is none of the constants"))
	}
	if o.StoreTimeout == 0 {
		o.StoreTimeout = 250 * time.Millisecond
	}
	if o.OnStoreError == nil {
		o.OnStoreError = func(error) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, err
}
