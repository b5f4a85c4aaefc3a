package load

import (
	"sync"
	"time"

	"github.com/pointillist-go/pointillist/cache"
)

// failures are the errors of Load that are answers for a while.
type failures struct {
	mu    sync.Mutex
	byKey map[cache.Key]failure
}

type failure struct {
	err   error
	until time.Time
}

// maxFailures bounds what is remembered: beyond, any is forgotten.
const maxFailures = 1000

func (n *failures) note(key cache.Key, err error, until time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byKey == nil {
		n.byKey = make(map[cache.Key]failure)
	}
	if len(n.byKey) >= maxFailures {
		for old := range n.byKey {
			delete(n.byKey, old)
			break
		}
	}
	n.byKey[key] = failure{err, until}
}

func (n *failures) get(key cache.Key, now time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	f, ok := n.byKey[key]
	if ok && !now.Before(f.until) {
		delete(n.byKey, key)
		return nil
	}
	return f.err
}

func (n *failures) forget(key cache.Key) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.byKey, key)
}
